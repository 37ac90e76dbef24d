"""Months of history in seconds: the same trips as the live world, shifted in time and counted with numpy.

Long ago is told in hours, then in quarters, then in minutes; the last days, and today until now, are told person by
person by the very world that plays on afterwards. A few sensors fail now and then, so that coverage has something to
say. The caller passes a `HistorySink`; this module knows neither a database nor a broker.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from domain.footfall.commands import AggregateReading, ZoneAggregateReading
from integrations.simulator.counts import DayCounts, count_day
from integrations.simulator.devices import DeviceReadings, day_readings
from integrations.simulator.library import TripLibrary
from integrations.simulator.plan import MallPlan
from integrations.simulator.world import DEFAULT_SCALE, World

T = TypeVar('T')
BATCH = 20_000
CUTOFF_H = 4
OUTAGE_CHANCE = 0.0035  # per line and day


class HistorySink(Protocol):
    """Where history goes. Each call is one transaction's worth, in order of time."""

    def lines(self, readings: Sequence[AggregateReading]) -> None: ...

    def zones(self, readings: Sequence[ZoneAggregateReading]) -> None: ...

    def devices(self, readings: DeviceReadings) -> None:
        """What the devices of a mall said during one detailed day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistorySpan:
    """How much history, and how fine. Days count back from `until`."""

    until: datetime
    days: int = 400
    quarter_days: int = 35
    minute_days: int = 2
    zone_days: int = 21
    detail_days: int = 1  # besides today

    def span_min(self, back: int) -> int:
        """The finest bucket told of a day so many days back."""
        return 1 if back <= self.minute_days else 15 if back <= self.quarter_days else 60


@dataclass(slots=True, kw_only=True)
class Filled:
    """What was delivered; `last_seqs` is the number up to which each device has spoken."""

    days: int
    people: int = 0
    line_buckets: int = 0
    zone_buckets: int = 0
    crossings: int = 0
    last_seqs: dict[str, int] = field(default_factory=dict)


def generate(
    plan: MallPlan, sink: HistorySink, span: HistorySpan, *, seed: int = 1, scale: float = DEFAULT_SCALE,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Filled:  # fmt: skip
    """Delivers the history of one mall, the oldest day first."""
    world = World(plan, seed=seed, scale=scale)
    library = TripLibrary(world)
    zone = ZoneInfo(str(plan.document['mall']['timezone']))
    today = (span.until.astimezone(zone) - timedelta(hours=CUTOFF_H)).date()
    filled = Filled(days=span.days)
    for number, back in enumerate(range(span.days, -1, -1), start=1):
        day = world.day(today - timedelta(days=back))
        if back > span.detail_days:
            counts = count_day(library, day, span_min=span.span_min(back), with_stays=back <= span.zone_days)
            _deliver_counts(counts, sink, zone, outages_on(seed, plan, day.on), filled)
        else:
            detail = day_readings(day, zone, until=span.until, seqs=filled.last_seqs)
            sink.devices(detail)
            filled.crossings += len(detail.crossings)
        progress(number, span.days + 1)
    return filled


def _deliver_counts(
    counts: DayCounts, sink: HistorySink, zone: ZoneInfo, outages: dict[str, tuple[int, int]], filled: Filled
) -> None:
    filled.people += counts.people
    for rows in batched(line_rows(counts, zone, outages)):
        sink.lines(rows)
        filled.line_buckets += len(rows)
    for stays in batched(zone_rows(counts, zone)):
        sink.zones(stays)
        filled.zone_buckets += len(stays)


def line_rows(counts: DayCounts, zone: ZoneInfo, outages: dict[str, tuple[int, int]]) -> Iterator[AggregateReading]:
    """One day as aggregates per line; a quiet bucket is told too, for nought is not the same as nothing seen."""
    midnight = datetime.combine(counts.on, datetime.min.time(), zone)
    span = counts.span_min
    first, last = (counts.opens // 60 - 1) * 60 // span, (-(-counts.closes // 60) + 1) * 60 // span
    starts = [(midnight + timedelta(minutes=b * span)).astimezone(UTC) for b in range(first, last)]
    for index, line in enumerate(counts.lines):
        buckets, observed = counts.by_bucket[index, :, first:last], None
        if line in outages:
            buckets, observed = _blinded(buckets, outages[line], first, span)
        for number, (at, bucket) in enumerate(zip(starts, buckets.T.tolist(), strict=True)):
            observed_s = span * 60.0 if observed is None else observed[number]
            ins, outs, adults, children, groups, staff_in, staff_out = bucket
            yield AggregateReading(
                line=line, bucket_at=at, ins=ins, outs=outs, adults_in=adults, children_in=children,
                groups_in=groups, staff_in=staff_in, staff_out=staff_out, observed_s=observed_s,
                span_min=span,  # type: ignore[arg-type]
            )  # fmt: skip


def _blinded(
    buckets: NDArray[np.int64], outage: tuple[int, int], first: int, span: int
) -> tuple[NDArray[np.int64], list[float]]:
    """A line's day with the counts of its outage lost, and the seconds that were still observed."""
    starts = (first + np.arange(buckets.shape[1])) * span
    blind = np.clip(np.minimum(starts + span, outage[1]) - np.maximum(starts, outage[0]), 0, span)
    kept = np.floor(buckets * (1 - blind / span)).astype(np.int64)
    kept[2] = kept[0] - kept[3]
    return kept, ((span - blind) * 60.0).tolist()


def zone_rows(counts: DayCounts, zone: ZoneInfo) -> Iterator[ZoneAggregateReading]:
    """The day's visits per zone and hour of their end, dwell rounded to 5 s."""
    if counts.stays is None:
        return
    midnight = datetime.combine(counts.on, datetime.min.time(), zone)
    hours = (counts.stays.ends_s // 3600).astype(np.int64)
    dwell = np.maximum(1, np.round(counts.stays.lasts_s / 5).astype(np.int64)) * 5
    values, number = np.unique((counts.stays.zone * 64 + hours) * 100_000 + dwell, return_inverse=True)
    totals = np.bincount(number, weights=counts.stays.people).astype(np.int64)
    for zone_hour, dwells in _grouped(values, totals):
        at = (midnight + timedelta(hours=zone_hour % 64)).astimezone(UTC)
        yield ZoneAggregateReading(zone=counts.zones[zone_hour // 64], bucket_at=at, dwells=tuple(dwells))


def outages_on(seed: int, plan: MallPlan, on: date) -> dict[str, tuple[int, int]]:
    """Which lines were blind on a day, from which minute until which."""
    dice = np.random.default_rng([seed, on.toordinal(), 99])
    found = {}
    for line in sorted(plan.doors):
        if dice.random() < OUTAGE_CHANCE:
            begin = int(dice.integers(600, 1200))
            found[line] = (begin, begin + int(dice.integers(45, 240)))
    return found


def batched(items: Sequence[T] | Iterator[T], size: int = BATCH) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def _grouped(values: NDArray[np.int64], totals: NDArray[np.int64]) -> Iterator[tuple[int, list[tuple[int, int]]]]:
    if not len(values):
        return
    groups = values // 100_000
    borders = [0, *(np.flatnonzero(np.diff(groups)) + 1).tolist(), len(values)]
    dwells, counts = (values % 100_000).tolist(), totals.tolist()
    for begin, end in pairwise(borders):
        yield int(groups[begin]), list(zip(dwells[begin:end], counts[begin:end], strict=True))
