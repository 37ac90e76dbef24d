"""Questions to members: who they are, what they agreed to, what they may."""

from datetime import datetime

from pydantic import SecretStr
from sqlalchemy import text
from sqlmodel import Session, col, select

from domain.members._loading import clock_of, load_member, load_open_member, mall_of, tier_scheme
from domain.members._rating import tier_book
from domain.members._reading import member_view, opened
from domain.members._rules.tiers import qualifying_fen
from domain.members.commands import Identity, MemberId
from domain.members.enrolment import normal_phone, phone_index, subject_index, tail_index
from domain.members.errors import CodeExpired, MemberUnknown
from domain.members.models import Member, MemberConsent, MemberIdentity, TierChange
from domain.members.permissions import VIEW, VIEW_PERSONAL
from domain.members.views import (
    BenefitView,
    ConsentView,
    MemberView,
    PersonalView,
    TagView,
    TierProgress,
    TierStepView,
)
from domain.shared.actor import Actor
from domain.shared.operations import query
from domain.shared.sealing import is_current_code, rotating_code

MOST_CANDIDATES = 20

_BENEFITS = text("""
SELECT b.code, b.name_zh, b.name_en, b.quota, b.period, coalesce(max(u.used), 0) AS used FROM benefit b
LEFT JOIN benefit_use u ON u.mall_id = b.mall_id AND u.benefit_id = b.id AND u.member_id = :member
    AND u.period IN (:day, :month, :year, 'ever')
WHERE b.mall_id = app_mall() AND b.is_active AND b.tiers @> CAST(:tier AS jsonb)
GROUP BY b.code, b.name_zh, b.name_en, b.quota, b.period ORDER BY b.code
""")
_TAGS = text("""
SELECT t.code, d.name_zh, d.name_en, t.value, d.kind, d.owner, t.source, t.computed_at, t.expires_at
FROM member_tag t JOIN tag_definition d ON d.mall_id = t.mall_id AND d.code = t.code
WHERE t.mall_id = app_mall() AND t.member_id = :member AND t.expires_at > :now ORDER BY t.code
""")


@query(VIEW)
def get_member(session: Session, *, actor: Actor, member_id: MemberId, now: datetime) -> MemberView:
    """The member, or whom they were merged into.

    :raises MemberUnknown:
    """
    member = load_member(session, member_id)
    return member_view(member, clock_of(session, member.mall_id), now)


@query(VIEW_PERSONAL, is_audited=True)
def get_personal(session: Session, *, actor: Actor, member_id: MemberId) -> PersonalView:
    """Name and phone number in clear; every look is audited.

    :raises MemberUnknown:
    """
    member = load_member(session, member_id)
    return PersonalView(
        id=MemberId(member.id), phone=opened(member.phone_sealed, member, 'phone'),
        name=opened(member.name_sealed, member, 'name'),
    )  # fmt: skip


@query(VIEW)
def find_by_phone(session: Session, *, actor: Actor, phone: SecretStr, now: datetime) -> MemberView | None:
    """The member with a phone number, through the blind index.

    :raises PhoneInvalid:
    """
    mall_id = mall_of(actor)
    index = phone_index(normal_phone(phone), mall_id=mall_id)
    return _viewed(session, session.exec(select(Member.id).where(Member.phone_index == index)).one_or_none(), now)


@query(VIEW)
def find_by_tail(session: Session, *, actor: Actor, tail: str, now: datetime) -> list[MemberView]:
    """Members whose number ends so: a cashier asks for the rest before choosing one."""
    mall_id = mall_of(actor)
    found = select(Member.id).where(Member.tail_index == tail_index(tail, mall_id=mall_id), Member.state != 'merged')
    ids = session.exec(found.order_by(col(Member.id)).limit(MOST_CANDIDATES)).all()
    views = [_viewed(session, member_id, now) for member_id in ids]
    return [view for view in views if view is not None]


@query(VIEW)
def find_by_identity(session: Session, *, actor: Actor, identity: Identity, now: datetime) -> MemberView | None:
    """The member whom the outside world knows by a name."""
    index = subject_index(identity, mall_id=mall_of(actor))
    found = select(MemberIdentity.member_id).where(
        MemberIdentity.kind == identity.kind, MemberIdentity.subject_index == index
    )
    return _viewed(session, session.exec(found).one_or_none(), now)


