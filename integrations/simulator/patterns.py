"""How many come, when and why: the intensities by purpose, minute, weekday, season, holiday and weather.

The live world and the history draw from these same functions.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from hashlib import blake2b
from math import exp

import numpy as np
from numpy.typing import NDArray

MINUTES = 24 * 60
PEOPLE_A_DAY = 20_000  # at scale 1, on an average day
GROWTH_A_YEAR = 0.04
GROWTH_FROM = date(2025, 1, 1)

Bump = tuple[float, float, float]  # hour, width in hours, weight


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFacts:
    """What the world must know of a day; `opens` and `closes` are minutes since midnight, past 1440 the next day."""

    on: date
    weekday: int  # 1 Monday … 7 Sunday, of the pattern the day follows
    is_holiday: bool = False
    is_makeup: bool = False
    spring_offset: int = 100  # days since Lunar New Year's Day
    holiday_day: int = 0  # 1 on the first day of a holiday, 2 on the second …
    holiday: str | None = None
    opens: int = 600
    closes: int = 1320

    @property
    def is_free(self) -> bool:
        return self.is_holiday or (self.weekday >= 6 and not self.is_makeup)


@dataclass(frozen=True, slots=True, kw_only=True)
class Weather:
    """`rain` from 0 (dry) to 1 (a downpour all day)."""

    rain: float
    is_hot: bool
    is_cold: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Purpose:
    """Why a party comes. `stops` are drawn in order: a choice of categories, how many, how long, how often they buy."""

    name: str
    share_workday: float
    share_free: float
    bumps_workday: tuple[Bump, ...]
    bumps_free: tuple[Bump, ...]
    sizes: tuple[float, ...]  # weights of parties of 1, 2, 3 …
    has_children: float = 0.0
    by: Mapping[str, float] = field(
        default_factory=lambda: {'street': 0.42, 'metro': 0.3, 'car_park': 0.22, 'bridge': 0.06}
    )
    stays_open: bool = True


LUNCH, TEA, DINNER = (12.1, 0.55, 1.0), (15.3, 1.5, 1.0), (18.3, 0.9, 1.0)

PURPOSES = (
    Purpose(name='lunch', share_workday=0.20, share_free=0.13, bumps_workday=((12.0, 0.42, 1.0),),
            bumps_free=((12.2, 0.8, 1.0),), sizes=(0.3, 0.35, 0.2, 0.15),
            by={'street': 0.35, 'metro': 0.25, 'car_park': 0.1, 'bridge': 0.3}),
    Purpose(name='dinner', share_workday=0.20, share_free=0.17, bumps_workday=((18.3, 0.6, 1.0),),
            bumps_free=((17.8, 0.9, 1.0),), sizes=(0.12, 0.42, 0.22, 0.24), has_children=0.15),
    Purpose(name='clothes', share_workday=0.15, share_free=0.23, bumps_workday=(TEA, (19.0, 0.9, 1.1)),
            bumps_free=((14.5, 1.9, 1.0), (18.8, 1.2, 0.5)), sizes=(0.35, 0.45, 0.2), has_children=0.04),
    Purpose(name='cinema', share_workday=0.06, share_free=0.08,
            bumps_workday=((13.6, 0.6, 0.4), (19.0, 0.45, 1.3)),
            bumps_free=((13.5, 0.7, 1.0), (16.0, 0.6, 0.7), (18.9, 0.6, 1.0)), sizes=(0.15, 0.65, 0.2)),
    Purpose(name='family', share_workday=0.05, share_free=0.16, bumps_workday=((16.6, 0.8, 1.0),),
            bumps_free=((10.6, 0.7, 0.7), (14.2, 1.3, 1.0)), sizes=(0.0, 0.3, 0.5, 0.2), has_children=1.0,
            by={'street': 0.3, 'metro': 0.2, 'car_park': 0.47, 'bridge': 0.03}),
    Purpose(name='groceries', share_workday=0.13, share_free=0.10, bumps_workday=((10.4, 0.6, 0.6), (17.6, 0.9, 1.0)),
            bumps_free=((10.7, 0.9, 1.0), (16.8, 1.2, 0.9)), sizes=(0.6, 0.32, 0.08), has_children=0.06,
            by={'street': 0.4, 'metro': 0.32, 'car_park': 0.26, 'bridge': 0.02}),
    Purpose(name='passer', share_workday=0.12, share_free=0.06, bumps_workday=((10.1, 0.3, 0.25), (18.1, 0.7, 1.0)),
            bumps_free=((13.0, 2.5, 1.0),), sizes=(0.85, 0.15),
            by={'street': 0.38, 'metro': 0.5, 'car_park': 0.0, 'bridge': 0.12}),
    Purpose(name='errand', share_workday=0.06, share_free=0.05, bumps_workday=((11.0, 0.9, 0.6), (16.0, 1.8, 1.0)),
            bumps_free=((14.0, 2.2, 1.0),), sizes=(0.8, 0.2)),
    Purpose(name='fitness', share_workday=0.03, share_free=0.02, bumps_workday=((11.9, 0.4, 0.3), (18.8, 0.8, 1.0)),
            bumps_free=((11.0, 1.0, 1.0), (16.0, 1.2, 1.0)), sizes=(0.85, 0.15)),
)  # fmt: skip
BY_NAME = {purpose.name: purpose for purpose in PURPOSES}

WEEK = {1: 0.80, 2: 0.78, 3: 0.81, 4: 0.86, 5: 1.10, 6: 1.46, 7: 1.34}
SEASON = (1.00, 0.97, 0.95, 0.97, 1.00, 0.98, 1.08, 1.08, 0.97, 1.00, 1.02, 1.10)
RAINY = (0.25, 0.32, 0.38, 0.42, 0.42, 0.48, 0.40, 0.40, 0.33, 0.25, 0.25, 0.22)
SPRING_RUN_UP, SPRING_EVE, SPRING_FIRST = 1.22, 0.52, 0.85


def weather_on(seed: int, on: date) -> Weather:
    """The weather of a day: always the same for a seed."""
    chance, strength = _unit(seed, on, 'rain'), _unit(seed, on, 'strength')
    rain = 0.25 + 0.75 * strength if chance < RAINY[on.month - 1] else 0.0
    return Weather(rain=rain, is_hot=on.month in (7, 8), is_cold=on.month in (12, 1, 2))


def people_expected(facts: DayFacts, weather: Weather, seed: int, scale: float) -> float:
    """How many people come on a day, children included and staff not."""
    trend = 1 + GROWTH_A_YEAR * (facts.on - GROWTH_FROM).days / 365
    noise = 0.95 + 0.10 * _unit(seed, facts.on, 'noise')
    hours = min(1.0, (facts.closes - facts.opens) / 700)
    wet = 1 - 0.16 * weather.rain + (0.03 if weather.is_hot and weather.rain == 0 else 0)
    return PEOPLE_A_DAY * scale * _day_factor(facts) * SEASON[facts.on.month - 1] * wet * trend * noise * hours


def arrivals(purpose: Purpose, facts: DayFacts, total: float) -> NDArray[np.float64]:
    """People expected to arrive with a purpose in each minute of the day; the last comes well before closing."""
    share = purpose.share_free if facts.is_free else purpose.share_workday
    bumps = purpose.bumps_free if facts.is_free else purpose.bumps_workday
    minute = np.arange(MINUTES) + 0.5
    density = np.full(MINUTES, 0.02)
    for hour, width, weight in bumps:
        density += weight * np.exp(-0.5 * ((minute - hour * 60) / (width * 60)) ** 2)
    density[minute < facts.opens] = 0.0
    density[minute > facts.closes - 45] = 0.0
    return np.asarray(total * share * density / density.sum(), np.float64)


def door_shares(purpose: Purpose, weather: Weather) -> dict[str, float]:
    """How parties come: rain moves people from the street to the metro and the car park."""
    moved = 0.35 * weather.rain * purpose.by['street']
    by = dict(purpose.by)
    by['street'] -= moved
    by['metro'] += moved * 0.6
    by['car_park'] += moved * 0.4 if by['car_park'] else 0
    total = sum(by.values())
    return {kind: share / total for kind, share in by.items()}


def _day_factor(facts: DayFacts) -> float:
    offset = facts.spring_offset
    if offset == -1:
        return SPRING_EVE
    if offset == 0:
        return SPRING_FIRST
    if 1 <= offset <= 6:
        return 1.62 - 0.04 * offset
    if facts.is_holiday:
        peak = {'national_day': 1.72, 'labour_day': 1.65, 'mid_autumn': 1.45, 'new_year': 1.55}.get(
            facts.holiday or '', 1.4
        )
        return peak * exp(-0.045 * max(0, facts.holiday_day - 2))
    base = WEEK[facts.weekday] * (0.96 if facts.is_makeup else 1.0)
    return base * SPRING_RUN_UP if -9 <= offset <= -2 else base


def _unit(seed: int, on: date, what: str) -> float:
    digest = blake2b(f'{seed}/{on.isoformat()}/{what}'.encode(), digest_size=8).digest()
    return int.from_bytes(digest, 'big') / 2**64
