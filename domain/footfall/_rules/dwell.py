"""Dwell in bins, so that medians and percentiles come from roll-ups and add over time (never a mean of medians).

Bins grow by 5 %, so a quantile is off by less than 5 % of itself whatever the window; the sum of dwell is kept beside
them exactly, so the mean is exact.
"""

import math
from collections.abc import Mapping

RATIO = 1.05
_LOG_RATIO = math.log(RATIO)


def bin_of(dwell_s: float) -> int:
    """The bin that holds a dwell; everything up to one second is bin 0."""
    return 0 if dwell_s <= 1 else int(math.log(dwell_s) / _LOG_RATIO + 1e-9)


def lower_edge(index: int) -> float:
    """The shortest dwell of a bin, in seconds."""
    return math.exp(index * _LOG_RATIO) if index else 0.0


def quantile(bins: Mapping[int, int], share: float) -> float | None:
    """The dwell that `share` of the visits do not exceed, or None without visits."""
    total = sum(bins.values())
    if total <= 0:
        return None
    wanted = share * total
    seen = 0
    for index in sorted(bins):
        if seen + bins[index] >= wanted:
            within = (wanted - seen) / bins[index]
            low, high = lower_edge(index), lower_edge(index + 1)
            return low + within * (high - low)
        seen += bins[index]
    return lower_edge(max(bins) + 1)