@query(VIEW)
def show_member_code(session: Session, *, actor: Actor, member_id: MemberId, now: datetime) -> str:
    """The member's rotating code (会员码) for a QR code: `<id>.<code>`; good for half a minute to a minute.

    :raises MemberUnknown:
    :raises MemberClosed:
    """
    member = load_open_member(session, member_id)
    return f'{member.id}.{rotating_code(f"member:{member.id}", mall_id=member.mall_id, now=now)}'


@query(VIEW)
def find_by_code(session: Session, *, actor: Actor, code: str, now: datetime) -> MemberView:
    """Who shows a rotating code.

    :raises CodeExpired: when it is old, made up, or a picture of one.
    :raises MemberUnknown:
    """
    number, _, proof = code.partition('.')
    if not number.isdecimal() or len(number) > 18:
        raise CodeExpired
    if not is_current_code(proof, f'member:{int(number)}', mall_id=mall_of(actor), now=now):
        raise CodeExpired
    view = _viewed(session, int(number), now)
    if view is None:
        raise MemberUnknown
    return view


@query(VIEW)
def list_consents(session: Session, *, actor: Actor, member_id: MemberId) -> list[ConsentView]:
    """What a member last decided about each purpose."""
    member = load_member(session, member_id)
    rows = select(MemberConsent).where(MemberConsent.member_id == member.id)
    latest: dict[str, MemberConsent] = {}
    for row in session.exec(rows.order_by(col(MemberConsent.decided_at), col(MemberConsent.id))):
        latest[row.purpose] = row
    return [
        ConsentView(
            purpose=row.purpose, is_granted=row.is_granted, decided_at=row.decided_at, source=row.source,
            wording=row.wording,
        )
        for _, row in sorted(latest.items())
    ]  # fmt: skip


@query(VIEW)
def get_tier_progress(session: Session, *, actor: Actor, member_id: MemberId, now: datetime) -> TierProgress:
    """Where a member stands in the rolling window and what is missing to the next tier."""
    member = load_member(session, member_id)
    scheme = tier_scheme(session, now)
    book = tier_book(session, member, at=now, now=now)
    spent = qualifying_fen(scheme, book.spends, now)
    above = scheme.tiers[scheme.rank(member.tier) + 1 :]
    return TierProgress(
        tier=member.tier, grace_until=member.tier_grace_until, qualifying_fen=spent,
        next_tier=above[0].code if above else None, missing_fen=max(0, above[0].threshold_fen - spent) if above else 0,
    )  # fmt: skip


@query(VIEW)
def list_tier_steps(session: Session, *, actor: Actor, member_id: MemberId) -> list[TierStepView]:
    """A member's ups and downs, in the order in which they took effect."""
    member = load_member(session, member_id)
    rows = select(TierChange).where(TierChange.member_id == member.id)
    return [
        TierStepView(tier=row.tier, effective_at=row.effective_at, recorded_at=row.recorded_at, reason=row.reason)
        for row in session.exec(rows.order_by(col(TierChange.effective_at), col(TierChange.id)))
    ]


@query(VIEW)
def list_benefits(session: Session, *, actor: Actor, member_id: MemberId, now: datetime) -> list[BenefitView]:
    """What a member's tier allows, and how often it was used in the running period."""
    member = load_member(session, member_id)
    today = clock_of(session, member.mall_id).local(now).date()
    rows = session.execute(_BENEFITS, {
        'member': member.id, 'tier': f'"{member.tier}"', 'day': today.isoformat(), 'month': today.strftime('%Y-%m'),
        'year': str(today.year),
    })  # fmt: skip
    return [BenefitView(**row._mapping) for row in rows]


@query(VIEW)
def list_tags(session: Session, *, actor: Actor, member_id: MemberId, now: datetime) -> list[TagView]:
    """The tags a member bears, each with owner, source and expiry."""
    member = load_member(session, member_id)
    return [TagView(**row._mapping) for row in session.execute(_TAGS, {'member': member.id, 'now': now})]


def _viewed(session: Session, member_id: int | None, now: datetime) -> MemberView | None:
    if member_id is None:
        return None
    member = load_member(session, member_id)
    return member_view(member, clock_of(session, member.mall_id), now)
