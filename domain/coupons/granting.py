"""Making templates and giving coupons out (发券). Rule CP-R1: never one too many."""

from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from sqlalchemy import Row, text
from sqlmodel import Session, func, select

from domain.coupons._offer import drawn, is_claimable, load_template, usable
from domain.coupons._rush import TOGETHER
from domain.coupons.commands import CreateTemplate, GrantCoupons, SetStacking, SwitchTemplate, VoidCoupon
from domain.coupons.errors import CapReached, CouponUnavailable, NotClaimable, SoldOut
from domain.coupons.models import CouponStacking, CouponStock, CouponTemplate
from domain.coupons.permissions import GRANT, MANAGE, RUN
from domain.coupons.queries import coupons_of_grant, mall_of
from domain.coupons.terms import BatchPolicy, StackingRules, Terms, Validity
from domain.coupons.views import CouponView
from domain.mall import queries as mall
from domain.shared.actor import Actor
from domain.shared.errors import Invalid
from domain.shared.idempotency import IdempotencyConflict
from domain.shared.money import split_largest_remainder
from domain.shared.operations import operation

MOST_AT_ONCE = 100
BATCH = 1_000
M = TypeVar('M', bound=BaseModel)

_FACTS = """
    (mall_id, template_id, member_id, grant_key, state, value_fen, granted_at, valid_from, valid_until, used_fen)
    SELECT app_mall(), :template, :member, :key, 'unused', :value, :now, :valid_from, :valid_until, 0"""
_NOTE = """
    INSERT INTO coupon_event (mall_id, coupon_id, kind, fen, happened_at)
    SELECT app_mall(), made.id, 'granted', 0, :now FROM made RETURNING 1"""
_RUSH = text(f"""
WITH known AS (
    INSERT INTO coupon_grant (mall_id, key, template_id, member_id, wanted, granted_at)
    VALUES (app_mall(), :key, :template, :member, 1, :now) ON CONFLICT (mall_id, key) DO NOTHING RETURNING 1
), capped AS (
    INSERT INTO coupon_cap AS c (mall_id, template_id, counted, used)
    SELECT app_mall(), :template, :counted, 1 FROM known
    ON CONFLICT (mall_id, template_id, counted) DO UPDATE SET used = c.used + 1 WHERE c.used < :cap RETURNING 1
), slot AS (
    SELECT s.slot FROM coupon_stock s, capped
    WHERE s.mall_id = app_mall() AND s.template_id = :template AND s.left_count > 0
    ORDER BY (s.slot + :shift) % :slots LIMIT 1 FOR UPDATE OF s SKIP LOCKED
), taken AS (
    UPDATE coupon_stock s SET left_count = s.left_count - 1 FROM slot
    WHERE s.mall_id = app_mall() AND s.template_id = :template AND s.slot = slot.slot RETURNING 1
), made AS (INSERT INTO coupon {_FACTS} FROM taken RETURNING id), noted AS ({_NOTE})
SELECT (SELECT count(*) FROM known) AS known, (SELECT count(*) FROM capped) AS capped,
    (SELECT count(*) FROM made) AS made
""")  # noqa: S608 - constants
_CAP = text("""
INSERT INTO coupon_cap AS c (mall_id, template_id, counted, used)
SELECT app_mall(), :template, :counted, :number WHERE :number <= :cap
ON CONFLICT (mall_id, template_id, counted) DO UPDATE SET used = c.used + :number
    WHERE c.used + :number <= :cap RETURNING 1
""")
_SLOTS = text("""
SELECT slot, left_count FROM coupon_stock WHERE mall_id = app_mall() AND template_id = :template AND left_count > 0
ORDER BY slot FOR UPDATE
""")
_ONE_SLOT = text("""
SELECT slot, left_count FROM coupon_stock WHERE mall_id = app_mall() AND template_id = :template AND left_count > 0
ORDER BY slot LIMIT 1 FOR UPDATE
""")
_TAKE = text("""
UPDATE coupon_stock SET left_count = left_count - :number
WHERE mall_id = app_mall() AND template_id = :template AND slot = :slot
""")
_MAKE = text(f'WITH made AS (INSERT INTO coupon {_FACTS} RETURNING id), noted AS ({_NOTE}) SELECT id FROM made')  # noqa: S608


