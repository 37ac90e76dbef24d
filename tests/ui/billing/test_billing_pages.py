"""The billing pages over the real domain: finance prepares, the manager approves, tenants pay."""

import asyncio
import zipfile
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
from nicegui.testing import User

from domain.billing.certificates import hand_in_certificate, keep_own_certificate
from domain.billing.commands import ApproveRun, ChargeId, HandInCertificate, PostRun, PreviewRun, RecordPayment
from domain.billing.costs import keys_by_area
from domain.billing.invoicing import list_invoices, request_invoice
from domain.billing.overview import get_charge, list_certificates, list_costs, list_key_tables, list_payments, list_runs
from domain.billing.payments import record_payment
from domain.billing.queries import list_charges
from domain.billing.runs import approve_run, post_run, preview_run
from domain.billing.views import ChargeView
from domain.leasing.commands import Band, CloseMonth, NewItem, RentMode, RentTerms
from domain.leasing.periods import add_months
from domain.leasing.turnover import close_month
from domain.leasing.views import LeaseView
from domain.shared.actor import MallId
from domain.shared.operations import ask, perform
from tests.domain.leasing.world import World, build_world
from tests.domain.shared.pictures import PAPER
from tests.mall_day import mall_day
from tests.ui.screens import fill, looking, upload
from ui.kit.data_table import DataTable
from ui.kit.plain_table import PlainTable

PATH = '/operations/billing'
TODAY = mall_day()
THIS_MONTH = TODAY.replace(day=1)
LAST_MONTH = add_months(THIS_MONTH, -1)
ON_TURNOVER = RentTerms(mode=RentMode.PERCENTAGE, bands={'*': (Band(up_to_fen=None, rate_bp=1_000),)})


@pytest.fixture(scope='module')
def world(mall: MallId) -> World:
    return build_world(mall)


@pytest.fixture
def owing(world: World) -> LeaseView:
    """A lease with last month's rent of 30,000 yuan posted."""
    lease = world.signed(LAST_MONTH, add_months(LAST_MONTH, 36))
    bill(world)
    return lease


def bill(world: World) -> None:
    run = perform(preview_run, actor=world.actor, command=PreviewRun(from_on=LAST_MONTH, until_on=THIS_MONTH))
    manager = replace(world.actor, name='manager')
    perform(approve_run, actor=manager, command=ApproveRun(run_id=run.id, content_hash=run.content_hash))
    perform(post_run, actor=world.actor, command=PostRun(run_id=run.id))


def charges(world: World, lease: LeaseView) -> list[ChargeView]:
    return ask(list_charges, actor=world.actor, lease_id=lease.id)


async def rows(user: User, marker: str, **wanted: Any) -> list[dict[str, Any]]:
    """The rows of a table, once one of them is as wanted."""
    found: list[dict[str, Any]] = []
    for _ in range(60):
        [table] = user.find(marker=marker).elements
        found = list(table.rows if isinstance(table, PlainTable) else table._table.rows)  # type: ignore[attr-defined]
        if any(all(row.get(name) == value for name, value in wanted.items()) for row in found):
            break
        await asyncio.sleep(0.1)
    return found


def open_row(user: User, **row: Any) -> None:
    [found] = user.find(kind=DataTable).elements
    user.find(kind=type(found._table)).trigger('rowClick', [{}, row, 0])


async def test_a_run_goes_from_finance_to_the_manager_and_back(world: World) -> None:
    lease = world.signed(LAST_MONTH, add_months(LAST_MONTH, 36))
    async with looking(world.actor, 'finance', PATH) as user:
        await user.should_see('新批次', retries=40)
        fill(user, {'至': LAST_MONTH.isoformat()})
        user.find(content='预览', marker='form.submit').click()
        await user.should_see('每份租约、每个费用、每个期间一行', retries=60)
        assert (await rows(user, 'billing.sums', kind='租金'))[0]['kind'] == '租金'
        await user.should_not_see(marker='billing.approve')
    run = ask(list_runs, actor=world.actor)[0]
    assert (run.status, charges(world, lease)) == ('previewed', [])
    async with looking(world.actor, 'general_manager', f'{PATH}/runs/{run.id}') as user:
        await user.should_see(marker='billing.approve', retries=40)
        user.find(marker='billing.approve').click()
        user.find(marker='confirmation.accept').click()
        await user.should_see('待过账', retries=40)
        await user.should_not_see(marker='billing.post')
    async with looking(world.actor, 'finance', f'{PATH}/runs/{run.id}') as user:
        await user.should_see(marker='billing.post', retries=40)
        user.find(marker='billing.post').click()
        user.find(marker='confirmation.accept').click()
        await user.should_see('已完成，共', retries=40)
        await user.should_see('已过账', retries=40)
    assert [charge.amount_fen for charge in charges(world, lease)] == [3_000_000]


