"""Using coupons (用券): lock, commit, release, roll back, and the rotating code. Rules CP-R2 and CP-R6."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session

from domain.coupons.commands import CommitCoupons, CouponId, EndOrder, LockCoupons, RedeemByCode
from domain.coupons.errors import BudgetSpent, CapReached, CodeExpired, CouponUnavailable
from domain.coupons.events import CouponsRolledBack, CouponsUsed
from domain.coupons.permissions import REDEEM, RUN
from domain.coupons.queries import coupons_of_order, mall_of
from domain.coupons.terms import Validity
from domain.coupons.views import CouponView
from domain.mall import queries as mall
from domain.shared.actor import Actor
from domain.shared.errors import Invalid
from domain.shared.events import emit
from domain.shared.operations import operation
from domain.shared.sealing import is_current_code

BATCH = 500

_HELD = text("""
SELECT c.id, c.template_id, c.state, c.order_key, c.locked_until, c.valid_from, c.valid_until, c.member_id, c.used_at,
    c.used_fen, t.validity, t.uses_per_member_day, t.rollback_grace_days, t.budget_fen,
    t.terms ->> 'kind' AS kind
FROM coupon c JOIN coupon_template t ON t.mall_id = c.mall_id AND t.id = c.template_id
WHERE c.mall_id = app_mall() AND c.id = ANY(:ids) ORDER BY c.id FOR UPDATE OF c
""")
_OF_ORDER = text('SELECT id FROM coupon WHERE mall_id = app_mall() AND order_key = :order ORDER BY id')
_SET = """
WITH moved AS (
    UPDATE coupon SET state = '{state}', order_key = {order}, locked_until = {until}, used_at = {used},
        used_fen = {fen}, valid_until = greatest(valid_until, CAST(:valid_until AS timestamptz))
    WHERE mall_id = app_mall() AND id = :id RETURNING id
)
INSERT INTO coupon_event (mall_id, coupon_id, kind, order_key, fen, happened_at)
SELECT app_mall(), id, :kind, :order, :fen, :now FROM moved
"""
_LOCKED = text(_SET.format(state='locked', order=':order', until=':until', used='NULL', fen='0'))
_USED = text(_SET.format(state='used', order=':order', until='NULL', used=':now', fen=':fen'))
_FREED = text(_SET.format(state='unused', order='NULL', until='NULL', used='NULL', fen='0'))
_SPEND = text("""
UPDATE coupon_template SET spent_fen = spent_fen + :fen WHERE mall_id = app_mall() AND id = :template
    AND (budget_fen IS NULL OR spent_fen + :fen <= budget_fen) RETURNING 1
""")
_COUNT = text("""
INSERT INTO coupon_cap AS c (mall_id, template_id, counted, used) VALUES (app_mall(), :template, :counted, 1)
ON CONFLICT (mall_id, template_id, counted) DO UPDATE SET used = c.used + 1 WHERE c.used < :cap RETURNING 1
""")
_UNCOUNT = text("""
UPDATE coupon_cap SET used = greatest(0, used - 1)
WHERE mall_id = app_mall() AND template_id = :template AND counted = :counted
""")


@operation(REDEEM, name='coupons.lock_coupons', is_audited=False)
def lock_coupons(session: Session, *, actor: Actor, command: LockCoupons, now: datetime) -> list[CouponView]:
    """Reserves coupons for an order (CP-R2). Locking again for the same order prolongs the lock.

    :raises CouponUnavailable: when one of them is not the member's to use now; then none is locked.
    """
    rows = _hold(session, command.coupon_ids)
    for row in rows:
        _check_usable(session, actor, row, command.member_id, command.order_key, now)
    until = now + timedelta(minutes=command.minutes)
    for row in rows:
        _write(session, _LOCKED, row, 'locked', command.order_key, now, until=until)
    return coupons_of_order(session, command.order_key)


@operation(REDEEM, name='coupons.commit_coupons', is_audited=False)
def commit_coupons(session: Session, *, actor: Actor, command: CommitCoupons, now: datetime) -> list[CouponView]:
    """Uses an order's coupons; call it before charging. A lock that ran out is taken again where nobody else has it.

    :raises CouponUnavailable: when a coupon went elsewhere meanwhile: nothing has been charged yet (CP-R2).
    :raises BudgetSpent: when the offer's budget does not suffice.
    :raises CapReached: when the member has used as many of them today as they may.
    """
    fen = dict(command.discounts)
    if any(amount < 0 for amount in fen.values()):
        raise Invalid(field='discounts', reason='a discount is not negative')
    rows = _hold(session, tuple(fen))
    if rows and all(row.state == 'used' and row.order_key == command.order_key for row in rows):
        return coupons_of_order(session, command.order_key)
    for row in rows:
        _check_usable(session, actor, row, command.member_id, command.order_key, now)
        _spend(session, actor, row, fen[CouponId(row.id)], now)
        _write(session, _USED, row, 'committed', command.order_key, now, fen=fen[CouponId(row.id)])
    _tell_used(session, actor, rows, command.order_key, now)
    return coupons_of_order(session, command.order_key)


@operation(REDEEM, name='coupons.release_coupons', is_audited=False)
def release_coupons(session: Session, *, actor: Actor, command: EndOrder, now: datetime) -> int:
    """Gives up an order's locks; coupons it has used stay used. Returns how many were released."""
    rows = [row for row in _hold(session, _of_order(session, command.order_key)) if row.state == 'locked']
    for row in rows:
        _write(session, _FREED, row, 'released', command.order_key, now)
    return len(rows)


