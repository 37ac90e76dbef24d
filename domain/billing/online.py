"""Tenants pay their bills online: a payment order of their own, whose money settles debts once it is certain."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, select

from domain.billing.commands import AllocationOrder, OpenCheckout, RecordPayment
from domain.billing.errors import CheckoutUnknown, NothingToPay
from domain.billing.models import Payment, TenantCheckout
from domain.billing.payments import OPEN_CHARGES, record_payment, view_of
from domain.billing.permissions import PAY, RECEIVE, VIEW
from domain.billing.runs import mall_of
from domain.billing.views import CheckoutView
from domain.mall.queries import get_business_clock
from domain.payments.checkout import pay
from domain.payments.commands import OpenAttempt, OpenOrder
from domain.payments.paying import open_order
from domain.payments.ports import PayChannel
from domain.payments.queries import get_order
from domain.payments.views import OrderView
from domain.shared.actor import Actor, TenantId, system_actor
from domain.shared.errors import NotFound
from domain.shared.live import notify
from domain.shared.operations import operation, perform, query

METHODS = {'wechat': 'wechat', 'alipay': 'alipay'}  # whatever else a code belongs to is a bank's
OPEN_MINUTES = 15


def pay_online(
    channel: PayChannel, *, actor: Actor, command: OpenCheckout, subject: str, now: datetime
) -> CheckoutView:
    """Opens a tenant's payment and asks a channel for the code to scan. Each write is a transaction of its own.

    :raises NothingToPay: when it is more than the tenant owes.
    :raises NotFound: for another tenant's bills.
    :raises AttemptUnresolved: while an earlier attempt may have moved money.
    """
    checkout = perform(open_checkout, actor=actor, command=command, subject=subject, now=now)
    attempt = OpenAttempt(order_key=command.key, channel=channel.name, fen=command.amount_fen)
    order, answer = pay(channel, actor=_till(actor), command=attempt, now=now, subject=subject)
    return replace(checkout, state=order.state, show=answer.show)


@operation(PAY, name='billing.open_checkout')
def open_checkout(
    session: Session, *, actor: Actor, command: OpenCheckout, subject: str, now: datetime
) -> CheckoutView:
    """Writes a tenant's payment down beside its payment order; the same key is the same payment.

    :raises NothingToPay:
    :raises NotFound:
    :raises IdempotencyConflict: when the key names a payment of another amount.
    """
    if actor.tenant_id not in (None, command.tenant_id):
        raise NotFound
    checkout = _find(session, command.key)
    if checkout is None:
        if command.amount_fen > _owed(session, command.tenant_id):
            raise NothingToPay
        checkout = TenantCheckout(
            mall_id=mall_of(actor), key=command.key, tenant_id=command.tenant_id, amount_fen=command.amount_fen,
            allocation_order=command.order.value, opened_by=actor.name, opened_at=now,
        )  # fmt: skip
        session.add(checkout)
        session.flush()
    opening = OpenOrder(
        key=command.key, total_fen=command.amount_fen, subject=subject, open_minutes=OPEN_MINUTES
    )  # fmt: skip
    order = open_order(session, actor=_till(actor), command=opening, now=now)
    return _view(session, checkout, order)


@operation(RECEIVE, name='billing.settle_checkout')
def settle_checkout(session: Session, *, actor: Actor, key: str, now: datetime) -> CheckoutView:
    """Lets money that is certain settle the tenant's debts, once; whatever it does not settle stays as credit.

    :raises CheckoutUnknown: for orders of other origin, and while the money is not certain.
    """
    checkout = _find(session, key)
    if checkout is None:
        raise CheckoutUnknown
    order = get_order(session, actor=_till(actor), key=key)
    paid = [attempt for attempt in order.attempts if attempt.state == 'paid' and not attempt.is_surplus]
    if not order.may_hand_over or not paid:
        raise CheckoutUnknown
    clock = get_business_clock(session, actor=actor)
    payment = record_payment(session, actor=actor, now=now, command=RecordPayment(
        tenant_id=TenantId(checkout.tenant_id), amount_fen=checkout.amount_fen,
        paid_on=clock.business_on(paid[-1].paid_at or now), method=METHODS.get(paid[-1].channel, 'bank'),  # type: ignore[arg-type]
        key=f'online:{key}', order=AllocationOrder(checkout.allocation_order),
    ))  # fmt: skip
    checkout.payment_id = payment.id
    session.flush()
    notify(session, 'billing', checkout.mall_id)
    return _view(session, checkout, order)


@query(VIEW)
def get_checkout(session: Session, *, actor: Actor, key: str) -> CheckoutView:
    """What became of a tenant's online payment.

    :raises CheckoutUnknown: also for another tenant's.
    """
    checkout = _find(session, key)
    if checkout is None:
        raise CheckoutUnknown
    return _view(session, checkout, get_order(session, actor=_till(actor), key=key))


def _find(session: Session, key: str) -> TenantCheckout | None:
    return session.exec(select(TenantCheckout).where(TenantCheckout.key == key)).one_or_none()


def _owed(session: Session, tenant_id: TenantId) -> int:
    rows = session.execute(text(f'{OPEN_CHARGES} AND c.tenant_id = :tenant'), {'tenant': tenant_id})
    return sum(row.open_fen for row in rows)


def _till(actor: Actor) -> Actor:
    """On whose word payments takes the money: billing's, for the tenant."""
    return system_actor(f'billing for {actor.name}', mall_of(actor))


def _view(session: Session, checkout: TenantCheckout, order: OrderView) -> CheckoutView:
    settled = None
    if checkout.payment_id is not None:
        payment = session.exec(select(Payment).where(Payment.id == checkout.payment_id)).one()
        settled = view_of(session, payment)
    return CheckoutView(
        key=checkout.key, tenant_id=TenantId(checkout.tenant_id), amount_fen=checkout.amount_fen, state=order.state,
        opened_at=checkout.opened_at, settled=settled,
    )  # fmt: skip
