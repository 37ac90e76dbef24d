"""Tills and shifts (收银台与班次): float, cash in and out, the X look, the Z end with a blind count. PO-R14."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, col, select

from domain.sales import _rules
from domain.sales._loading import clock_of, load_sale, mall_of, open_shift_of, sale_view, usable_till
from domain.sales.commands import CloseShift, MoveCash, OpenShift, RegisterTill
from domain.sales.errors import BasketInvalid, NoShift, SaleUnknown, ShiftBusy, ShiftOpen
from domain.sales.events import ShiftClosed
from domain.sales.models import Sale, SaleCashMove, SaleShift, SaleTill
from domain.sales.permissions import MANAGE_TILLS, SELL, VIEW
from domain.sales.views import SaleView, ShiftReport
from domain.shared.actor import Actor
from domain.shared.events import emit
from domain.shared.live import notify
from domain.shared.operations import operation, query

_SUMS = text("""
WITH sold AS (
    SELECT count(*) AS sales, coalesce(sum(money_fen), 0) AS money, coalesce(sum(discount_fen), 0) AS discount,
        coalesce(sum(points), 0) AS points, avg(seconds) AS seconds
    FROM sale WHERE mall_id = app_mall() AND shift_id = :shift AND state = 'paid'
), back AS (
    SELECT count(*) AS returns, coalesce(sum(money_fen), 0) AS money, coalesce(sum(cash_fen), 0) AS cash
    FROM sale_return WHERE mall_id = app_mall() AND shift_id = :shift
)
SELECT CAST(sold.sales AS bigint) AS sales, CAST(sold.money AS bigint) AS money, CAST(sold.points AS bigint) AS points,
    CAST(sold.discount AS bigint) AS discount, CAST(sold.seconds AS float) AS seconds,
    CAST(back.returns AS bigint) AS returns, CAST(back.money AS bigint) AS returned,
    CAST(back.cash AS bigint) AS cash_back,
    CAST((SELECT coalesce(sum(t.fen), 0) FROM sale_tender t JOIN sale s ON s.mall_id = t.mall_id AND s.id = t.sale_id
        WHERE t.mall_id = app_mall() AND t.shift_id = :shift AND s.state <> 'abandoned') AS bigint) AS cash,
    CAST((SELECT coalesce(sum(fen), 0) FROM sale_cash_move WHERE mall_id = app_mall() AND shift_id = :shift) AS bigint)
        AS moved
