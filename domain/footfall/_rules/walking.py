"""Physics beats appearance (FT-R11): one token at two places that nobody walks between in that time is two people."""

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.footfall.commands import Point

FASTEST_WALK_M_S = 2.5
FASTEST_LEVEL_CHANGE_S = 8.0  # a lift without waiting


@dataclass(frozen=True, slots=True)
class Place:
    """Where a zone is: its floor's level, and its middle and half-width in floor metres."""

    level: int
    centre: Point
    reach_m: float


def shortest_walk(origin: Place, target: Place) -> timedelta:
    """The least time from anywhere in one zone to anywhere in another."""
    apart = math.dist(origin.centre, target.centre) - origin.reach_m - target.reach_m
    levels = abs(origin.level - target.level)
    return timedelta(seconds=max(0.0, apart) / FASTEST_WALK_M_S + levels * FASTEST_LEVEL_CHANGE_S)


def is_one_person(origin: Place, left_at: datetime, target: Place, entered_at: datetime) -> bool:
    """Whether somebody seen leaving one zone can be the one seen entering the other."""
    return entered_at - left_at >= shortest_walk(origin, target)
