"""Suspended baskets (挂单): put aside while the customer fetches something; taken up at any till of the shop, once."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from domain.sales._loading import mall_of, usable_till
from domain.sales.commands import BasketItem, EndSuspended, SuspendBasket
from domain.sales.errors import BasketInvalid, BasketTaken
from domain.sales.models import SuspendedBasket
from domain.sales.permissions import SELL
from domain.sales.views import SuspendedView
from domain.shared.actor import Actor
from domain.shared.live import notify
from domain.shared.operations import operation, query


@operation(SELL, name='sales.suspend_basket', is_audited=False)
def suspend_basket(session: Session, *, actor: Actor, command: SuspendBasket, now: datetime) -> SuspendedView:
    """Puts a basket aside; the same key does it once.

    :raises TillUnusable:
    :raises BasketInvalid: when there is nothing in it.
    """
    if not command.items:
        raise BasketInvalid(reason='there is nothing in it')
    till = usable_till(session, command.till)
    basket = session.exec(select(SuspendedBasket).where(SuspendedBasket.key == command.key)).one_or_none()
    if basket is None:
        basket = SuspendedBasket(
            mall_id=mall_of(actor), key=command.key, till_id=till.id, shop=till.shop, label=command.label.strip(),
            member_id=command.member_id, items=[asdict(item) for item in command.items], suspended_by=actor.name,
            suspended_at=now,
        )  # fmt: skip
        session.add(basket)
        session.flush()
        notify(session, 'sales', basket.mall_id)
    return _view(basket)


@operation(SELL, name='sales.resume_basket', is_audited=False)
def resume_basket(session: Session, *, actor: Actor, command: EndSuspended, now: datetime) -> SuspendedView:
    """Takes a basket up at a till of its shop; a second till that wants it is refused.

    :raises BasketTaken: when it is unknown here, or was taken up or dropped.
    """
    return _view(_end(session, command, 'resumed', now))


@operation(SELL, name='sales.drop_basket')
def drop_basket(session: Session, *, actor: Actor, command: EndSuspended, now: datetime) -> SuspendedView:
    """Gives a suspended basket up; the audit log keeps who did.

    :raises BasketTaken:
    """
    return _view(_end(session, command, 'dropped', now))


@query(SELL)
def list_suspended(session: Session, *, actor: Actor, till: str) -> list[SuspendedView]:
    """The baskets that wait in a till's shop, oldest first."""
    shop = usable_till(session, till).shop
    rows = select(SuspendedBasket).where(SuspendedBasket.shop == shop, col(SuspendedBasket.ended_at).is_(None))
    return [_view(row) for row in session.exec(rows.order_by(col(SuspendedBasket.suspended_at)))]


def _end(session: Session, command: EndSuspended, how: str, now: datetime) -> SuspendedBasket:
    till = usable_till(session, command.till)
    found = select(SuspendedBasket).where(
        SuspendedBasket.key == command.key, SuspendedBasket.shop == till.shop, col(SuspendedBasket.ended_at).is_(None)
    )
    basket = session.exec(found.with_for_update()).one_or_none()
    if basket is None:
        raise BasketTaken
    basket.ended_at, basket.ended_as = now, how
    notify(session, 'sales', basket.mall_id)
    return basket


def _view(basket: SuspendedBasket) -> SuspendedView:
    items: list[Any] = basket.items
    return SuspendedView(
        key=basket.key, label=basket.label, member_id=basket.member_id,
        items=tuple(BasketItem(**item) for item in items), suspended_by=basket.suspended_by,
        suspended_at=basket.suspended_at,
    )  # fmt: skip
