"""Tenants pay online: the code to scan, the money that settles, and what happens when it comes twice or late."""

from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count

import pytest

from domain.billing.commands import AllocationOrder, OpenCheckout
from domain.billing.errors import CheckoutUnknown, NothingToPay
from domain.billing.online import get_checkout, open_checkout, pay_online, settle_checkout
from domain.billing.queries import list_charges
from domain.payments.checkout import accept_notice
from domain.payments.commands import PaymentNotice
from domain.payments.ports import Outcome, PayAnswer
from domain.shared.actor import Actor, MallId, TenantId
from domain.shared.errors import NotFound
from domain.shared.idempotency import IdempotencyConflict
from domain.shared.operations import ask, perform
from tests.domain.billing.test_payments import billed
from tests.domain.leasing.world import World
from tests.domain.payments.conftest import ScriptedChannel

NOW = datetime(2026, 3, 20, 4, tzinfo=UTC)
RENT = 3_000_000
_numbers = count(1)


def of_shop(world: World, mall: MallId, tenant: TenantId) -> Actor:
    may = frozenset({'billing.view', 'billing.pay'})
    return Actor(name='店长', kind='person', mall_id=mall, tenant_id=tenant, permissions=may)


def command(tenant: TenantId, fen: int = RENT) -> OpenCheckout:
    return OpenCheckout(key=f'bill-online-{next(_numbers)}', tenant_id=tenant, amount_fen=fen)


def channel() -> ScriptedChannel:
    wechat = ScriptedChannel()
    wechat.answers = [PayAnswer(outcome=Outcome.PENDING, show='weixin://pay/1')]
    return wechat


def paid(world: World, wechat: ScriptedChannel, fen: int) -> None:
    notice = PaymentNotice(
        channel='wechat', merchant='m-1', out_no=wechat.asked[0][1], transaction_no=f'T{next(_numbers)}', fen=fen,
        paid_at=NOW,
    )  # fmt: skip
    accept_notice(wechat, actor=world.actor, notice=notice, now=NOW)


def test_a_tenant_scans_a_code_and_its_oldest_debts_are_settled_once(world: World, mall: MallId) -> None:
    lease = billed(world, date(2026, 3, 1))
    shop, wechat, order = of_shop(world, mall, lease.tenant_id), channel(), command(lease.tenant_id, RENT * 3 // 2)

    opened = pay_online(wechat, actor=shop, command=order, subject='2026 年租金', now=NOW)
    assert (opened.show, opened.state, opened.settled) == ('weixin://pay/1', 'pending', None)
    with pytest.raises(CheckoutUnknown):
        perform(settle_checkout, actor=world.actor, key=order.key, now=NOW)

    paid(world, wechat, order.amount_fen)
    for _ in range(2):
        settled = perform(settle_checkout, actor=world.actor, key=order.key, now=NOW).settled
        assert settled is not None
        assert (sum(settled.parts.values()), settled.unapplied_fen) == (order.amount_fen, 0)
    charges = ask(list_charges, actor=shop)
    assert [charge.open_fen for charge in charges] == [0, RENT // 2]
    assert ask(get_checkout, actor=shop, key=order.key).state == 'paid'


def test_what_was_paid_meanwhile_at_the_bank_leaves_a_credit(world: World, mall: MallId) -> None:
    lease = billed(world, date(2026, 2, 1))
    shop, first, second = of_shop(world, mall, lease.tenant_id), channel(), channel()
    orders = (command(lease.tenant_id), command(lease.tenant_id))
    for wechat, order in zip((first, second), orders, strict=True):
        pay_online(wechat, actor=shop, command=order, subject='租金', now=NOW)
        paid(world, wechat, RENT)

    one, two = (perform(settle_checkout, actor=world.actor, key=order.key, now=NOW).settled for order in orders)

    assert one is not None
    assert two is not None
    assert (one.unapplied_fen, two.unapplied_fen) == (0, RENT)


def test_more_than_is_owed_is_refused_and_the_same_key_is_the_same_payment(world: World, mall: MallId) -> None:
    lease = billed(world, date(2026, 2, 1))
    shop = of_shop(world, mall, lease.tenant_id)
    with pytest.raises(NothingToPay):
        perform(open_checkout, actor=shop, command=command(lease.tenant_id, RENT + 1), subject='x', now=NOW)
    order = command(lease.tenant_id, 100)

    first, again = (perform(open_checkout, actor=shop, command=order, subject='x', now=NOW) for _ in range(2))

    assert first == again
    with pytest.raises(IdempotencyConflict):
        perform(open_checkout, actor=shop, command=replace(order, amount_fen=101), subject='x', now=NOW)


def test_TA_R2_another_tenants_payment_is_out_of_reach(world: World, mall: MallId) -> None:
    own, foreign = billed(world, date(2026, 2, 1)), billed(world, date(2026, 2, 1))
    shop, stranger = of_shop(world, mall, own.tenant_id), of_shop(world, mall, foreign.tenant_id)
    order = command(own.tenant_id)
    perform(open_checkout, actor=shop, command=order, subject='x', now=NOW)

    with pytest.raises(NotFound):
        perform(open_checkout, actor=stranger, command=command(own.tenant_id), subject='x', now=NOW)
    with pytest.raises(CheckoutUnknown):
        ask(get_checkout, actor=stranger, key=order.key)


def test_a_stated_order_of_allocation_is_kept(world: World, mall: MallId) -> None:
    lease = billed(world, date(2026, 4, 1))
    shop, wechat = of_shop(world, mall, lease.tenant_id), channel()
    order = replace(command(lease.tenant_id), order=AllocationOrder.CURRENT_FIRST)
    pay_online(wechat, actor=shop, command=order, subject='租金', now=NOW)
    paid(world, wechat, RENT)

    settled = perform(settle_checkout, actor=world.actor, key=order.key, now=NOW).settled

    assert settled is not None
    assert settled.order is AllocationOrder.CURRENT_FIRST
