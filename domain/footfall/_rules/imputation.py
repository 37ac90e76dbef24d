"""What a gap hid (FT-R10): the day's own volume, spread by the usual shape of such a day. Never called observed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

WHOLLY = 0.98  # of an hour: a camera that restarted still saw it
LEAST_OBSERVED = 0.2  # of the day's usual traffic; below it the day cannot speak for itself


class Method(StrEnum):
    """How an estimate was made; kept in every row."""

    PROFILE = 'profile'  # the day's observed volume, spread by the profile of such days
    TYPICAL = 'typical'  # a typical such day, because too little of this one was observed


@dataclass(frozen=True, slots=True)
class Seen:
    """One hour as observed."""

    count: int
    coverage: float


@dataclass(frozen=True, slots=True)
class Estimate:
    """One hour's estimate of what was missed."""

    hour: int
    observed: int
    imputed: float
    coverage: float
    method: Method


def day_coverage(hours: Mapping[int, Seen], profile: Mapping[int, float]) -> float:
    """The share of the day's usual traffic that fell into observed time: an hour at night weighs next to nothing."""
    total = sum(profile.values())
    if total <= 0:
        return sum(seen.coverage for seen in hours.values()) / len(hours) if hours else 0.0
    return min(1.0, sum(share * _coverage(hours, hour) for hour, share in profile.items()) / total)


def impute_day(hours: Mapping[int, Seen], profile: Mapping[int, float], *, typical: float | None) -> list[Estimate]:
    """Estimates for every hour that was not wholly observed. `profile` is the share of each hour on such days.

    Without a profile, or with neither observations nor a typical volume, nothing is estimated: missing stays missing.
    """
    share_seen = day_coverage(hours, profile)
    whole, method = _volume(hours, share_seen, typical)
    total_share = sum(profile.values())
    if whole is None or total_share <= 0:
        return []
    return [
        Estimate(hour, _count(hours, hour), whole * share / total_share * missed, 1.0 - missed, method)
        for hour, share in sorted(profile.items())
        if (missed := 1.0 - _coverage(hours, hour)) > 0 and share > 0
    ]


def learn_profile(days: Sequence[Mapping[int, Seen]]) -> tuple[dict[int, float], float | None]:
    """The share of each hour and the typical volume of such days, from wholly observed hours alone."""
    hours = sorted({hour for day in days for hour in day})
    means = {hour: mean for hour in hours if (mean := _mean_when_observed(days, hour)) is not None}
    volume = sum(means.values())
    return ({hour: mean / volume for hour, mean in means.items()}, volume) if volume > 0 else ({}, None)


def _volume(hours: Mapping[int, Seen], share_seen: float, typical: float | None) -> tuple[float | None, Method]:
    observed = sum(seen.count for seen in hours.values())
    if share_seen >= LEAST_OBSERVED:
        return observed / share_seen, Method.PROFILE
    return typical, Method.TYPICAL


def _mean_when_observed(days: Sequence[Mapping[int, Seen]], hour: int) -> float | None:
    counts = [day[hour].count for day in days if hour in day and day[hour].coverage >= WHOLLY]
    return sum(counts) / len(counts) if counts else None


def _coverage(hours: Mapping[int, Seen], hour: int) -> float:
    return hours[hour].coverage if hour in hours else 0.0


def _count(hours: Mapping[int, Seen], hour: int) -> int:
    return hours[hour].count if hour in hours else 0