@operation(RUN, name='coupons.release_overdue_locks')
def release_overdue_locks(session: Session, *, actor: Actor, now: datetime) -> int:
    """Releases a batch of locks that no order ended in time."""
    due = session.execute(
        text(
            "SELECT id FROM coupon WHERE mall_id = app_mall() AND state = 'locked' AND locked_until <= :now"
            ' ORDER BY id LIMIT :batch FOR UPDATE SKIP LOCKED'
        ),
        {'now': now, 'batch': BATCH},
    ).scalars()
    rows = _hold(session, tuple(CouponId(coupon) for coupon in due))
    for row in rows:
        _write(session, _FREED, row, 'released', row.order_key, now)
    return len(rows)


@operation(REDEEM, name='coupons.roll_back_coupons', is_audited=False)
def roll_back_coupons(session: Session, *, actor: Actor, command: EndOrder, now: datetime) -> list[CouponId]:
    """Returns an order's used coupons, their budget and the day's count, all together and once (CP-R6).

    A coupon that has expired meanwhile gets the template's days of grace.
    """
    rows = [row for row in _hold(session, _of_order(session, command.order_key)) if row.state == 'used']
    for row in rows:
        if row.budget_fen is not None:
            session.execute(_SPEND, {'template': row.template_id, 'fen': -row.used_fen})
        counted = _counted(session, actor, row.member_id, row.used_at)
        session.execute(_UNCOUNT, {'template': row.template_id, 'counted': counted})
        grace = now + timedelta(days=row.rollback_grace_days) if row.valid_until <= now else None
        _write(session, _FREED, row, 'rolled_back', command.order_key, now, fen=row.used_fen, valid_until=grace)
    if rows:
        emit(session, CouponsRolledBack(
            mall_id=mall_of(actor), occurred_at=now, order_key=command.order_key, member_id=rows[0].member_id,
            coupon_ids=tuple(row.id for row in rows),
        ))  # fmt: skip
    return [CouponId(row.id) for row in rows]


@operation(REDEEM, name='coupons.redeem_by_code')
def redeem_by_code(session: Session, *, actor: Actor, command: RedeemByCode, now: datetime) -> CouponView:
    """Uses the coupon whose rotating code is shown, for something that is not priced: an exchange, a parking benefit.

    :raises CodeExpired: when the code is old, made up, or a picture of one.
    :raises CouponUnavailable:
    """
    number, _, proof = command.code.partition('.')
    if not number.isdecimal() or len(number) > 18:
        raise CodeExpired
    if not is_current_code(proof, f'coupon:{int(number)}', mall_id=mall_of(actor), now=now):
        raise CodeExpired
    [row] = _hold(session, (CouponId(int(number)),))
    if row.state == 'used' and row.order_key == command.order_key:
        return coupons_of_order(session, command.order_key)[0]
    _check_usable(session, actor, row, row.member_id, command.order_key, now)
    _spend(session, actor, row, 0, now)
    _write(session, _USED, row, 'committed', command.order_key, now)
    _tell_used(session, actor, [row], command.order_key, now)
    return coupons_of_order(session, command.order_key)[0]


def _tell_used(session: Session, actor: Actor, rows: Sequence[Row[Any]], order: str, now: datetime) -> None:
    """One order's coupons are one member's."""
    if rows:
        emit(session, CouponsUsed(
            mall_id=mall_of(actor), occurred_at=now, order_key=order, member_id=rows[0].member_id,
            coupon_ids=tuple(row.id for row in rows), kinds=tuple(row.kind for row in rows),
        ))  # fmt: skip


def _hold(session: Session, coupon_ids: Sequence[int]) -> Sequence[Row[Any]]:
    rows = session.execute(_HELD, {'ids': sorted(set(coupon_ids))}).all()
    if len(rows) != len(set(coupon_ids)):
        raise CouponUnavailable
    return rows


def _check_usable(session: Session, actor: Actor, row: Row[Any], member_id: int, order: str, now: datetime) -> None:
    is_free = row.state == 'unused' or (row.state == 'locked' and (row.order_key == order or row.locked_until <= now))
    if not is_free or row.member_id != member_id or not row.valid_from <= now < row.valid_until:
        raise CouponUnavailable
    blackout = Validity.model_validate(row.validity).blackout_on
    if blackout and mall.get_business_clock(session, actor=actor).business_on(now) in blackout:
        raise CouponUnavailable


def _spend(session: Session, actor: Actor, row: Row[Any], fen: int, now: datetime) -> None:
    # Only a template with a budget is a row that all its redemptions touch.
    if (
        fen
        and row.budget_fen is not None
        and session.execute(_SPEND, {'template': row.template_id, 'fen': fen}).first() is None
    ):
        raise BudgetSpent
    if row.uses_per_member_day is not None:
        counted = _counted(session, actor, row.member_id, now)
        facts = {'template': row.template_id, 'counted': counted, 'cap': row.uses_per_member_day}
        if session.execute(_COUNT, facts).first() is None:
            raise CapReached(cap='day')


def _counted(session: Session, actor: Actor, member_id: int, at: datetime) -> str:
    return f'use:{member_id}:{mall.get_business_clock(session, actor=actor).business_on(at).isoformat()}'


def _of_order(session: Session, order_key: str) -> tuple[int, ...]:
    return tuple(session.execute(_OF_ORDER, {'order': order_key}).scalars())


def _write(
    session: Session, statement: Any, row: Row[Any], kind: str, order: str, now: datetime, *, fen: int = 0,
    until: datetime | None = None, valid_until: datetime | None = None,
) -> None:  # fmt: skip
    session.execute(statement, {
        'id': row.id, 'kind': kind, 'order': order, 'now': now, 'fen': fen, 'until': until, 'valid_until': valid_until
    })  # fmt: skip
