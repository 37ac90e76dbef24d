"""Returns (退货) against the receipt, at any till. Rules PO-R8, PO-R9, PO-R11."""

from collections import Counter
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session, select

from domain.coupons import redeeming
from domain.coupons.commands import EndOrder
from domain.members import points, receipts
from domain.members.commands import RefundReceipt, RestorePoints
from domain.members.views import Refunded
from domain.payments import refunding
from domain.payments.commands import RequestRefund
from domain.sales import _rules
from domain.sales._loading import as_json, lines_of, load_sale, open_shift_of, ourselves, usable_till
from domain.sales._rules import Line, Share
from domain.sales._stock import put_back
from domain.sales.commands import ReturnLines
from domain.sales.errors import ReturnTooLarge, SaleEnded
from domain.sales.events import GoodsReturned
from domain.sales.models import Sale, SaleReturn
from domain.sales.permissions import RETURN
from domain.sales.views import ReturnView
from domain.shared.actor import Actor
from domain.shared.events import emit
from domain.shared.idempotency import IdempotencyConflict
from domain.shared.live import notify
from domain.shared.operations import operation


@operation(RETURN, name='sales.return_lines')
def return_lines(session: Session, *, actor: Actor, command: ReturnLines, now: datetime) -> ReturnView:
    """Gives back what was paid for goods, in the tenders they were paid with; the same key gives it back once.

    Money follows the price paid (PO-R11); points spent return to their lots, points earned are taken back, and a sale
    that has wholly returned gives its coupons back.

    :raises SaleUnknown:
    :raises SaleEnded: when the sale was never paid.
    :raises ReturnTooLarge:
    :raises NoShift:
    """
    shift = open_shift_of(session, usable_till(session, command.till))
    sale = load_sale(session, command.sale_key, locked=True)
    earlier = session.exec(select(SaleReturn).where(SaleReturn.key == command.key)).one_or_none()
    if earlier is not None:
        return _same(earlier, sale, command)
    if sale.state != 'paid':
        raise SaleEnded(state=sale.state)
    shares, lines = _take_back(lines_of(sale), command)
    ours = ourselves(actor)
    back = _claw(session, ours, sale, command, shares, now)
    money = sum(share.money_fen for share in shares.values())
    kept = min(money, back.deduct_fen)
    done = SaleReturn(
        mall_id=sale.mall_id, sale_id=sale.id, shift_id=shift.id, key=command.key,
        lines=[list(pair) for pair in command.lines], money_fen=money - kept, deducted_fen=kept,
        cash_fen=_refund_money(session, ours, sale, command, money - kept, now),
        points=_restore_points(session, ours, sale, command, shares, now), clawed_points=back.clawed + back.owed,
        returned_at=now,
    )  # fmt: skip
    session.add(done)
    _restock(session, ours, sale, command, now)
    sale.lines = [as_json(line) for line in lines]
    if all(line.returned == line.quantity for line in lines):
        redeeming.roll_back_coupons(session, actor=ours, command=EndOrder(order_key=sale.key), now=now)
    session.flush()
    emit(session, GoodsReturned(
        mall_id=sale.mall_id, occurred_at=now, sale_key=sale.key, return_id=done.id, shop=sale.shop,
        member_id=sale.member_id, money_fen=done.money_fen,
    ))  # fmt: skip
    notify(session, 'sales', sale.mall_id)
    return _view(done, sale)


def _take_back(lines: list[Line], command: ReturnLines) -> tuple[dict[int, Share], list[Line]]:
    shares: dict[int, Share] = {}
    if not command.lines or len({number for number, _ in command.lines}) != len(command.lines):
        raise ReturnTooLarge
    for number, quantity in command.lines:
        if not 0 <= number < len(lines):
            raise ReturnTooLarge
        try:
            shares[number] = _rules.returning(lines[number], quantity)
        except ValueError as error:
            raise ReturnTooLarge from error
        lines[number] = replace(lines[number], returned=lines[number].returned + quantity)
    return shares, lines


def _claw(
    session: Session, ours: Actor, sale: Sale, command: ReturnLines, shares: dict[int, Share], now: datetime
) -> Refunded:
    lines = tuple((number, share.money_fen) for number, share in shares.items() if share.money_fen)
    if sale.member_id is None or not lines:
        return Refunded(receipt_key=sale.key, clawed=0, owed=0, deduct_fen=0)
    refund = RefundReceipt(receipt_key=sale.key, key=f'return:{command.key}', lines=lines, occurred_at=now)
    return receipts.refund_receipt(session, actor=ours, command=refund, now=now)


def _refund_money(session: Session, ours: Actor, sale: Sale, command: ReturnLines, fen: int, now: datetime) -> int:
    """Asks for the money back and answers how much of it comes out of the drawer."""
    if not fen:
        return 0
    wanted = RequestRefund(order_key=sale.key, key=f'return:{command.key}', fen=fen)
    refunds = refunding.request_refund(session, actor=ours, command=wanted, now=now)
    return sum(refund.fen for refund in refunds if refund.channel == 'cash')


def _restore_points(
    session: Session, ours: Actor, sale: Sale, command: ReturnLines, shares: dict[int, Share], now: datetime
) -> int:
    count = sum(share.points for share in shares.values())
    if count:
        restore = RestorePoints(redemption_key=sale.key, key=f'return:{command.key}', points=count)
        points.restore_points(session, actor=ours, command=restore, now=now)
    return count


def _restock(session: Session, ours: Actor, sale: Sale, command: ReturnLines, now: datetime) -> None:
    lines = lines_of(sale)
    pieces: Counter[str] = Counter()
    for number, quantity in command.lines:
        pieces[lines[number].sku] += quantity
    put_back(session, ours, sale, pieces, key=f'return:{command.key}', now=now)


def _same(earlier: SaleReturn, sale: Sale, command: ReturnLines) -> ReturnView:
    if earlier.sale_id != sale.id or earlier.lines != [list(pair) for pair in command.lines]:
        raise IdempotencyConflict
    return _view(earlier, sale)


def _view(done: SaleReturn, sale: Sale) -> ReturnView:
    return ReturnView(
        id=done.id, sale_key=sale.key, key=done.key, money_fen=done.money_fen, cash_fen=done.cash_fen,
        points=done.points, clawed_points=done.clawed_points, deducted_fen=done.deducted_fen,
    )  # fmt: skip