@operation(MANAGE, name='coupons.create_template')
def create_template(session: Session, *, actor: Actor, command: CreateTemplate, now: datetime) -> int:
    """Makes a template with its stock spread over the slots.

    :raises Invalid: when terms, validity or numbers do not hold, or the code is taken.
    """
    terms, validity = _valid(Terms, command.terms), _valid(Validity, command.validity)
    if not 1 <= command.slots <= 64 or command.stock < 0 or command.cap_per_member < 1:
        raise Invalid(field='stock', reason='stock is not negative, slots are 1 to 64, a member may have one or more')
    BatchPolicy(command.batch_policy)
    if session.exec(select(CouponTemplate.id).where(CouponTemplate.code == command.code)).one_or_none() is not None:
        raise Invalid(field='code', reason='it is taken')
    mall_id = mall_of(actor)
    facts: dict[str, Any] = asdict(command) | {
        'terms': terms.model_dump(mode='json'), 'validity': validity.model_dump(mode='json'),
    }  # fmt: skip
    template = CouponTemplate(mall_id=mall_id, **facts)
    session.add(template)
    session.flush()
    for slot, left in enumerate(split_largest_remainder(command.stock, [1] * command.slots)):
        session.add(CouponStock(mall_id=mall_id, template_id=template.id, slot=slot, left_count=left))
    return template.id


@operation(MANAGE, name='coupons.switch_template')
def switch_template(session: Session, *, actor: Actor, command: SwitchTemplate, now: datetime) -> None:
    """Stops giving a template out at once, or resumes; coupons in members' hands keep what they promise.

    :raises TemplateUnknown:
    """
    template = load_template(session, command.template)
    template.is_active = command.is_active
    session.add(template)


@operation(MANAGE, name='coupons.set_stacking')
def set_stacking(session: Session, *, actor: Actor, command: SetStacking, now: datetime) -> int:
    """Puts a version of the stacking rules into force.

    :raises Invalid: when the document does not hold.
    """
    rules = _valid(StackingRules, command.document)
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('coupon_stacking'), app_mall())"))
    version = (session.exec(select(func.max(CouponStacking.version))).one() or 0) + 1
    session.add(CouponStacking(
        mall_id=mall_of(actor), version=version, document=rules.model_dump(mode='json'), decided_by=actor.name,
        decided_at=now,
    ))  # fmt: skip
    return version


@operation(GRANT, name='coupons.grant_coupons', is_audited=False, shareable=TOGETHER)
def grant_coupons(session: Session, *, actor: Actor, command: GrantCoupons, now: datetime) -> list[CouponView]:
    """Gives coupons to a member; the same key gives them once. One coupon is one statement, for the rush.

    :raises TemplateUnknown:
    :raises NotClaimable: before or after the time of claiming.
    :raises CapReached: when the member or the day has had its share.
    :raises SoldOut: when the stock does not suffice, by the template's policy for batches.
    """
    if not 1 <= command.number <= MOST_AT_ONCE:
        raise Invalid(field='number', reason=f'1 to {MOST_AT_ONCE}')
    template = load_template(session, command.template)
    earlier = coupons_of_grant(session, command.key)
    if earlier:
        return _same(earlier, template, command)
    if not is_claimable(template, now):
        raise NotClaimable
    _count_day(session, actor, template, command.number, now)
    facts = _facts(template, command, now)
    done = _rush(session, template, facts) if command.number == 1 else _batch(session, template, command, facts)
    views = coupons_of_grant(session, command.key)
    return views if done else _same(views, template, command)


@operation(MANAGE, name='coupons.void_coupon')
def void_coupon(session: Session, *, actor: Actor, command: VoidCoupon, now: datetime) -> None:
    """Takes an unused coupon away for good.

    :raises CouponUnavailable: when it is not unused.
    """
    if not _end(session, "id = :coupon AND state = 'unused'", 'void', 'voided', {'coupon': command.coupon_id}, now):
        raise CouponUnavailable


