"""From stays to visits (FT-R3, FT-R4): breaks of up to three hours belong to the same visit, but not to its dwell."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.footfall.commands import ZoneKind

LONGEST_BREAK = timedelta(minutes=180)

# A stay shorter than this is somebody passing through or turning round, not a visit.
SHORTEST_STAY_S: dict[ZoneKind, int] = {
    ZoneKind.SHOP: 60,
    ZoneKind.SECTION: 30,
    ZoneKind.PASSING: 0,
    ZoneKind.WAY: 0,
}


@dataclass(frozen=True, slots=True, order=True)
class Stay:
    """One person in one zone without a break."""

    entered_at: datetime
    left_at: datetime
    staff_mask: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Visit:
    """The stays of one person in one zone that belong together."""

    entered_at: datetime
    left_at: datetime
    dwell_s: int
    stays: int
    staff_mask: int = 0


def sessionise(stays: Iterable[Stay], *, longest_break: timedelta = LONGEST_BREAK) -> list[Visit]:
    """Joins one person's stays in one zone on one business day into visits, in order of time.

    Stays that overlap (two cameras saw the same person) are counted once in the dwell.
    """
    visits: list[Visit] = []
    for stay in sorted(stays):
        if visits and stay.entered_at - visits[-1].left_at <= longest_break:
            visits[-1] = _extended(visits[-1], stay)
        else:
            visits.append(
                Visit(stay.entered_at, stay.left_at, _seconds(stay.entered_at, stay.left_at), 1, stay.staff_mask)
            )
    return visits


def _extended(visit: Visit, stay: Stay) -> Visit:
    newly_inside = _seconds(max(stay.entered_at, visit.left_at), stay.left_at)
    return Visit(
        visit.entered_at,
        max(visit.left_at, stay.left_at),
        visit.dwell_s + newly_inside,
        visit.stays + 1,
        visit.staff_mask | stay.staff_mask,
    )


def _seconds(start: datetime, end: datetime) -> int:
    return max(0, round((end - start).total_seconds()))