FROM sold, back
""")
_UNFINISHED = text(
    'SELECT EXISTS (SELECT FROM sale WHERE mall_id = app_mall() AND shift_id = :shift'
    " AND state IN ('open', 'confirmed'))"
)


@operation(MANAGE_TILLS, name='sales.register_till')
def register_till(session: Session, *, actor: Actor, command: RegisterTill, now: datetime) -> int:
    """Makes a till known, moves it to a shop, or deactivates it."""
    till = session.exec(select(SaleTill).where(SaleTill.code == command.code)).one_or_none()
    till = till or SaleTill(mall_id=mall_of(actor), code=command.code, shop=command.shop)
    till.shop, till.is_active, till.location = command.shop, command.is_active, command.location
    session.add(till)
    session.flush()
    return till.id


@operation(SELL, name='sales.open_shift')
def open_shift(session: Session, *, actor: Actor, command: OpenShift, now: datetime) -> ShiftReport:
    """Begins a cashier's shift with a float.

    :raises TillUnusable:
    :raises ShiftOpen: when the till has one.
    """
    till = usable_till(session, command.till)
    if command.float_fen < 0:
        raise BasketInvalid(reason='a float is not negative')
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('sale_shift'), :till)"), {'till': till.id})
    try:
        open_shift_of(session, till)
    except NoShift:
        shift = SaleShift(
            mall_id=till.mall_id, till_id=till.id, cashier=actor.name, opened_at=now, float_fen=command.float_fen,
            business_on=clock_of(session, actor).business_on(now),
        )  # fmt: skip
        session.add(shift)
        session.flush()
        return report_of(session, till, shift)
    raise ShiftOpen


@operation(SELL, name='sales.move_cash')
def move_cash(session: Session, *, actor: Actor, command: MoveCash, now: datetime) -> None:
    """Puts cash into the drawer or takes it out, with a reason; the same key moves it once.

    :raises NoShift:
    """
    shift = open_shift_of(session, usable_till(session, command.till))
    if not command.reason.strip() or command.fen == 0:
        raise BasketInvalid(reason='cash moves in some amount and for a reason')
    if session.exec(select(SaleCashMove.id).where(SaleCashMove.key == command.key)).one_or_none() is None:
        session.add(SaleCashMove(
            mall_id=shift.mall_id, shift_id=shift.id, key=command.key, fen=command.fen, reason=command.reason,
            moved_at=now,
        ))  # fmt: skip


@operation(SELL, name='sales.close_shift')
def close_shift(session: Session, *, actor: Actor, command: CloseShift, now: datetime) -> ShiftReport:
    """Ends a shift by what was counted; the difference is recorded, never absorbed (PO-R14). This is the Z report.

    :raises NoShift:
    :raises ShiftBusy: while a sale of it is unfinished.
    """
    till = usable_till(session, command.till)
    shift = open_shift_of(session, till, locked=True)
    if command.counted_fen < 0:
        raise BasketInvalid(reason='what is counted is not negative')
    if session.execute(_UNFINISHED, {'shift': shift.id}).scalar_one():
        raise ShiftBusy
    sums = session.execute(_SUMS, {'shift': shift.id}).one()
    shift.expected_fen = _rules.expected_cash(
        float_fen=shift.float_fen, taken=sums.cash, given_back=sums.cash_back, moved=sums.moved
    )
    shift.counted_fen, shift.closed_at = command.counted_fen, now
    session.flush()
    emit(session, ShiftClosed(
        mall_id=shift.mall_id, occurred_at=now, till=till.code, cashier=shift.cashier,
        variance_fen=shift.counted_fen - shift.expected_fen,
    ))  # fmt: skip
    notify(session, 'sales', shift.mall_id)
    return report_of(session, till, shift)


@query(SELL)
def get_x_report(session: Session, *, actor: Actor, till: str) -> ShiftReport:
    """A look into the running shift, without what the drawer should hold: counting stays blind.

    :raises NoShift:
    """
    found = usable_till(session, till)
    running = select(SaleShift).where(SaleShift.till_id == found.id, col(SaleShift.closed_at).is_(None))
    shift = session.exec(running).one_or_none()
    if shift is None:
        raise NoShift
    return report_of(session, found, shift)


@query(VIEW)
def get_sale(session: Session, *, actor: Actor, key: str) -> SaleView:
    """A receipt.

    :raises SaleUnknown:
    """
    return sale_view(load_sale(session, key))


@query(VIEW)
def list_receipts(
    session: Session, *, actor: Actor, member_id: int, before_id: int | None = None, limit: int = 200
) -> list[SaleView]:  # fmt: skip
    """A member's receipts of all shops (消费凭证), the newest first; those before a number, where one is given."""
    rows = select(Sale).where(Sale.member_id == member_id, Sale.state == 'paid').order_by(col(Sale.id).desc())
    rows = rows if before_id is None else rows.where(Sale.id < before_id)
    return [sale_view(sale) for sale in session.exec(rows.limit(limit))]


@query(VIEW)
def get_receipt_of(session: Session, *, actor: Actor, member_id: int, key: str) -> SaleView:
    """A member's own receipt, however old.

    :raises SaleUnknown: also when the receipt is somebody else's.
    """
    found = select(Sale).where(Sale.key == key, Sale.member_id == member_id, Sale.state == 'paid')
    sale = session.exec(found).one_or_none()
    if sale is None:
        raise SaleUnknown
    return sale_view(sale)


def report_of(session: Session, till: SaleTill, shift: SaleShift) -> ShiftReport:
    """X or Z of a shift."""
    sums = session.execute(_SUMS, {'shift': shift.id}).one()
    return ShiftReport(
        till=till.code, cashier=shift.cashier, business_on=shift.business_on, opened_at=shift.opened_at,
        closed_at=shift.closed_at, sales=sums.sales, money_fen=sums.money, discount_fen=sums.discount,
        points=sums.points, returns=sums.returns, returned_fen=sums.returned, cash_taken_fen=sums.cash,
        seconds_per_basket=sums.seconds, counted_fen=shift.counted_fen, expected_fen=shift.expected_fen,
    )  # fmt: skip
