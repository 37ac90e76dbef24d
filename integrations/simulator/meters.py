"""What the meters of a mall show: a shop draws by its trade and the mall's hours, main meters what flows through them.

A register is a function of the hour alone. So the history that the demo loads and the live simulation agree to the
last digit, whenever the one ends and the other begins, and a restart loses nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import blake2b
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

from integrations.simulator.plan import MallPlan

MILLI = 1_000
WEEK_H, DAY_H = 168, 24
SINCE = datetime(2021, 9, 20)  # noqa: DTZ001 - a Monday, by the mall's own clock
NIGHT = range(1, 5)
FREE_DAYS, FREE = (4, 5, 6), 1.16
UNEVEN = 0.6  # how much of an hour's draw may fall into the next
LOST = {'electricity': 0.021, 'water': 0.034}  # on the way from a main meter to those behind it
MAINS = {'electricity': ('E', 600, 120), 'water': ('W', 1, 1)}  # letter, ratio of the mall's main, of a floor's
# kWh a day and m², what still draws when the shop is closed, and whether meals show in it.
DRAWS: Mapping[str, tuple[float, float, bool]] = {
    'dining': (1.35, 0.22, True), 'drinks': (2.1, 0.30, False), 'cafe': (1.4, 0.28, False),
    'dessert': (1.3, 0.34, False), 'bakery': (1.9, 0.30, False), 'supermarket': (1.15, 0.48, False),
    'grocery': (1.2, 0.50, False), 'convenience': (1.6, 0.52, False), 'cinema': (0.85, 0.10, False),
    'fitness': (0.7, 0.16, False), 'arcade': (1.0, 0.06, False), 'jewellery': (0.95, 0.14, False),
}  # fmt: skip
USUAL_DRAW = (0.62, 0.09, False)
# m³ a day and m².
WATER: Mapping[str, float] = {
    'dining': 0.021, 'drinks': 0.030, 'cafe': 0.014, 'dessert': 0.013, 'bakery': 0.011, 'beauty': 0.016,
    'fitness': 0.009, 'cinema': 0.002, 'supermarket': 0.0035, 'grocery': 0.004, 'family': 0.003,
}  # fmt: skip
LEAKS, BURNS = 'f4-13', 'f4-01'  # a tap that never closes; heaters that run at night instead of by day


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterSpot:
    """A meter: what it hangs behind, and what flows through it in each hour of a week, in thousandths."""

    code: str
    utility: str
    gateway: str
    floor: str
    shop: str | None
    parent: str | None
    multiplier: int
    week: tuple[int, ...]
    begins: int = 0
    digits: int = 6
    summed: tuple[int, ...] = field(repr=False)

    def register_milli(self, hour: int) -> int:
        """What it shows at an hour since the beginning of time, before its ratio."""
        weeks, place = divmod(hour, WEEK_H)
        uneven = UNEVEN * min(self.week[place - 1], self.week[place]) * _chance(f'{self.code}/{hour}')
        flowed = self.begins + weeks * self.summed[-1] + self.summed[place] + int(uneven)
        return flowed // self.multiplier % (10**self.digits * MILLI)


@dataclass(frozen=True)
class MeterBoard:
    """All meters of a mall, main meters first."""

    plan: MallPlan
    zone: ZoneInfo

    @cached_property
    def spots(self) -> tuple[MeterSpot, ...]:
        floors = [one for utility in MAINS for one in self._floors(utility)]
        return (*self._mains(floors), *(one for floor in floors for one in floor))

    @cached_property
    def gateways(self) -> dict[str, str]:
        """The concentrator of each floor that has meters."""
        return {spot.floor: spot.gateway for spot in self.spots}

    def hour_of(self, at: datetime) -> int:
        """Whole hours since the beginning of time."""
        since = SINCE.replace(tzinfo=self.zone).astimezone(UTC)
        return int((at - since) // timedelta(hours=1))

    def _floors(self, utility: str) -> Iterator[list[MeterSpot]]:
        """For every floor its main meter, the meter of what all share, and those of the shops."""
        letter, _, ratio = MAINS[utility]
        hours = opening(self.plan.document)
        for floor in self.plan.floors:
            name, code = floor['code'], f'{letter}-{floor["code"]}'
            subs = [
                self._spot(f'{letter}-{unit["code"].upper()}', utility, name, code, week, unit['code'])
                for unit in floor['units'] if (week := _draw(utility, unit, hours))
            ]  # fmt: skip
            if not subs:
                continue
            area = sum(unit['area_m2'] for unit in floor['units'])
            subs.append(self._spot(f'{code}-PUB', utility, name, code, _shared(utility, area, hours), None, ratio=20))
            yield [self._main(utility, code, name, f'{letter}-MAIN', subs, ratio), *subs]

    def _mains(self, floors: Sequence[Sequence[MeterSpot]]) -> Iterator[MeterSpot]:
        for utility, (letter, ratio, _) in MAINS.items():
            behind = [floor[0] for floor in floors if floor[0].utility == utility]
            if behind:
                yield self._main(utility, f'{letter}-MAIN', behind[0].floor, None, behind, ratio)

    def _main(
        self, utility: str, code: str, floor: str, parent: str | None, behind: Sequence[MeterSpot], ratio: int
    ) -> MeterSpot:
        week = [int(sum(hour) * (1 + LOST[utility])) for hour in zip(*(one.week for one in behind), strict=True)]
        return self._spot(code, utility, floor, parent, week, None, ratio=ratio if utility == 'electricity' else 1)

    @staticmethod
    def _spot(
        code: str,
        utility: str,
        floor: str,
        parent: str | None,
        week: Sequence[int],
        shop: str | None,
        *,
        ratio: int = 0,
    ) -> MeterSpot:
        usual = (40 if sum(week) > 2_000 * MILLI else 1) if utility == 'electricity' else 1
        return MeterSpot(
            code=code, utility=utility, gateway=f'meters-{floor.lower()}', floor=floor, shop=shop, parent=parent,
            multiplier=ratio or usual, week=tuple(week), summed=(0, *accumulate(week)),
            begins=int(_chance(code) * 400 * MILLI), digits=6 if shop else 8,
        )  # fmt: skip


def opening(document: Mapping[str, Any]) -> tuple[tuple[int, int], ...]:
    """When the mall opens and closes on Monday, Tuesday …, in hours."""
    weekly = {day: part for part in document['hours']['weekly'] for day in part['weekdays']}
    return tuple(
        (int(weekly[day]['opens'][:2]), -(-int(weekly[day]['closes'].replace(':', '')) // 100)) for day in range(1, 8)
    )


def _draw(utility: str, unit: Mapping[str, Any], hours: Sequence[tuple[int, int]]) -> list[int]:
    """A shop's week by the hour; empty where it has no such meter."""
    if utility == 'electricity':
        per_m2, idle, has_meals = DRAWS.get(unit['category'], USUAL_DRAW)
    else:
        per_m2, idle, has_meals = WATER.get(unit['category'], 0.0), 0.0, unit['category'] == 'dining'
    if not per_m2:
        return []
    shape = [
        _shape(hour, opens, closes, idle, has_meals) * (FREE if day in FREE_DAYS else 1.0)
        for day, (opens, closes) in enumerate(hours) for hour in range(DAY_H)
    ]  # fmt: skip
    if unit['code'] == BURNS and utility == 'electricity':
        shape = [1.6 if hour % DAY_H in NIGHT else part / 3 for hour, part in enumerate(shape)]
    size = per_m2 * unit['area_m2'] * (0.8 + 0.4 * _chance(f'{unit["code"]}/{utility}'))
    dripping = 0.06 * size if unit['code'] == LEAKS and utility == 'water' else 0.0
    mean = sum(shape) / 7
    return [int((part / mean * size + dripping) * MILLI) for part in shape]


def _shape(hour: int, opens: int, closes: int, idle: float, has_meals: bool) -> float:
    """Getting ready an hour before opening; lunch and dinner where there are meals."""
    if not opens - 1 <= hour < closes:
        return idle
    if hour == opens - 1:
        return max(idle, 0.5)
    return 1.0 + (0.9 if has_meals and hour in (11, 12, 17, 18, 19) else 0.0)


def _shared(utility: str, area: float, hours: Sequence[tuple[int, int]]) -> list[int]:
    """Corridors, escalators and washrooms of a floor."""
    size, idle = (area * 0.42, 0.3) if utility == 'electricity' else (area * 0.0035, 0.0)
    shape = [_shape(hour, opens, closes, idle, False) for opens, closes in hours for hour in range(DAY_H)]
    mean = sum(shape) / 7
    return [int(part / mean * size * MILLI) for part in shape]


def _chance(what: str) -> float:
    return int.from_bytes(blake2b(what.encode(), digest_size=8).digest()) / 2**64