@operation(RUN, name='coupons.expire_coupons')
def expire_coupons(session: Session, *, actor: Actor, now: datetime) -> int:
    """Ends a batch of coupons whose time is over; run it until it ends none."""
    due = (
        'id IN (SELECT id FROM coupon WHERE mall_id = app_mall() AND state = \'unused\' AND valid_until <= :now'
        ' ORDER BY valid_until LIMIT :batch FOR UPDATE SKIP LOCKED)'
    )  # fmt: skip
    return _end(session, due, 'expired', 'expired', {'batch': BATCH}, now)


def _rush(session: Session, template: CouponTemplate, facts: dict[str, Any]) -> bool:
    row = session.execute(_RUSH, facts).one()
    if not row.known:
        return False
    if not row.capped:
        raise CapReached(cap='member')
    if not row.made:  # every slot with stock was held by somebody in that instant: wait for one
        slots = session.execute(_ONE_SLOT, facts).all()
        _make(session, facts, slots, 1)
    return True


def _batch(session: Session, template: CouponTemplate, command: GrantCoupons, facts: dict[str, Any]) -> bool:
    known = session.execute(
        text(
            'INSERT INTO coupon_grant (mall_id, key, template_id, member_id, wanted, granted_at)'
            ' VALUES (app_mall(), :key, :template, :member, :number, :now) ON CONFLICT DO NOTHING RETURNING 1'
        ),
        facts,
    ).first()
    if known is None:
        return False
    slots = session.execute(_SLOTS, facts).all()
    there = sum(slot.left_count for slot in slots)
    number = min(command.number, there)
    if number < command.number and template.batch_policy == BatchPolicy.NOTHING:
        raise SoldOut
    if number and session.execute(_CAP, facts | {'number': number}).first() is None:
        raise CapReached(cap='member')
    _make(session, facts, slots, number)
    return True


def _make(session: Session, facts: dict[str, Any], slots: Any, number: int) -> None:
    if number == 0 or not slots:
        raise SoldOut
    for slot in slots:
        taken = min(number, slot.left_count)
        if taken:
            session.execute(_TAKE, facts | {'slot': slot.slot, 'number': taken})
        for _ in range(taken):
            session.execute(_MAKE, facts)
        number -= taken


def _facts(template: CouponTemplate, command: GrantCoupons, now: datetime) -> dict[str, Any]:
    valid_from, valid_until = usable(template, now)
    return {
        'template': template.id, 'member': command.member_id, 'key': command.key, 'number': command.number,
        'counted': f'member:{command.member_id}', 'cap': template.cap_per_member, 'now': now,
        'shift': command.member_id % template.slots, 'slots': template.slots, 'valid_from': valid_from,
        'valid_until': valid_until, 'value': drawn(template, command.key),
    }  # fmt: skip


def _count_day(session: Session, actor: Actor, template: CouponTemplate, number: int, now: datetime) -> None:
    if template.cap_per_day is None:
        return
    day = mall.get_business_clock(session, actor=actor).business_on(now).isoformat()
    facts = {'template': template.id, 'counted': f'day:{day}', 'cap': template.cap_per_day, 'number': number}
    if session.execute(_CAP, facts).first() is None:
        raise CapReached(cap='day')


def _same(views: list[CouponView], template: CouponTemplate, command: GrantCoupons) -> list[CouponView]:
    if any(view.template != template.code or view.member_id != command.member_id for view in views):
        raise IdempotencyConflict
    return views


def _end(session: Session, where: str, state: str, event: str, facts: dict[str, Any], now: datetime) -> int:
    rows: list[Row[Any]] = list(session.execute(
        text(
            f'WITH ended AS (UPDATE coupon SET state = :state WHERE mall_id = app_mall() AND {where} RETURNING id)'  # noqa: S608
            ' INSERT INTO coupon_event (mall_id, coupon_id, kind, fen, happened_at)'
            ' SELECT app_mall(), id, :event, 0, :now FROM ended RETURNING coupon_id'
        ),
        facts | {'state': state, 'event': event, 'now': now},
    ))  # fmt: skip
    return len(rows)


def _valid(model: type[M], raw: dict[str, Any]) -> M:
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        raise Invalid(field=model.__name__, reason=str(error)) from error
