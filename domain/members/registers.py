"""What those who keep the programme look up (会员后台): tags, segments, benefits, rules, merges, postings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import text
from sqlmodel import Session, col, select

from domain.members._loading import load_member
from domain.members.commands import MemberId
from domain.members.models import LoyaltyScheme, MemberIdentity, Segment
from domain.members.permissions import VIEW, VIEW_LIABILITY
from domain.shared.actor import Actor
from domain.shared.operations import query

Kind = Literal['earn', 'tiers']


@dataclass(frozen=True, slots=True, kw_only=True)
class TagDefinitionView:
    """A tag with who answers for it, how fresh it is, and how many members bear it now."""

    code: str
    name_zh: str
    name_en: str
    kind: str
    owner: str
    source: str
    lifetime_hours: int
    rule: Mapping[str, Any] | None
    refreshed_at: datetime | None
    members: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentView:
    code: str
    name_zh: str
    name_en: str
    owner: str
    conditions: tuple[dict[str, Any], ...]
    saved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitRow:
    """A benefit, and how often it was used in all."""

    code: str
    name_zh: str
    name_en: str
    tiers: Sequence[str]
    quota: int
    period: str
    is_birthday_gift: bool
    is_active: bool
    uses: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitUseRow:
    member_id: MemberId
    name_zh: str
    name_en: str
    used_at: datetime
    used_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeVersion:
    """A version of the rules, as a document of `domain.members.schemes`."""

    version: int
    valid_from: datetime
    decided_by: str
    decided_at: datetime
    document: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeView:
    kept_id: MemberId
    absorbed_id: MemberId
    reason: str
    merged_at: datetime
    merged_by: str
    split_at: datetime | None
    split_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityView:
    """An outside name of a member: its kind alone, for the name itself is kept as a blind index."""

    kind: str
    linked_at: datetime
    is_from_merge: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingRow:
    """A movement of what a member could spend."""

    entry_id: int
    member_id: MemberId
    kind: str
    occurred_at: datetime
    points: int
    memo: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PostingPage:
    rows: tuple[PostingRow, ...]
    total: int


_TAGS = text("""
SELECT d.code, d.name_zh, d.name_en, d.kind, d.owner, d.source, d.lifetime_hours, d.rule, d.refreshed_at,
    (SELECT count(*) FROM member_tag t WHERE t.mall_id = d.mall_id AND t.code = d.code AND t.expires_at > :now)
        AS members
FROM tag_definition d WHERE d.mall_id = app_mall() ORDER BY d.code
""")
_VALUES = text("""
SELECT value, count(*) AS members FROM member_tag WHERE mall_id = app_mall() AND code = :code AND expires_at > :now
GROUP BY value ORDER BY members DESC, value LIMIT 60
""")
_BENEFITS = text("""
SELECT b.code, b.name_zh, b.name_en, b.tiers, b.quota, b.period, b.is_birthday_gift, b.is_active,
    (SELECT count(*) FROM benefit_use_entry u WHERE u.mall_id = b.mall_id AND u.benefit_id = b.id) AS uses
FROM benefit b WHERE b.mall_id = app_mall() ORDER BY b.is_active DESC, b.code
""")
_USES = text("""
SELECT u.member_id, b.name_zh, b.name_en, u.used_at, u.used_by FROM benefit_use_entry u
JOIN benefit b ON b.mall_id = u.mall_id AND b.id = u.benefit_id
WHERE u.mall_id = app_mall() AND (CAST(:member AS bigint) IS NULL OR u.member_id = :member)
ORDER BY u.used_at DESC, u.id DESC LIMIT :limit
""")
_MERGES = text("""
SELECT kept_id, absorbed_id, reason, merged_at, merged_by, split_at, split_by FROM member_merge
WHERE mall_id = app_mall() AND (CAST(:member AS bigint) IS NULL OR :member IN (kept_id, absorbed_id))
ORDER BY merged_at DESC LIMIT :limit
""")
_POSTED = """
FROM ledger_posting p JOIN member m ON m.mall_id = p.mall_id AND m.available_account_id = p.account_id
JOIN ledger_entry e ON e.mall_id = p.mall_id AND e.id = p.entry_id
WHERE p.mall_id = app_mall() AND p.unit = 'points' AND p.occurred_at >= :since AND p.occurred_at < :until
    AND (CAST(:kind AS text) IS NULL OR e.kind = :kind)
    AND (CAST(:member AS bigint) IS NULL OR m.id = :member)
