"""Templates, stacking and the desk, over the real domain."""

from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from nicegui.testing import User
from pydantic import SecretStr
from sqlalchemy import text

from domain.coupons.commands import CommitCoupons, CreateTemplate, GrantCoupons
from domain.coupons.granting import create_template, grant_coupons
from domain.coupons.overview import get_stacking, list_templates
from domain.coupons.queries import list_coupons, show_coupon_code
from domain.coupons.redeeming import commit_coupons
from domain.coupons.register import count_days, list_coupons_of
from domain.coupons.views import CouponView
from domain.members.commands import Channel, EnrolMember, InstallScheme
from domain.members.enrolment import enrol_member
from domain.members.loyalty import install_scheme
from domain.shared.actor import Actor, MallId, system_actor
from domain.shared.database import Scope, reading
from domain.shared.operations import ask, perform
from integrations.demo.membership import EARN, TIERS
from tests.domain.sales.conftest import keys
from tests.ui.screens import fill, looking, open_row
from ui.kit.data_table import PAGE_SIZE, DataTable

__all__ = ['keys']
PATH = '/marketing/coupons'
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@pytest.fixture
def actor(mall: MallId, keys: None) -> Actor:
    return system_actor('test', mall)


def template(actor: Actor, **facts: Any) -> str:
    code = f't-{uuid4().hex[:8]}'
    terms = facts.pop('terms', {'kind': 'full_reduction', 'threshold_fen': 10_000, 'reduce_fen': 2_000})
    perform(create_template, actor=actor, command=CreateTemplate(
        code=code, name_zh=f'券{code}', name_en=f'Coupon {code}', terms=terms, validity={'days_from_grant': 30},
        stock=5, cap_per_member=2, **facts,
    ))  # fmt: skip
    return code


def member(actor: Actor) -> int:
    since = datetime(2020, 1, 1, tzinfo=UTC)
    for kind, document in (('earn', EARN), ('tiers', TIERS)):
        perform(install_scheme, actor=actor, command=InstallScheme(kind=kind, document=document, valid_from=since))  # type: ignore[arg-type]
    phone = SecretStr(f'199{uuid4().int % 10**8:08d}')
    return perform(enrol_member, actor=actor, command=EnrolMember(channel=Channel.POS, phone=phone)).id


def coupon(actor: Actor, code: str, member_id: int) -> CouponView:
    command = GrantCoupons(template=code, member_id=member_id, key=str(uuid4()))
    return perform(grant_coupons, actor=actor, command=command)[0]


async def listed(user: User, actor: Actor, code: str, terms: str) -> None:
    """Waits for the list by its count, then looks at a row: a table's cells are drawn in the browser alone."""
    total = len(ask(list_templates, actor=actor))
    await user.should_see(f'1–{min(total, PAGE_SIZE)}', retries=40)
    table = user.find(kind=DataTable).elements.pop()
    assert [row['terms'] for row in table._table.rows if row['id'] == code] == [terms]


async def test_a_template_opens_is_given_once_and_stopped(actor: Actor) -> None:
    code, who = template(actor), member(actor)
    async with looking(actor, 'marketing', PATH) as user:
        await listed(user, actor, code, '满 ¥100.00 减 ¥20.00')
        open_row(user, code)
        await user.should_see('余 5 / 共 5')
        fill(user, {'会员号': who})
        user.find(content='发给会员').click()
        await user.should_see('余 4 / 共 5', retries=40)
        assert len(ask(list_coupons, actor=actor, member_id=who)) == 1
        user.find(marker='coupons.switch').click()
        await user.should_see('立即不能再领取；会员手中的券照常可用。可随时恢复。')
        user.find(marker='confirmation.accept').click()
        await user.should_see('恢复发放', retries=40)
    [view] = [one for one in ask(list_templates, actor=actor) if one.code == code]
    assert (view.is_active, view.left, view.issued, view.redeemed_share) == (False, 4, 1, 0.0)


async def test_finance_looks_at_templates_and_changes_none(actor: Actor) -> None:
    code = template(actor)
    async with looking(actor, 'finance', PATH, 'en') as user:
        await listed(user, actor, code, '¥20.00 off from ¥100.00')
        await user.should_not_see('New template')
        await user.should_not_see('Give to the member')


async def test_a_template_is_made_on_the_page(actor: Actor) -> None:
    code = f'made-{uuid4().hex[:6]}'
    async with looking(actor, 'marketing', PATH) as user:
        fill(
            user,
            {
                '编码': code,
                '中文名称': '春日券',
                '英文名称': 'Spring',
                '最低消费': '200',
                '减免': '30',
            },
        )
        user.find(content='新建', marker='form.submit').click()
        await user.should_see('已新建，可以发放', retries=40)
    [view] = [one for one in ask(list_templates, actor=actor) if one.code == code]
    assert (view.terms.threshold_fen, view.terms.reduce_fen) == (20_000, 3_000)


