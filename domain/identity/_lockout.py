"""When a sign-in may be tried: a pure decision over the failures that still count."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `attempts` within any `window`."""

    attempts: int
    window: timedelta


ACCOUNT_LIMITS = (
    Limit(5, timedelta(minutes=1)),
    Limit(20, timedelta(hours=1)),  # a patient guesser is stopped too: 480 guesses a day at most
)
ADDRESS_LIMITS = (Limit(20, timedelta(minutes=1)),)
LONGEST_WINDOW = max(limit.window for limit in (*ACCOUNT_LIMITS, *ADDRESS_LIMITS))


def locked_until(failures: Sequence[datetime], limits: Sequence[Limit], *, now: datetime) -> datetime | None:
    """The instant from which the next attempt is admitted, or None when it is admitted now."""
    ends = [end for limit in limits if (end := _end_of_lock(failures, limit, now=now)) is not None]
    return max(ends) if ends else None


def _end_of_lock(failures: Sequence[datetime], limit: Limit, *, now: datetime) -> datetime | None:
    recent = sorted(at for at in failures if at > now - limit.window)
    if len(recent) < limit.attempts:
        return None
    return recent[-limit.attempts] + limit.window
