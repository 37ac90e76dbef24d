"""How far a device's clock is off, and what to do about it (rule DV-R5): pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median_low

SAMPLES_KEPT = 15
LIMIT = timedelta(minutes=5)
NEGLIGIBLE = timedelta(seconds=2)
OLDEST_READING = timedelta(days=7)

_MS = timedelta(milliseconds=1)


@dataclass(frozen=True, slots=True)
class ClockVerdict:
    """What one message says of a clock: what to take off its readings, or that it is too far off to be believed."""

    correction: timedelta
    is_beyond_limit: bool = False


def judge_clock(skew: timedelta, samples: Sequence[int], *, may_be_delayed: bool = False) -> ClockVerdict:
    """Judge by how far a message's sending time lies after its arrival; readings may be older, they are not looked at.

    ``may_be_delayed``: the message may have waited at the broker, so an old sending time says nothing of the
    clock; then the skew known from before holds. A sending time in the future is always the clock's fault.
    """
    if may_be_delayed and skew < timedelta(0):
        return ClockVerdict(_correction(samples))
    if abs(skew) > LIMIT:
        return ClockVerdict(timedelta(0), is_beyond_limit=True)
    return ClockVerdict(_correction(keep_skews(samples, [skew])))


def keep_skews(samples: Sequence[int], skews: Sequence[timedelta]) -> tuple[int, ...]:
    """Keep the newest skews, in milliseconds."""
    return (*samples, *(round(skew / _MS) for skew in skews[-SAMPLES_KEPT:]))[-SAMPLES_KEPT:]


def judge_reading(occurred_at: datetime, received_at: datetime) -> str | None:
    """Give the reason why a reading's corrected time cannot be, or None where it can."""
    if occurred_at > received_at + LIMIT:
        return 'reading_in_future'
    if occurred_at < received_at - OLDEST_READING:
        return 'reading_too_old'
    return None


def typical_skew_ms(samples: Sequence[int]) -> int:
    """Take the median of the recent skews: one delayed message moves it not at all."""
    return median_low(samples) if samples else 0


def _correction(samples: Sequence[int]) -> timedelta:
    """Correct by the median, unless it is so small that the network alone explains it."""
    correction = typical_skew_ms(samples) * _MS
    return correction if abs(correction) > NEGLIGIBLE else timedelta(0)