async def test_the_rules_change_by_a_new_version_and_explain_a_basket(actor: Actor) -> None:
    who = member(actor)
    coupon(actor, template(actor, terms={'kind': 'full_reduction', 'threshold_fen': 30_000, 'reduce_fen': 5_000}), who)
    coupon(actor, template(actor, terms={'kind': 'discount', 'percent': 90}), who)
    before = ask(get_stacking, actor=actor).version
    async with looking(actor, 'marketing', f'{PATH}/stacking') as user:
        await user.should_see('每单最多用券', retries=40)
        fill(user, {'每单最多用券': 2})
        user.find(content='生效').click()
        await user.should_see('新规则已生效', retries=40)
        fill(user, {'会员号': who})
        user.find(content='试算', marker='form.submit').click()
        await user.should_see('应付 ¥225.00，优惠 ¥75.00', retries=40)
        await user.should_see('第 2 步')
    now = ask(get_stacking, actor=actor)
    assert (now.version, now.rules.most_coupons) == (before + 1, 2)


async def test_a_shown_code_is_taken_once(actor: Actor) -> None:
    code = template(actor, terms={'kind': 'exchange'})
    held = coupon(actor, code, member(actor))
    shown = ask(show_coupon_code, actor=actor, coupon_id=held.id, now=datetime.now(UTC))
    async with looking(actor, 'cashier', f'{PATH}/desk') as user:
        fill(user, {'核销码': shown})
        user.find(marker='form.submit').click()
        await user.should_see('核销成功', retries=40)
        fill(user, {'核销码': shown})
        user.find(marker='form.submit').click()
        await user.should_see('优惠券不可用：已使用、已过期、被其他订单占用，或不属于该会员。', retries=40)
    [view] = [one for one in ask(list_templates, actor=actor) if one.code == code]
    assert (view.used, view.redeemed_share) == (1, 1.0)


async def test_scope_budget_caps_and_days_without_are_set_on_the_page(actor: Actor) -> None:
    code = f'made-{uuid4().hex[:6]}'
    async with looking(actor, 'marketing', PATH, 'en') as user:
        fill(
            user,
            {
                'Code': code,
                'Name in Chinese': '餐饮券',
                'Name in English': 'Dining',
                'Minimum': '200',
                'Taken off': '30',
                'Categories': 'dining, cafe',
                'Categories left out': 'jewellery',
                'Budget': '5000',
                'Per day': 40,
                'Uses per member and day': 1,
                'Days on which it does not count': '2027-01-01，2027-02-06',
            },
        )
        user.find(content='Create', marker='form.submit').click()
        await user.should_see('Made; it can be given out', retries=40)
    [view] = [one for one in ask(list_templates, actor=actor) if one.code == code]
    assert (view.terms.categories, view.terms.excluded_categories) == (('dining', 'cafe'), ('jewellery',))
    assert (view.budget_fen, view.cap_per_day) == (500_000, 40)
    assert [day.isoformat() for day in view.validity.blackout_on] == ['2027-01-01', '2027-02-06']


async def test_an_unused_coupon_is_voided_with_a_reason_that_is_on_record(actor: Actor) -> None:
    code = template(actor)
    held = coupon(actor, code, member(actor))
    async with looking(actor, 'marketing', f'{PATH}/register?template={code}') as user:
        await user.should_see('每日发券与用券', retries=40)
        await user.should_see('1–1', retries=40)
        open_row(user, held.id)
        fill(user, {'作废原因': '发错人'})
        user.find(content='作废', marker='form.submit').click()
        await user.should_see(f'#{held.id} 已作废', retries=40)

    [row] = ask(list_coupons_of, actor=actor, template=code).rows
    assert row.state == 'void'
    with reading(Scope(mall_id=actor.mall_id)) as session:
        facts = session.execute(text("SELECT facts FROM audit_entry WHERE action = 'coupons.void_coupon'")).scalars()
        assert any('发错人' in str(each) for each in facts)


async def test_a_reader_of_the_register_voids_nothing_and_exports(actor: Actor) -> None:
    code = template(actor)
    held = coupon(actor, code, member(actor))
    async with looking(actor, 'finance', f'{PATH}/register?template={code}', 'en') as user:
        await user.should_see('1–1', retries=40)
        open_row(user, held.id)
        await user.should_see('Unused', retries=40)
        await user.should_not_see('It cannot be undone')
        user.find(marker='table.export').click()
        response = await user.download.next()
    lines = response.content.decode('utf-8-sig').splitlines()
    assert len(lines) == 2
    assert lines[1].startswith(f'{held.id},')


def test_days_count_what_was_given_and_used_by_business_day(actor: Actor) -> None:
    code = template(actor)
    before = {one.day: one for one in ask(count_days, actor=actor, since=LONG_AGO)}
    held = coupon(actor, code, member(actor))
    order = CommitCoupons(member_id=held.member_id, order_key=str(uuid4()), discounts=((held.id, 1_500),))
    perform(commit_coupons, actor=actor, command=order)
    [day] = [
        one for one in ask(count_days, actor=actor, since=LONG_AGO)
        if one != before.get(one.day)
    ]  # fmt: skip

    was = before.get(day.day)
    assert day.granted - (was.granted if was else 0) == 1
    assert day.used - (was.used if was else 0) == 1
    assert day.fen - (was.fen if was else 0) == 1_500
