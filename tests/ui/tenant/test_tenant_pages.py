"""The shop's own pages, over the real domain: what to do, paying, reporting, notices, repairs, people, promotions."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count
from types import SimpleNamespace
from uuid import uuid4

import pytest
from nicegui.testing import User

from domain.approvals.commands import Decide
from domain.approvals.operations import decide
from domain.billing.certificates import list_handed_in
from domain.billing.queries import list_charges
from domain.leasing.commands import Band, LeaseTerms, NewItem, RentMode, RentTerms
from domain.leasing.hand_reports import list_hand_reports
from domain.leasing.turnover import missing_days
from domain.leasing.views import LeaseView
from domain.mall.queries import get_business_clock
from domain.payments.checkout import accept_notice
from domain.payments.commands import PaymentNotice
from domain.payments.ports import Outcome, PayAnswer
from domain.permits.commands import OpenSpace
from domain.permits.gate import list_permits
from domain.permits.operations import list_promotions, open_space
from domain.shared.actor import Actor, MallId
from domain.shared.live import LiveNotice
from domain.shared.operations import ask, perform
from domain.tenancy.commands import PublishNotice, StepWorkOrder
from domain.tenancy.notices import list_notices, publish_notice
from domain.tenancy.staff import list_staff
from domain.tenancy.work_orders import finish_work_order, list_work_orders
from integrations.worker.tenants import settle_bill
from tests.domain.billing.test_payments import billed
from tests.domain.leasing.world import World, build_world
from tests.domain.payments.conftest import ScriptedChannel
from tests.domain.shared.pictures import PAPER, from_a_phone
from tests.mall_day import mall_day
from tests.ui.screens import fill, screens, staff, upload
from ui.kit.i18n import Locale
from ui.live import LiveHub

RENT = 3_000_000
_numbers = count(1)


@pytest.fixture(scope='module')
def world(mall: MallId) -> World:
    return build_world(mall)


@pytest.fixture
def lease(world: World) -> LeaseView:
    """A lease that runs today and reported nothing yet."""
    today = ask(get_business_clock, actor=world.actor).business_on(datetime.now(UTC))
    return world.signed(today - timedelta(days=20), today + timedelta(days=400))


@asynccontextmanager
async def looking(
    world: World, lease: LeaseView, path: str, role: str = 'tenant_manager', locale: Locale = 'zh-CN'
) -> AsyncIterator[tuple[User, LiveHub, Actor]]:
    session = staff(world.actor, role, locale)
    session = replace(session, actor=replace(session.actor, tenant_id=lease.tenant_id))
    async with screens(session) as (user, hub):
        await user.open(path)
        yield user, hub, session.actor


async def test_what_is_late_stands_on_the_first_page(world: World) -> None:
    lease = billed(world, date(2026, 2, 1))
    async with looking(world, lease, '/tenant') as (user, _, _):
        await user.should_see('1 笔账单已逾期', retries=40)
        await user.should_see('¥30,000.00')


async def test_missing_days_are_asked_for_and_reported_on_the_page(world: World, lease: LeaseView) -> None:
    today = ask(get_business_clock, actor=world.actor).business_on(datetime.now(UTC))
    yesterday = today - timedelta(days=1)
    async with looking(world, lease, '/tenant/turnover') as (user, _, actor):
        await user.should_see(marker=f'tenant.day.{yesterday}', retries=40)
        fill(user, {'销售额（含税）': '11300', '退货额': '0', '小票笔数': 9})
        user.find(content='提交', marker='form.submit').click()
        await user.should_see('计入营业额 ¥10,000.00', retries=40)
    missing = ask(missing_days, actor=actor, lease_id=lease.id, from_on=today - timedelta(days=5), until_on=today)
    assert yesterday not in missing
    assert len(missing) == 4


async def test_a_day_goes_with_a_photograph_of_its_z_report_and_can_be_taken_back(world: World) -> None:
    today = ask(get_business_clock, actor=world.actor).business_on(datetime.now(UTC))
    terms = LeaseTerms(needs_z_report=True)
    lease = world.signed(today - timedelta(days=3), today + timedelta(days=400), terms=terms)
    async with looking(world, lease, '/tenant/turnover', 'tenant_staff') as (user, _, actor):
        await user.should_see('合同要求附 Z 报表照片', retries=40)
        fill(user, {'销售额（含税）': '11300', '退货额': '0', '小票笔数': 9})
        user.find(content='提交', marker='form.submit').click()
        await user.should_see('要求手工报送附 Z 报表照片', retries=40)
        await upload(user, 'tenant.z_report', b'no picture', 'z.jpg')
        await user.should_see('照片须为 JPEG、PNG 或 WebP 格式。', retries=40)
        await upload(user, 'tenant.z_report', from_a_phone(), 'z.jpg')
        await user.should_see('已附：z.jpg', retries=40)
        user.find(content='提交', marker='form.submit').click()
        await user.should_see('待商场核对 Z 报表', retries=40)
        await user.should_see(marker='tenant.report', retries=40)
        user.find(marker='tenant.report').click()
        await user.should_see(marker='tenant.z_report_shown', retries=40)
        assert [one.state for one in ask(list_hand_reports, actor=actor)] == ['waiting']
        user.find(marker='tenant.withdraw').click()
        await user.should_see('已撤回', retries=40)
    assert [one.state for one in ask(list_hand_reports, actor=actor)] == ['withdrawn']
    [picker] = user.find(marker='tenant.z_report').elements
    assert picker.props['capture'] == 'environment'


async def test_an_auditors_certificate_is_handed_in(world: World) -> None:
    year = mall_day().year - 1
    first, end = date(year, 1, 1), date(year + 3, 1, 1)
    rent = RentTerms(mode=RentMode.PERCENTAGE, bands={'*': (Band(up_to_fen=None, rate_bp=1_000),)})
    lease = world.signed(first, end, items=[NewItem(starts_on=first, ends_on=end, terms=rent)])
    async with looking(world, lease, '/tenant/turnover') as (user, _, actor):
        await user.should_see('还没有提交过审计证明', retries=40)
        fill(user, {'审计营业额': '4100000', '证明编号': '审字 8'})
        user.find(content='提交证明', marker='form.submit').click()
        await user.should_see('清算须先上传审计证明', retries=40)
        await upload(user, 'tenant.certificate_upload', PAPER, 'audit.pdf', 'application/pdf')
        await user.should_see('已附：audit.pdf', retries=40)
        user.find(content='提交证明', marker='form.submit').click()
        await user.should_see('待清算', retries=40)
    [handed_in] = ask(list_handed_in, actor=actor)
    assert (handed_in.year, handed_in.audited_gto_fen, handed_in.document) == (year, 410_000_000, '审字 8')
    async with looking(world, lease, '/tenant/turnover', 'tenant_staff') as (user, _, _):
        await user.should_see('报一天', retries=40)
        await user.should_not_see('年度审计证明')


async def test_a_bill_is_paid_with_a_code_and_the_page_says_thanks(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    lease, wechat = billed(world, date(2026, 3, 1)), ScriptedChannel()
    wechat.answers = [PayAnswer(outcome=Outcome.PENDING, show='weixin://wxpay/bizpayurl?pr=1')]
    monkeypatch.setattr('ui.tenant.bills.shell', lambda: SimpleNamespace(channels=lambda _: {'wechat': wechat}))
    async with looking(world, lease, '/tenant/bills') as (user, hub, actor):
        await user.should_see('生成付款码', retries=40)
        fill(user, {'缴费金额': '60000.01'})
        user.find(marker='form.submit').click()
        await user.should_see('请输入不超过 ¥60,000.00 的金额')
        fill(user, {'缴费金额': '45000'})
        user.find(marker='form.submit').click()
        await user.should_see(marker='tenant.code', retries=40)

        notice = PaymentNotice(
            channel='wechat', merchant='m-1', out_no=wechat.asked[0][1], transaction_no=str(uuid4()), fen=4_500_000,
            paid_at=datetime.now(UTC),
        )  # fmt: skip
        settle_bill(world.actor, accept_notice(wechat, actor=world.actor, notice=notice, now=datetime.now(UTC)).key)
        await hub.announce(LiveNotice('billing', int(world.actor.mall_id or 0)))
        await user.should_see('已收到 ¥45,000.00，账单已更新', retries=60)
    assert [charge.open_fen for charge in ask(list_charges, actor=actor)] == [0, RENT // 2]


async def test_opening_a_notice_leaves_a_receipt(world: World, lease: LeaseView) -> None:
    command = PublishNotice(
        key=f'page-{uuid4()}',
        title='消防演练',
        body='周三十点\n请派一人',
        tenant_ids=(lease.tenant_id,),
        must_read=True,
    )
    perform(publish_notice, actor=world.actor, command=command)
    async with looking(world, lease, '/tenant/notices', role='tenant_staff') as (user, _, actor):
        await user.should_see('消防演练', retries=40)
        user.find(marker='tenant.notice').click()
        await user.should_see('请派一人', retries=40)
        await user.should_see('已读回执已送达')
    [seen] = ask(list_notices, actor=actor)
    assert (seen.is_read_by_me, seen.readers) == (True, 1)


async def test_a_repair_is_asked_for_and_confirmed_with_a_mark(world: World, lease: LeaseView) -> None:
    async with looking(world, lease, '/tenant/work-orders') as (user, hub, actor):
        await user.should_see('提交报修', retries=40)
        fill(user, {'位置': '后厨'})
        fill(user, {'问题描述': '排风不转'})
        await upload(user, 'tenant.order_photo', from_a_phone(), 'fan.jpg')
        await user.should_see('已附：fan.jpg', retries=40)
        user.find(content='提交报修', marker='form.submit').click()
        await user.should_see('待接单', retries=40)
        user.find(marker='tenant.see_photos').click()
        await user.should_see(marker='tenant.order_picture', retries=40)
        [order] = ask(list_work_orders, actor=actor)
        perform(finish_work_order, actor=world.actor, command=StepWorkOrder(work_order_id=order.id, words='换了皮带'))
        await hub.announce(LiveNotice('tenancy', int(world.actor.mall_id or 0)))
        await user.should_see('确认修好', retries=100)
        fill(user, {'评分': 4})
        user.find(content='确认修好', marker='form.submit').click()
        await user.should_see('已完成', retries=40)
    [order] = ask(list_work_orders, actor=actor)
    assert (order.state, order.mark, order.place) == ('confirmed', 4, '后厨')


async def test_a_badge_is_given_and_ended(world: World, lease: LeaseView) -> None:
    badge = f'P-{next(_numbers):05}'
    async with looking(world, lease, '/tenant/staff', locale='en') as (user, _, actor):
        await user.should_see('Issue the badge', retries=40)
        fill(user, {'Name': '小温', 'Position': 'Waiter', 'Badge': badge.lower()})
        user.find(marker='form.submit').click()
        await user.should_see(marker='tenant.person', retries=40)
        user.find(marker='tenant.person').click()
        await user.should_see(f'From tomorrow the badge {badge} opens no doors.')
        user.find(marker='confirmation.accept').click()
        await user.should_see('· last day', retries=40)
    [staff] = ask(list_staff, actor=actor)
    assert (staff.badge, staff.last_on is None) == (badge, False)


async def test_a_promotion_is_filed_and_a_space_booked(world: World, lease: LeaseView) -> None:
    perform(open_space, actor=world.actor, command=OpenSpace(
        code=f'page-{next(_numbers)}', name_zh='中庭', name_en='Atrium', kind='atrium', buffer_minutes=60
    ))  # fmt: skip
    async with looking(world, lease, '/tenant/promotions') as (user, _, actor):
        await user.should_see('提交申报', retries=40)
        fill(user, {'活动名称': '周年庆'})
        fill(user, {'活动规则': '满 200 减 50'})
        user.find(content='提交申报', marker='form.submit').click()
        await user.should_see('预订场地', retries=40)
        user.find(content='预订场地', marker='form.submit').click()
        await user.should_see('已预订', retries=40)
    [filed] = ask(list_promotions, actor=actor)
    assert (filed.mechanics.title, filed.approval.status, len(filed.bookings)) == ('周年庆', 'pending', 1)


async def test_energy_without_a_meter_says_whom_to_ask(world: World, lease: LeaseView) -> None:
    async with looking(world, lease, '/tenant/energy') as (user, _, _):
        await user.should_see('本店尚未挂表，请联系工程部。', retries=40)


async def test_leave_is_asked_for_and_its_code_shown_once_agreed(world: World, lease: LeaseView) -> None:
    day = mall_day() + timedelta(days=2)
    async with looking(world, lease, '/tenant/permits') as (user, hub, actor):
        await user.should_see('提交许可申请', retries=40)
        fill(user, {
            '类别': 'goods_out', '开始': f'{day}T10:00', '结束': f'{day}T12:00', '事由': '旧桌椅回仓',
            '物品': '餐桌 4 张，椅子 16 把',
        })  # fmt: skip
        user.find(content='提交许可申请', marker='form.submit').click()
        await user.should_see('审核中', retries=40)
        [permit] = ask(list_permits, actor=actor)
        approval = permit.approval
        operations = replace(world.actor, name='营运')
        perform(decide, actor=operations, command=Decide(
            approval_id=approval.id, content_hash=approval.content_hash, verdict='agree', comment=''
        ))  # fmt: skip
        await hub.announce(LiveNotice('permits', int(world.actor.mall_id or 0)))
        await user.should_see(permit.code, retries=100)
    assert (permit.goods, permit.starts_at.hour) == (('餐桌 4 张', '椅子 16 把'), 2)


async def test_what_a_permit_lacks_is_said_and_nothing_is_asked(world: World, lease: LeaseView) -> None:
    day = mall_day() + timedelta(days=2)
    async with looking(world, lease, '/tenant/permits', 'tenant_staff', 'en') as (user, _, actor):
        await user.should_see('My permits', retries=40)
    async with looking(world, lease, '/tenant/permits', locale='en') as (user, _, actor):
        await user.should_see('Ask for a permit', retries=40)
        fill(user, {'Kind': 'works', 'From': f'{day}T22:00', 'Until': f'{day}T23:00', 'What for': 'New lights'})
        user.find(content='Send', marker='form.submit').click()
        await user.should_see('the insurance does not cover the works', retries=40)
    assert ask(list_permits, actor=actor) == []
