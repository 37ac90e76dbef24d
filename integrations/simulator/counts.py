"""One day of history counted: arrivals of the world, trips of the library, sums by numpy."""

from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from integrations.simulator.library import BUCKET_MIN, TRIPS_A_BUCKET, TripLibrary, TripShelf
from integrations.simulator.patterns import PURPOSES
from integrations.simulator.world import WorldDay

MINUTES = 28 * 60  # a business day may run past midnight
MEASURES = ('ins', 'outs', 'adults_in', 'children_in', 'groups_in', 'staff_in', 'staff_out')
WET = 0.3

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Stays:
    """Every stay of a day, weighted by people."""

    zone: Ints
    ends_s: Floats
    lasts_s: Floats
    people: Ints


@dataclass(frozen=True)
class DayCounts:
    """What was counted on one day: `by_bucket[line, measure, bucket]` with buckets of `span_min` since midnight."""

    on: date
    opens: int
    closes: int
    people: int
    span_min: int
    lines: list[str]
    by_bucket: NDArray[np.int64]
    zones: list[str]
    stays: Stays | None


def count_day(library: TripLibrary, day: WorldDay, *, span_min: int = 1, with_stays: bool = True) -> DayCounts:
    """Counts a day; whoever comes in goes out, as on any day of the world."""
    shelf = library.shoppers(day.facts, is_wet=day.weather.rain > WET)
    trips, starts = _chosen(shelf, day)
    staff = library.staff(day.facts, day.on.toordinal())
    shape = (len(library.lines), MINUTES // span_min)
    shoppers = _sums(shelf, trips, starts, shape, span_min)
    workers = _sums(staff, np.arange(len(staff.people)), np.zeros(len(staff.people)), shape, span_min)
    return DayCounts(
        on=day.on, opens=day.facts.opens, closes=day.facts.closes, people=int(shelf.people[trips].sum()),
        span_min=span_min, lines=library.lines, by_bucket=np.stack([*shoppers, *workers[:2]], axis=1),
        zones=library.zones, stays=_stays(shelf, trips, starts) if with_stays else None,
    )  # fmt: skip


def _chosen(shelf: TripShelf, day: WorldDay) -> tuple[Ints, Floats]:
    """Which trip each arrival of the day takes, and when it begins."""
    trips, starts = [], []
    for index in range(len(PURPOSES)):
        seconds = day.arrival_seconds(index)
        buckets = (seconds // (BUCKET_MIN * 60)).astype(np.int64)
        dice = np.random.default_rng([day.world.seed, day.on.toordinal(), index, 7])
        trips.append(shelf.place[index, buckets] + dice.integers(0, TRIPS_A_BUCKET, len(seconds)))
        starts.append(seconds)
    return np.concatenate(trips), np.concatenate(starts)


def _sums(shelf: TripShelf, trips: Ints, starts: Floats, shape: tuple[int, int], span_min: int) -> list[Ints]:
    """People in, people out, adults in, children in, parties in: each per line and bucket."""
    events, owner = _gather(shelf.seen_first, trips)
    bucket = ((starts[owner] + shelf.seen_delay_s[events]) // (60 * span_min)).astype(np.int64)
    cell = shelf.seen_line[events] * shape[1] + np.clip(bucket, 0, shape[1] - 1)
    people, children = shelf.people[trips][owner], shelf.children[trips][owner]
    came = shelf.seen_is_in[events]

    def total(which: NDArray[np.bool_], weight: NDArray[np.int32]) -> Ints:
        found = np.bincount(cell[which], weights=weight[which], minlength=shape[0] * shape[1])
        return found.astype(np.int64).reshape(shape)

    ins, kids = total(came, people), total(came, children)
    return [ins, total(~came, people), ins - kids, kids, total(came, np.ones_like(people))]


def _stays(shelf: TripShelf, trips: Ints, starts: Floats) -> Stays:
    events, owner = _gather(shelf.spent_first, trips)
    ends = starts[owner] + shelf.spent_end_s[events]
    return Stays(shelf.spent_zone[events].astype(np.int64), ends, shelf.spent_s[events].astype(np.float64),
                 shelf.people[trips][owner].astype(np.int64))  # fmt: skip


def _gather(first: NDArray[np.int32], trips: Ints) -> tuple[Ints, Ints]:
    """Indices of all events of the chosen trips, and for each the place of its trip among the chosen."""
    begins = first[trips].astype(np.int64)
    lengths = first[trips + 1] - begins
    owner = np.repeat(np.arange(len(trips)), lengths)
    until_then = np.concatenate([[0], np.cumsum(lengths)[:-1]])
    return np.arange(int(lengths.sum())) + (begins - until_then)[owner], owner
