"""Moves a party along its way and writes down what happens."""

from math import dist
from random import Random

from integrations.simulator.plan import DoorSpot, MallPlan, Shop
from integrations.simulator.routes import Route, RouteFinder
from integrations.simulator.trip import Seen, Spent, Stretch, Trip, Walk

MAX_SPEED = 1.75
SHOP_SPEED = 0.7
FRONT_M = 2.5  # the pass-by zone before a shop reaches so far to each side of its door


class Walker:
    """Moves a party along and writes down what happens."""

    def __init__(self, plan: MallPlan, finder: RouteFinder, trip: Trip, entry: DoorSpot, speed: float) -> None:
        self.plan = plan
        self.finder = finder
        self.trip = trip
        self.speed = min(speed, MAX_SPEED)
        self.here = entry.code
        self.now_s = trip.arrives_s
        trip.seen.append(Seen(self.now_s, entry.code, True))

    def walk_to(self, door: str) -> None:
        route = self.finder.route(self.here, door)
        self._follow(route)
        self.here = door

    def wait(self, shop: Shop, wait_s: float) -> None:
        at = self.plan.doors[shop.door].at
        self.trip.waited.append(Spent(shop.code, self.now_s, self.now_s + wait_s, True))
        self.trip.moves.append([Stretch(self.now_s, self.now_s + wait_s, shop.floor, at, at)])
        if shop.passby_zone:
            self.trip.spent.append(Spent(shop.passby_zone, self.now_s, self.now_s + wait_s, False))
        self.now_s += wait_s

    def visit(self, random: Random, shop: Shop, stay_s: float) -> None:
        until = self.now_s + stay_s
        self.trip.seen.append(Seen(self.now_s, shop.door, True))
        self.trip.moves.append(self._wander(random, shop, self.now_s, until))
        self.trip.spent.append(Spent(shop.code, self.now_s, until, True))
        self.trip.seen.append(Seen(until, shop.door, False))
        self.now_s = until

    def leave(self, door: DoorSpot) -> None:
        self.walk_to(door.code)
        if self.now_s <= self.trip.arrives_s:
            self.now_s += 20.0  # in and out again at the same door
        self.trip.seen.append(Seen(self.now_s, door.code, False))
        self.trip.leaves_s, self.trip.leaving = self.now_s, door.code

    def _wander(self, random: Random, shop: Shop, from_s: float, until_s: float) -> list[Stretch]:
        """From the door to a few places inside and back, standing at each."""
        door = self.plan.doors[shop.door].at
        count = 1 if shop.category in ('dining', 'cinema') else min(4, 1 + int((until_s - from_s) // 300))
        places = [random.choice(shop.spots) for _ in range(count)]
        legs = list(zip([door, *places], [*places, door], strict=True))
        walks = [dist(a, b) / SHOP_SPEED for a, b in legs]
        if sum(walks) > (until_s - from_s) / 2:  # too short a stay to go round: stand behind the door
            return [Stretch(from_s, until_s, shop.floor, shop.spots[0], shop.spots[0])]
        stand_s = (until_s - from_s - sum(walks)) / count
        found, now = [], from_s
        for (a, b), walk_s in zip(legs, walks, strict=True):
            found.append(Stretch(now, now + walk_s, shop.floor, a, b))
            now += walk_s
            if b != door:
                found.append(Stretch(now, now + stand_s, shop.floor, b, b))
                now += stand_s
        return [stretch for stretch in found if stretch.until_s > stretch.from_s]

    def _follow(self, route: Route) -> None:
        now, speed, trip = self.now_s, self.speed, self.trip
        for leaves, begin, arrives, end in route.rides:
            trip.seen.append(Seen(now + begin.after_s(speed), leaves, False))
            trip.seen.append(Seen(now + end.after_s(speed), arrives, True))
        trip.spent += [
            Spent(zone, now + begin.after_s(speed), now + end.after_s(speed), False) for zone, begin, end in route.zones
        ]
        reach_s = FRONT_M / speed
        for zone, mark in route.fronts:
            at_s = now + mark.after_s(speed)
            trip.spent.append(Spent(zone, at_s - reach_s, at_s + reach_s, False))
        trip.moves.append(Walk(route, now, speed))
        self.now_s += route.seconds(speed)
