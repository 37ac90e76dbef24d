"""The utilities' pages over the real domain, as those who work with them."""

import asyncio
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

import pytest
from nicegui import ui
from nicegui.elements.upload_files import SmallFileUpload
from nicegui.testing import User

from domain.shared.actor import MallId
from domain.shared.operations import ask, perform
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
from domain.utilities.operations import hand_over_meter, record_readings, register_meter, set_tariff
from domain.utilities.overview import get_meter_card, list_tariffs
from domain.utilities.photos import keep_photo
from domain.utilities.queries import list_held_readings, list_meters
from tests.domain.leasing.world import World, build_world
from tests.domain.shared.pictures import photograph
from tests.mall_day import mall_day
from tests.ui.screens import fill, looking, person
from ui.kit.data_table import DataTable
from ui.kit.plain_table import PlainTable

PATH = '/operations/utilities'
NOW = datetime.now(UTC)
HOUR = NOW.replace(minute=0, second=0, microsecond=0)
JPEG = photograph()
_numbers = count(1)


@pytest.fixture(scope='module')
def world(mall: MallId) -> World:
    return build_world(mall)


def a_meter(world: World, registers: tuple[float, ...] = (), **facts: Any) -> tuple[MeterId, str]:
    """A meter that showed these registers, an hour apart, the last an hour ago."""
    code = f'M-{next(_numbers)}'
    command = RegisterMeter(code=code, utility='electricity', place='F1-01 测试店', **facts)
    made = perform(register_meter, actor=world.actor, command=command)
    for number, value in enumerate(registers):
        tell(world, code, value, HOUR - timedelta(hours=len(registers) - number))
    return made.id, code


def tell(world: World, code: str, value: float, at: datetime) -> None:
    reading = NewReading(meter_code=code, read_at=at, register_milli=int(value * 1_000))
    perform(record_readings, actor=world.actor, command=RecordReadings(source='mqtt', readings=(reading,)))


def table(user: User, marker: str) -> list[dict[str, Any]]:
    [found] = user.find(marker=marker).elements
    return list(found.rows if isinstance(found, PlainTable) else found._table.rows)  # type: ignore[attr-defined]


async def row_with(user: User, marker: str, **facts: str) -> dict[str, Any]:
    """Waits for a row of a table, whose cells are drawn in the browser alone."""
    for _ in range(100):
        found = [row for row in table(user, marker) if facts.items() <= row.items()]
        if found:
            return found[0]
        await asyncio.sleep(0.1)
    raise AssertionError(f'{marker} has no row with {facts}')


async def press(user: User, label: str) -> None:
    """Press the button of a form by its words: a page may have several forms."""
    [found] = [one for one in user.find(kind=ui.button).elements if one.text == label]
    found.mark('pressed')
    user.find(marker='pressed').click()


async def upload(user: User, marker: str, content: bytes, name: str, kind: str) -> None:
    [picker] = user.find(marker=marker).elements
    await picker.handle_uploads([SmallFileUpload(name, kind, content)])  # type: ignore[attr-defined]


async def test_the_registry_is_a_tree_with_states_and_a_new_meter_joins_it(world: World) -> None:
    main, main_code = a_meter(world, (100, 104), multiplier=40)
    _, sub_code = a_meter(world, (10, 12), parent_id=main)
    _, fallen = a_meter(world, (500, 90))
    async with looking(world.actor, 'engineering', PATH) as user:
        await user.should_see('登记计量表', retries=60)
        rows = {row['code']: row for row in table(user, 'utilities.meters')}
        assert rows[sub_code]['shown'] == f'　{sub_code}'
        assert (rows[main_code]['day'], rows[main_code]['badge']['text']) == ('160.0 kWh', '正常')
        assert rows[fallen]['badge']['text'] == '读数待定'
        fill(user, {'表号': 'M-NEW', '位置': 'F2-09', '整数位数': 5})
        await press(user, '登记')
        await user.should_see('逐时用量', retries=60)
    assert 'M-NEW' in {meter.code for meter in ask(list_meters, actor=world.actor)}


