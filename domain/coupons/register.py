"""Coupons one by one, and how many are used each day (用券明细), for those who maintain them."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlmodel import Session

from domain.coupons.commands import CouponId
from domain.coupons.permissions import VIEW
from domain.coupons.queries import mall_of
from domain.mall import queries as mall
from domain.shared.actor import Actor
from domain.shared.operations import query

MOST_EXPORTED = 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponRow:
    id: CouponId
    template: str
    member_id: int
    state: str
    granted_at: datetime
    valid_until: datetime
    used_at: datetime | None
    used_fen: int
    order_key: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CouponPage:
    rows: tuple[CouponRow, ...]
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayOfCoupons:
    """Given out and used on a business day; what was rolled back is taken off the day it was used."""

    day: date
    granted: int
    used: int
    fen: int


_WHERE = """
FROM coupon c JOIN coupon_template t ON t.mall_id = c.mall_id AND t.id = c.template_id
WHERE c.mall_id = app_mall() AND (CAST(:template AS text) IS NULL OR t.code = :template)
    AND (CAST(:state AS text) IS NULL OR c.state = :state)
"""
_ROWS = text(f"""
SELECT c.id, t.code AS template, c.member_id, c.state, c.granted_at, c.valid_until, c.used_at, c.used_fen,
    c.order_key {_WHERE}
ORDER BY coalesce(c.used_at, c.granted_at) DESC, c.id DESC LIMIT :limit OFFSET :first
""")
_COUNT = text(f'SELECT count(*) {_WHERE}')
_DAYS = text("""
WITH moved AS (
    SELECT c.granted_at AS at, 1 AS granted, 0 AS used, CAST(0 AS bigint) AS fen FROM coupon c
    WHERE c.mall_id = app_mall() AND c.granted_at >= :since
    UNION ALL
    SELECT c.used_at, 0, 1, c.used_fen FROM coupon c
    WHERE c.mall_id = app_mall() AND c.state = 'used' AND c.used_at >= :since
)
SELECT CAST((at AT TIME ZONE :zone) - CAST(:cutoff AS interval) AS date) AS day,
    CAST(sum(granted) AS bigint) AS granted, CAST(sum(used) AS bigint) AS used, CAST(sum(fen) AS bigint) AS fen
FROM moved GROUP BY 1 ORDER BY 1
""")


@query(VIEW)
def list_coupons_of(
    session: Session,
    *,
    actor: Actor,
    template: str | None = None,
    state: str | None = None,
    first: int = 0,
    limit: int = 25,
) -> CouponPage:  # fmt: skip
    """The coupons of one template or of all, those that moved last ahead."""
    asked = {'template': template, 'state': state}
    rows = session.execute(_ROWS, asked | {'first': first, 'limit': limit})
    return CouponPage(
        rows=tuple(CouponRow(**row._mapping) for row in rows), total=int(session.execute(_COUNT, asked).scalar_one())
    )


@query(VIEW, name='coupons.export_coupons', is_audited=True)
def export_coupons(session: Session, *, actor: Actor, template: str | None = None) -> tuple[CouponRow, ...]:
    """All coupons of one template or of all; who exported them is on record."""
    return list_coupons_of(session, actor=actor, template=template, limit=MOST_EXPORTED).rows


@query(VIEW)
def count_days(session: Session, *, actor: Actor, since: datetime) -> list[DayOfCoupons]:
    """Business days since an instant on which coupons were given or used."""
    mall_of(actor)
    clock = mall.get_business_clock(session, actor=actor)
    cutoff = f'{clock.cutoff.hour} hours {clock.cutoff.minute} minutes'
    rows = session.execute(_DAYS, {'since': since, 'zone': clock.zone, 'cutoff': cutoff})
    return [DayOfCoupons(**row._mapping) for row in rows]
