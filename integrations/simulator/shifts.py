"""Those who work in the shops: they come before opening, cross their own door many times, and go after closing."""

from collections.abc import Iterator
from random import Random

from integrations.simulator.patterns import DayFacts
from integrations.simulator.plan import Shop
from integrations.simulator.trip import Trip
from integrations.simulator.trips import TripMaker
from integrations.simulator.walker import Walker

M2_PER_POST = 170.0
MOST_POSTS = 8
STAFF_DOORS = ('street', 'metro')


def staff_trips(maker: TripMaker, dice: Random, facts: DayFacts) -> Iterator[Trip]:
    """An early and a late shift for each post of each shop, in the order of coming."""
    found: list[Trip] = []
    middle = (facts.opens + facts.closes) / 2 * 60
    for shop in maker.plan.shops.values():
        for _ in range(max(1, min(MOST_POSTS, round(shop.area_m2 / M2_PER_POST)))):
            early = facts.opens * 60 - dice.uniform(12, 40) * 60
            found.append(_trip(maker, dice, shop, early, middle + dice.uniform(0, 30) * 60))
            late = middle - dice.uniform(10, 30) * 60
            found.append(_trip(maker, dice, shop, late, facts.closes * 60 + dice.uniform(3, 20) * 60))
    return iter(sorted(found, key=lambda trip: trip.arrives_s))


def _trip(maker: TripMaker, dice: Random, shop: Shop, arrives_s: float, ends_s: float) -> Trip:
    doors = [door for door in maker.plan.external_doors if door.kind in STAFF_DOORS]
    door = dice.choice(doors)
    trip = Trip(purpose='staff', arrives_s=arrives_s, entry=door.code)
    walker = Walker(maker.plan, maker.finder, trip, door, dice.uniform(1.1, 1.4))
    walker.walk_to(shop.door)
    while walker.now_s < ends_s - 240:
        walker.visit(dice, shop, min(dice.uniform(30, 85) * 60, ends_s - walker.now_s))
        if walker.now_s < ends_s - 1800:
            _go_out(maker, dice, walker, shop)
    walker.leave(door)
    return trip


def _go_out(maker: TripMaker, dice: Random, walker: Walker, shop: Shop) -> None:
    """To the stockroom or the toilet and back, or for a bite."""
    same_floor = [d.code for d in maker.plan.doors.values() if d.floor == shop.floor and d.kind == 'internal']
    meals = [s for s in maker.plan.by_category('dining', 'convenience', 'bakery') if s.code != shop.code]
    if meals and dice.random() < 0.18:
        meal = dice.choice(meals)
        walker.walk_to(meal.door)
        walker.visit(dice, meal, dice.uniform(9, 24) * 60)
    else:
        walker.walk_to(dice.choice(same_floor))
    walker.walk_to(shop.door)
