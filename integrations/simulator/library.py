"""Trips kept for reuse: for each kind of day, purpose and half hour of arrival a few, as flat arrays.

A history day takes its arrivals from the world's own intensities and gives each a trip of the same purpose and half
hour. Trips are made for the end of the half hour, so shifting one earlier never passes the closing.
"""

from dataclasses import dataclass, replace
from datetime import date
from random import Random

import numpy as np
from numpy.typing import NDArray

from integrations.simulator.patterns import PURPOSES, DayFacts, weather_on
from integrations.simulator.shifts import staff_trips
from integrations.simulator.trip import Trip
from integrations.simulator.world import World, draw_party

BUCKET_MIN = 30
BUCKETS = 48
TRIPS_A_BUCKET = 6
STAFF_VARIANTS = 2
LAST_ARRIVAL_S = 45 * 60.0

Ints = NDArray[np.int32]
Floats = NDArray[np.float32]
Made = tuple[Trip, int, int]  # with its people and the children among them


@dataclass(frozen=True)
class TripShelf:
    """Trips as flat arrays: events `first[i]:first[i + 1]` are those of trip i, as delays since its arrival.

    `place[purpose, bucket]` is the first of the trips for that arrival; there are `TRIPS_A_BUCKET` of them.
    """

    place: Ints
    people: Ints
    children: Ints
    seen_first: Ints
    seen_line: Ints
    seen_is_in: NDArray[np.bool_]
    seen_delay_s: Floats
    spent_first: Ints
    spent_zone: Ints
    spent_end_s: Floats
    spent_s: Floats


class TripLibrary:
    """Makes shelves when they are first asked for."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.lines = sorted(world.plan.doors)
        self.zones: list[str] = []
        self._line_index = {line: index for index, line in enumerate(self.lines)}
        self._zone_index: dict[str, int] = {}
        self._shelves: dict[tuple[object, ...], TripShelf] = {}

    def shoppers(self, facts: DayFacts, *, is_wet: bool) -> TripShelf:
        """Trips for every purpose and half hour of such a day; half past closes as the full hour does."""
        early = replace(facts, closes=facts.closes // 60 * 60)
        key = (facts.is_free, facts.opens, early.closes, is_wet)
        if key not in self._shelves:
            self._shelves[key] = self._make(early, is_wet=is_wet)
        return self._shelves[key]

    def staff(self, facts: DayFacts, variant: int) -> TripShelf:
        """A whole day of the staff; delays count from midnight."""
        key = ('staff', facts.opens, facts.closes, variant % STAFF_VARIANTS)
        if key not in self._shelves:
            dice = Random(f'{self.world.seed}/{key}')  # noqa: S311 - a simulation, not a secret
            trips: list[Made] = [(trip, 1, 0) for trip in staff_trips(self.world.maker, dice, facts)]
            self._shelves[key] = self._shelve(trips, np.zeros((0, 0), np.int32), since_midnight=True)
        return self._shelves[key]

    def _make(self, facts: DayFacts, *, is_wet: bool) -> TripShelf:
        place = np.full((len(PURPOSES), BUCKETS), -1, np.int32)
        weather = replace(weather_on(0, date(2026, 1, 1)), rain=0.5 if is_wet else 0.0)
        made: list[Made] = []
        for index, purpose in enumerate(PURPOSES):
            dice = Random(f'{self.world.seed}/{purpose.name}/{facts.is_free}/{facts.closes}/{is_wet}')  # noqa: S311
            for bucket in range(facts.opens // BUCKET_MIN, min(BUCKETS, facts.closes // BUCKET_MIN)):
                place[index, bucket:] = len(made)  # and for any later half hour, until it gets its own
                arrives_s = min((bucket + 1) * BUCKET_MIN * 60.0, facts.closes * 60.0 - LAST_ARRIVAL_S)
                for _ in range(TRIPS_A_BUCKET):
                    size, children = draw_party(dice, purpose)
                    trip = self.world.maker.make(
                        dice, purpose, facts, weather, arrives_s, size=size, with_child=children > 0
                    )
                    made.append((trip, size, children))
        return self._shelve(made, place)

    def _shelve(self, trips: list[Made], place: Ints, *, since_midnight: bool = False) -> TripShelf:
        starts = [0.0 if since_midnight else trip.arrives_s for trip, _, _ in trips]
        seen = [(event, start) for (trip, _, _), start in zip(trips, starts, strict=True) for event in trip.seen]
        stays = [[s for s in trip.spent if s.until_s - s.from_s >= 3] for trip, _, _ in trips]
        spent = [(stay, start) for of_trip, start in zip(stays, starts, strict=True) for stay in of_trip]
        return TripShelf(
            place=place,
            people=np.array([size for _, size, _ in trips], np.int32),
            children=np.array([children for _, _, children in trips], np.int32),
            seen_first=_borders([len(trip.seen) for trip, _, _ in trips]),
            seen_line=np.array([self._line_index[event.line] for event, _ in seen], np.int32),
            seen_is_in=np.array([event.is_in for event, _ in seen], np.bool_),
            seen_delay_s=np.array([event.at_s - start for event, start in seen], np.float32),
            spent_first=_borders([len(of_trip) for of_trip in stays]),
            spent_zone=np.array([self._zone(stay.zone) for stay, _ in spent], np.int32),
            spent_end_s=np.array([stay.until_s - start for stay, start in spent], np.float32),
            spent_s=np.array([stay.until_s - stay.from_s for stay, _ in spent], np.float32),
        )

    def _zone(self, code: str) -> int:
        if code not in self._zone_index:
            self._zone_index[code] = len(self.zones)
            self.zones.append(code)
        return self._zone_index[code]


def _borders(lengths: list[int]) -> Ints:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
