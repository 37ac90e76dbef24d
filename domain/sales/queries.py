"""Questions to sales: receipts of a day, shifts with their reports, cashiers' pace, tills and what is unfinished."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from domain.sales._loading import sale_view, usable_till
from domain.sales.errors import SaleUnknown
from domain.sales.models import Sale, SaleReturn, SaleShift, SaleTill
from domain.sales.permissions import RETURN, SELL, VIEW
from domain.sales.shifts import report_of
from domain.sales.views import CashierDay, ReturnRow, SaleRow, SaleView, ShiftRow, TillView
from domain.shared.actor import Actor
from domain.shared.operations import query

MOST_ROWS = 500

_ROWS = """
SELECT s.id, s.key, s.shop, t.code AS till, h.cashier, s.member_id, s.state, s.occurred_at, s.price_fen,
    s.discount_fen, s.points_fen, s.money_fen, s.seconds, s.is_offline,
    (SELECT coalesce(sum((l ->> 'quantity')::int), 0) FROM jsonb_array_elements(s.lines) l)::int AS pieces,
    (SELECT coalesce(sum(r.money_fen + r.deducted_fen), 0) FROM sale_return r
        WHERE r.mall_id = s.mall_id AND r.sale_id = s.id)::bigint AS returned_fen
FROM sale s JOIN sale_shift h ON h.mall_id = s.mall_id AND h.id = s.shift_id
JOIN sale_till t ON t.mall_id = h.mall_id AND t.id = h.till_id WHERE s.mall_id = app_mall()
"""
_OF_DAY = text(f"""{_ROWS} AND s.business_on = :day AND s.state IN ('paid', 'confirmed', 'abandoned')
    AND (CAST(:shop AS text) IS NULL OR s.shop = :shop) AND (CAST(:words AS text) IS NULL OR s.id::text = :words
        OR starts_with(s.key, :words) OR strpos(lower(t.code), lower(:words)) > 0
        OR strpos(lower(h.cashier), lower(:words)) > 0)
    ORDER BY s.occurred_at DESC, s.id DESC LIMIT :limit OFFSET :first""")
_DAY = text("""
SELECT count(*) FILTER (WHERE state = 'paid') AS receipts,
    coalesce(sum(money_fen) FILTER (WHERE state = 'paid'), 0)::bigint AS money_fen,
    coalesce(sum(discount_fen) FILTER (WHERE state = 'paid'), 0)::bigint AS discount_fen,
    coalesce(sum(points_fen) FILTER (WHERE state = 'paid'), 0)::bigint AS points_fen,
    count(*) FILTER (WHERE state = 'confirmed') AS unfinished, count(*) FILTER (WHERE is_offline) AS offline
FROM sale WHERE mall_id = app_mall() AND business_on = :day AND (CAST(:shop AS text) IS NULL OR shop = :shop)
""")
_UNFINISHED = text(f"""{_ROWS} AND t.code = :till AND s.state IN ('open', 'confirmed')
    ORDER BY s.occurred_at""")
_CASHIERS = text("""
SELECT h.cashier, count(*) AS baskets, sum(s.money_fen)::bigint AS money_fen,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY s.seconds) FILTER (WHERE s.seconds > 0) AS median_seconds,
    count(*) FILTER (WHERE s.lines @? '$[*] ? (@.override_reason != "")') AS overrides,
    (SELECT count(*) FROM sale_return r JOIN sale_shift b ON b.mall_id = r.mall_id AND b.id = r.shift_id
        WHERE r.mall_id = app_mall() AND b.cashier = h.cashier AND b.business_on >= :from_on
        AND b.business_on < :until_on) AS returns
