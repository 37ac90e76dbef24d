"""The demo mall's meters: a tree whose parts make up the whole, and everything that can happen to a register."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from domain.mall.operations import import_mall
from domain.shared.actor import Actor, system_actor
from domain.shared.operations import ask
from domain.utilities.commands import UsageWindow
from domain.utilities.queries import hourly_usage, list_anomalies, list_held_readings, list_meters, usage_bills
from integrations.demo import leases, malls, meters
from integrations.simulator.meters import BURNS, LEAKS, MeterBoard
from integrations.simulator.plan import load_plan
from tests.conftest import Database

NOW = datetime(2026, 11, 27, 8, 20, tzinfo=UTC)
SHANGHAI = ZoneInfo('Asia/Shanghai')


@pytest.fixture(scope='module')
def metered(database: Database) -> Actor:
    document = malls.documents(malls.HOME)['yunji']
    mall, _ = import_mall(actor=system_actor('seeder'), document=document, now=NOW)
    leases.open_leases(mall.id, document, NOW, say=lambda _: None)
    assert meters.hang_meters(mall.id, document, NOW, say=lambda _: None)
    assert not meters.hang_meters(mall.id, document, NOW, say=lambda _: None)
    return system_actor('reader', mall.id)


def test_meters_hang_in_a_tree_behind_two_mains(metered: Actor) -> None:
    found = {meter.id: meter for meter in ask(list_meters, actor=metered)}
    roots = [meter.code for meter in found.values() if meter.parent_id is None]
    assert sorted(roots) == ['E-AD-01', 'E-K-03', 'E-LED-02', 'E-MAIN', 'W-MAIN']
    floors = [meter for meter in found.values() if meter.code == 'E-F1']
    assert found[floors[0].parent_id or 0].code == 'E-MAIN'
    assert Counter(meter.utility for meter in found.values())['water'] > 40


def test_two_days_are_billed_to_almost_every_shop_and_the_loss_is_shared(metered: Actor) -> None:
    midnight = datetime(2026, 11, 26, 16, tzinfo=UTC)
    window = UsageWindow(starts_at=midnight - timedelta(days=2), ends_at=midnight)
    answer = ask(usage_bills, actor=metered, window=window)
    assert len(answer.bills) > 150
    shops = [bill for bill in answer.bills if bill.utility == 'electricity' and bill.meter_code.startswith('E-F1-')]
    assert all(bill.loss_milli > 0 and not bill.is_estimated_split for bill in shops)
    assert {line.slot for bill in shops for line in bill.lines} == {'sharp', 'peak', 'flat', 'valley'}
    assert {one.reason for one in answer.held} <= {'no_reading', 'reading_held'}


def test_one_register_fell_and_waits(metered: Actor) -> None:
    codes = {meter.id: meter.code for meter in ask(list_meters, actor=metered)}
    assert [codes[one.meter_id] for one in ask(list_held_readings, actor=metered)] == [meters.FALLEN]


def test_night_load_and_a_leak_are_noticed_and_nothing_else_is(metered: Actor) -> None:
    window = UsageWindow(starts_at=NOW - timedelta(hours=58), ends_at=NOW)
    odd = {(one.kind, one.meter_code) for one in ask(list_anomalies, actor=metered, window=window)}
    assert {code for kind, code in odd if kind == 'leak'} == {f'W-{LEAKS.upper()}'}
    assert {code for kind, code in odd if kind == 'night_load'} == {f'E-{BURNS.upper()}'}


def test_a_month_of_hours_is_told_behind_the_running_mall(metered: Actor) -> None:
    assert metered.mall_id is not None
    meters.tell_past_hours(metered.mall_id, malls.documents(malls.HOME)['yunji'], NOW, say=lambda _: None)
    [shop] = [meter for meter in ask(list_meters, actor=metered) if meter.code == 'E-F1-01']
    window = UsageWindow(starts_at=NOW - timedelta(days=30), ends_at=NOW)
    hours = ask(hourly_usage, actor=metered, meter_id=shop.id, window=window)
    assert len(hours) == 30 * 24 - 1
    assert min(hour.usage_milli for hour in hours) > 0


def test_registers_rise_with_every_hour_and_are_the_same_whenever_asked() -> None:
    board = MeterBoard(load_plan('yunji'), SHANGHAI)
    again = MeterBoard(load_plan('yunji'), SHANGHAI)
    first = board.hour_of(NOW)
    for spot, same in zip(board.spots, again.spots, strict=True):
        shown = [spot.register_milli(first + hour) for hour in range(200)]
        assert shown == sorted(shown), spot.code
        assert shown[7] == same.register_milli(first + 7)
