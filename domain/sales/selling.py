"""Selling (收银): ring up, confirm, take cash, finish, abandon; coupons, points and money move in one transaction."""

from collections import Counter
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from domain.coupons import queries as coupon_queries
from domain.coupons import redeeming
from domain.coupons.commands import CommitCoupons, CouponId, EndOrder, LockCoupons
from domain.coupons.views import BasketLine, Explanation
from domain.members import accounts, points, receipts
from domain.members.commands import Channel, EndHold, MemberId, ReceiptLine, RecordReceipt, RestorePoints, TakePoints
from domain.payments import paying
from domain.payments import queries as payment_queries
from domain.payments.commands import OpenOrder
from domain.payments.commands import TakeCash as PayCash
from domain.sales import _rules
from domain.sales._loading import (
    as_json,
    clock_of,
    lines_of,
    load_sale,
    mall_of,
    open_shift_of,
    ourselves,
    sale_view,
    usable_till,
)
from domain.sales._stock import put_back, take_from_stock
from domain.sales.commands import RingUp, TenderCash
from domain.sales.errors import BasketInvalid, SaleEnded
from domain.sales.events import SaleFinished
from domain.sales.models import Sale, SaleShift, SaleTender
from domain.sales.overriding import record_overrides
from domain.sales.permissions import OVERRIDE, SELL
from domain.sales.views import SaleView
from domain.shared.actor import Actor
from domain.shared.events import emit
from domain.shared.idempotency import IdempotencyConflict
from domain.shared.live import notify
from domain.shared.operations import operation

NOTHING = Explanation(discount_fen=0, steps=(), left_out=(), tried=0)


@operation(SELL, name='sales.ring_up', is_audited=False)
def ring_up(session: Session, *, actor: Actor, command: RingUp, now: datetime) -> SaleView:
    """Prices a basket, locks its coupons, holds its points and opens the order for the rest; the same key does it once.

    :raises TillUnusable: also for an order that a deactivated till made offline.
    :raises NoShift:
    :raises BasketInvalid:
    :raises PermissionDenied: when a price is overridden without the right.
    :raises NotEnoughPoints:
    :raises CouponUnavailable:
    """
    _check_items(actor, command)
    till = usable_till(session, command.till)
    shift = open_shift_of(session, till)
    if not _insert(session, actor, command, shift, till.shop):
        return _earlier(session, command)
    sale = load_sale(session, command.key, locked=True)
    if command.is_training:
        _price(sale, command, NOTHING, points_fen=0)
        return sale_view(sale)
    record_overrides(session, actor, sale, command.items, now)
    ours = ourselves(actor)
    worth = accounts.get_points_value(session, actor=ours, points=command.points, now=now) if command.points else 0
    _price(sale, command, _explain(session, ours, command, till.shop, worth, now), points_fen=worth)
    _reserve(session, ours, sale, now)
    session.flush()
    return sale_view(sale)


@operation(SELL, name='sales.confirm_sale', is_audited=False)
def confirm_sale(session: Session, *, actor: Actor, sale_key: str, now: datetime) -> SaleView:
    """Uses the coupons and spends the points before anything is charged (CP-R2); without money, the sale is done.

    :raises SaleUnknown:
    :raises SaleEnded:
    :raises CouponUnavailable: when a lock ran out and the coupon went elsewhere: nothing has been charged.
    :raises RedemptionEnded: when the points' hold ran out.
    :raises NotEnough: when another till sold the last piece (IN-R4).
    """
    sale = load_sale(session, sale_key, locked=True)
    confirm_locked(session, ourselves(actor), sale, now)
    if sale.money_fen == 0:
        finish_locked(session, ourselves(actor), sale, now)
    return sale_view(sale)


@operation(SELL, name='sales.tender_cash', is_audited=False)
def tender_cash(session: Session, *, actor: Actor, command: TenderCash, now: datetime) -> SaleView:
    """Takes cash into the drawer of a till's shift, and finishes the sale when nothing is left to pay.

    :raises SaleUnknown:
    :raises SaleEnded:
    :raises NoShift:
    :raises AmountInvalid: when it is more than what is still to be paid.
    """
    shift = open_shift_of(session, usable_till(session, command.till))
    sale = load_sale(session, command.sale_key, locked=True)
    if session.exec(select(SaleTender.id).where(SaleTender.key == command.key)).one_or_none() is not None:
        return sale_view(sale)
    ours = ourselves(actor)
    confirm_locked(session, ours, sale, now)
    order = paying.take_cash(
        session, actor=ours, command=PayCash(order_key=sale.key, key=command.key, fen=command.fen), now=now
    )
    session.add(SaleTender(
        mall_id=sale.mall_id, sale_id=sale.id, shift_id=shift.id, key=command.key, fen=command.fen, taken_at=now
    ))  # fmt: skip
    if order.may_hand_over:
        finish_locked(session, ours, sale, now)
    session.flush()
    return sale_view(sale)


