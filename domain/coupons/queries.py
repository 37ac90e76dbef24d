"""Questions to coupons: who has which, what is left, and what is best for a basket."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, col, select

from domain.coupons._pricing import BasketLine, Offered, best_combination
from domain.coupons.commands import CouponId
from domain.coupons.errors import CouponUnavailable, TemplateUnknown
from domain.coupons.models import CouponStacking
from domain.coupons.permissions import VIEW
from domain.coupons.terms import StackingRules, Terms
from domain.coupons.views import CouponView, Explanation, StockView
from domain.shared.actor import Actor, MallId
from domain.shared.errors import Invalid
from domain.shared.operations import query
from domain.shared.sealing import rotating_code

_COUPONS = """
SELECT c.id, t.code AS template, t.name_zh, t.name_en, t.terms ->> 'kind' AS kind, c.member_id, c.state, c.value_fen,
    c.valid_from, c.valid_until, c.order_key, c.used_fen
FROM coupon c JOIN coupon_template t ON t.mall_id = c.mall_id AND t.id = c.template_id WHERE c.mall_id = app_mall()
"""
_OF_GRANT = text(f'{_COUPONS} AND c.grant_key = :key ORDER BY c.id')
_OF_ORDER = text(f'{_COUPONS} AND c.order_key = :order ORDER BY c.id')
_OF_MEMBER = text(f'{_COUPONS} AND c.member_id = :member ORDER BY c.valid_until, c.id')
_OFFERED = text("""
SELECT c.id, c.value_fen, t.terms FROM coupon c
JOIN coupon_template t ON t.mall_id = c.mall_id AND t.id = c.template_id
WHERE c.mall_id = app_mall() AND c.member_id = :member AND c.valid_from <= :now AND c.valid_until > :now
    AND (CAST(:ids AS bigint[]) IS NULL OR c.id = ANY(:ids))
    AND (c.state = 'unused' OR (c.state = 'locked' AND (c.locked_until <= :now OR c.order_key = :order)))
ORDER BY c.valid_until, c.id LIMIT :most
""")
_STOCK = text("""
SELECT t.code AS template, t.stock, CAST(coalesce(sum(c.used_fen), 0) AS bigint) AS spent_fen,
    (SELECT sum(s.left_count) FROM coupon_stock s WHERE s.mall_id = t.mall_id AND s.template_id = t.id) AS left,
    count(c.id) FILTER (WHERE c.state = 'unused') AS unused, count(c.id) FILTER (WHERE c.state = 'locked') AS locked,
    count(c.id) FILTER (WHERE c.state = 'used') AS used, count(c.id) FILTER (WHERE c.state = 'expired') AS expired,
    count(c.id) FILTER (WHERE c.state = 'void') AS void
FROM coupon_template t LEFT JOIN coupon c ON c.mall_id = t.mall_id AND c.template_id = t.id
WHERE t.mall_id = app_mall() AND t.code = :template GROUP BY t.mall_id, t.id
""")
# Selections grow with the factorial: 12 coupons by threes are 1,464 of them, 6 by sixes 1,956.
MOST_CONSIDERED, FEW_COUPONS, MOST_WHERE_MANY_MEET = 12, 3, 6


@query(VIEW)
def list_coupons(session: Session, *, actor: Actor, member_id: int) -> list[CouponView]:
    """A member's coupons, those that end first ahead."""
    return [CouponView(**row._mapping) for row in session.execute(_OF_MEMBER, {'member': member_id})]


@query(VIEW)
def get_stock(session: Session, *, actor: Actor, template: str) -> StockView:
    """Where a template's coupons are.

    :raises TemplateUnknown:
    """
    row = session.execute(_STOCK, {'template': template}).one_or_none()
    if row is None:
        raise TemplateUnknown(template=template)
    return StockView(**dict(row._mapping) | {'left': int(row.left)})


@query(VIEW)
def show_coupon_code(session: Session, *, actor: Actor, coupon_id: CouponId, now: datetime) -> str:
    """The coupon's rotating code (核销码) for a QR code: `<id>.<code>`; a screenshot of it is soon worthless."""
    return f'{coupon_id}.{rotating_code(f"coupon:{coupon_id}", mall_id=mall_of(actor), now=now)}'


@query(VIEW)
def explain_best(
    session: Session, *, actor: Actor, member_id: int, lines: Sequence[BasketLine], now: datetime, order_key: str = '',
    only: Sequence[CouponId] | None = None,
) -> Explanation:  # fmt: skip
    """The best legal combination of a member's coupons for a basket, and why each other one is left out (CP-R3).

    `only` prices just these coupons: what a member chose by hand.

    :raises CouponUnavailable: when one of `only` cannot be used now.
    """
    rules = stacking_rules(session)
    most = MOST_CONSIDERED if rules.most_coupons <= FEW_COUPONS else MOST_WHERE_MANY_MEET
    rows = session.execute(_OFFERED, {
        'member': member_id, 'now': now, 'order': order_key, 'ids': None if only is None else list(only), 'most': most,
    }).all()  # fmt: skip
    if only is not None and len(rows) != len(set(only)):
        raise CouponUnavailable
    offered = [Offered(row.id, Terms.model_validate(row.terms), row.value_fen) for row in rows]
    found = best_combination(lines, offered, rules)
    return Explanation(discount_fen=found.fen, steps=found.steps, left_out=found.left_out, tried=found.tried)


def stacking_rules(session: Session) -> StackingRules:
    """The rules in force; without any, one coupon a basket."""
    newest = select(CouponStacking.document).order_by(col(CouponStacking.version).desc()).limit(1)
    document = session.exec(newest).first()
    return StackingRules() if document is None else StackingRules.model_validate(document)


def coupons_of_grant(session: Session, key: str) -> list[CouponView]:
    return [CouponView(**row._mapping) for row in session.execute(_OF_GRANT, {'key': key})]


def coupons_of_order(session: Session, order_key: str) -> list[CouponView]:
    return [CouponView(**row._mapping) for row in session.execute(_OF_ORDER, {'order': order_key})]


def mall_of(actor: Actor) -> MallId:
    """The mall in which the actor acts.

    :raises Invalid: when it acts in none.
    """
    if actor.mall_id is None:
        raise Invalid(field='mall', reason='coupons belong to a mall; choose one')
    return actor.mall_id
