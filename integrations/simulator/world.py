"""The world: one seeded day of a mall, party by party in the order of their coming."""

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from hashlib import blake2b
from random import Random

import numpy as np
from numpy.typing import NDArray

from integrations.simulator.days import DayLookup, day_lookup
from integrations.simulator.patterns import (
    BY_NAME,
    PURPOSES,
    DayFacts,
    Purpose,
    Weather,
    arrivals,
    people_expected,
    weather_on,
)
from integrations.simulator.people import Party, Person
from integrations.simulator.plan import MallPlan, Shop
from integrations.simulator.routes import RouteFinder
from integrations.simulator.shifts import staff_trips
from integrations.simulator.trips import NoQueues, Seating, TripMaker

DEFAULT_SCALE = 0.25  # about 1,000 people inside at a weekday peak and 1,500 on a Saturday
M2_PER_TABLE = 16.0  # kitchen and aisles included
PATIENCE_S = (420.0, 1800.0)
QUEUED = ('dining',)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """A party that will come: everything about it follows from these and the seed."""

    at_s: float
    purpose: str
    number: int


class World:
    """A mall and its public. Days are independent of each other."""

    def __init__(
        self, plan: MallPlan, *, seed: int = 1, scale: float = DEFAULT_SCALE, days: DayLookup | None = None
    ) -> None:
        self.plan = plan
        self.seed = seed
        self.scale = scale * _size(plan)
        self.days = days or day_lookup(plan.document)
        self.maker = TripMaker(plan, RouteFinder(plan))

    def day(self, on: date) -> 'WorldDay':
        return WorldDay(self, on)


@dataclass(frozen=True)
class WorldDay:
    """One business day."""

    world: World
    on: date

    @cached_property
    def facts(self) -> DayFacts:
        return self.world.days(self.on)

    @cached_property
    def weather(self) -> Weather:
        return weather_on(self.world.seed, self.on)

    @cached_property
    def people_expected(self) -> float:
        return people_expected(self.facts, self.weather, self.world.seed, self.world.scale)

    @cached_property
    def arrivals(self) -> list[Arrival]:
        """Who comes when, shoppers only."""
        found = [
            Arrival(at_s=float(second), purpose=purpose.name, number=number)
            for index, purpose in enumerate(PURPOSES)
            for number, second in enumerate(self.arrival_seconds(index))
        ]
        return sorted(found, key=lambda arrival: arrival.at_s)

    def arrival_seconds(self, index: int) -> NDArray[np.float64]:
        """When parties come with the purpose of an index: a Poisson draw of the intensities."""
        purpose = PURPOSES[index]
        dice = np.random.default_rng([self.world.seed, self.on.toordinal(), index])
        counts = dice.poisson(arrivals(purpose, self.facts, self.people_expected) / mean_size(purpose))
        minutes = np.repeat(np.arange(len(counts)), counts)
        return np.sort(minutes * 60.0 + dice.uniform(0, 60, len(minutes)))

    def parties(self) -> Iterator[Party]:
        """Everybody, staff too, in the order of arrival; queues at restaurants depend on that order."""
        seating = Tables(self.world.plan, Random(f'{self.world.seed}/{self.on}/tables'))  # noqa: S311
        shoppers = (self.shoppers(arrival, seating) for arrival in self.arrivals)
        return heapq.merge(self.staff(), shoppers, key=lambda party: party.trip.arrives_s)

    def shoppers(self, arrival: Arrival, seating: Seating | None = None) -> Party:
        """The party of an arrival."""
        key = f'{self.world.seed}/{self.on}/{arrival.purpose}/{arrival.number}'
        dice = Random(key)  # noqa: S311 - a simulation, not a secret
        purpose = BY_NAME[arrival.purpose]
        size, children = draw_party(dice, purpose)
        trip = self.world.maker.make(
            dice, purpose, self.facts, self.weather, arrival.at_s, size=size, with_child=children > 0,
            seating=seating or NoQueues(),
        )  # fmt: skip
        people = tuple(Person(_token(f'{key}/{n}'), is_child=n >= size - children) for n in range(size))
        door = self.world.plan.doors[trip.entry]
        group = _token(f'{key}/group') if size > 1 else None
        return Party(people, trip, group, came_by_car=door.kind == 'car_park')

    def staff(self) -> Iterator[Party]:
        """Those who work in the shops."""
        dice = Random(f'{self.world.seed}/{self.on}/staff')  # noqa: S311
        for number, trip in enumerate(staff_trips(self.world.maker, dice, self.facts)):
            marks = tuple(mark for mark, chance in (('uniform', 0.9), ('badge', 0.85)) if dice.random() < chance)
            token = _token(f'{self.world.seed}/{self.on}/staff/{number}')
            yield Party((Person(token, is_staff=True, staff=marks),), trip)


class Tables:
    """How full the restaurants are: parties wait for a table as long as their patience lasts."""

    def __init__(self, plan: MallPlan, dice: Random) -> None:
        self._seats = {s.code: max(3, int(s.area_m2 / M2_PER_TABLE)) for s in plan.shops.values() if _queues(s)}
        self._ends: dict[str, list[float]] = {code: [] for code in self._seats}
        self._dice = dice

    def wait_s(self, unit: str, at_s: float, stay_s: float) -> float | None:
        """Seconds until a table is free; None when the party would rather go."""
        if unit not in self._seats:
            return 0.0
        ends = self._ends[unit]
        while ends and ends[0] <= at_s:
            heapq.heappop(ends)
        waiting = len(ends) - self._seats[unit]
        wait = 0.0 if waiting < 0 else sorted(ends)[waiting] - at_s
        if wait > self._dice.uniform(*PATIENCE_S):
            return None
        heapq.heappush(ends, at_s + wait + stay_s)
        return wait


def mean_size(purpose: Purpose) -> float:
    return sum(n * weight for n, weight in enumerate(purpose.sizes, start=1)) / sum(purpose.sizes)


def draw_party(dice: Random, purpose: Purpose) -> tuple[int, int]:
    """How many come together, and how many of them are children."""
    size = dice.choices(range(1, len(purpose.sizes) + 1), weights=purpose.sizes)[0]
    if size == 1 or dice.random() >= purpose.has_children:
        return size, 0
    return size, dice.choice((1, 1, 2)) if size > 2 else 1


def _queues(shop: Shop) -> bool:
    return shop.category in QUEUED and shop.kind == 'shop'


def _size(plan: MallPlan) -> float:
    """The intensities are those of a mall of 120 shops; a smaller one draws fewer people."""
    return min(1.0, len(plan.shops) / 120)


def _token(key: str) -> str:
    return blake2b(key.encode(), digest_size=6).hexdigest()