async def test_a_bill_says_how_it_was_computed_and_takes_a_dispute(world: World, owing: LeaseView) -> None:
    [charge] = charges(world, owing)
    async with looking(world.actor, 'finance', f'{PATH}/bills/{charge.id}') as user:
        await user.should_see('固定租金：每月 ¥30,000.00', retries=40)
        await user.should_see('租约条款')
        fill(user, {'争议金额': '1000', '原因': '漏水停业'})
        user.find(content='登记争议', marker='form.submit').click()
        await user.should_see('争议中 ¥1,000.00：漏水停业', retries=40)
        assert ask(get_charge, actor=world.actor, charge_id=ChargeId(charge.id)).disputed_fen == 100_000
        user.find(marker='billing.end_dispute').click()
        await user.should_see('登记争议', retries=40)
    assert ask(get_charge, actor=world.actor, charge_id=ChargeId(charge.id)).disputed_fen == 0


async def test_bills_are_listed_with_their_state(world: World, owing: LeaseView) -> None:
    [charge] = charges(world, owing)
    async with looking(world.actor, 'auditor', f'{PATH}/bills?kind=rent', 'en') as user:
        await user.should_see('open a row to see how it was computed and settled', retries=40)
        found = {row['id']: row for row in await rows(user, 'billing.bills', id=charge.id)}
    assert (found[charge.id]['open'], found[charge.id]['state']) == ('¥30,000.00', 'overdue')


async def test_money_settles_in_the_stated_order_and_once(world: World, owing: LeaseView) -> None:
    async with looking(world.actor, 'finance', f'{PATH}/payments?tenant={owing.tenant_id}') as user:
        await user.should_see('核销顺序', retries=40)
        for _ in range(2):
            fill(user, {'金额': '30100', '银行流水号': f'REF-{owing.id}'})
            user.find(content='登记收款', marker='form.submit').click()
            await user.should_see('已核销 1 笔账单，共 ¥30,000.00', retries=40)
            await user.should_see('余 ¥100.00 转为预收款')
            await asyncio.sleep(0.3)
        await user.should_see('该流水号此前已登记，未重复入账。', retries=40)
    assert len(ask(list_payments, actor=world.actor, tenant_id=owing.tenant_id)) == 1
    assert charges(world, owing)[0].open_fen == 0


async def test_arrears_are_reminded_of_and_cost(world: World, owing: LeaseView) -> None:
    async with looking(world.actor, 'finance', f'{PATH}/arrears') as user:
        found = {row['id']: row for row in await rows(user, 'billing.arrears', id=owing.tenant_id)}
        assert found[owing.tenant_id]['total'] == '¥30,000.00'
        user.find(marker='billing.remind').click()
        user.find(marker='confirmation.accept').click()
        await user.should_see('家发送催缴', retries=40)
        user.find(marker='billing.late_fees').click()
        user.find(marker='confirmation.accept').click()
        await user.should_see('计收', retries=40)
        await asyncio.sleep(0.3)
    kinds = {charge.kind: charge.amount_fen for charge in charges(world, owing)}
    late = (TODAY - charges(world, owing)[0].due_on).days
    assert kinds == {'rent': 3_000_000, 'late_fee': 1_500 * late}


async def test_the_account_is_sent_as_paper_and_spreadsheet(world: World, owing: LeaseView) -> None:
    command = RecordPayment(
        tenant_id=owing.tenant_id, amount_fen=1_000_000, paid_on=THIS_MONTH, method='bank', key=f'part-{owing.id}'
    )
    perform(record_payment, actor=world.actor, command=command)
    async with looking(world.actor, 'finance', f'{PATH}/tenants/{owing.tenant_id}') as user:
        found = await rows(user, 'billing.statement', balance='¥20,000.00')
        assert found[-1]['balance'] == '¥20,000.00'
        user.find(marker='billing.pdf').click()
        assert (await user.download.next(timeout=20)).content.startswith(b'%PDF-')
        user.find(marker='billing.xlsx').click()
        with zipfile.ZipFile(BytesIO((await user.download.next(timeout=20)).content)) as book:
            assert '<v>20000</v>' in book.read('xl/worksheets/sheet1.xml').decode()
        user.find(marker='billing.ask_invoice').click()
        await user.should_see('已申请开票 ¥30,000.00', retries=40)
    [invoice] = ask(list_invoices, actor=world.actor, tenant_id=owing.tenant_id)
    assert (invoice.amount_fen, invoice.tax_fen) == (3_000_000, 247_706)  # 9 % within


async def test_an_invoice_is_issued_and_reversed(world: World, owing: LeaseView) -> None:
    ids = tuple(charge.id for charge in charges(world, owing))
    made = perform(request_invoice, actor=world.actor, tenant_id=owing.tenant_id, charge_ids=ids)
    async with looking(world.actor, 'finance', f'{PATH}/invoices') as user:
        await rows(user, 'billing.invoices', id=made.id)
        open_row(user, id=made.id)
        fill(user, {'发票号码（20 位）': '123'})
        user.find(content='登记已开具', marker='form.submit').click()
        await user.should_see('20 位数字')
        fill(user, {'发票号码（20 位）': f'{made.id:020d}'})
        user.find(content='登记已开具', marker='form.submit').click()
        await user.should_see('申请红冲', retries=40)
        fill(user, {'原因': '金额有误'})
        user.find(content='申请红冲', marker='form.submit').click()
        await user.should_see('登记已红冲', retries=40)
        fill(user, {'发票号码（20 位）': f'{made.id + 10**19}'})
        user.find(content='登记已红冲', marker='form.submit').click()
        await user.should_see('已红冲', retries=40)
        await asyncio.sleep(0.3)
    assert ask(list_invoices, actor=world.actor, tenant_id=owing.tenant_id)[0].status == 'reversed'


