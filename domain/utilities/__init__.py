"""Utilities (能耗计量): meters, what they read, what was used, who used it and what it costs.

Vocabulary: meter 计量表, sub-meter 分表, main meter 总表, CT multiplier 互感倍率, register 表底数, reading 抄表,
rollover 翻转, replacement 换表, estimate 估读, actual 实读, loss 线损, time of use 分时电价 (sharp 尖, peak 峰,
flat 平, valley 谷), tariff 价格版本, hand-over 交接抄表, night load 夜间负荷, leak 漏水.

Registers and usage are integers in thousandths of the unit (Wh of a kWh meter, litres of a m³ meter); prices are in
ten-thousandths of a yuan per unit; a cost is rounded half up once, to the fen.

Invariants
- A reading is never edited; a wrong one is voided with a name and a reason, and stays.
- A register that fell without a rollover or a replacement on record is held: nothing after it is billed until a person
  decides (UT-R3). It is never taken for a rollover.
- A meter has one holder at a time; the hand-over reading ends one's and begins the other's usage (UT-R7).
"""
