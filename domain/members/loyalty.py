"""The programme (会员计划): versions of its rules, the review of tiers, benefits and their use."""

from dataclasses import asdict
from datetime import date, datetime, timedelta

from pydantic import ValidationError
from sqlalchemy import func, text
from sqlmodel import Session, col, select

from domain.members._loading import (
    clock_of,
    earn_scheme,
    ensure_program,
    load_open_member,
    mall_of,
    save,
    tier_scheme,
)
from domain.members._rating import change_tier, tier_book
from domain.members._rules.birthdays import birthday_in
from domain.members._rules.tiers import Standing, qualifying_fen, review
from domain.members.commands import InstallScheme, SaveBenefit, UseBenefit
from domain.members.errors import BenefitUnavailable
from domain.members.models import Benefit, LoyaltyScheme, Member
from domain.members.permissions import MANAGE_RULES, RUN_LOYALTY, USE_BENEFITS
from domain.members.schemes import EarnScheme, LeapBirthday, TierScheme
from domain.members.views import BenefitUsed, RunReport
from domain.shared.actor import Actor
from domain.shared.errors import Invalid
from domain.shared.operations import operation

BATCH = 500
GIFT_DAYS = 30

_USE = text("""
WITH entry AS (
    INSERT INTO benefit_use_entry (mall_id, member_id, benefit_id, key, period, used_at, used_by)
    VALUES (app_mall(), :member, :benefit, :key, :period, :now, :by)
    ON CONFLICT (mall_id, key) DO NOTHING RETURNING 1
), counted AS (
    INSERT INTO benefit_use AS u (mall_id, member_id, benefit_id, period, used)
    SELECT app_mall(), :member, :benefit, :period, 1 FROM entry
    ON CONFLICT (mall_id, member_id, benefit_id, period) DO UPDATE SET used = u.used + 1 WHERE u.used < :quota
    RETURNING used
)
SELECT EXISTS (SELECT FROM entry) AS is_new, (SELECT used FROM counted) AS used
""")


@operation(MANAGE_RULES, name='members.install_scheme')
def install_scheme(session: Session, *, actor: Actor, command: InstallScheme, now: datetime) -> int:
    """Puts a version of the earn or tier rules into force and returns its number. Earlier receipts keep theirs.

    :raises Invalid: when the document does not hold.
    """
    mall_id = mall_of(actor)
    model: type[EarnScheme | TierScheme] = EarnScheme if command.kind == 'earn' else TierScheme
    try:
        document = model.model_validate(command.document).model_dump(mode='json')
    except ValidationError as error:
        raise Invalid(field='document', reason=str(error)) from error
    ensure_program(session, mall_id)
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('loyalty_scheme'), app_mall())"))
    newest = select(func.max(LoyaltyScheme.version)).where(LoyaltyScheme.kind == command.kind)
    version = (session.exec(newest).one() or 0) + 1
    session.add(LoyaltyScheme(
        mall_id=mall_id, kind=command.kind, version=version, valid_from=command.valid_from, document=document,
        decided_by=actor.name, decided_at=now,
    ))  # fmt: skip
    return version


@operation(RUN_LOYALTY, name='members.review_tiers')
def review_tiers(session: Session, *, actor: Actor, now: datetime, after_id: int = 0) -> RunReport:
    """Evaluates a batch of members above an id: requalified, grace begun, or down one tier (PT-R5). `done`: last id."""
    found = select(Member).where(Member.id > after_id, col(Member.state).in_(['active', 'closing']))
    members = session.exec(found.order_by(col(Member.id)).limit(BATCH).with_for_update(key_share=True)).all()
    if not members:
        return RunReport(done=0)
    scheme = tier_scheme(session, now)
    for member in members:
        _review(session, scheme, member, now)
    return RunReport(done=members[-1].id)


@operation(MANAGE_RULES, name='members.save_benefit')
def save_benefit(session: Session, *, actor: Actor, command: SaveBenefit, now: datetime) -> None:
    """Adds a benefit or revises it; uses that were made stay.

    :raises Invalid: when the quota is not positive.
    """
    if command.quota < 1:
        raise Invalid(field='quota', reason='a benefit can be used at least once')
    facts = asdict(command) | {'tiers': list(command.tiers)}
    benefit = session.exec(select(Benefit).where(Benefit.code == command.code)).one_or_none()
    save(session, benefit or Benefit(mall_id=mall_of(actor), **facts), facts)


@operation(USE_BENEFITS, name='members.use_benefit')
def use_benefit(session: Session, *, actor: Actor, command: UseBenefit, now: datetime) -> BenefitUsed:
    """Uses a benefit once; the quota is enforced in the write. The same key again uses nothing.

    :raises BenefitUnavailable: for another tier, outside the birthday, or when the quota is used up.
    """
    member = load_open_member(session, command.member_id)
    benefit = session.exec(select(Benefit).where(Benefit.code == command.benefit, col(Benefit.is_active))).one_or_none()
    if benefit is None or member.tier not in benefit.tiers:
        raise BenefitUnavailable(reason='not for this tier')
    today = clock_of(session, member.mall_id).local(now).date()
    leap = earn_scheme(session, now)[1].leap_birthday
    row = session.execute(_USE, {
        'member': member.id, 'benefit': benefit.id, 'key': command.key, 'now': now, 'by': actor.name,
        'period': _period(benefit, member, today, leap), 'quota': benefit.quota,
    }).one()  # fmt: skip
    if row.is_new and row.used is None:
        raise BenefitUnavailable(reason='the quota is used up')
    return BenefitUsed(
        benefit=benefit.code, used=row.used or benefit.quota, quota=benefit.quota, is_replay=not row.is_new
    )


def _review(session: Session, scheme: TierScheme, member: Member, now: datetime) -> None:
    book = tier_book(session, member, at=now, now=now)
    before = Standing(member.tier, member.tier_grace_until)
    after = review(scheme, qualifying_fen(scheme, book.spends, now), before, now)
    if after.tier != before.tier:
        reason = 'upgrade' if scheme.rank(after.tier) > scheme.rank(before.tier) else 'soft_landing'
        change_tier(session, member, after.tier, reason=reason, effective_at=now, now=now)
    member.tier, member.tier_grace_until = after.tier, after.grace_until


def _period(benefit: Benefit, member: Member, today: date, leap: LeapBirthday) -> str:
    """The period a use counts in; a birthday gift counts in the year of the birthday, whatever its date (PT-R13)."""
    if benefit.is_birthday_gift:
        return str(_birthday_near(member, today, leap).year)
    return {
        'day': today.isoformat(), 'month': today.strftime('%Y-%m'), 'year': str(today.year), 'ever': 'ever'
    }[benefit.period]  # fmt: skip


def _birthday_near(member: Member, today: date, leap: LeapBirthday) -> date:
    """The birthday that is today or was within the last weeks."""
    if member.born_on is not None:
        for year in (today.year, today.year - 1):
            day = birthday_in(year, member.born_on, leap)
            if day <= today < day + timedelta(days=GIFT_DAYS):
                return day
    raise BenefitUnavailable(reason='it is not the birthday')