async def test_costs_are_spread_by_a_table_made_on_the_page(world: World, owing: LeaseView) -> None:
    async with looking(world.actor, 'finance', f'{PATH}/costs') as user:
        await user.should_see('新建系数表', retries=40)
        fill(user, {'名称': '按面积'})
        user.find(content='新建系数表', marker='form.submit').click()
        await rows(user, 'billing.tables', code='按面积')
        await user.should_see('登记公区费用', retries=40)
        last = THIS_MONTH - timedelta(days=1)
        fill(user, {'起始日': LAST_MONTH.isoformat(), '截止日（含）': last.isoformat()})
        fill(user, {'金额': '1000', '原因': '公区保洁'})
        user.find(content='登记公区费用', marker='form.submit').click()
        await rows(user, 'billing.costs', reason='公区保洁')
    [table] = [one for one in ask(list_key_tables, actor=world.actor) if one.code == '按面积']
    assert sum(table.keys.values()) == 1_000_000
    assert dict(table.keys) == {int(k): v for k, v in ask(keys_by_area, actor=world.actor, on=TODAY).items()}
    assert [cost.amount_fen for cost in ask(list_costs, actor=world.actor) if cost.table == '按面积'] == [100_000]


async def test_a_year_is_reconciled_with_the_certificate_that_was_uploaded(another_mall: MallId) -> None:
    world = build_world(another_mall)
    december = date(TODAY.year - 1, 12, 1)
    item = NewItem(starts_on=december, ends_on=add_months(december, 36), terms=ON_TURNOVER)
    lease = world.signed(december, add_months(december, 36), items=[item])
    world.report(lease.id, {december + timedelta(days=n): 10_000 for n in range(31)})
    perform(close_month, actor=world.actor, command=CloseMonth(lease_id=lease.id, month=december))
    async with looking(world.actor, 'finance', f'{PATH}/reconciliation') as user:
        await user.should_see('没有附件不能清算', retries=40)
        fill(user, {'租约': lease.id, '审计营业额': '4100', '证明文件': '审字 2026-17'})
        user.find(marker='form.submit').click()
        await user.should_see('清算须先上传审计证明', retries=40)
        await upload(user, 'billing.certificate_upload', PAPER, 'audit.pdf', 'application/pdf')
        await user.should_see('已附：audit.pdf', retries=40)
        user.find(marker='form.submit').click()
        [row] = await rows(user, 'billing.certificates', document='审字 2026-17')
        assert row['file'] == '有'
        [table] = user.find(marker='billing.certificates').elements
        user.find(kind=type(table._table)).trigger('rowClick', [{}, row, 0])  # type: ignore[attr-defined]
        await user.should_see(marker='billing.certificate', retries=40)
        user.find(marker='billing.certificate').click()
        assert (await user.download.next(timeout=20)).content == PAPER


async def test_a_year_is_settled_with_what_the_shop_handed_in(world: World) -> None:
    december, end = date(TODAY.year - 1, 12, 1), date(TODAY.year + 2, 12, 1)
    lease = world.signed(december, end, items=[NewItem(starts_on=december, ends_on=end, terms=ON_TURNOVER)])
    shop = replace(world.actor, name='店长', tenant_id=lease.tenant_id)
    name = perform(keep_own_certificate, actor=shop, content=PAPER).name
    perform(hand_in_certificate, actor=shop, command=HandInCertificate(
        lease_id=lease.id, year=TODAY.year - 1, audited_gto_fen=123_450, document='审字 99', attachment=name
    ))  # fmt: skip
    async with looking(world.actor, 'finance', f'{PATH}/reconciliation') as user:
        found = await rows(user, 'billing.handed_in', document='审字 99')
        [row] = [one for one in found if one['document'] == '审字 99']
        [table] = user.find(marker='billing.handed_in').elements
        user.find(kind=type(table._table)).trigger('rowClick', [{}, row, 0])  # type: ignore[attr-defined]
        await user.should_see(marker='billing.handed_in_file', retries=40)
        await user.should_see('使用商户提交的证明：审字 99')
        user.find(marker='form.submit').click()
        await user.should_see('还有未关账的营业额月份', retries=40)  # and what was filled in stays
        await user.should_see('使用商户提交的证明：审字 99')


async def test_a_year_is_not_reconciled_while_a_month_is_open(world: World) -> None:
    async with looking(world.actor, 'finance', f'{PATH}/reconciliation') as user:
        await user.should_see('该年各月须全部关账', retries=40)
        await user.should_see('还没有清算过的年度。')
    assert ask(list_certificates, actor=world.actor) == []