@operation(SELL, name='sales.finish_sale', is_audited=False)
def finish_sale(session: Session, *, actor: Actor, sale_key: str, now: datetime) -> SaleView:
    """Makes the receipt once the order is paid for certain; again, it changes nothing.

    :raises SaleUnknown:
    :raises SaleEnded: when the order is not paid.
    """
    sale = load_sale(session, sale_key, locked=True)
    ours = ourselves(actor)
    if sale.state == 'confirmed':
        if not payment_queries.get_order(session, actor=ours, key=sale.key).may_hand_over:
            raise SaleEnded(state='not paid')
        finish_locked(session, ours, sale, now)
    if sale.state != 'paid':
        raise SaleEnded(state=sale.state)
    return sale_view(sale)


@operation(SELL, name='sales.abandon_sale')
def abandon_sale(session: Session, *, actor: Actor, sale_key: str, now: datetime) -> SaleView:
    """Gives a sale up: coupons and points come back, what was paid in part is refunded.

    :raises SaleUnknown:
    :raises SaleEnded: when it is paid.
    :raises AttemptUnresolved: while a channel may have been paid.
    """
    sale = load_sale(session, sale_key, locked=True)
    if sale.state not in ('open', 'confirmed'):
        raise SaleEnded(state=sale.state)
    ours = ourselves(actor)
    if sale.money_fen:
        paying.close_order(session, actor=ours, order_key=sale.key, now=now)
    if sale.state == 'confirmed':
        redeeming.roll_back_coupons(session, actor=ours, command=EndOrder(order_key=sale.key), now=now)
        _give_points_back(session, ours, sale, now)
        pieces: Counter[str] = Counter()
        for line in lines_of(sale):
            pieces[line.sku] += line.quantity
        put_back(session, ours, sale, pieces, key=f'sale:{sale.key}:abandoned', now=now)
    else:
        redeeming.release_coupons(session, actor=ours, command=EndOrder(order_key=sale.key), now=now)
        if sale.points:
            points.release_hold(session, actor=ours, command=EndHold(key=sale.key), now=now)
    sale.state = 'abandoned'
    return sale_view(sale)


def _check_items(actor: Actor, command: RingUp) -> None:
    if not command.items or command.points < 0:
        raise BasketInvalid(reason='there is nothing in it')
    for item in command.items:
        prices = (item.unit_fen, item.unit_fen if item.override_fen is None else item.override_fen)
        if not 0 < item.quantity <= 10_000 or not all(0 <= price <= 10_000_000_00 for price in prices):
            raise BasketInvalid(reason=f'{item.quantity} of {item.sku} at {prices[1]}')
        if item.override_fen is not None:
            actor.require(OVERRIDE)
            if not item.override_reason.strip():
                raise BasketInvalid(reason='another price needs a reason')
    if command.member_id is None and (command.points or command.coupons):
        raise BasketInvalid(reason='points and coupons need a member')


def _insert(session: Session, actor: Actor, command: RingUp, shift: SaleShift, shop: str) -> bool:
    done = session.execute(
        insert(Sale)
        .values(
            mall_id=mall_of(actor), key=command.key, shift_id=shift.id, shop=shop, member_id=command.member_id,
            state='training' if command.is_training else 'open', occurred_at=command.occurred_at,
            business_on=clock_of(session, actor).business_on(command.occurred_at), lines=[], discounts=[],
            price_fen=0, discount_fen=0, points_fen=0, points=0, money_fen=0, earned_points=0, seconds=command.seconds,
        )
        .on_conflict_do_nothing(index_elements=['mall_id', 'key'])
        .returning(col(Sale.id))
    )  # fmt: skip
    return done.first() is not None


def _earlier(session: Session, command: RingUp) -> SaleView:
    sale = load_sale(session, command.key)
    same = [(line.sku, line.quantity, line.price_fen) for line in lines_of(sale)] == [
        (item.sku, item.quantity, _rules.price_fen(item)) for item in command.items
    ]
    if not same or sale.member_id != command.member_id:
        raise IdempotencyConflict
    return sale_view(sale)


