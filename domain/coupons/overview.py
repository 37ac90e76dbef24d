"""All templates and the stacking rules, for those who maintain them (券管理)."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, col, select

from domain.coupons.models import CouponStacking
from domain.coupons.permissions import VIEW
from domain.coupons.terms import StackingRules, Terms, Validity
from domain.shared.actor import Actor
from domain.shared.operations import query


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateView:
    """A template with where its coupons are; rolled back ones count as unused again, so that rates are net (CP-R7)."""

    code: str
    name_zh: str
    name_en: str
    terms: Terms
    validity: Validity
    is_active: bool
    stock: int
    left: int
    unused: int
    locked: int
    used: int
    expired: int
    void: int
    spent_fen: int
    budget_fen: int | None
    funder: str
    cap_per_member: int
    cap_per_day: int | None

    @property
    def issued(self) -> int:
        return self.unused + self.locked + self.used + self.expired + self.void

    @property
    def redeemed_share(self) -> float | None:
        """核销率: used of those given out; None before the first."""
        return self.used / self.issued if self.issued else None


@dataclass(frozen=True, slots=True, kw_only=True)
class StackingView:
    """The rules in force. Version 0 is what holds before anybody decided: one coupon a basket."""

    version: int
    rules: StackingRules
    decided_by: str | None
    decided_at: datetime | None


_TEMPLATES = text("""
WITH held AS (
    SELECT template_id, count(*) FILTER (WHERE state = 'unused') AS unused,
        count(*) FILTER (WHERE state = 'locked') AS locked, count(*) FILTER (WHERE state = 'used') AS used,
        count(*) FILTER (WHERE state = 'expired') AS expired, count(*) FILTER (WHERE state = 'void') AS void,
        CAST(sum(used_fen) AS bigint) AS spent_fen
    FROM coupon WHERE mall_id = app_mall() GROUP BY template_id
), stocked AS (
    SELECT template_id, CAST(sum(left_count) AS bigint) AS left_count
    FROM coupon_stock WHERE mall_id = app_mall() GROUP BY template_id
)
SELECT t.code, t.name_zh, t.name_en, t.terms, t.validity, t.is_active, t.stock, coalesce(s.left_count, 0) AS left,
    coalesce(h.unused, 0) AS unused, coalesce(h.locked, 0) AS locked, coalesce(h.used, 0) AS used,
    coalesce(h.expired, 0) AS expired, coalesce(h.void, 0) AS void, coalesce(h.spent_fen, 0) AS spent_fen,
    t.budget_fen, t.funder, t.cap_per_member, t.cap_per_day
FROM coupon_template t LEFT JOIN held h ON h.template_id = t.id LEFT JOIN stocked s ON s.template_id = t.id
WHERE t.mall_id = app_mall() ORDER BY t.is_active DESC, t.id DESC
""")


@query(VIEW)
def list_templates(session: Session, *, actor: Actor) -> list[TemplateView]:
    """Every template, those given out now first, the newest ahead."""
    return [
        TemplateView(**dict(row._mapping) | {
            'terms': Terms.model_validate(row.terms), 'validity': Validity.model_validate(row.validity),
        }) for row in session.execute(_TEMPLATES)
    ]  # fmt: skip


@query(VIEW)
def get_stacking(session: Session, *, actor: Actor) -> StackingView:
    """The stacking rules in force, and who decided them when."""
    newest = session.exec(select(CouponStacking).order_by(col(CouponStacking.version).desc()).limit(1)).first()
    if newest is None:
        return StackingView(version=0, rules=StackingRules(), decided_by=None, decided_at=None)
    return StackingView(
        version=newest.version, rules=StackingRules.model_validate(newest.document), decided_by=newest.decided_by,
        decided_at=newest.decided_at,
    )  # fmt: skip
