"""The leasing pages over the real domain, as those who work with them."""

import asyncio
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from nicegui import ui
from nicegui.elements.mixins.validation_element import ValidationElement
from nicegui.elements.upload_files import SmallFileUpload
from nicegui.testing import User

from domain.leasing.commands import CloseMonth, DayTurnover, HandReportId, ReportByHand, SalesFacts
from domain.leasing.hand_reports import keep_z_report, list_hand_reports, report_by_hand
from domain.leasing.overview import occupancy_costs
from domain.leasing.periods import add_months
from domain.leasing.proposals import list_proposals, propose_amendment, relieved, sign_proposal
from domain.leasing.queries import get_lease, list_leases, list_lettable_units, list_tenants
from domain.leasing.turnover import close_month, list_months
from domain.leasing.views import LeaseView
from domain.shared.actor import MallId
from domain.shared.operations import ask, perform
from tests.domain.leasing.world import World, build_world
from tests.domain.shared.pictures import from_a_phone
from tests.mall_day import mall_day
from tests.ui.screens import fill, looking, person
from ui.kit.data_table import DataTable
from ui.kit.plain_table import PlainTable

PATH = '/operations/leasing'
TODAY = mall_day()
THIS_MONTH = TODAY.replace(day=1)
LAST_MONTH = add_months(THIS_MONTH, -1)


@pytest.fixture(scope='module')
def world(mall: MallId) -> World:
    return build_world(mall)


@pytest.fixture(scope='module')
def running(world: World) -> LeaseView:
    return world.signed(add_months(THIS_MONTH, -6), add_months(THIS_MONTH, 30))


def choose(user: User, **values: Any) -> None:
    """Every choice of this label takes the value."""
    for field in user.find(kind=ui.select).elements:
        if field.props.get('aria-label') in values:
            field.value = values[field.props['aria-label']]


def table(user: User, marker: str) -> list[dict[str, Any]]:
    [found] = user.find(marker=marker).elements
    return list(found.rows if isinstance(found, PlainTable) else found._table.rows)  # type: ignore[attr-defined]


async def listed(user: User, marker: str, key: int) -> dict[str, Any]:
    """A row of a table, once it is there."""
    for _ in range(60):
        for row in table(user, marker):
            if row['id'] == key:
                return row
        await asyncio.sleep(0.1)
    raise AssertionError(f'{marker} never showed {key}')


def open_row(user: User, **row: Any) -> None:
    [found] = user.find(kind=DataTable).elements
    user.find(kind=type(found._table)).trigger('rowClick', [{}, row, 0])


async def test_the_roll_shows_who_pays_what_and_goes_into_a_spreadsheet(world: World, running: LeaseView) -> None:
    async with looking(world.actor, 'finance', PATH) as user:
        await user.should_see('导出 XLSX', retries=40)
        row = await listed(user, 'leasing.roll', running.id)
        assert (row['rent'], row['per_m2'], row['stage']) == ('¥30,000.00', '¥300.00', 'running')
        user.find(marker='table.export').click()
        answer = await user.download.next(timeout=20)
        with zipfile.ZipFile(BytesIO(answer.content)) as book:
            assert running.number in book.read('xl/sharedStrings.xml').decode()
            assert '<v>30000</v>' in book.read('xl/worksheets/sheet1.xml').decode()


async def test_the_roll_is_filtered_by_its_address(world: World, running: LeaseView) -> None:
    draft = world.draft(add_months(THIS_MONTH, 1), add_months(THIS_MONTH, 13))
    async with looking(world.actor, 'leasing', f'{PATH}?stage=draft', 'en') as user:
        await user.should_see('Export XLSX', retries=40)
        await user.should_see('1–', retries=40)
        ids = {row['id'] for row in table(user, 'leasing.roll')}
    assert draft.id in ids
    assert running.id not in ids


