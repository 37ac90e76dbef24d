"""Overridden prices (改价): kept by themselves, so that they can be told from mistakes and from favours."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import text
from sqlmodel import Session

from domain.sales.commands import BasketItem
from domain.sales.models import Sale, SaleOverride
from domain.sales.permissions import VIEW
from domain.sales.views import OverrideRow
from domain.shared.actor import Actor
from domain.shared.operations import query

MOST_ROWS = 5_000

_OVERRIDES = text("""
SELECT o.id, s.id AS receipt_no, s.key AS sale_key, s.state AS sale_state, s.shop, t.code AS till, o.shift_id,
    h.cashier, h.business_on, o.sku, o.name, o.quantity, o.from_fen, o.to_fen, o.reason, o.overridden_by, o.role,
    o.overridden_at
FROM sale_override o JOIN sale s ON s.mall_id = o.mall_id AND s.id = o.sale_id
JOIN sale_shift h ON h.mall_id = o.mall_id AND h.id = o.shift_id
JOIN sale_till t ON t.mall_id = h.mall_id AND t.id = h.till_id
WHERE o.mall_id = app_mall() AND h.business_on >= :from_on AND h.business_on < :until_on
ORDER BY o.overridden_at DESC, o.id DESC LIMIT CAST(:limit AS int)
""")


def record_overrides(
    session: Session, actor: Actor, sale: Sale, items: Sequence[BasketItem], now: datetime
) -> None:  # fmt: skip
    """Keeps each price of a basket that is not the shelf's: who gave it, in which role, and why."""
    session.add_all(
        SaleOverride(
            mall_id=sale.mall_id, sale_id=sale.id, shift_id=sale.shift_id, sku=item.sku, name=item.name,
            quantity=item.quantity, from_fen=item.unit_fen, to_fen=item.override_fen, reason=item.override_reason,
            overridden_by=actor.name, role=' '.join(sorted(actor.roles)), overridden_at=now,
        )
        for item in items if item.override_fen is not None
    )  # fmt: skip


@query(VIEW)
def list_overrides(session: Session, *, actor: Actor, from_on: date, until_on: date) -> list[OverrideRow]:
    """The newest prices overridden in the shifts of some business days; given up sales included."""
    return _between(session, from_on, until_on, most=MOST_ROWS)


@query(VIEW, name='sales.export_overrides', is_audited=True)
def export_overrides(session: Session, *, actor: Actor, from_on: date, until_on: date) -> list[OverrideRow]:
    """All of them, for a file; who exported what is on record."""
    return _between(session, from_on, until_on, most=None)


def _between(session: Session, from_on: date, until_on: date, *, most: int | None) -> list[OverrideRow]:
    rows = session.execute(_OVERRIDES, {'from_on': from_on, 'until_on': until_on, 'limit': most})
    return [OverrideRow(**row._mapping) for row in rows]