def _explain(session: Session, ours: Actor, command: RingUp, shop: str, worth: int, now: datetime) -> Explanation:
    if command.member_id is None or command.coupons == ():
        return NOTHING
    prices = [_rules.price_fen(item) for item in command.items]
    by_points = _rules.spread(min(worth, sum(prices)), prices)
    basket = [
        BasketLine(shop=shop, category=item.category, fen=price, points_fen=part)
        for item, price, part in zip(command.items, prices, by_points, strict=True)
    ]
    only = None if command.coupons is None else [CouponId(coupon) for coupon in command.coupons]
    return coupon_queries.explain_best(
        session, actor=ours, member_id=command.member_id, lines=basket, now=now, order_key=command.key, only=only
    )


def _price(sale: Sale, command: RingUp, chosen: Explanation, *, points_fen: int) -> None:
    discounts = [sum(step.by_line[number] for step in chosen.steps) for number in range(len(command.items))]
    try:
        lines = _rules.make_lines(command.items, discounts, points=command.points, points_fen=points_fen)
    except ValueError as error:
        raise BasketInvalid(reason=str(error)) from error
    sale.lines = [as_json(line) for line in lines]
    sale.price_fen, sale.discount_fen = sum(line.price_fen for line in lines), chosen.discount_fen
    sale.points, sale.points_fen = command.points, points_fen
    sale.money_fen = sum(line.money_fen for line in lines)
    sale.discounts = [[step.coupon_id, step.fen] for step in chosen.steps]


def _reserve(session: Session, ours: Actor, sale: Sale, now: datetime) -> None:
    coupons = tuple(CouponId(coupon) for coupon, _ in sale_view(sale).discounts)
    if coupons and sale.member_id is not None:
        command = LockCoupons(member_id=sale.member_id, order_key=sale.key, coupon_ids=coupons)
        redeeming.lock_coupons(session, actor=ours, command=command, now=now)
    if sale.points and sale.member_id is not None:
        hold = TakePoints(member_id=MemberId(sale.member_id), key=sale.key, points=sale.points, purpose='sale')
        points.hold_points(session, actor=ours, command=hold, now=now)
    if sale.money_fen:
        order = OpenOrder(key=sale.key, total_fen=sale.money_fen, subject=sale.shop)
        paying.open_order(session, actor=ours, command=order, now=now)


def confirm_locked(session: Session, ours: Actor, sale: Sale, now: datetime) -> None:
    """What must hold before money moves: coupons used, points spent, pieces taken from stock."""
    if sale.state == 'confirmed':
        return
    if sale.state != 'open':
        raise SaleEnded(state=sale.state)
    discounts = tuple((CouponId(coupon), fen) for coupon, fen in sale_view(sale).discounts)
    if discounts and sale.member_id is not None:
        command = CommitCoupons(member_id=sale.member_id, order_key=sale.key, discounts=discounts)
        redeeming.commit_coupons(session, actor=ours, command=command, now=now)
    if sale.points:
        points.commit_hold(session, actor=ours, command=EndHold(key=sale.key), now=now)
    take_from_stock(session, ours, sale, now=now)
    sale.state = 'confirmed'


def finish_locked(session: Session, ours: Actor, sale: Sale, now: datetime) -> None:
    """Hands the goods over: the member earns, the receipt is made."""
    if sale.money_fen:
        paying.fulfil_order(session, actor=ours, order_key=sale.key, now=now)
    if sale.member_id is not None:
        lines = tuple(ReceiptLine(category=line.category, fen=line.money_fen) for line in lines_of(sale))
        earned = receipts.record_receipt(session, actor=ours, now=now, command=RecordReceipt(
            key=sale.key, member_id=MemberId(sale.member_id), channel=Channel.POS, shop=sale.shop,
            occurred_at=sale.occurred_at, lines=lines,
        ))  # fmt: skip
        sale.earned_points = earned.points
    sale.state, sale.paid_at = 'paid', now
    emit(session, SaleFinished(
        mall_id=sale.mall_id, occurred_at=now, sale_key=sale.key, receipt_no=sale.id, shop=sale.shop,
        member_id=sale.member_id, money_fen=sale.money_fen, earned_points=sale.earned_points,
    ))  # fmt: skip
    notify(session, 'sales', sale.mall_id)


def _give_points_back(session: Session, ours: Actor, sale: Sale, now: datetime) -> None:
    if sale.points:
        command = RestorePoints(redemption_key=sale.key, key=f'{sale.key}:abandoned', points=sale.points)
        points.restore_points(session, actor=ours, command=command, now=now)