async def test_an_empty_mall_says_what_to_do(another_mall: MallId) -> None:
    empty = World(actor=person('*').actor, floor_id=0)  # type: ignore[arg-type]
    empty = replace(empty, actor=replace(empty.actor, mall_id=another_mall))
    async with looking(empty.actor, 'leasing', PATH) as user:
        await user.should_see('在“新租约”中起草第一份。', retries=40)


async def test_an_amendment_is_written_by_leasing_and_signed_by_the_manager(world: World) -> None:
    lease = world.signed(add_months(THIS_MONTH, -6), add_months(THIS_MONTH, 30))
    starts, last = add_months(THIS_MONTH, 1), add_months(THIS_MONTH, 3) - timedelta(days=1)
    async with looking(world.actor, 'leasing', f'{PATH}/leases/{lease.id}/amend') as user:
        await user.should_see('尚未预览', retries=40)
        fill(user, {
            '起始日': starts.isoformat(), '截止日（含）': last.isoformat(), '调整为原租金的': 50, '变更摘要': '围挡减免'
        })  # fmt: skip
        user.find(marker='form.submit').click()
        await user.should_see('整个租期合计影响 −¥30,000.00', retries=40)
        assert [row['difference'] for row in table(user, 'leasing.preview')] == ['−¥15,000.00'] * 2
        user.find(marker='leasing.propose').click()
        await user.should_see('补充协议待签：围挡减免', retries=60)
        await user.should_not_see(marker='leasing.sign_proposal')
    async with looking(world.actor, 'general_manager', f'{PATH}/leases/{lease.id}') as user:
        await user.should_see('补充协议待签：围挡减免', retries=40)
        user.find(marker='leasing.sign_proposal').click()
        user.find(marker='confirmation.accept').click()
        await user.should_see('第 2 版', retries=40)
    assert ask(get_lease, actor=world.actor, lease_id=lease.id).version == 2


async def test_reversed_days_are_said_and_nothing_is_shown(world: World) -> None:
    lease = world.signed(add_months(THIS_MONTH, -6), add_months(THIS_MONTH, 30))
    async with looking(world.actor, 'leasing', f'{PATH}/leases/{lease.id}/amend') as user:
        await user.should_see('尚未预览', retries=40)
        fill(user, {'起始日': '2027-03-01', '截止日（含）': '2027-02-01', '变更摘要': 'x'})
        user.find(marker='form.submit').click()
        await user.should_see('截止日早于起始日，请检查。', retries=40)
        await user.should_see('尚未预览')


async def test_a_proposal_is_withdrawn(world: World) -> None:
    lease = world.signed(add_months(THIS_MONTH, -6), add_months(THIS_MONTH, 30))
    change = relieved(
        lease, from_on=add_months(THIS_MONTH, 1), until_on=add_months(THIS_MONTH, 2), percent=90, summary='x'
    )
    perform(propose_amendment, actor=world.actor, command=change)
    async with looking(world.actor, 'leasing', f'{PATH}/leases/{lease.id}') as user:
        await user.should_see('补充协议待签：x', retries=40)
        user.find(marker='leasing.withdraw').click()
        await user.should_not_see('补充协议待签：x', retries=40)
    assert ask(list_proposals, actor=world.actor, lease_id=lease.id) == []


