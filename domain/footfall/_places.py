"""Which version of a line or zone a reading belongs to (FT-R15), and whether its time is masked."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

from sqlmodel import Session

from domain.footfall._copying import microseconds
from domain.footfall._mall import floors_of
from domain.footfall._rules.walking import Place
from domain.footfall._statements import statement
from domain.footfall.commands import Window, ZoneKind

FOREVER = 1 << 62
T = TypeVar('T')


@dataclass(frozen=True, slots=True)
class LineVersionFact:
    id: int
    line_id: int
    floor_id: int


@dataclass(frozen=True, slots=True)
class ZoneVersionFact:
    id: int
    zone_id: int
    kind: ZoneKind
    min_stay_s: int
    place: Place


class Timeline(Generic[T]):
    """Versions of one code in order of time; times are PostgreSQL microseconds."""

    __slots__ = ('_ends', '_starts', 'versions')

    def __init__(self, versions: Iterable[tuple[int, int, T]]) -> None:
        ordered = sorted(versions, key=lambda version: version[0])
        self._starts = [start for start, _, _ in ordered]
        self._ends = [end for _, end, _ in ordered]
        self.versions = [fact for _, _, fact in ordered]

    def at(self, moment: int) -> T | None:
        """The version that held at a moment."""
        place = bisect_right(self._starts, moment) - 1
        return self.versions[place] if place >= 0 and moment < self._ends[place] else None


class Masks:
    """The masks that touch a batch."""

    def __init__(self, rows: Iterable[Any]) -> None:
        self._masks = [(microseconds(r.started_at), microseconds(r.ended_at), r.floor_id, r.line_id) for r in rows]

    def cover(self, moment: int, line: LineVersionFact) -> bool:
        """Whether a crossing of this line at this moment stays out of the published counts."""
        return any(
            start <= moment < end and line_id in (None, line.line_id) and floor_id in (None, line.floor_id)
            for start, end, floor_id, line_id in self._masks
        )

    def __bool__(self) -> bool:
        return bool(self._masks)


def lines_by_code(session: Session, mall_id: int) -> dict[str, Timeline[LineVersionFact]]:
    """Every line's versions by its code."""
    rows = session.execute(
        statement(
            'SELECT l.code, l.floor_id, v.id, v.line_id, v.valid_from, v.valid_until FROM footfall_line_version v'
            ' JOIN footfall_line l ON l.mall_id = v.mall_id AND l.id = v.line_id WHERE v.mall_id = :mall'
        ),
        {'mall': mall_id},
    )
    return _timelines((row, LineVersionFact(row.id, row.line_id, row.floor_id)) for row in rows)


def zones_by_code(session: Session, mall_id: int) -> dict[str, Timeline[ZoneVersionFact]]:
    """Every zone's versions by its code."""
    levels = {int(floor.id): floor.level for floor in floors_of(session, mall_id)}
    rows = session.execute(
        statement(
            'SELECT z.code, z.kind, z.floor_id, z.min_stay_s, v.id, v.zone_id, v.centre_x, v.centre_y, v.reach_m,'
            ' v.valid_from, v.valid_until FROM footfall_zone_version v'
            ' JOIN footfall_zone z ON z.mall_id = v.mall_id AND z.id = v.zone_id WHERE v.mall_id = :mall'
        ),
        {'mall': mall_id},
    )
    return _timelines((row, _zone_fact(row, levels)) for row in rows)


def masks_over(session: Session, mall_id: int, window: Window) -> Masks:
    """The masks that touch a window."""
    rows = session.execute(
        statement(
            'SELECT started_at, ended_at, floor_id, line_id FROM footfall_mask WHERE mall_id = :mall'
            ' AND lifted_at IS NULL AND started_at <= :until AND ended_at > :since'
        ),
        {'mall': mall_id, 'since': window.started_at, 'until': window.ended_at},
    )
    return Masks(rows)


def window_of(moments: Iterable[datetime]) -> Window:
    """The least window that holds all the moments."""
    ordered = sorted(moments)
    return Window(started_at=ordered[0], ended_at=ordered[-1])


def _zone_fact(row: Any, levels: dict[int, int]) -> ZoneVersionFact:
    place = Place(levels.get(row.floor_id, 0), (row.centre_x, row.centre_y), row.reach_m)
    return ZoneVersionFact(row.id, row.zone_id, ZoneKind(row.kind), row.min_stay_s, place)


def _timelines(rows: Iterable[tuple[Any, T]]) -> dict[str, Timeline[T]]:
    versions: dict[str, list[tuple[int, int, T]]] = {}
    for row, fact in rows:
        until = FOREVER if row.valid_until is None else microseconds(row.valid_until)
        versions.setdefault(row.code, []).append((microseconds(row.valid_from), until, fact))
    return {code: Timeline(found) for code, found in versions.items()}
