"""The same figures from the raw rows: what a screen would have to scan without roll-ups, and the truth for ours."""

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from domain.footfall._rules.occupancy import follow
from domain.footfall._rules.suppression import suppress
from domain.footfall.commands import Window
from domain.mall.calendar import TradingCalendar
from tests.benchmarks.cockpit_data import NOW, TODAY, BenchMall
from tests.domain.footfall.conftest import local

DAY_START = local(2026, 5, 18, 4)
WEEK_BEFORE = timedelta(days=7)
_COUNTED = 'staff_mask = 0 AND NOT is_masked'


class Raw:
    """Scans of the raw tables, as the owner (no policies to slow them)."""

    def __init__(self, owner: psycopg.Connection, mall: BenchMall) -> None:
        self._owner = owner
        self._mall = mall
        self.lines = list(mall.lines)
        self._entrances = [version for code, version in mall.lines.items() if code.startswith('entrance')]
        self._shops = [version for code, version in mall.lines.items() if code.startswith('shop')]

    def cpu_seconds(self) -> float:
        """Processor time that the platform's connections have used in PostgreSQL so far."""
        pids = self._owner.execute("SELECT pid FROM pg_stat_activity WHERE application_name = 'atrium'").fetchall()
        return sum(_cpu_seconds(pid) for (pid,) in pids)

    def summary(self) -> list[float]:
        today = Window(started_at=DAY_START, ended_at=NOW)
        counted = self._one(
            f'SELECT count(*) FILTER (WHERE direction = 1 AND {_COUNTED}), count(*) FILTER (WHERE direction = -1'
            f' AND {_COUNTED}), count(*) FILTER (WHERE direction = 1 AND band = 2 AND {_COUNTED}),'
            f' count(*) FILTER (WHERE direction = 1 AND staff_mask <> 0) FROM footfall_crossing'
            ' WHERE mall_id = %(mall)s AND line_version_id = ANY(%(lines)s) AND occurred_at >= %(since)s'
            ' AND occurred_at < %(until)s',
            today,
            self._entrances,
        )
        ins, outs, children, staff = counted
        bases = [self.ins(self._moved(7)), self.ins(self._moved(364)), self.ins(self.last_year())]
        return [ins, outs, children, self.ins(today, self._shops), staff, *bases]

    def ins(self, window: Window, lines: list[int] | None = None) -> int:
        row = self._one(
            f'SELECT count(*) FROM footfall_crossing WHERE mall_id = %(mall)s AND line_version_id = ANY(%(lines)s)'
            f' AND direction = 1 AND {_COUNTED} AND occurred_at >= %(since)s AND occurred_at < %(until)s',
            window,
            lines or self._entrances,
        )
        return int(row[0])

    def curve(self) -> list[list[int]]:
        today = Window(started_at=DAY_START, ended_at=NOW)
        base = Window(started_at=DAY_START - WEEK_BEFORE, ended_at=DAY_START - timedelta(days=6))
        return [[count for _, count in self._binned('15 minutes', window)] for window in (today, base)]

    def days(self, window: Window) -> list[int]:
        return [count for _, count in self._binned('1 day', window)]

    def doors(self) -> dict[str, tuple[int, int]]:
        names = {version: code for code, version in self._mall.lines.items()}
        rows = self._all(
            'SELECT line_version_id, count(*) FILTER (WHERE direction = 1), count(*) FILTER (WHERE direction = -1)'
            f' FROM footfall_crossing WHERE mall_id = %(mall)s AND line_version_id = ANY(%(lines)s) AND {_COUNTED}'
            ' AND occurred_at >= %(since)s AND occurred_at < %(until)s GROUP BY 1',
            Window(started_at=DAY_START, ended_at=NOW),
            self._entrances,
        )
        return {names[version]: (ins, outs) for version, ins, outs in rows}

    def occupancy(self) -> dict[int | None, int]:
        rows = self._all(
            "SELECT l.floor_id, l.role, date_bin('15 minutes', c.occurred_at, %(since)s),"
            ' count(*) FILTER (WHERE direction = 1), count(*) FILTER (WHERE direction = -1)'
            ' FROM footfall_crossing c JOIN footfall_line_version v ON v.id = c.line_version_id'
            ' JOIN footfall_line l ON l.id = v.line_id'
            " WHERE c.mall_id = %(mall)s AND l.role IN ('entrance', 'passage') AND staff_mask = 0"
            ' AND c.occurred_at >= %(since)s AND c.occurred_at < %(until)s GROUP BY 1, 2, 3',
            Window(started_at=DAY_START, ended_at=NOW),
            [],
        )
        flows: dict[int | None, dict[datetime, tuple[int, int]]] = {None: {}}
        for floor, role, at, ins, outs in rows:
            for place in (floor, None) if role == 'entrance' else (floor,):
                known = flows.setdefault(place, {}).get(at, (0, 0))
                flows[place][at] = (known[0] + ins, known[1] + outs)
        return {place: round(follow([flow[at] for at in sorted(flow)]).now) for place, flow in flows.items()}

    def heat(self) -> list[int]:
        row = self._one(
            'SELECT count(DISTINCT (cell -> 0, cell -> 1)) FILTER (WHERE (cell ->> 2)::bigint > 0),'
            ' sum((cell ->> 2)::bigint) FROM footfall_presence'
            ' CROSS JOIN LATERAL jsonb_array_elements(cells) AS cell WHERE mall_id = %(mall)s'
            ' AND floor_id = ANY(%(lines)s) AND occurred_at >= %(since)s AND occurred_at < %(until)s',
            Window(started_at=DAY_START, ended_at=NOW),
            self._mall.floors[:1],
        )
        return [int(row[0]), round(float(row[1]) / 100)]

    def dwell(self) -> dict[str, tuple[int, float]]:
        """Today everybody enters a zone once, so a stay is a visit."""
        rows = self._all(
            'SELECT z.name_en, count(*), sum(round(extract(epoch FROM left_at - entered_at))) FROM footfall_stay s'
            ' JOIN footfall_zone_version v ON v.id = s.zone_version_id JOIN footfall_zone z ON z.id = v.zone_id'
            ' WHERE s.mall_id = %(mall)s AND s.entered_at >= %(since)s AND s.entered_at < %(until)s GROUP BY 1',
            Window(started_at=DAY_START, ended_at=NOW),
            [],
        )
        return {name: (visits, float(dwell) / visits) for name, visits, dwell in rows}

    def flows(self) -> dict[tuple[int, int], int | None]:
        """From stay to stay, small cells hidden by the same rule (which the rule's own tests prove)."""
        rows = self._all(
            'SELECT origin, target, count(*) FROM (SELECT lag(v.zone_id) OVER (PARTITION BY track ORDER BY entered_at)'
            ' AS origin, v.zone_id AS target FROM footfall_stay s JOIN footfall_zone_version v'
            ' ON v.id = s.zone_version_id WHERE s.mall_id = %(mall)s AND entered_at >= %(since)s'
            ' AND entered_at < %(until)s) AS moves WHERE origin IS NOT NULL GROUP BY 1, 2',
            Window(started_at=DAY_START, ended_at=NOW),
            [],
        )
        counts = {(origin, target): count for origin, target, count in rows}
        hidden = suppress(counts).hidden
        return {cell: None if cell in hidden else counts[cell] for cell in counts.keys() | hidden}

    def capture(self, window: Window) -> dict[int, tuple[int, int]]:
        """Entries and passers-by of each unit with both."""
        rows = self._all(
            "SELECT l.unit_id, count(*) FILTER (WHERE l.role = 'shop' AND direction = 1),"
            " count(*) FILTER (WHERE l.role = 'pass_by') FROM footfall_crossing c"
            ' JOIN footfall_line_version v ON v.id = c.line_version_id JOIN footfall_line l ON l.id = v.line_id'
            f' WHERE c.mall_id = %(mall)s AND l.unit_id IS NOT NULL AND {_COUNTED}'
            ' AND c.occurred_at >= %(since)s AND c.occurred_at < %(until)s'
            " GROUP BY 1 HAVING count(*) FILTER (WHERE l.role = 'pass_by') > 0",
            window,
            [],
        )
        return {unit: (entries, passers) for unit, entries, passers in rows}

    def staff(self, window: Window) -> int:
        row = self._one(
            'SELECT count(*) FROM footfall_crossing WHERE mall_id = %(mall)s AND staff_mask <> 0'
            ' AND occurred_at >= %(since)s AND occurred_at < %(until)s',
            window,
            [],
        )
        return int(row[0])

    def last_year(self) -> Window:
        """The same time of the aligned day of last year."""
        return self._moved((TODAY - TradingCalendar().aligned(TODAY).base_on).days)

    def _moved(self, days: int) -> Window:
        return Window(started_at=DAY_START - timedelta(days=days), ended_at=NOW - timedelta(days=days))

    def _binned(self, span: str, window: Window) -> list[tuple[datetime, int]]:
        return self._all(
            f"SELECT date_bin('{span}', occurred_at, %(since)s) AS at, count(*) FROM footfall_crossing"
            f' WHERE mall_id = %(mall)s AND line_version_id = ANY(%(lines)s) AND direction = 1 AND {_COUNTED}'
            ' AND occurred_at >= %(since)s AND occurred_at < %(until)s GROUP BY 1 ORDER BY 1',
            window,
            self._entrances,
        )

    def _one(self, statement: str, window: Window, lines: list[int]) -> Any:
        return self._all(statement, window, lines)[0]

    def _all(self, statement: str, window: Window, lines: list[int]) -> list[Any]:
        parameters = {
            'mall': self._mall.mall_id, 'lines': lines, 'since': window.started_at, 'until': window.ended_at,
        }  # fmt: skip
        return self._owner.execute(statement, parameters).fetchall()  # type: ignore[call-overload]


def _cpu_seconds(pid: int) -> float:
    fields = Path(f'/proc/{pid}/stat').read_text().rsplit(')', 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf('SC_CLK_TCK')