async def test_a_lease_is_drafted_for_a_vacant_unit_and_a_new_tenant_then_signed(world: World) -> None:
    unit = world.unit(code='NEW-1')
    async with looking(world.actor, 'leasing', f'{PATH}/new?unit={unit}') as user:
        await user.should_see('保存草稿', retries=40)
        fill(user, {'商户编码': 'T-NEW', '中文名称': '晴川茶铺', '英文名称': 'Qingchuan Tea'})
        choose(user, 业态='food')
        user.find(content='登记商户', marker='form.submit').click()
        await user.should_see('晴川茶铺 已登记', retries=40)
        tenant = next(one for one in ask(list_tenants, actor=world.actor) if one.code == 'T-NEW')
        choose(user, 商户=tenant.id, 业态='food')
        fill(user, {
            '租约号': 'YJ-NEW-1', '月租 / 保底': '12000', '扣点 1': 10, '扣点 1 至月营业额': '100000', '扣点 2': 12
        })  # fmt: skip
        user.find(content='保存草稿', marker='form.submit').click()
        await user.should_see('尚未签署，没有生效的版本。', retries=60)
        await user.should_not_see(marker='leasing.sign')
    [lease] = [one for one in ask(list_leases, actor=world.actor) if one.number == 'YJ-NEW-1']
    rents = [item.terms for item in lease.items if item.kind == 'rent']
    assert [rent.base_fen for rent in rents] == [1_200_000, 1_260_000, 1_323_000]  # type: ignore[union-attr]
    assert [(b.up_to_fen, b.rate_bp) for b in rents[0].bands['*']] == [(10_000_000, 1_000), (None, 1_200)]  # type: ignore[union-attr]
    assert lease.unit_ids == (unit,)
    async with looking(world.actor, 'general_manager', f'{PATH}/leases/{lease.id}') as user:
        await user.should_see(marker='leasing.sign', retries=40)
        user.find(marker='leasing.sign').click()
        user.find(marker='confirmation.accept').click()
        await user.should_see('已签署', retries=40)
    assert ask(get_lease, actor=world.actor, lease_id=lease.id).status == 'signed'


async def test_a_lease_is_ended_early(world: World) -> None:
    lease = world.signed(add_months(THIS_MONTH, -6), add_months(THIS_MONTH, 30))
    last = add_months(THIS_MONTH, 2) - timedelta(days=1)
    async with looking(world.actor, 'general_manager', f'{PATH}/leases/{lease.id}') as user:
        await user.should_see('提前终止', retries=40)
        fill(user, {'到期日': last.isoformat(), '原因': '经营调整'})
        user.find(content='终止租约', marker='form.submit').click()
        await user.should_see('不可撤销', retries=20)
        user.find(marker='confirmation.accept').click()
        await user.should_see('第 2 版', retries=40)
    assert ask(get_lease, actor=world.actor, lease_id=lease.id).ends_on == last + timedelta(days=1)


async def test_a_vacant_unit_is_split_and_its_parts_merge(world: World) -> None:
    unit = world.unit(code='SPLIT')
    async with looking(world.actor, 'leasing', f'{PATH}/units?floor=F1') as user:
        await user.should_see('空置铺位', retries=40)
        await _choose(user, 'SPLIT')
        user.find(content='拆分铺位', marker='form.submit').click()
        await user.should_see('已拆分', retries=40)
        await _choose(user, 'SPLITA')
        [other] = [
            u.id for u in ask(list_lettable_units, actor=world.actor, on=TODAY + timedelta(1)) if u.code == 'SPLITB'
        ]
        fill(user, {'与之合并': [other], '合并后编号': 'WHOLE'})
        for field in user.find(kind=ValidationElement).elements:
            if field.props.get('aria-label') == '起始日':
                field.value = (TODAY + timedelta(days=1)).isoformat()
        user.find(content='合并铺位', marker='form.submit').click()
        await user.should_see('已合并', retries=40)
    units = {u.code: u for u in ask(list_lettable_units, actor=world.actor, on=TODAY + timedelta(days=1))}
    assert 'SPLIT' not in units
    assert units['WHOLE'].net_area_dm2 == 10_000
    assert unit not in {u.id for u in units.values()}


async def _choose(user: User, code: str) -> None:
    """Opens a vacant unit once the list has it."""
    rows: list[dict[str, Any]] = []
    for _ in range(60):
        rows = [row for row in table(user, 'leasing.vacant') if row['code'] == code]
        if rows:
            break
        await asyncio.sleep(0.1)
    [found] = user.find(marker='leasing.vacant').elements
    user.find(kind=type(found._table)).trigger('rowClick', [{}, rows[0], 0])
    await user.should_see('拆分铺位', retries=20)