FROM sale s JOIN sale_shift h ON h.mall_id = s.mall_id AND h.id = s.shift_id
WHERE s.mall_id = app_mall() AND s.state = 'paid' AND s.business_on >= :from_on AND s.business_on < :until_on
GROUP BY h.cashier ORDER BY baskets DESC, h.cashier
""")
_MOVED = text('SELECT coalesce(sum(fen), 0)::bigint FROM sale_cash_move WHERE mall_id = app_mall() AND shift_id = :id')


@query(VIEW)
def list_day(
    session: Session, *, actor: Actor, day: date, words: str = '', shop: str | None = None, first: int = 0,
    limit: int = MOST_ROWS,
) -> list[SaleRow]:  # fmt: skip
    """The receipts of a business day, the newest first; `words` is a receipt number, a till or a cashier."""
    facts = {'day': day, 'words': words.strip() or None, 'shop': shop, 'first': first, 'limit': min(limit, MOST_ROWS)}
    return [SaleRow(**row._mapping) for row in session.execute(_OF_DAY, facts)]


@query(VIEW)
def summarise_day(session: Session, *, actor: Actor, day: date, shop: str | None = None) -> Mapping[str, int]:
    """What a business day sold: receipts, money, what coupons and points took off, what is open or was offline."""
    return dict(session.execute(_DAY, {'day': day, 'shop': shop}).one()._mapping)


@query(RETURN)
def find_receipt(session: Session, *, actor: Actor, code: str) -> SaleView:
    """The receipt of a number or a key, as a scanner reads it off the paper; whichever till made it.

    :raises SaleUnknown:
    """
    plain = code.strip().lstrip('#')
    found = select(Sale).where(col(Sale.state).in_(['paid', 'training']))
    is_number = plain.isdecimal() and len(plain) < 19
    sale = session.exec(found.where(Sale.id == int(plain) if is_number else Sale.key == plain)).one_or_none()
    if sale is None:
        raise SaleUnknown
    return sale_view(sale)


@query(VIEW)
def list_returns(session: Session, *, actor: Actor, sale_id: int) -> list[ReturnRow]:
    """What came back of a receipt, oldest first."""
    return _returns(session, SaleReturn.sale_id == sale_id)


@query(VIEW)
def list_returns_of_day(session: Session, *, actor: Actor, day: date) -> list[ReturnRow]:
    """All returns that tills took on a business day."""
    return _returns(session, SaleShift.business_on == day)


@query(VIEW)
def list_shifts(session: Session, *, actor: Actor, from_on: date, until_on: date) -> list[ShiftRow]:
    """Shifts of some days with their X or Z report, the newest first."""
    rows = select(SaleShift, SaleTill).join(SaleTill, col(SaleTill.id) == SaleShift.till_id)
    rows = rows.where(SaleShift.business_on >= from_on, SaleShift.business_on < until_on)
    found = session.exec(rows.order_by(col(SaleShift.opened_at).desc()).limit(MOST_ROWS)).all()
    return [_shift_row(session, till, shift) for shift, till in found]


@query(VIEW)
def rank_cashiers(session: Session, *, actor: Actor, from_on: date, until_on: date) -> list[CashierDay]:
    """Baskets by cashier with the median of seconds each took (收银效率); unmeasured baskets count as baskets alone."""
    rows = session.execute(_CASHIERS, {'from_on': from_on, 'until_on': until_on})
    return [CashierDay(**row._mapping) for row in rows]


@query(SELL)
def list_tills(session: Session, *, actor: Actor) -> list[TillView]:
    """All tills, and whose shift is open at them."""
    rows = select(SaleTill, SaleShift).outerjoin(
        SaleShift, (col(SaleShift.till_id) == SaleTill.id) & col(SaleShift.closed_at).is_(None)
    )
    return [
        TillView(
            id=till.id, code=till.code, shop=till.shop, is_active=till.is_active, location=till.location,
            cashier=shift.cashier if shift else None, opened_at=shift.opened_at if shift else None,
            business_on=shift.business_on if shift else None,
        ) for till, shift in session.exec(rows.order_by(col(SaleTill.code)))
    ]  # fmt: skip


@query(SELL)
def list_unfinished(session: Session, *, actor: Actor, till: str) -> list[SaleRow]:
    """A till's sales that are neither paid nor given up, oldest first: nothing of them may leave the shop.

    :raises TillUnusable:
    """
    code = usable_till(session, till).code
    return [SaleRow(**row._mapping) for row in session.execute(_UNFINISHED, {'till': code})]


def _shift_row(session: Session, till: SaleTill, shift: SaleShift) -> ShiftRow:
    moved = session.execute(_MOVED, {'id': shift.id}).scalar_one()
    report = report_of(session, till, shift)
    return ShiftRow(id=shift.id, float_fen=shift.float_fen, moved_fen=moved, report=report)


def _returns(session: Session, condition: Any) -> list[ReturnRow]:
    rows = (
        select(SaleReturn, SaleShift, SaleTill)
        .join(SaleShift, col(SaleShift.id) == SaleReturn.shift_id)
        .join(SaleTill, col(SaleTill.id) == SaleShift.till_id)
        .where(condition)
        .order_by(col(SaleReturn.returned_at))
    )
    return [_return_row(done, shift, till) for done, shift, till in session.exec(rows)]


def _return_row(done: SaleReturn, shift: SaleShift, till: SaleTill) -> ReturnRow:
    pairs: list[Any] = done.lines
    return ReturnRow(
        id=done.id, key=done.key, till=till.code, cashier=shift.cashier,
        lines=tuple((int(number), int(quantity)) for number, quantity in pairs), money_fen=done.money_fen,
        cash_fen=done.cash_fen, points=done.points, clawed_points=done.clawed_points, deducted_fen=done.deducted_fen,
        returned_at=done.returned_at,
    )  # fmt: skip
