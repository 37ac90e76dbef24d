"""The demo mall's meters: a tree behind two mains, five weeks of registers, prices by the time of day.

Most are read remotely, as the simulator does from then on; a few are read by hand, and there something has happened:
one register passed its end, one device was replaced, one reading is an estimate, and one fell and waits for a person.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from domain.devices.commands import RegisterDevice
from domain.devices.operations import register_device
from domain.leasing.queries import list_leases, list_tenants
from domain.mall.queries import get_business_clock, list_floors
from domain.shared.actor import Actor, MallId, TenantId, system_actor
from domain.shared.database import Session
from domain.shared.operations import ask, operation, perform
from domain.shared.permissions import UPKEEP
from domain.utilities.commands import (
    HandOverMeter,
    LossPolicy,
    MeterId,
    NewReading,
    RecordReadings,
    RegisterMeter,
    SetTariff,
    Slot,
    TariffSlot,
)
from domain.utilities.loading import load_registers
from domain.utilities.operations import hand_over_meter, record_readings, register_meter, set_tariff
from domain.utilities.queries import list_meters
from integrations.demo.handread import read_by_hand
from integrations.demo.leases import tenant_code
from integrations.simulator.meters import MeterBoard, MeterSpot
from integrations.simulator.plan import MallPlan

Say = Callable[[str], None]
DAYS, FINE_HOURS = 36, 72  # kept by the day, and by the hour, for a first look; the hours before follow behind
SILENCE_S = 3 * 3_600
FALLEN, FALLEN_AGO_H = 'W-F4-05', 38
WATER_E4 = 48_500
CHANGED_DAYS_AGO = 12
HOURS_OF = ((0, 8, Slot.VALLEY), (8, 10, Slot.FLAT), (10, 12, Slot.PEAK), (12, 17, Slot.FLAT), (17, 19, Slot.PEAK),
            (19, 21, Slot.SHARP), (21, 23, Slot.PEAK), (23, 0, Slot.FLAT))  # fmt: skip
OLD_E4 = {Slot.SHARP: 12_980, Slot.PEAK: 10_850, Slot.FLAT: 7_420, Slot.VALLEY: 3_710}
NEW_E4 = {Slot.SHARP: 13_640, Slot.PEAK: 11_320, Slot.FLAT: 7_650, Slot.VALLEY: 3_690}


@dataclass(frozen=True, slots=True)
class Told:
    """A meter of the simulation and what it is in the platform."""

    spot: MeterSpot
    id: MeterId


def hang_meters(mall_id: MallId, document: Mapping[str, Any], now: datetime, say: Say) -> bool:
    """Meters, prices and what a first look needs of readings. False where they hang already."""
    actor = system_actor('seeder', mall_id)
    if ask(list_meters, actor=actor):
        return False
    made = perform(meter_the_mall, actor=actor, document=document, now=now)
    say(f'{document["mall"]["code"]}: {made} meters.')
    return True


def tell_past_hours(mall_id: MallId, document: Mapping[str, Any], now: datetime, say: Say) -> None:
    """The hours of the weeks before, told behind the running mall, a day at a time."""
    actor, board = system_actor('seeder', mall_id), board_of(document)
    ids = {meter.code: meter.id for meter in ask(list_meters, actor=actor)}
    told = [Told(spot, ids[spot.code]) for spot in board.spots if spot.code in ids]
    last, count = _hour(now) - timedelta(hours=FINE_HOURS), 0
    for day in range(DAYS):
        ends = last - timedelta(days=day)
        hours = [ends - timedelta(hours=number) for number in range(24)]
        count += perform(load_registers, actor=actor, registers=_registers(board, told, hours), now=now)
    say(f'{document["mall"]["code"]}: {count} registers by the hour.')


def board_of(document: Mapping[str, Any]) -> MeterBoard:
    """The meters of a document, by the mall's own clock."""
    return MeterBoard(MallPlan(document), ZoneInfo(document['mall']['timezone']))


@operation(UPKEEP, name='demo.meter_the_mall')
def meter_the_mall(session: Session, *, actor: Actor, document: Mapping[str, Any], now: datetime) -> int:
    """Hangs the meters and tells what they show, in one transaction. Returns the number of meters."""
    board, clock = board_of(document), get_business_clock(session, actor=actor)
    today = clock.business_on(now)
    midnights = [clock.bounds(today - timedelta(days=day))[0] for day in range(DAYS)]  # of business, where bills part
    _hang_concentrators(session, actor, board, now)
    _price(session, actor, today, now)
    told = list(_hang(session, actor, board, document, now))
    hours = [_hour(now) - timedelta(hours=number) for number in range(FINE_HOURS)]
    registers = _registers(board, told, [*midnights, *hours])
    fallen = _without_the_fallen(registers, told, now)
    load_registers(session, actor=actor, registers=registers, now=now)
    if fallen is not None:
        record_readings(session, actor=actor, command=fallen, now=now)
    holders = _holders(session, actor, today)
    for one in told:
        if one.spot.shop in holders:
            register = one.spot.register_milli(board.hour_of(midnights[-1]))
            _hand_over(session, actor, one.id, register, holders[one.spot.shop], midnights[-1], now)
    return len(told) + read_by_hand(session, actor=actor, holders=holders, midnights=midnights, now=now)


