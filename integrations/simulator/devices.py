"""Which device sees which fact, and what all devices said during one day, numbered as they would number it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from integrations.simulator.people import Crossing, Party, Visit, crossings_of, visits_of
from integrations.simulator.plan import WALKED, MallPlan
from integrations.simulator.presence import Cells, presence_by_minute
from integrations.simulator.world import WorldDay

F = TypeVar('F')
FINE_HOURS = 1  # minute by minute health, and where people stood, are told of the last hours only


@dataclass(frozen=True)
class Watchers:
    """The device of each line, of each zone and of each floor; cameras only say that they see."""

    by_line: dict[str, str]
    by_zone: dict[str, str]
    by_floor: dict[str, str]
    cameras: frozenset[str] = frozenset()

    @classmethod
    def of(cls, plan: MallPlan) -> 'Watchers':
        sensors = {device.floor: device.code for device in plan.devices if device.kind == 'zone_sensor'}
        zones = {z['code']: sensors[f['code']] for f in plan.floors for z in f['zones'] if z['kind'] in WALKED}
        for shop in plan.shops.values():
            zones[shop.code] = zones[f'pass-{shop.code}'] = sensors[shop.floor]
        counters = {line: d.code for d in plan.devices if d.kind == 'counter' for line in d.lines}
        cameras = frozenset(device.code for device in plan.devices if device.kind == 'camera')
        return cls(counters, zones, sensors, cameras)

    @property
    def all(self) -> list[str]:
        return sorted({*self.by_line.values(), *self.by_floor.values(), *self.cameras})


@dataclass(frozen=True, slots=True)
class Said(Generic[F]):
    """One numbered reading of one device; `at` is its instant."""

    device: str
    seq: int
    at: datetime
    fact: F


@dataclass(slots=True)
class DeviceReadings:
    """What every device of a mall said on one day until a moment, each list in order of time."""

    on: date
    midnight: datetime
    until: datetime
    crossings: list[Said[Crossing]] = field(default_factory=list)
    visits: list[Said[Visit]] = field(default_factory=list)
    presence: list[Said[tuple[str, Cells]]] = field(default_factory=list)
    health: list[Said[float]] = field(default_factory=list)
    health_from: datetime | None = None

    def instant(self, at_s: float) -> datetime:
        return self.midnight + timedelta(seconds=round(at_s, 3))


def day_readings(day: WorldDay, zone: ZoneInfo, *, until: datetime, seqs: dict[str, int]) -> DeviceReadings:
    """Plays a day of the world to its devices, from the cut-off until a moment; `seqs` counts on from day to day."""
    midnight = datetime.combine(day.on, datetime.min.time(), zone).astimezone(UTC)
    said = DeviceReadings(day.on, midnight, until)
    watchers = Watchers.of(day.world.plan)
    until_s = (until - midnight).total_seconds()
    parties = list(parties_until(day.parties(), until_s))
    facts = sorted(_facts(parties, watchers, until_s), key=lambda fact: fact[0])
    for at_s, device, fact in facts:
        at = said.instant(at_s)
        if isinstance(fact, Crossing):
            said.crossings.append(Said(device, _next(seqs, device), at, fact))
        else:
            said.visits.append(Said(device, _next(seqs, device), at, fact))
    if until - midnight < timedelta(hours=28):
        _add_minutes(said, parties, watchers, seqs)
    return said


def parties_until(parties: Iterable[Party], until_s: float) -> Iterator[Party]:
    for party in parties:
        if party.trip.arrives_s > until_s:
            return
        yield party


def _facts(
    parties: Iterable[Party], watchers: Watchers, until_s: float
) -> Iterator[tuple[float, str, Crossing | Visit]]:
    for party in parties:
        for crossing in crossings_of(party):
            if crossing.at_s < until_s:
                yield crossing.at_s, watchers.by_line[crossing.line], crossing
        for visit in visits_of(party):
            if visit.until_s < until_s:
                yield visit.until_s, watchers.by_zone[visit.zone], visit


def _add_minutes(said: DeviceReadings, parties: list[Party], watchers: Watchers, seqs: dict[str, int]) -> None:
    last_min = int((said.until - said.midnight).total_seconds() // 60)
    first_min = max(4 * 60, (last_min - FINE_HOURS * 60) // 60 * 60)
    said.health_from = said.midnight + timedelta(minutes=first_min)
    for (floor, minute), cells in sorted(
        presence_by_minute(parties, first_min, last_min).items(), key=lambda i: i[0][1]
    ):
        device, at = watchers.by_floor[floor], said.midnight + timedelta(minutes=minute)
        said.presence.append(Said(device, _next(seqs, device), at, (floor, cells)))
    for minute in range(first_min, last_min):
        at = said.midnight + timedelta(minutes=minute)
        said.health += [Said(device, _next(seqs, device), at, 60.0) for device in watchers.all]


def _next(seqs: dict[str, int], device: str) -> int:
    seqs[device] = seqs.get(device, 0) + 1
    return seqs[device]
