"""Tenders beside cash (收款方式): the prepaid card at once, other channels through their adapter. PO-R5.

`charge` and `ask_again` are steps between us and a channel: each write is a transaction of its own, and no lock waits
for a network. Whatever a channel leaves open is resolved by the worker, which then finishes the sale.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from domain.payments import checkout, paying
from domain.payments import queries as payment_queries
from domain.payments.commands import OpenAttempt, TakeCard
from domain.payments.ports import PayChannel
from domain.payments.views import OrderView
from domain.sales._loading import load_sale, open_shift_of, ourselves, sale_view, usable_till
from domain.sales.commands import Charge, TenderCard
from domain.sales.permissions import SELL
from domain.sales.selling import confirm_locked, confirm_sale, finish_locked, finish_sale
from domain.sales.views import SaleView
from domain.shared.actor import Actor
from domain.shared.operations import ask, operation, perform, query


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """A sale and the order that pays for it. `show` is what the customer scans, where the channel gave something."""

    sale: SaleView
    order: OrderView | None
    show: str = ''

    @property
    def due_fen(self) -> int:
        """What is still to be paid."""
        return self.sale.money_fen - (self.order.paid_fen if self.order else 0)


@operation(SELL, name='sales.tender_card', is_audited=False)
def tender_card(session: Session, *, actor: Actor, command: TenderCard, now: datetime) -> SaleView:
    """Takes money from a prepaid card, and finishes the sale when nothing is left to pay.

    :raises SaleUnknown:
    :raises SaleEnded:
    :raises CardUnusable:
    :raises AmountInvalid:
    """
    open_shift_of(session, usable_till(session, command.till))
    sale = load_sale(session, command.sale_key, locked=True)
    ours = ourselves(actor)
    confirm_locked(session, ours, sale, now)
    order = paying.take_card(session, actor=ours, now=now, command=TakeCard(
        order_key=sale.key, key=command.key, fen=command.fen, card_number=command.card_number
    ))  # fmt: skip
    if order.may_hand_over:
        finish_locked(session, ours, sale, now)
    session.flush()
    return sale_view(sale)


@query(SELL)
def get_checkout(session: Session, *, actor: Actor, sale_key: str) -> Checkout:
    """How far a sale's payment is.

    :raises SaleUnknown:
    """
    sale = sale_view(load_sale(session, sale_key))
    order = payment_queries.get_order(session, actor=ourselves(actor), key=sale.key) if sale.money_fen else None
    return Checkout(sale=sale, order=order)


def charge(channel: PayChannel, *, actor: Actor, command: Charge, now: datetime) -> Checkout:
    """Asks a channel for money: a scanned code pays at once or leaves it open, without one there is something to show.

    :raises SaleEnded:
    :raises CouponUnavailable: before anything is charged.
    :raises AttemptUnresolved: while an earlier attempt may have moved money: hand nothing over, charge nothing again.
    """
    actor.require(SELL)
    sale = perform(confirm_sale, actor=actor, sale_key=command.sale_key, now=now)
    order, answer = checkout.pay(
        channel, actor=ourselves(actor), now=now, subject=f'{sale.shop} #{sale.id}', auth_code=command.auth_code,
        command=OpenAttempt(order_key=sale.key, channel=channel.name, fen=command.fen),
    )  # fmt: skip
    return _finished(actor, sale, order, answer.show, now)


def ask_again(channel: PayChannel, *, actor: Actor, sale_key: str, now: datetime) -> Checkout:
    """Asks a channel what became of its attempts, when the cashier does not want to wait for the worker."""
    actor.require(SELL)
    checkout.resolve(channel, actor=ourselves(actor), now=now)
    found = ask(get_checkout, actor=actor, sale_key=sale_key)
    return found if found.order is None else _finished(actor, found.sale, found.order, '', now)


def _finished(actor: Actor, sale: SaleView, order: OrderView, show: str, now: datetime) -> Checkout:
    if order.may_hand_over and sale.state == 'confirmed':
        sale = perform(finish_sale, actor=actor, sale_key=sale.key, now=now)
    return Checkout(sale=sale, order=order, show=show)
