"""Footfall (客流): who came, where they went and how long they stayed, counted without knowing anybody.

计数线 counting line: a directed line that people cross; *in* is towards its inner side. Its role says what a crossing
means: 出入口 entrance (the mall's own doors: they alone make the mall's footfall), 通道 passage between floors,
店门 shop door, 路过 pass-by in front of a shop.
计数区 counting zone: an area people stay in: a shop, a section, a stretch of mall way.
过线 crossing: one person crossing one line once. 停留 stay: one person in one zone without a break.
到访 visit: the stays of one person in one zone with breaks of at most three hours.
停留时长 dwell: the time of a visit spent inside. 进店率 capture rate: entries over passers-by.
购买单元 buying unit: people who came together count once; beside heads, never instead.
场内人数 occupancy: people inside now; it starts from nothing each business day.
覆盖率 coverage: the share of the time that was really observed. 缺口 gap: time that was not. 补估 imputation: an
estimate for a gap, kept apart from what was observed, with its method.
汇总 roll-up: counts per line, zone or floor cell at 1 min, 15 min, hour and business day, kept by the ingest itself.

Invariants
- A reading counts once, by (device, sequence), however often and in whatever order it arrives; the roll-ups of a
  stream are the same for every order, duplication and cutting of it, and the same as `rebuild_rollups` makes them.
- Missing is not zero: a bucket nobody observed has no value.
- A crossing belongs to the version of the line that held when it happened. Redrawing starts a new series.
- Staff are taken out of every published count and dwell, and how many were taken out, by which method, is kept.
- Tokens of persons and groups are hashed with their business day before they are stored: days cannot be joined.
- No screen's query reads raw crossings, stays or presence.
"""
