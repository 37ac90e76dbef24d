"""Tills, shifts and sales as operations need them, and rows into views."""

from dataclasses import asdict
from typing import Any

from sqlmodel import Session, col, select

from domain.mall import queries as mall
from domain.sales._rules import Line
from domain.sales.errors import NoShift, SaleUnknown, TillUnusable
from domain.sales.models import Sale, SaleShift, SaleTill
from domain.sales.views import SaleView
from domain.shared.actor import Actor, MallId, system_actor
from domain.shared.business_time import BusinessClock
from domain.shared.errors import Invalid

_SALE = ('id', 'key', 'shop', 'member_id', 'state', 'occurred_at', 'price_fen', 'discount_fen', 'points_fen', 'points',
         'money_fen', 'earned_points')  # fmt: skip


def mall_of(actor: Actor) -> MallId:
    """The mall in which the actor acts.

    :raises Invalid: when it acts in none.
    """
    if actor.mall_id is None:
        raise Invalid(field='mall', reason='sales belong to a mall; choose one')
    return actor.mall_id


def ourselves(actor: Actor) -> Actor:
    """The till's software, which moves points, coupons and money on the cashier's word."""
    return system_actor(f'sales for {actor.name}', mall_of(actor))


def clock_of(session: Session, actor: Actor) -> BusinessClock:
    return mall.get_business_clock(session, actor=actor)


def usable_till(session: Session, code: str) -> SaleTill:
    """The till of a code.

    :raises TillUnusable: when it is unknown or deactivated.
    """
    till = session.exec(select(SaleTill).where(SaleTill.code == code, col(SaleTill.is_active))).one_or_none()
    if till is None:
        raise TillUnusable(till=code)
    return till


def open_shift_of(session: Session, till: SaleTill, *, locked: bool = False) -> SaleShift:
    """The till's running shift. Whoever sells holds it against closing; whoever closes waits for them.

    :raises NoShift:
    """
    found = select(SaleShift).where(SaleShift.till_id == till.id, col(SaleShift.closed_at).is_(None))
    found = found.with_for_update() if locked else found.with_for_update(read=True)
    shift = session.exec(found).one_or_none()
    if shift is None:
        raise NoShift
    return shift


def load_sale(session: Session, key: str, *, locked: bool = False) -> Sale:
    """The sale of a key.

    :raises SaleUnknown:
    """
    found = select(Sale).where(Sale.key == key)
    if locked:
        found = found.with_for_update().execution_options(populate_existing=True)
    sale = session.exec(found).one_or_none()
    if sale is None:
        raise SaleUnknown
    return sale


def lines_of(sale: Sale) -> list[Line]:
    return [Line(**line) for line in sale.lines if isinstance(line, dict)]


def as_json(line: Line) -> dict[str, Any]:
    return asdict(line)


def sale_view(sale: Sale) -> SaleView:
    facts: dict[str, Any] = {name: getattr(sale, name) for name in _SALE}
    discounts: list[Any] = list(sale.discounts)
    return SaleView(
        **facts, lines=tuple(lines_of(sale)), discounts=tuple((int(coupon), int(fen)) for coupon, fen in discounts)
    )
