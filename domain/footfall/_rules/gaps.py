"""Which silence is an outage (FT-R9): the tolerance is learnt from what that line usually sees at that time.

At rate λ the chance that nobody comes for t minutes is exp(−λt). A silence is an outage when the number of people
expected during it makes that chance smaller than one in a million. So fifteen minutes are normal on Monday at 10:05
and an outage on Saturday at 15:00, and a side door is given more patience than the main one.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.footfall.commands import Window

LOOK_BACK_DAYS = 60
CHANCE = 1e-6
EXPECTED_AT_OUTAGE = -math.log(CHANCE)
SHORTEST_OUTAGE = timedelta(minutes=5)
STEP = timedelta(minutes=15)

Rate = Callable[[datetime], float]  # people per minute usual at an instant


@dataclass(frozen=True, slots=True)
class Silence:
    """A silence too long to be chance, with the tolerance that it exceeded."""

    window: Window
    tolerance: timedelta


def tolerance(per_minute: float) -> timedelta | None:
    """The longest silence that is still normal at a rate; None where nothing can be told."""
    if per_minute <= 0:
        return None
    return max(SHORTEST_OUTAGE, timedelta(minutes=EXPECTED_AT_OUTAGE / per_minute))


def find_silences(seen: Sequence[tuple[datetime, datetime]], *, window: Window, rate: Rate) -> list[Silence]:
    """The outages within a window, given the (start, end) of every bucket in which somebody was seen.

    The window's own ends count as sightings that nobody made, so silences at its edges and across midnight are found.
    """
    silences = []
    quiet_since = window.started_at
    for start, end in [*sorted(seen), (window.ended_at, window.ended_at)]:
        quiet_until = min(start, window.ended_at)
        if quiet_until > quiet_since and (found := _judged(quiet_since, quiet_until, rate)):
            silences.append(found)
        quiet_since = max(quiet_since, end)
    return silences


def _judged(start: datetime, end: datetime, rate: Rate) -> Silence | None:
    expected = expected_people(start, end, rate)
    if end - start < SHORTEST_OUTAGE or expected < EXPECTED_AT_OUTAGE:
        return None
    mean_rate = expected / ((end - start).total_seconds() / 60)
    allowed = tolerance(mean_rate)
    assert allowed is not None
    return Silence(Window(started_at=start, ended_at=end), allowed)


def expected_people(start: datetime, end: datetime, rate: Rate) -> float:
    """How many usually come between two instants; the rate is constant within each quarter of an hour."""
    expected, at = 0.0, start
    while at < end:
        boundary = at.replace(minute=at.minute - at.minute % 15, second=0, microsecond=0) + STEP
        until = min(boundary, end)
        expected += rate(at) * (until - at).total_seconds() / 60
        at = until
    return expected