"""
_POSTINGS = text(f"""
SELECT e.id AS entry_id, m.id AS member_id, e.kind, p.occurred_at, p.amount AS points, e.memo {_POSTED}
ORDER BY p.occurred_at DESC, e.id DESC, m.id LIMIT :limit OFFSET :first
""")
_HOW_MANY = text(f'SELECT count(*) {_POSTED}')


@query(VIEW)
def list_tag_definitions(session: Session, *, actor: Actor, now: datetime) -> list[TagDefinitionView]:
    """Every tag that somebody defined."""
    return [TagDefinitionView(**row._mapping) for row in session.execute(_TAGS, {'now': now})]


@query(VIEW)
def count_tag_values(session: Session, *, actor: Actor, code: str, now: datetime) -> dict[str, int]:
    """How many members bear each value of a tag now, the commonest first."""
    return {row.value: int(row.members) for row in session.execute(_VALUES, {'code': code, 'now': now})}


@query(VIEW)
def list_segments(session: Session, *, actor: Actor) -> list[SegmentView]:
    """Every saved segment, the newest first; who is in one is asked anew each time."""
    rows = session.exec(select(Segment).order_by(col(Segment.saved_at).desc(), col(Segment.code)))
    return [
        SegmentView(
            code=row.code, name_zh=row.name_zh, name_en=row.name_en, owner=row.owner, saved_at=row.saved_at,
            conditions=tuple(dict(one) for one in row.conditions if isinstance(one, dict)),
        )
        for row in rows
    ]  # fmt: skip


@query(VIEW)
def list_all_benefits(session: Session, *, actor: Actor) -> list[BenefitRow]:
    """Every benefit of every tier."""
    return [BenefitRow(**row._mapping) for row in session.execute(_BENEFITS)]


@query(VIEW)
def list_benefit_uses(
    session: Session, *, actor: Actor, member_id: MemberId | None = None, limit: int = 100
) -> list[BenefitUseRow]:
    """Who used which benefit, the newest first."""
    member = None if member_id is None else load_member(session, member_id).id
    return [BenefitUseRow(**row._mapping) for row in session.execute(_USES, {'member': member, 'limit': limit})]


@query(VIEW)
def list_schemes(session: Session, *, actor: Actor, kind: Kind) -> list[SchemeVersion]:
    """All versions of the earn or tier rules, the newest first."""
    rows = select(LoyaltyScheme).where(LoyaltyScheme.kind == kind).order_by(col(LoyaltyScheme.version).desc())
    return [
        SchemeVersion(
            version=row.version, valid_from=row.valid_from, decided_by=row.decided_by, decided_at=row.decided_at,
            document=dict(row.document),
        )
        for row in session.exec(rows)
    ]  # fmt: skip


@query(VIEW)
def list_merges(
    session: Session, *, actor: Actor, member_id: MemberId | None = None, limit: int = 100
) -> list[MergeView]:
    """Who was found to be whom, and who was not after all; the newest first."""
    return [MergeView(**row._mapping) for row in session.execute(_MERGES, {'member': member_id, 'limit': limit})]


@query(VIEW)
def list_identities(session: Session, *, actor: Actor, member_id: MemberId) -> list[IdentityView]:
    """By which outside names a member is known."""
    member = load_member(session, member_id)
    rows = select(MemberIdentity).where(MemberIdentity.member_id == member.id).order_by(col(MemberIdentity.linked_at))
    return [
        IdentityView(kind=row.kind, linked_at=row.linked_at, is_from_merge=row.origin_id != member.id)
        for row in session.exec(rows)
    ]


@query(VIEW_LIABILITY)
def list_postings(
    session: Session, *, actor: Actor, since: datetime, until: datetime, kind: str | None = None,
    member_id: MemberId | None = None, first: int = 0, limit: int = 25,
) -> PostingPage:  # fmt: skip
    """The points' journal of a time: every movement of what members could spend, the newest first."""
    asked = {'since': since, 'until': until, 'kind': kind, 'member': member_id}
    rows = session.execute(_POSTINGS, asked | {'first': first, 'limit': limit})
    return PostingPage(
        rows=tuple(PostingRow(**row._mapping) for row in rows),
        total=int(session.execute(_HOW_MANY, asked).scalar_one()),
    )
