"""Meters through the database: read, held, decided, replaced, handed over, billed."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count

import psycopg
import pytest

from domain.shared.actor import Actor, MallId
from domain.shared.operations import ask, perform
from domain.utilities.commands import (
    DecideReading,
    HandOverMeter,
    LossPolicy,
    MeterId,
    NewReading,
    ReadingKind,
    RecordReadings,
    RegisterMeter,
    ReplaceMeter,
    SetTariff,
    Slot,
    TariffSlot,
    UsageWindow,
)
from domain.utilities.errors import (
    MeterCodeTaken,
    MeterOutOfReach,
    MeterUnknown,
    NotHandedOver,
    ReadingBeyondRegister,
    ReadingConflict,
    ReadingUnknown,
    TariffInvalid,
)
from domain.utilities.operations import (
    decide_reading,
    hand_over_meter,
    record_readings,
    register_meter,
    replace_meter,
    set_tariff,
)
from domain.utilities.permissions import VIEW
from domain.utilities.queries import hourly_usage, list_held_readings, list_meters, usage_bills
from domain.utilities.views import HeldMeter, Recorded, UsageBill, UsageBills
from tests.conftest import Database
from tests.domain.leasing.world import World

JUNE = datetime(2026, 5, 31, 16, tzinfo=UTC)  # midnight in Shanghai
JULY = JUNE + timedelta(days=30)
AUGUST = JULY + timedelta(days=31)
_numbers = count(1)


@dataclass
class Yard:
    """The meters of one mall, and short ways to use them."""

    world: World

    def meter(self, **more: object) -> tuple[MeterId, str]:
        code = f'm{next(_numbers)}'
        command = RegisterMeter(code=code, utility='electricity', digits=5, **more)  # type: ignore[arg-type]
        return perform(register_meter, actor=self.world.actor, command=command).id, code

    def read(self, code: str, at: datetime, units: int, kind: ReadingKind = ReadingKind.ACTUAL) -> Recorded:
        new = NewReading(meter_code=code, read_at=at, register_milli=units * 1_000, kind=kind, photo=f'{code}-{units}')
        return perform(record_readings, actor=self.world.actor, command=RecordReadings(source='hand', readings=(new,)))

    def hand_over(self, meter: MeterId, at: datetime, units: int, lease: object | None) -> None:
        tenant_id, lease_id = (lease.tenant_id, lease.id) if lease else (None, None)  # type: ignore[attr-defined]
        perform(hand_over_meter, actor=self.world.actor, command=HandOverMeter(
            meter_id=meter, at=at, register_milli=units * 1_000, tenant_id=tenant_id, lease_id=lease_id, photo='图',
        ))  # fmt: skip

    def bills(self, starts: datetime = JUNE, ends: datetime = JULY) -> UsageBills:
        return ask(usage_bills, actor=self.world.actor, window=UsageWindow(starts_at=starts, ends_at=ends))

    def bill(self, meter: MeterId, starts: datetime = JUNE, ends: datetime = JULY) -> UsageBill:
        return next(bill for bill in self.bills(starts, ends).bills if bill.meter_id == meter)

    def held(self, meter: MeterId, starts: datetime = JUNE, ends: datetime = JULY) -> HeldMeter:
        return next(held for held in self.bills(starts, ends).held if held.meter_id == meter)


@pytest.fixture(scope='module')
def yard(world: World) -> Yard:
    slot = TariffSlot(slot=Slot.FLAT, starts=time.min, until=time.min, price_e4=10_000)
    command = SetTariff(utility='electricity', valid_from=date(2026, 1, 1), slots=(slot,))
    perform(set_tariff, actor=world.actor, command=command)
    return Yard(world)


def test_UT_R1_a_rollover_is_read_with_the_word_for_it(yard: Yard) -> None:
    meter, code = yard.meter(multiplier=40)
    yard.hand_over(meter, JUNE, 99_950, yard.world.signed())

    yard.read(code, JULY, 30, ReadingKind.ROLLOVER)

    assert yard.bill(meter).usage_milli == 3_200_000
    assert yard.bill(meter).amount_fen == 3_200_00


def test_UT_R2_a_replaced_meter_goes_on_from_its_first_register(yard: Yard) -> None:
    meter, code = yard.meter()
    yard.hand_over(meter, JUNE, 12_000, yard.world.signed())
    middle = JUNE + timedelta(days=9)

    perform(replace_meter, actor=yard.world.actor, command=ReplaceMeter(
        meter_id=meter, at=middle, final_milli=12_345_000, initial_milli=7_000,
    ))  # fmt: skip
    yard.read(code, JULY, 107)

    assert yard.bill(meter).usage_milli == 445_000
    with pytest.raises(ReadingConflict):
        perform(replace_meter, actor=yard.world.actor, command=ReplaceMeter(
            meter_id=meter, at=AUGUST, final_milli=106_000, initial_milli=0,
        ))  # fmt: skip


def test_UT_R3_a_falling_register_holds_the_bill_until_somebody_decides(yard: Yard) -> None:
    meter, code = yard.meter()
    yard.hand_over(meter, JUNE, 12_000, yard.world.signed())
    yard.read(code, JUNE + timedelta(days=5), 12_345)

    (wrong,) = yard.read(code, JUNE + timedelta(days=10), 11_900).held
    yard.read(code, JUNE + timedelta(days=20), 11_950)

    assert (yard.held(meter).reason, yard.held(meter).reading_id) == ('reading_held', wrong)
    assert wrong in {reading.id for reading in ask(list_held_readings, actor=yard.world.actor)}
    for reading in (wrong, *(r.id for r in ask(list_held_readings, actor=yard.world.actor) if r.meter_id == meter)):
        if reading in {r.id for r in ask(list_held_readings, actor=yard.world.actor)}:
            command = DecideReading(reading_id=reading, verdict='void', reason='误读')
            perform(decide_reading, actor=yard.world.actor, command=command)
    yard.read(code, JULY, 12_600)
    assert yard.bill(meter).usage_milli == 600_000
    with pytest.raises(ReadingUnknown):
        perform(decide_reading, actor=yard.world.actor, command=DecideReading(
            reading_id=wrong, verdict='void', reason='again',
        ))  # fmt: skip


def test_UT_R3_a_declared_rollover_frees_what_came_after_it(yard: Yard) -> None:
    meter, code = yard.meter()
    yard.hand_over(meter, JUNE, 99_000, yard.world.signed())
    (held,) = yard.read(code, JUNE + timedelta(days=10), 100).held
    yard.read(code, JULY, 400)

    command = DecideReading(reading_id=held, verdict='rollover', reason='表盘翻转')
    perform(decide_reading, actor=yard.world.actor, command=command)

    assert yard.bill(meter).usage_milli == 1_400_000


def test_UT_R4_the_month_after_an_estimate_bills_the_rest(yard: Yard) -> None:
    meter, code = yard.meter()
    yard.hand_over(meter, JUNE, 1_000, yard.world.signed())
    yard.read(code, JULY, 1_500, ReadingKind.ESTIMATE)
    yard.read(code, AUGUST, 1_900)

    assert (yard.bill(meter).usage_milli, yard.bill(meter).is_estimated) == (500_000, True)
    assert yard.bill(meter, JULY, AUGUST).usage_milli == 400_000


@pytest.mark.parametrize(
    ('policy', 'loss', 'fen'), [(LossPolicy.PRO_RATA, 60_000, 1_000_00), (LossPolicy.LANDLORD, 0, 940_00)]
)
def test_UT_R5_a_sub_meter_bears_its_part_of_the_loss(yard: Yard, policy: LossPolicy, loss: int, fen: int) -> None:
    main, main_code = yard.meter(loss_policy=policy)
    subs = [yard.meter(parent_id=main) for _ in range(2)]
    for (sub, code), used in zip(subs, (940, 8_460), strict=True):
        yard.hand_over(sub, JUNE, 0, yard.world.signed())
        yard.read(code, JULY, used)
    yard.read(main_code, JUNE, 0)
    yard.read(main_code, JULY, 10_000)

    bill = yard.bill(subs[0][0])

    assert (bill.usage_milli, bill.loss_milli, bill.amount_fen) == (940_000, loss, fen)


def test_UT_R5_sub_meters_beyond_their_main_meter_are_held(yard: Yard) -> None:
    main, main_code = yard.meter(loss_policy=LossPolicy.PRO_RATA)
    sub, code = yard.meter(parent_id=main)
    yard.hand_over(sub, JUNE, 0, yard.world.signed())
    yard.read(main_code, JUNE, 0)
    yard.read(code, JULY, 100)
    assert yard.held(sub).reason == 'main_held'

    yard.read(main_code, JULY, 99)

    assert yard.held(sub).reason == 'subs_exceed_main'


def test_UT_R7_both_tenants_are_billed_from_the_same_reading(yard: Yard) -> None:
    meter, code = yard.meter()
    before, after = yard.world.signed(), yard.world.signed()
    yard.hand_over(meter, JUNE, 0, before)
    middle = JUNE + timedelta(days=12)
    yard.hand_over(meter, middle, 700, after)
    yard.read(code, JULY, 1_000)

    first, second = (bill for bill in yard.bills().bills if bill.meter_id == meter)

    assert (first.lease_id, first.usage_milli) == (before.id, 700_000)
    assert (second.lease_id, second.usage_milli) == (after.id, 300_000)
    assert first.last == second.first
    assert first.last.photo == '图'
    with pytest.raises(NotHandedOver):
        yard.hand_over(meter, middle - timedelta(days=1), 650, before)
    with pytest.raises(NotHandedOver):
        yard.hand_over(meter, AUGUST, 999, None)


def test_UT_R7_of_two_hand_overs_at_once_the_meter_keeps_one_holder(yard: Yard) -> None:
    meter, _ = yard.meter()
    leases = [yard.world.signed() for _ in range(6)]

    def take(number: int) -> bool:
        try:
            yard.hand_over(meter, JUNE, 5, leases[number])
        except NotHandedOver:
            return False
        return True

    with ThreadPoolExecutor(6) as pool:
        assert sum(pool.map(take, range(6))) == 1


def test_a_reading_sent_again_is_repeated_and_another_value_refused(yard: Yard) -> None:
    _, code = yard.meter()

    assert yard.read(code, JUNE, 5).recorded == 1
    assert yard.read(code, JUNE, 5) == Recorded(recorded=0, repeated=1, held=())
    with pytest.raises(ReadingConflict):
        yard.read(code, JUNE, 6)
    with pytest.raises(ReadingBeyondRegister):
        yard.read(code, JULY, 100_000)
    with pytest.raises(MeterUnknown):
        yard.read('nothing', JULY, 1)
    with pytest.raises(MeterCodeTaken):
        perform(register_meter, actor=yard.world.actor, command=RegisterMeter(code=code, utility='water'))


def test_twins_at_the_same_moment_record_once(yard: Yard) -> None:
    _, code = yard.meter()

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(lambda _: yard.read(code, JUNE, 7).recorded, range(8)))

    assert sum(taken) == 1


def test_a_reading_is_never_edited_even_by_the_owner(database: Database, yard: Yard) -> None:
    _, code = yard.meter()
    yard.read(code, JUNE, 5)

    with psycopg.connect(database.owner_url) as owner, pytest.raises(psycopg.Error, match='never edited'):
        owner.execute('UPDATE meter_reading SET register_milli = 1')


def test_a_tariff_version_is_set_once_and_covers_the_day(yard: Yard) -> None:
    def tariff(starts: int, until: int) -> SetTariff:
        slot = TariffSlot(slot=Slot.FLAT, starts=time(starts), until=time(until), price_e4=1)
        return SetTariff(utility='gas', valid_from=date(2026, 1, 1), slots=(slot,))

    with pytest.raises(TariffInvalid):
        perform(set_tariff, actor=yard.world.actor, command=tariff(0, 8))
    assert perform(set_tariff, actor=yard.world.actor, command=tariff(0, 0)) == 1
    with pytest.raises(TariffInvalid):
        perform(set_tariff, actor=yard.world.actor, command=tariff(0, 0))


def test_a_month_without_readings_or_prices_is_held_and_not_zero(yard: Yard) -> None:
    meter, _ = yard.meter()
    yard.hand_over(meter, JUNE, 5, yard.world.signed())
    assert yard.held(meter).reason == 'no_reading'

    old = datetime(2025, 1, 1, tzinfo=UTC)
    early, early_code = yard.meter()
    yard.hand_over(early, old, 5, yard.world.signed())
    yard.read(early_code, old + timedelta(days=3), 9)

    assert yard.held(early, old, old + timedelta(days=4)).reason == 'no_tariff'


def test_TA_R2_a_tenant_sees_its_own_meters_and_only_its_own_time(yard: Yard, mall: MallId) -> None:
    meter, code = yard.meter()
    foreign, _ = yard.meter()
    before, after = yard.world.signed(), yard.world.signed()
    yard.hand_over(meter, JUNE, 0, before)
    for hour in range(1, 5):
        yard.read(code, JUNE + timedelta(hours=hour), hour)
    yard.hand_over(meter, JUNE + timedelta(hours=5), 5, after)
    yard.read(code, JUNE + timedelta(hours=6), 9)
    clerk = Actor(name='c', kind='person', mall_id=mall, tenant_id=before.tenant_id, permissions=frozenset({VIEW.code}))
    window = UsageWindow(starts_at=JUNE, ends_at=JULY)

    assert [one.id for one in ask(list_meters, actor=clerk)] == [meter]
    hours = ask(hourly_usage, actor=clerk, meter_id=meter, window=window)
    assert [hour.usage_milli for hour in hours] == [1_000] * 5
    with pytest.raises(MeterOutOfReach) as refusal:
        ask(hourly_usage, actor=clerk, meter_id=foreign, window=window)
    assert refusal.value.status == 404
