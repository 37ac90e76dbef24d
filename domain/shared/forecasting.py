"""Forecasts (预测): what the coming days bring, with a band, and how wrong the same method was in the last weeks.

Vocabulary: forecast 预测, band 预测区间, held-out days 留出检验期, seasonal-naive 上周同日 (the day a week before),
WAPE 加权绝对百分比误差 (the sum of misses over the sum of what happened).

A forecast says how good it is: the last days are held out, foretold from what was known before them, and the misses
are kept beside the forecast, with those of the simplest rival. The band is as wide as those misses were, or wider.
The library stands behind a port (`integrations/forecasting`); this file decides when to trust it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, sqrt
from typing import Protocol

from domain.shared.measure import Ratio

WEEK, HORIZON, LEVEL = 7, 56, 0.8
# Below eight weeks a weekly pattern is a guess; with less than three nothing can be held out either.
LEAST_FOR_SEASON, LEAST_FOR_TEST, HELD_OUT, RECENT = 56, 21, 14, 28


@dataclass(frozen=True, slots=True)
class Band:
    """Points with what lies below and above them."""

    point: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]


class Unforecastable(Exception):
    """The model found nothing that fits; a mean is used instead."""


class Forecaster(Protocol):
    """A model with a weekly season."""

    def forecast(self, history: Sequence[float], *, horizon: int, level: float) -> Band:
        """What follows a history of days without a gap.

        :raises Unforecastable:
        """
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """The coming days. `error` and `naive_error` are WAPEs over the held-out days, None where too little was known;
    `deviation` is how far a day lies from its forecast, typically (the root of the mean square).
    """

    method: str
    band: Band
    error: Ratio | None
    naive_error: Ratio | None
    held_out: int
    deviation: float


def look_ahead(history: Sequence[float], forecaster: Forecaster, *, horizon: int = HORIZON) -> Outlook:
    """Foretells what follows a history, oldest day first. A model with a season is used from eight weeks on, where it
    fits and beat the mean of the last four weeks on the held-out days; else that mean.
    """
    if len(history) < LEAST_FOR_TEST:
        flat = _mean(history)
        deviation = sqrt(_mean([(day - flat) ** 2 for day in history]))
        return Outlook(
            method='mean', band=_widened(_flat(flat, horizon), 1.28 * deviation), error=None, naive_error=None,
            held_out=0, deviation=deviation,
        )  # fmt: skip
    before, after = history[:-HELD_OUT], history[-HELD_OUT:]
    naive = [before[-WEEK + number % WEEK] for number in range(HELD_OUT)]
    told = {method: band.point for method, band in _foretold(before, forecaster, HELD_OUT)}
    method, points = min(told.items(), key=lambda pair: wape(after, pair[1]).numerator)
    band = dict(_foretold(history, forecaster, horizon)).get(method) or _flat(_recent(history), horizon)
    misses = [real - foretold for real, foretold in zip(after, points, strict=True)]
    return Outlook(
        method=method, band=_widened(band, _quantile([abs(miss) for miss in misses], LEVEL)),
        error=wape(after, points), naive_error=wape(after, naive), held_out=HELD_OUT,
        deviation=sqrt(_mean([miss**2 for miss in misses])),
    )  # fmt: skip


def without_gaps(history: Sequence[float | None]) -> list[float]:
    """A history in which every unknown day is like the known ones of its weekday, or like all of them."""
    known = [day for day in history if day is not None]
    usual = [_mean([day for day in history[weekday::WEEK] if day is not None] or known) for weekday in range(WEEK)]
    return [usual[number % WEEK] if day is None else day for number, day in enumerate(history)]


def wape(happened: Sequence[float], foretold: Sequence[float]) -> Ratio:
    """Σ |miss| over Σ |what happened|: days without a sale do not make it infinite, a whole period without does."""
    misses = sum(abs(real - told) for real, told in zip(happened, foretold, strict=True))
    return Ratio(misses, sum(abs(real) for real in happened))


def _foretold(history: Sequence[float], forecaster: Forecaster, horizon: int) -> list[tuple[str, Band]]:
    """By each method that may be used, the mean first: of two that are as good the simpler is taken."""
    found = [('mean', _flat(_recent(history), horizon))]
    if len(history) >= LEAST_FOR_SEASON - HELD_OUT and any(history):
        try:
            found.append(('season', forecaster.forecast(history, horizon=horizon, level=LEVEL)))
        except Unforecastable:
            return found
    return found


def _widened(band: Band, half: float) -> Band:
    """At least so wide on both sides; nothing that is sold falls below zero."""
    return Band(
        point=tuple(max(0.0, point) for point in band.point),
        lower=tuple(max(0.0, min(low, point - half)) for low, point in zip(band.lower, band.point, strict=True)),
        upper=tuple(max(0.0, high, point + half) for high, point in zip(band.upper, band.point, strict=True)),
    )


def _flat(value: float, horizon: int) -> Band:
    return Band((value,) * horizon, (value,) * horizon, (value,) * horizon)


def _recent(history: Sequence[float]) -> float:
    return _mean(history[-RECENT:])


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _quantile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least so many of the coming ones stay under, by these."""
    ranked = sorted(values)
    return ranked[min(len(ranked), ceil((len(ranked) + 1) * share)) - 1]
