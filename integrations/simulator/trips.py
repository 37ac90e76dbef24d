"""What one party does between coming and leaving: its stops, the ways between them, and what that makes devices see.

A trip is timed in seconds since midnight of its business day, by the mall's clocks. Nothing in it depends on other
parties but the waiting times, which the world passes in; so the same dice give the same trip.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from typing import Protocol

from integrations.simulator.patterns import DayFacts, Purpose, Weather, door_shares
from integrations.simulator.plan import DoorSpot, MallPlan, Shop
from integrations.simulator.routes import RouteFinder
from integrations.simulator.trip import Bought, Trip
from integrations.simulator.walker import Walker

LEAVE_MARGIN_S = 240
DINING = ('dining',)
SNACKS = ('drinks', 'cafe', 'dessert', 'bakery')
CLOTHES = ('fashion', 'shoes', 'bags', 'accessories', 'lingerie', 'cosmetics', 'jewellery', 'sports')
BROWSE = (*CLOTHES, 'digital', 'home', 'books', 'kids', 'eyewear')
ERRANDS = ('services', 'pharmacy', 'eyewear', 'beauty', 'digital', 'convenience')


@dataclass(frozen=True, slots=True)
class Stay:
    """How long people stay in shops of a category and what they spend there."""

    minutes: float
    spread: float
    conversion: float
    spend_fen: int


STAYS: dict[str, Stay] = {
    'dining': Stay(48, 0.28, 0.98, 9_200), 'drinks': Stay(9, 0.4, 0.92, 2_300), 'cafe': Stay(28, 0.5, 0.95, 3_900),
    'dessert': Stay(20, 0.4, 0.93, 3_600), 'bakery': Stay(7, 0.4, 0.8, 3_800), 'fashion': Stay(13, 0.55, 0.2, 42_000),
    'shoes': Stay(12, 0.5, 0.18, 52_000), 'bags': Stay(11, 0.55, 0.1, 88_000),
    'accessories': Stay(8, 0.5, 0.28, 9_800), 'lingerie': Stay(11, 0.5, 0.3, 24_000),
    'cosmetics': Stay(10, 0.55, 0.3, 38_000), 'jewellery': Stay(14, 0.6, 0.08, 420_000),
    'sports': Stay(15, 0.5, 0.22, 46_000), 'kids': Stay(18, 0.5, 0.34, 22_000), 'family': Stay(72, 0.35, 0.9, 12_800),
    'supermarket': Stay(27, 0.45, 0.93, 14_500), 'grocery': Stay(8, 0.4, 0.85, 4_600),
    'convenience': Stay(5, 0.4, 0.9, 1_900), 'cinema': Stay(118, 0.08, 1.0, 5_200),
    'fitness': Stay(74, 0.25, 0.08, 36_000), 'digital': Stay(14, 0.6, 0.12, 128_000),
    'home': Stay(17, 0.55, 0.22, 29_000), 'books': Stay(31, 0.7, 0.3, 8_200), 'services': Stay(12, 0.5, 0.7, 6_500),
    'pharmacy': Stay(8, 0.4, 0.8, 5_900), 'beauty': Stay(58, 0.35, 0.92, 19_800),
    'eyewear': Stay(22, 0.5, 0.35, 68_000), 'arcade': Stay(45, 0.45, 0.95, 8_000),
    'leisure': Stay(125, 0.2, 0.97, 11_000),
}  # fmt: skip


class Seating(Protocol):
    """Who knows how full a shop is; the answer is the seconds a party waits, None when it would be too long."""

    def wait_s(self, unit: str, at_s: float, stay_s: float) -> float | None: ...


class NoQueues:
    """Every table is free."""

    def wait_s(self, unit: str, at_s: float, stay_s: float) -> float | None:
        return 0.0


class TripMaker:
    """Makes trips through one mall."""

    def __init__(self, plan: MallPlan, finder: RouteFinder) -> None:
        self.plan = plan
        self.finder = finder
        self._by_kind: dict[str, list[DoorSpot]] = {}
        for door in plan.external_doors:
            self._by_kind.setdefault(door.kind, []).append(door)
        self._shops: dict[tuple[str, ...], tuple[list[Shop], list[float]]] = {}

    def make(
        self, random: Random, purpose: Purpose, facts: DayFacts, weather: Weather, arrives_s: float, *,
        size: int = 1, with_child: bool = False, seating: Seating | None = None,
    ) -> Trip:  # fmt: skip
        """The trip of a party that reaches its door at `arrives_s`."""
        entry = self._door(random, purpose, weather)
        trip = Trip(purpose=purpose.name, arrives_s=arrives_s, entry=entry.code)
        walker = Walker(
            self.plan, self.finder, trip, entry, random.uniform(0.8, 1.05) if with_child else random.uniform(0.9, 1.45)
        )
        exit_door = entry if random.random() < 0.72 else self._door(random, purpose, weather)
        if purpose.name == 'passer':
            others = [door for door in self.plan.external_doors if door.code != entry.code and door.kind != 'car_park']
            exit_door = random.choice(others) if others else entry
        stops = self._stops(random, purpose)
        closing_s = facts.closes * 60.0
        for shop in stops:
            self._stop(random, walker, shop, exit_door, closing_s, size, seating or NoQueues())
        walker.leave(exit_door)
        return trip

    def _stop(
        self, random: Random, walker: 'Walker', shop: Shop, exit_door: DoorSpot, closing_s: float, size: int,
        seating: Seating,
    ) -> None:  # fmt: skip
        """One stop, if there is time left for it before closing."""
        stay = STAYS[shop.category]
        way_back_s = self.finder.route(shop.door, exit_door.code).seconds(walker.speed)
        there_s = walker.now_s + self.finder.route(walker.here, shop.door).seconds(walker.speed)
        stay_s = 60 * min(stay.minutes * random.lognormvariate(0, stay.spread), 240)
        stay_s = min(stay_s, closing_s - LEAVE_MARGIN_S - way_back_s - there_s)
        if stay_s < max(60.0, stay.minutes * 18):
            return
        wait_s = seating.wait_s(shop.code, there_s, stay_s)
        if wait_s is None or there_s + wait_s + stay_s + way_back_s > closing_s - LEAVE_MARGIN_S:
            return
        walker.walk_to(shop.door)
        if wait_s > 0:
            walker.wait(shop, wait_s)
        entered_s = walker.now_s
        walker.visit(random, shop, stay_s)
        if random.random() < stay.conversion:
            self._buy(random, walker.trip, shop, stay, (entered_s, walker.now_s), size)

    def _buy(self, random: Random, trip: Trip, shop: Shop, stay: Stay, inside: tuple[float, float], size: int) -> None:
        heads = size if shop.category in ('dining', 'cinema', 'family', *SNACKS) else 1
        amount = round(stay.spend_fen * heads * random.lognormvariate(0, 0.45))
        entered_s, left_s = inside
        trip.bought.append(Bought(shop.code, left_s - min(60.0, (left_s - entered_s) / 2), amount))

    def _door(self, random: Random, purpose: Purpose, weather: Weather) -> DoorSpot:
        shares = {kind: share for kind, share in door_shares(purpose, weather).items() if kind in self._by_kind}
        kind = random.choices(list(shares), weights=[max(share, 1e-9) for share in shares.values()])[0]
        doors = self._by_kind[kind]
        weights = [3.0 if door.code.endswith('main') else 1.0 for door in doors]
        return random.choices(doors, weights=weights)[0]

    def _stops(self, random: Random, purpose: Purpose) -> list[Shop]:
        wishes = _WISHES[purpose.name](random)
        found: list[Shop] = []
        for categories in wishes:
            shop = self._choose(random, categories, found[-1].floor if found else None)
            if shop is not None and shop not in found:
                found.append(shop)
        return found

    def _choose(self, random: Random, categories: Sequence[str], floor: str | None) -> Shop | None:
        """Bigger shops draw more, and people rather stay on the floor they are on."""
        key = tuple(categories)
        if key not in self._shops:
            shops = list(self.plan.by_category(*key))
            self._shops[key] = shops, [shop.area_m2**0.6 * _pull(shop.code) for shop in shops]
        shops, weights = self._shops[key]
        if not shops:
            return None
        near = [w * (2.2 if shop.floor == floor else 1.0) for shop, w in zip(shops, weights, strict=True)]
        return random.choices(shops, weights=near)[0]


def _pull(code: str) -> float:
    """Some shops are simply liked more; the same on every run."""
    return 0.6 + 0.9 * Random(f'pull/{code}').random()  # noqa: S311 - not a secret


Wishes = list[Sequence[str]]


def _maybe(random: Random, chance: float, categories: Sequence[str]) -> Wishes:
    return [categories] if random.random() < chance else []


_WISHES: dict[str, Callable[[Random], Wishes]] = {
    'lunch': lambda r: [DINING, *_maybe(r, 0.35, SNACKS), *_maybe(r, 0.18, BROWSE)],
    'dinner': lambda r: [*_maybe(r, 0.25, BROWSE), DINING, *_maybe(r, 0.45, BROWSE), *_maybe(r, 0.3, SNACKS)],
    'clothes': lambda r: [
        *[CLOTHES] * r.randint(1, 4), *_maybe(r, 0.4, SNACKS), *[BROWSE] * r.randint(0, 2), *_maybe(r, 0.25, DINING),
    ],
    'cinema': lambda r: [*_maybe(r, 0.4, DINING), *_maybe(r, 0.5, SNACKS), ('cinema',), *_maybe(r, 0.2, BROWSE)],
    'family': lambda r: [
        ('family',), *_maybe(r, 0.7, ('kids',)), *_maybe(r, 0.65, DINING), *_maybe(r, 0.3, ('supermarket',)),
    ],
    'groceries': lambda r: [('supermarket',), *_maybe(r, 0.3, ('grocery', 'bakery', 'convenience'))],
    'passer': lambda r: [*_maybe(r, 0.16, ('drinks', 'bakery', 'convenience'))],
    'errand': lambda r: [ERRANDS, *_maybe(r, 0.3, SNACKS)],
    'fitness': lambda r: [('fitness',), *_maybe(r, 0.3, ('drinks',))],
}  # fmt: skip