async def test_an_empty_mall_says_what_to_do(another_mall: MallId) -> None:
    empty = World(actor=replace(person('*').actor, mall_id=another_mall), floor_id=0)  # type: ignore[arg-type]
    async with looking(empty.actor, 'engineering', PATH, 'en') as user:
        await user.should_see('No meters yet', retries=60)
        await user.should_see('Register a meter', retries=60)
    async with looking(empty.actor, 'finance', f'{PATH}/bills', 'en') as user:
        await user.should_see('Nothing to bill this month yet', retries=60)


async def test_a_reading_is_entered_by_hand_with_a_photograph_that_can_be_seen(world: World) -> None:
    meter, _ = a_meter(world, (100, 104))
    async with looking(world.actor, 'engineering', f'{PATH}/meters/{meter}') as user:
        await user.should_see('人工抄表', retries=60)
        await upload(user, 'utilities.photo_upload', JPEG, 'display.jpg', 'image/jpeg')
        await user.should_see('已附：display.jpg', retries=40)
        fill(user, {'表底数': '105.25'})
        await press(user, '录入')
        row = await row_with(user, 'utilities.readings', register='105.25')
        assert (row['source'], row['by'], row['photo']) == ('人工', 'engineering', '有')
        [readings] = user.find(marker='utilities.readings').elements
        user.find(kind=type(readings._table)).trigger('rowClick', [{}, row, 0])  # type: ignore[attr-defined]
        await user.should_see(marker='utilities.photo', retries=40)


async def test_a_register_that_fell_is_judged_by_its_photograph(world: World) -> None:
    meter, code = a_meter(world, (500, 510))
    kept = perform(keep_photo, actor=world.actor, content=JPEG)
    new = NewReading(meter_code=code, read_at=HOUR, register_milli=90_000, photo=kept.name)
    perform(record_readings, actor=world.actor, command=RecordReadings(source='hand', readings=(new,)))
    async with looking(world.actor, 'engineering', f'{PATH}/waiting') as user:
        await user.should_see('选择文件', retries=60)
        assert (await row_with(user, 'utilities.held', meter=code))['photo'] == '有'
    async with looking(world.actor, 'engineering', f'{PATH}/meters/{meter}') as user:
        await user.should_see(marker='utilities.held_photo', retries=60)


async def test_a_device_is_replaced_with_a_photograph_of_both_registers(world: World) -> None:
    meter, _ = a_meter(world, (500, 510))
    async with looking(world.actor, 'engineering', f'{PATH}/meters/{meter}') as user:
        await user.should_see('登记换表', retries=60)
        await upload(user, 'utilities.replaced_photo_upload', JPEG, 'both.jpg', 'image/jpeg')
        await user.should_see('已附：both.jpg', retries=40)
        fill(user, {'旧表末读': '511', '新表首读': '7'})
        await press(user, '登记换表')
        row = await row_with(user, 'utilities.readings', register='7')
        assert row['photo'] == '有'


async def test_a_register_that_fell_waits_on_its_page_until_somebody_says_what_it_was(world: World) -> None:
    meter, code = a_meter(world, (99_990, 30), digits=5)
    async with looking(world.actor, 'engineering', f'{PATH}/waiting') as user:
        await user.should_see('选择文件', retries=60)
        await row_with(user, 'utilities.held', meter=code)
    async with looking(world.actor, 'engineering', f'{PATH}/meters/{meter}') as user:
        await user.should_see('低于上一次', retries=60)
        fill(user, {'结论': 'rollover', '依据': '五位表盘走满'})
        await press(user, '确认')
        await user.should_not_see('低于上一次', retries=60)
        assert {row['kind']['text'] for row in table(user, 'utilities.readings')} == {'实读', '翻转'}
    assert meter not in {one.meter_id for one in ask(list_held_readings, actor=world.actor)}


async def test_a_replacement_keeps_the_usage_whole(world: World) -> None:
    meter, _ = a_meter(world, (12_000,))
    async with looking(world.actor, 'engineering', f'{PATH}/meters/{meter}') as user:
        await user.should_see('登记换表', retries=60)
        fill(user, {'旧表末读': '12345', '新表首读': '7'})
        await press(user, '登记换表')
        await user.should_see('换表已登记', retries=60)
    assert [line.reading.kind for line in ask(get_meter_card, actor=world.actor, meter_id=meter).readings] == [
        'installed',
        'removed',
        'actual',
    ]


