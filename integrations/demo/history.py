"""Writes the simulated history into the platform, through the same recording that the ingest uses.

The last days are recorded reading by reading under the devices' own numbers, so that the live simulation goes on where
history ended; what lies further back comes as aggregates with the provenance `simulation`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TypeVar

from domain.devices.queries import resolve_devices
from domain.footfall.commands import (
    AggregateReading,
    CrossingReading,
    HealthReading,
    PresenceReading,
    VisitReading,
    ZoneAggregateReading,
)
from domain.footfall.recording import (
    import_minutes,
    import_zone_hours,
    record_crossings,
    record_health,
    record_presence,
    record_visits,
)
from domain.shared.actor import MallId
from domain.shared.database import Scope, Session, transaction
from integrations.simulator.devices import DeviceReadings, Said, Watchers
from integrations.simulator.people import Crossing, Visit
from integrations.simulator.plan import MallPlan

T = TypeVar('T')
SOURCE = 'simulation'
BATCH = 20_000
QUARTER, HOUR = timedelta(minutes=15), timedelta(hours=1)
DAY_STARTS = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class PlatformSink:
    """Where one mall's history goes. Each batch is a transaction; nothing is said to screens until the last."""

    mall_id: MallId
    plan: MallPlan

    def lines(self, readings: Sequence[AggregateReading]) -> None:
        with self._writing() as session:
            import_minutes(session, mall_id=self.mall_id, source=SOURCE, readings=readings)

    def zones(self, readings: Sequence[ZoneAggregateReading]) -> None:
        with self._writing() as session:
            import_zone_hours(session, mall_id=self.mall_id, source=SOURCE, readings=readings)

    def devices(self, readings: DeviceReadings) -> None:
        """The last day: crossings one by one, and stays one by one from where the devices report every minute."""
        ids = self._device_ids()
        now = readings.until
        detail_from = readings.health_from or readings.until
        for crossings in _batches(_crossing(said, ids, now) for said in readings.crossings):
            with self._writing() as session:
                record_crossings(session, mall_id=self.mall_id, readings=crossings)
        recent = (said for said in readings.visits if said.at >= detail_from)
        for visits in _batches(_visit(said, readings, ids, now) for said in recent):
            with self._writing() as session:
                record_visits(session, mall_id=self.mall_id, readings=visits)
        with self._writing() as session:
            self._watched_until(session, readings, detail_from)
            record_presence(session, mall_id=self.mall_id, readings=[_presence(s, ids, now) for s in readings.presence])
            record_health(session, mall_id=self.mall_id, readings=[_health(s, ids, now) for s in readings.health])

    def _watched_until(self, session: Session, day: DeviceReadings, moment: datetime) -> None:
        """What the sensors told before they are heard minute by minute: that they watched, and who stayed how long."""
        watchers = Watchers.of(self.plan)
        quarters = list(_steps(day.midnight + DAY_STARTS, moment, QUARTER))
        lines = [
            AggregateReading(line=line, bucket_at=at, ins=0, outs=0, observed_s=QUARTER.total_seconds(), span_min=15)
            for line in watchers.by_line
            for at in quarters
        ]
        import_minutes(session, mall_id=self.mall_id, source=f'{SOURCE}-today', readings=lines)
        stays: dict[tuple[str, datetime], Counter[int]] = defaultdict(Counter)
        for said in day.visits:
            if said.at < moment and not said.fact.person.is_staff:
                hour = said.at.replace(minute=0, second=0, microsecond=0)
                stays[said.fact.zone, hour][round(said.fact.until_s - said.fact.from_s)] += 1
        hours = list(_steps(day.midnight + DAY_STARTS, moment, HOUR))
        zones = [
            ZoneAggregateReading(zone=zone, bucket_at=at, dwells=tuple(stays[zone, at].items()))
            for zone in watchers.by_zone
            for at in hours
        ]
        import_zone_hours(session, mall_id=self.mall_id, source=f'{SOURCE}-today', readings=zones)

    def _device_ids(self) -> Mapping[str, int]:
        codes = [device.code for device in self.plan.devices]
        with transaction(self._scope) as session:
            return resolve_devices(session, mall_id=self.mall_id, codes=codes)

    def _writing(self):
        return transaction(self._scope)

    @property
    def _scope(self) -> Scope:
        return Scope(mall_id=self.mall_id, actor_name=SOURCE)


def _crossing(said: Said[Crossing], ids: Mapping[str, int], received_at: datetime) -> CrossingReading:
    person = said.fact.person
    return CrossingReading(
        device_id=ids[said.device],
        seq=said.seq,
        occurred_at=said.at,
        received_at=received_at,
        line=said.fact.line,
        direction='in' if said.fact.is_in else 'out',
        track=person.token,
        group=said.fact.group,
        band='child' if person.is_child else 'adult',
        staff=person.staff,
    )


def _visit(said: Said[Visit], day: DeviceReadings, ids: Mapping[str, int], received_at: datetime) -> VisitReading:
    return VisitReading(
        device_id=ids[said.device],
        seq=said.seq,
        received_at=received_at,
        zone=said.fact.zone,
        track=said.fact.person.token,
        entered_at=day.instant(said.fact.from_s),
        left_at=day.instant(said.fact.until_s),
        staff=said.fact.person.staff,
    )


def _presence(said, ids: Mapping[str, int], received_at: datetime) -> PresenceReading:
    floor, cells = said.fact
    return PresenceReading(
        device_id=ids[said.device],
        seq=said.seq,
        occurred_at=said.at,
        received_at=received_at,
        floor=floor,
        cells=tuple(cells),
    )


def _health(said: Said[float], ids: Mapping[str, int], received_at: datetime) -> HealthReading:
    return HealthReading(
        device_id=ids[said.device],
        seq=said.seq,
        occurred_at=said.at,
        received_at=received_at,
        observed_s=said.fact,
    )


def _steps(start: datetime, end: datetime, step: timedelta) -> Iterator[datetime]:
    """The starts of the whole steps between two instants."""
    while start + step <= end:
        yield start
        start += step


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    iterator = iter(items)
    while batch := list(islice(iterator, BATCH)):
        yield batch