def _hang_concentrators(session: Session, actor: Actor, board: MeterBoard, now: datetime) -> None:
    floors = {floor.code: floor.id for floor in list_floors(session, actor=actor)}
    for floor, code in board.gateways.items():
        register_device(session, actor=actor, now=now, command=RegisterDevice(
            code=code, kind='gateway', name=f'{floor} 集中器', floor_id=floors[floor], silence_after_s=SILENCE_S,
        ))  # fmt: skip


def _hang(
    session: Session, actor: Actor, board: MeterBoard, document: Mapping[str, Any], now: datetime
) -> Iterator[Told]:
    units = {u['code']: u for b in document['buildings'] for f in b['floors'] for u in f['units']}
    ids: dict[str, MeterId] = {}
    for spot in board.spots:
        has_shops = spot.utility == 'electricity' and spot.shop is None and spot.parent == 'E-MAIN'
        ids[spot.code] = register_meter(session, actor=actor, now=now, command=RegisterMeter(
            code=spot.code, utility=spot.utility, digits=spot.digits, multiplier=spot.multiplier,
            parent_id=ids[spot.parent] if spot.parent else None, place=_place(spot, units),
            loss_policy=LossPolicy.PRO_RATA if has_shops else LossPolicy.LANDLORD,
        )).id  # fmt: skip
        yield Told(spot, ids[spot.code])


def _place(spot: MeterSpot, units: Mapping[str, Any]) -> str:
    if spot.shop:
        return f'{units[spot.shop]["number"]} {units[spot.shop]["name_zh"]}'
    if spot.code.endswith('-PUB'):
        return f'{spot.floor} 公共区域'
    return f'{spot.floor} {"配电间" if spot.utility == "electricity" else "水井"}' if spot.parent else '总进线'


def _registers(
    board: MeterBoard, told: list[Told], instants: list[datetime]
) -> dict[MeterId, list[tuple[datetime, int]]]:
    numbered = [(at, board.hour_of(at)) for at in sorted(set(instants))]
    return {one.id: [(at, one.spot.register_milli(hour)) for at, hour in numbered] for one in told}


def _without_the_fallen(
    registers: dict[MeterId, list[tuple[datetime, int]]], told: list[Told], now: datetime
) -> RecordReadings | None:
    """Takes one true reading away and gives the wrong one that came instead: a digit was lost on the line."""
    at = _hour(now) - timedelta(hours=FALLEN_AGO_H)
    for one in told:
        if one.spot.code == FALLEN:
            shown = dict(registers[one.id])
            registers[one.id] = [pair for pair in registers[one.id] if pair[0] != at]
            reading = NewReading(meter_code=FALLEN, read_at=at, register_milli=shown[at] // 10)
            return RecordReadings(source='mqtt', readings=(reading,))
    return None


def _holders(session: Session, actor: Actor, today: date) -> dict[str, tuple[TenantId, int]]:
    """Whose lease runs in which shop of the plan."""
    shops = {tenant.id: tenant.code for tenant in list_tenants(session, actor=actor)}
    return {
        shops[lease.tenant_id].removeprefix(tenant_code('')).lower(): (lease.tenant_id, lease.id)
        for lease in list_leases(session, actor=actor)
        if lease.status == 'signed' and lease.starts_on <= today < lease.ends_on
    }


def _hand_over(
    session: Session, actor: Actor, meter: MeterId, register: int, holder: tuple[TenantId, int], at: datetime,
    now: datetime,
) -> None:  # fmt: skip
    hand_over_meter(session, actor=actor, now=now, command=HandOverMeter(
        meter_id=meter, at=at, register_milli=register, tenant_id=holder[0], lease_id=holder[1],
    ))  # fmt: skip


def _price(session: Session, actor: Actor, today: date, now: datetime) -> None:
    """Prices by the time of day, which changed some days ago, and one for water."""
    begins, changed = today - timedelta(days=400), today - timedelta(days=CHANGED_DAYS_AGO)
    for valid_from, prices in ((begins, OLD_E4), (changed, NEW_E4)):
        slots = tuple(
            TariffSlot(slot=slot, starts=time(starts), until=time(until), price_e4=prices[slot])
            for starts, until, slot in HOURS_OF
        )
        command = SetTariff(utility='electricity', valid_from=valid_from, slots=slots)
        set_tariff(session, actor=actor, command=command, now=now)
    flat = TariffSlot(slot=Slot.FLAT, starts=time(), until=time(), price_e4=WATER_E4)
    set_tariff(session, actor=actor, now=now, command=SetTariff(utility='water', valid_from=begins, slots=(flat,)))


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)
