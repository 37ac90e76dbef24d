"""Behind the tenants: money that became certain settles bills, late work goes up, missing turnover is asked for."""

from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest

from domain.benchmarks.trees import get_tree
from domain.billing.online import get_checkout, open_checkout
from domain.mall.queries import get_business_clock
from domain.payments import paying
from domain.payments.commands import OpenAttempt
from domain.payments.ports import Outcome, PayAnswer
from domain.shared.actor import Actor, MallId
from domain.shared.operations import ask, perform
from domain.tenancy.commands import OpenWorkOrder, Trouble, Urgency
from domain.tenancy.notices import list_notices
from domain.tenancy.work_orders import list_work_orders, open_work_order
from integrations.worker.subscriptions import Delivered, reactions_to
from integrations.worker.tenants import chase_turnover, escalate_orders, explain_sales
from tests.domain.billing.test_online import command
from tests.domain.billing.test_payments import billed
from tests.domain.leasing.world import World, build_world


@pytest.fixture(scope='module')
def world(mall: MallId) -> World:
    return build_world(mall)


def of_shop(world: World, tenant: int) -> Actor:
    return Actor(
        name='店长', kind='person', mall_id=world.actor.mall_id, tenant_id=tenant,  # type: ignore[arg-type]
        permissions=frozenset({'tenancy.view', 'billing.view'}),
    )  # fmt: skip


def test_money_that_became_certain_settles_the_tenants_bills_once(world: World) -> None:
    lease, now = billed(world, date(2026, 2, 1)), datetime.now(UTC)
    order = command(lease.tenant_id)
    perform(open_checkout, actor=world.actor, command=order, subject='租金', now=now)
    opening = OpenAttempt(order_key=order.key, channel='alipay', fen=order.amount_fen)
    attempt = perform(paying.open_attempt, actor=world.actor, command=opening, now=now)
    answer = PayAnswer(outcome=Outcome.PAID, transaction_no=str(uuid4()), fen=order.amount_fen, paid_at=now)
    perform(paying.record_answer, actor=world.actor, out_no=attempt.out_no, answer=answer, now=now)
    facts = {'mall_id': world.actor.mall_id, 'occurred_at': now.isoformat(), 'order_key': order.key, 'fen': 1}

    for _ in range(2):
        for reaction in reactions_to('payments.order_paid'):
            reaction(Delivered(event_id=str(uuid4()), name='payments.order_paid', version=1, facts=facts))

    settled = ask(get_checkout, actor=of_shop(world, lease.tenant_id), key=order.key).settled
    assert settled is not None
    assert sum(settled.parts.values()) == order.amount_fen


def test_late_work_goes_to_the_management(world: World) -> None:
    tenant = world.tenant()
    perform(
        open_work_order, actor=world.actor, now=datetime.now(UTC) - timedelta(hours=1), command=OpenWorkOrder(
            key=str(uuid4()), tenant_id=tenant, trouble=Trouble.POWER, urgency=Urgency.EMERGENCY, place='收银台',
            words='跳闸',
        ),
    )  # fmt: skip

    escalate_orders(world.actor)

    [order] = ask(list_work_orders, actor=of_shop(world, tenant))
    assert order.is_escalated


def test_LS_R15_a_tenant_is_asked_for_every_missing_day_of_the_week_and_once_a_day(world: World) -> None:
    today = ask(get_business_clock, actor=world.actor).business_on(datetime.now(UTC))
    silent = world.signed(today - timedelta(days=40), today + timedelta(days=40))
    diligent = world.signed(today - timedelta(days=40), today + timedelta(days=40))
    week = [today - timedelta(days=ago) for ago in range(1, 8)]
    now = datetime.now(UTC)
    world.report(diligent.id, dict.fromkeys(week, 100_000), now=now)
    world.report(silent.id, dict.fromkeys(week[:2], 100_000), now=now)

    for _ in range(2):
        chase_turnover(world.actor)

    [asked] = ask(list_notices, actor=of_shop(world, silent.tenant_id))
    assert '（5 天）' in asked.title
    assert all(f'{day:%m-%d}' in asked.body for day in week[2:])
    assert not any(f'{day:%m-%d}' in asked.body for day in week[:2])
    assert ask(list_notices, actor=of_shop(world, diligent.tenant_id)) == []


def test_by_night_every_shops_sales_are_taken_apart_over_whole_weeks(world: World) -> None:
    today = ask(get_business_clock, actor=world.actor).business_on(datetime.now(UTC))
    lease = world.signed(today - timedelta(days=100), today + timedelta(days=400))
    world.report(lease.id, {today - timedelta(days=n): 1_000 for n in range(1, 80)}, now=datetime.now(UTC))

    explain_sales(world.actor)

    grown = ask(get_tree, actor=world.actor, shop_id=lease.tenant_id, base='weeks')
    assert grown is not None
    assert grown.until_on.weekday() == 0
    assert timedelta(days=1) <= today - grown.until_on <= timedelta(days=7)
    assert (grown.tree.now.gto_fen, grown.tree.before.gto_fen, grown.tree.missing) == (28_000, 28_000, 0)
