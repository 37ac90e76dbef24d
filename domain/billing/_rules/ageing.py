"""How old debts are (账龄), and which reminder they call for (催缴)."""

from collections.abc import Iterable
from datetime import date

BUCKETS = ('current', 'days_1_30', 'days_31_60', 'days_61_90', 'over_90')
LADDER = ((30, 3), (15, 2), (7, 1))  # days overdue: level


def bucket(due_on: date, day: date) -> str:
    """The age of a debt on a day. On the day it is due it is not overdue."""
    overdue = (day - due_on).days
    return BUCKETS[0] if overdue <= 0 else BUCKETS[min(1 + (overdue - 1) // 30, 4)]


def dunning_level(due_dates: Iterable[date], day: date) -> int:
    """The step of the ladder that the oldest open debt has reached; 0 is none."""
    oldest = max(((day - due_on).days for due_on in due_dates), default=0)
    return next((level for days, level in LADDER if oldest >= days), 0)
