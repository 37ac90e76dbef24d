"""What a basket would cost, and why (优惠说明): coupons chosen, coupons left out, points."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from domain.coupons import queries as coupon_queries
from domain.coupons.commands import CouponId
from domain.coupons.views import BasketLine, CouponView, Explanation
from domain.members import accounts
from domain.members.commands import MemberId
from domain.sales import _rules
from domain.sales._loading import ourselves, usable_till
from domain.sales.commands import BasketItem
from domain.sales.permissions import SELL
from domain.shared.actor import Actor
from domain.shared.operations import query

NOTHING = Explanation(discount_fen=0, steps=(), left_out=(), tried=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponUse:
    """A coupon of the member: what it takes off, or the reason why it takes nothing."""

    id: int
    name_zh: str
    name_en: str
    fen: int
    reason: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A priced basket that is nowhere written down. `most_points` is what the member may spend on it."""

    price_fen: int
    discount_fen: int
    points: int
    points_fen: int
    money_fen: int
    line_fen: tuple[int, ...]
    coupons: tuple[CouponUse, ...]
    tried: int
    balance: int = 0
    most_points: int = 0
    most_points_fen: int = 0


@query(SELL)
def preview_basket(
    session: Session, *, actor: Actor, till: str, items: Sequence[BasketItem], now: datetime,
    member_id: int | None = None, points: int = 0, coupons: tuple[int, ...] | None = None,
) -> Preview:  # fmt: skip
    """Prices a basket as `ring_up` would, and explains it; nothing is locked or held.

    :raises TillUnusable:
    :raises CouponUnavailable: when one of the chosen coupons cannot be used now.
    """
    prices = [_rules.price_fen(item) for item in items]
    whole = sum(prices)
    if member_id is None or not items:
        return Preview(
            price_fen=whole, discount_fen=0, points=0, points_fen=0, money_fen=whole, line_fen=tuple(prices),
            coupons=(), tried=0,
        )  # fmt: skip
    ours = ourselves(actor)
    shop = usable_till(session, till).shop
    balance = accounts.get_balance(session, actor=ours, member_id=MemberId(member_id), at=now).available
    wanted = max(0, min(points, balance))
    worth = min(_worth(session, ours, wanted, now), whole)
    by_points = _rules.spread(worth, prices)
    basket = [
        BasketLine(shop=shop, category=item.category, fen=price, points_fen=part)
        for item, price, part in zip(items, prices, by_points, strict=True)
    ]
    chosen = _chosen(session, ours, member_id, basket, coupons, now)
    left = whole - chosen.discount_fen
    most = _most_points(session, ours, balance, left, now)
    used = min(wanted, most)
    used_fen = _worth(session, ours, used, now)
    return Preview(
        price_fen=whole, discount_fen=chosen.discount_fen, points=used, points_fen=used_fen, money_fen=left - used_fen,
        line_fen=tuple(prices), coupons=_uses(session, ours, member_id, chosen), tried=chosen.tried, balance=balance,
        most_points=most, most_points_fen=_worth(session, ours, most, now),
    )  # fmt: skip


def total_fen(items: Sequence[BasketItem]) -> int:
    """What a basket costs before coupons and points."""
    return sum(_rules.price_fen(item) for item in items)


def line_fen(item: BasketItem) -> int:
    """What a line of a basket costs."""
    return _rules.price_fen(item)


def change_fen(given_fen: int, due_fen: int) -> int:
    """What goes back over the counter; nothing where too little was given."""
    return max(0, given_fen - due_fen)


def _chosen(
    session: Session, ours: Actor, member_id: int, basket: Sequence[BasketLine], coupons: tuple[int, ...] | None,
    now: datetime,
) -> Explanation:  # fmt: skip
    if coupons == ():
        return NOTHING
    only = None if coupons is None else [CouponId(coupon) for coupon in coupons]
    return coupon_queries.explain_best(session, actor=ours, member_id=member_id, lines=basket, now=now, only=only)


def _uses(session: Session, ours: Actor, member_id: int, chosen: Explanation) -> tuple[CouponUse, ...]:
    owned = {view.id: view for view in coupon_queries.list_coupons(session, actor=ours, member_id=member_id)}
    steps = [_use(owned[CouponId(step.coupon_id)], step.fen) for step in chosen.steps]
    return (*steps, *(_use(owned[CouponId(coupon)], 0, reason) for coupon, reason in chosen.left_out))


def _use(coupon: CouponView, fen: int, reason: str = '') -> CouponUse:
    return CouponUse(id=coupon.id, name_zh=coupon.name_zh, name_en=coupon.name_en, fen=fen, reason=reason)


def _worth(session: Session, ours: Actor, points: int, now: datetime) -> int:
    return accounts.get_points_value(session, actor=ours, points=points, now=now) if points else 0


def _most_points(session: Session, ours: Actor, balance: int, left: int, now: datetime) -> int:
    """The largest number of points that the member has and that is worth no more than what is left to pay."""
    low, high = 0, max(0, balance)
    if _worth(session, ours, high, now) <= left:
        return high
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if _worth(session, ours, middle, now) <= left else (low, middle - 1)
    return low