async def test_only_who_reads_meters_finds_the_forms(world: World) -> None:
    meter, _ = a_meter(world, (100, 104))
    async with looking(world.actor, 'auditor', f'{PATH}/meters/{meter}') as user:
        await user.should_see('逐时用量', retries=60)
        await user.should_not_see('人工抄表')


@pytest.mark.parametrize('encoding', ['utf-8', 'gbk'])
async def test_a_file_is_refused_by_its_lines_or_taken_whole(world: World, encoding: str) -> None:
    meter, code = a_meter(world)
    good = f'表号,抄表时间,读数\n{code},2026-01-05 08:00,120.5\n'
    async with looking(world.actor, 'engineering', f'{PATH}/waiting') as user:
        await user.should_see('选择文件', retries=60)
        await upload(user, 'utilities.upload', f'{good}没有,x,1\n'.encode(encoding), 'a.csv', 'text/csv')
        await user.should_see('a.csv 未导入，共 1 处问题', retries=60)
        assert table(user, 'utilities.objections')[0]['why'] == '抄表时间“x”无法识别'
        await upload(user, 'utilities.upload', good.encode(encoding), 'b.csv', 'text/csv')
        await user.should_see('b.csv 已导入：新增 1 条', retries=60)
    assert len(ask(get_meter_card, actor=world.actor, meter_id=meter).readings) == 1


async def test_a_tariff_is_set_for_a_day_and_gaps_are_named(world: World) -> None:
    async with looking(world.actor, 'engineering', f'{PATH}/tariffs') as user:
        await user.should_see('保存版本', retries=60)
        fill(user, {'时段与单价': '00-08 谷 0.3690, 09-24 平 0.7650', '类别': 'gas', '起始日': '2030-01-01'})
        await press(user, '保存版本')
        await user.should_see('08:00 起的时段缺失或重叠', retries=40)
        fill(user, {'时段与单价': '00-08 谷 0.3690, 08-24 平 0.7650'})
        await press(user, '保存版本')
        await user.should_see('2030-01-01 起执行（待生效）', retries=60)
    [version] = [one for one in ask(list_tariffs, actor=world.actor) if one.utility == 'gas']
    assert [slot.price_e4 for slot in version.slots] == [3_690, 7_650]


async def test_losses_and_bills_of_the_month_show_what_each_pays(world: World) -> None:
    month = datetime.combine(mall_day().replace(day=1), time(), UTC)
    last = (month - timedelta(days=1)).replace(day=1)
    main, main_code = a_meter(world, loss_policy=LossPolicy.PRO_RATA, multiplier=10)
    sub, sub_code = a_meter(world, parent_id=main)
    for code, first, then in ((main_code, 0, 100), (sub_code, 0, 940)):
        tell(world, code, first, last - timedelta(hours=12))
        tell(world, code, then, month - timedelta(hours=12))
    flat = TariffSlot(slot=Slot.FLAT, starts=time(), until=time(), price_e4=10_000)
    command = SetTariff(utility='electricity', valid_from=date(2020, 1, 1), slots=(flat,))
    perform(set_tariff, actor=world.actor, command=command)
    lease = world.signed(date(2026, 1, 1), date(2028, 1, 1))
    perform(hand_over_meter, actor=world.actor, command=HandOverMeter(
        meter_id=sub, at=last - timedelta(hours=12), register_milli=0, tenant_id=lease.tenant_id, lease_id=lease.id
    ))  # fmt: skip
    async with looking(world.actor, 'finance', f'{PATH}/losses?month={last:%Y-%m}', 'en') as user:
        await user.should_see('6.0%', retries=60)
        row = await row_with(user, 'utilities.losses', code=main_code)
        assert (row['main'], row['through'], row['loss']) == ('1,000.0 kWh', '940.0 kWh', '60.0 kWh')
    async with looking(world.actor, 'finance', f'{PATH}/bills?month={last:%Y-%m}', 'en') as user:
        row = await row_with(user, 'utilities.bills', meter=sub_code)
        assert (row['used'], row['loss'], row['amount']) == ('940.0 kWh', '60.0 kWh', '¥1,000.00')
        [found] = user.find(kind=DataTable).elements
        user.find(kind=type(found._table)).trigger('rowClick', [{}, row, 0])
        await user.should_see('First reading', retries=40)
        assert table(user, 'utilities.bill_lines')[0]['price'] == '¥1.0000/kWh'