async def test_the_portfolio_shows_expiry_and_cost(world: World, running: LeaseView) -> None:
    _sell(world, running, LAST_MONTH)
    command = CloseMonth(lease_id=running.id, month=LAST_MONTH)
    perform(close_month, actor=world.actor, command=command)
    async with looking(world.actor, 'general_manager', f'{PATH}/portfolio') as user:
        await user.should_see('加权平均剩余租期', retries=40)
        for _ in range(60):
            if table(user, 'leasing.by_category'):
                break
            await asyncio.sleep(0.1)
        assert table(user, 'leasing.by_category')[0]['ocr']['text'].endswith('%')
    costs = ask(occupancy_costs, actor=world.actor, from_on=LAST_MONTH, until_on=THIS_MONTH)
    assert [row.ratio.value for row in costs if row.lease_id == running.id] == [0.1]


def _sell(world: World, lease: LeaseView, month: date, *, but: int = 0) -> None:
    days = (add_months(month, 1) - month).days
    world.report(
        lease.id,
        {month + timedelta(n): 30_000_000 // days + (30_000_000 % days if not n else 0) for n in range(days - but)},
        now=datetime.now(UTC),
    )


async def test_finance_closes_what_is_complete_and_then_a_month_with_closures(world: World) -> None:
    whole, part = (world.signed(add_months(THIS_MONTH, -3), add_months(THIS_MONTH, 30)) for _ in range(2))
    _sell(world, whole, LAST_MONTH)
    _sell(world, part, LAST_MONTH, but=2)
    async with looking(world.actor, 'finance', f'{PATH}/turnover?month={LAST_MONTH:%Y-%m}') as user:
        await user.should_see('店·天', retries=40)
        user.find(marker='leasing.close_all').click()
        user.find(marker='confirmation.accept').click()
        await user.should_see('已完成，共', retries=60)
        assert _closed(world, whole)
        assert not _closed(world, part)
        open_row(user, id=part.id)
        await user.should_see('缺 2 天', retries=40)
        user.find(marker='leasing.close').click()
        user.find(marker='confirmation.accept').click()
        await user.should_see('本月已关账', retries=40)
    assert _closed(world, part)


def _closed(world: World, lease: LeaseView) -> bool:
    months = {month.month: month for month in ask(list_months, actor=world.actor, lease_id=lease.id)}
    return LAST_MONTH in months and months[LAST_MONTH].is_closed


async def test_operations_report_a_missing_day(world: World) -> None:
    lease = world.signed(add_months(THIS_MONTH, -1), add_months(THIS_MONTH, 30))
    async with looking(world.actor, 'operations', f'{PATH}/turnover?month={LAST_MONTH:%Y-%m}') as user:
        await user.should_see('店·天', retries=40)
        open_row(user, id=lease.id)
        await user.should_see('补报一天')
        fill(user, {'营业额（含税）': '1130', '小票数': 7})
        user.find(content='补报一天', marker='form.submit').click()
        await user.should_see('已上报', retries=40)
        await user.should_not_see(marker='leasing.close_all')
    [month] = ask(list_months, actor=world.actor, lease_id=lease.id)
    assert (month.gto_fen, month.days) == (100_000, 1)


@pytest.mark.parametrize('encoding', ['utf-8', 'gbk'])
async def test_a_file_is_taken_whole_or_refused_line_by_line(world: World, encoding: str) -> None:
    lease = world.signed(add_months(THIS_MONTH, -1), add_months(THIS_MONTH, 30))
    async with looking(world.actor, 'operations', f'{PATH}/turnover') as user:
        await user.should_see('上传营业额', retries=40)
        known = f'{lease.number},{LAST_MONTH}'
        bad = f'租约号,日期,营业额\n{known},100\n{known},abc\nL-0,{LAST_MONTH},1\n'
        await _upload(user, 'bad.csv', bad.encode(encoding))
        await user.should_see('bad.csv：2 处有误，未导入任何一行', retries=40)
        assert [row['line'] for row in table(user, 'leasing.objections')] == [3, 4]
        assert ask(list_months, actor=world.actor, lease_id=lease.id) == []
        await _upload(user, 'good.csv', f'租约号,日期,营业额\n{lease.number},{LAST_MONTH},113\n'.encode(encoding))
        await user.should_see('good.csv：已导入 1 份租约的 1 天，营业额 ¥100.00', retries=40)


async def _upload(user: User, name: str, content: bytes) -> None:
    [picker] = user.find(kind=ui.upload).elements
    await picker.handle_uploads([SmallFileUpload(name, 'text/csv', content)])


async def test_a_day_that_was_typed_in_is_compared_with_its_photograph(world: World) -> None:
    lease = world.signed(add_months(THIS_MONTH, -6), add_months(THIS_MONTH, 30))
    shop = replace(world.actor, name='店长', tenant_id=lease.tenant_id)
    ids = []
    for back, fen in ((1, 88_00), (2, 77_00)):
        photo = perform(keep_z_report, actor=shop, content=from_a_phone()).name
        facts = SalesFacts(sold_fen=fen, vat_bp=0)
        report = DayTurnover(on=TODAY - timedelta(days=back), category='fashion', facts=facts)
        command = ReportByHand(lease_id=lease.id, day=report, photo=photo)
        ids.append(int(perform(report_by_hand, actor=shop, command=command).id or 0))
    async with looking(world.actor, 'leasing', f'{PATH}/z-reports') as user:
        await user.should_see('手工报送', retries=40)
        row = await listed(user, 'leasing.z_reports', ids[0])
        assert (row['gto'], row['state']) == ('¥88.00', 'waiting')
        open_row(user, **row)
        await user.should_see(marker='leasing.z_report', retries=40)
        user.find(marker='report.reject').click()
        await user.should_see('退回须写明原因', retries=40)
        fill(user, {'原因': '照片看不清'})
        user.find(marker='report.reject').click()
        await user.should_see('已退回，商户会收到通知', retries=40)
        await user.should_see('¥77.00', retries=40)  # the next that waits
        user.find(marker='report.accept').click()
        await user.should_see('已通过，计入营业额', retries=40)
    states = {one.id: (one.state, one.decided_by) for one in ask(list_hand_reports, actor=world.actor)}
    assert [states[HandReportId(one)] for one in ids] == [('rejected', 'leasing'), ('accepted', 'leasing')]


async def test_who_only_reads_leases_has_no_tab_for_z_reports(world: World) -> None:
    async with looking(world.actor, 'auditor', PATH, 'en') as user:
        await user.should_see('Rent roll', retries=40)
        await user.should_not_see('Z reports')


async def test_an_amendment_asks_for_photographs_of_z_reports(world: World) -> None:
    lease = world.signed(add_months(THIS_MONTH, -6), add_months(THIS_MONTH, 30))
    async with looking(world.actor, 'leasing', f'{PATH}/leases/{lease.id}/amend') as user:
        await user.should_see('尚未预览', retries=40)
        user.find('报送凭证').click()
        await user.should_see('手工报送须附 Z 报表照片', retries=40)
        [box] = user.find(kind=ui.checkbox).elements
        box.value = True
        fill(user, {'变更摘要': '手工报送须附照片'})
        user.find(marker='form.submit').click()
        await user.should_see(marker='leasing.propose', retries=40)
        user.find(marker='leasing.propose').click()
        await user.should_see('补充协议待签：手工报送须附照片', retries=60)
    signed = perform(sign_proposal, actor=world.actor, lease_id=lease.id)
    assert (signed.terms.needs_z_report, signed.items) == (True, lease.items)
