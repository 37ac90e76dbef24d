"""Who members are and what they may: tables that people edit. Private to the slice; points are in `_point_tables`."""

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    UniqueConstraint,
)
from sqlmodel import Field, SQLModel

from domain.members import _contact_tables, _point_tables  # noqa: F401  (puts their tables into the metadata)
from domain.shared.tables import identity_key, instant, json_column, mall_key, within_mall


def _reference(*, nullable: bool = False) -> int:
    return Field(default=None if nullable else ..., sa_type=BigInteger, nullable=nullable)  # type: ignore[no-any-return]


class LoyaltyProgram(SQLModel, table=True):
    """The mall's side of the points' books."""

    __tablename__ = 'loyalty_program'
    __table_args__ = (PrimaryKeyConstraint('mall_id'),)

    mall_id: int = mall_key()
    issued_account_id: int = _reference()
    redeemed_account_id: int = _reference()
    expired_account_id: int = _reference()


class LoyaltyScheme(SQLModel, table=True):
    """A version of the earn rules or the tier rules; the one in force at an instant of event time applies to it."""

    __tablename__ = 'loyalty_scheme'
    __table_args__ = (
        UniqueConstraint('mall_id', 'kind', 'version'),
        CheckConstraint("kind IN ('earn', 'tiers')", name='known_kind'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    kind: str
    version: int = Field(sa_type=Integer)
    valid_from: datetime = instant()
    document: dict[str, object] = json_column()
    decided_by: str
    decided_at: datetime = instant()


class Member(SQLModel, table=True):
    """One person. Sealed columns open with the key alone and are empty once the member is closed."""

    __tablename__ = 'member'
    __table_args__ = (
        UniqueConstraint('mall_id', 'id'),
        UniqueConstraint('mall_id', 'phone_index'),
        Index('ix_member_mall_id_tail_index', 'mall_id', 'tail_index'),
        Index('ix_member_mall_id_facts_changed_at', 'mall_id', 'facts_changed_at'),
        within_mall('guardian_id', 'member'),
        within_mall('merged_into_id', 'member'),
        CheckConstraint("state IN ('active', 'closing', 'closed', 'merged')", name='known_state'),
        CheckConstraint("(state = 'merged') = (merged_into_id IS NOT NULL)", name='merged_into_somebody'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    state: str = 'active'
    channel: str
    enrolled_at: datetime = instant()
    name_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)
    phone_sealed: bytes | None = Field(default=None, sa_type=LargeBinary)
    phone_index: bytes | None = Field(default=None, sa_type=LargeBinary)
    tail_index: bytes | None = Field(default=None, sa_type=LargeBinary)
    born_on: date | None = None
    guardian_id: int | None = _reference(nullable=True)
    merged_into_id: int | None = _reference(nullable=True)
    closes_at: datetime | None = instant(nullable=True)
    tier: str
    tier_grace_until: datetime | None = instant(nullable=True)
    facts_changed_at: datetime = instant()
    available_account_id: int = _reference()
    pending_account_id: int = _reference()
    held_account_id: int = _reference()


class MemberIdentity(SQLModel, table=True):
    """A name that the outside world has for a member. `origin_id` remembers whose it was before a merge."""

    __tablename__ = 'member_identity'
    __table_args__ = (
        UniqueConstraint('mall_id', 'kind', 'subject_index'),
        within_mall('member_id', 'member'),
        within_mall('origin_id', 'member'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    member_id: int = _reference()
    origin_id: int = _reference()
    kind: str
    subject_index: bytes = Field(sa_type=LargeBinary)
    linked_at: datetime = instant()


class MemberConsent(SQLModel, table=True):
    """One decision about one purpose. Never edited; the newest counts."""

    __tablename__ = 'member_consent'
    __table_args__ = (
        within_mall('member_id', 'member'),
        Index('ix_member_consent_member', 'mall_id', 'member_id', 'purpose', 'decided_at'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    member_id: int = _reference()
    purpose: str
    is_granted: bool
    decided_at: datetime = instant()
    source: str
    wording: str
    guardian_id: int | None = _reference(nullable=True)


class MemberMerge(SQLModel, table=True):
    """Two records found to be one person, and perhaps found not to be, later."""

    __tablename__ = 'member_merge'
    __table_args__ = (within_mall('kept_id', 'member'), within_mall('absorbed_id', 'member'))

    id: int = identity_key()
    mall_id: int = mall_key()
    kept_id: int = _reference()
    absorbed_id: int = _reference()
    reason: str
    merged_at: datetime = instant()
    merged_by: str
    before: dict[str, object] = json_column()
    split_at: datetime | None = instant(nullable=True)
    split_by: str | None = None


class TierChange(SQLModel, table=True):
    """A step up or down, at an instant of event time. Never edited."""

    __tablename__ = 'member_tier_change'
    __table_args__ = (
        within_mall('member_id', 'member'),
        Index('ix_member_tier_change_member', 'mall_id', 'member_id', 'effective_at'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    member_id: int = _reference()
    tier: str
    effective_at: datetime = instant()
    recorded_at: datetime = instant()
    reason: str


class Benefit(SQLModel, table=True):
    """Something a tier may have, so many times a period."""

    __tablename__ = 'benefit'
    __table_args__ = (
        UniqueConstraint('mall_id', 'code'),
        UniqueConstraint('mall_id', 'id'),
        CheckConstraint("period IN ('day', 'month', 'year', 'ever')", name='known_period'),
        CheckConstraint('quota > 0', name='quota_positive'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    code: str
    name_zh: str
    name_en: str
    tiers: list[str] = json_column()
    period: str
    quota: int = Field(sa_type=Integer)
    is_birthday_gift: bool = False
    is_active: bool = True


class BenefitUse(SQLModel, table=True):
    """How often a member used a benefit within one period: the counter that the quota bounds."""

    __tablename__ = 'benefit_use'
    __table_args__ = (
        PrimaryKeyConstraint('mall_id', 'member_id', 'benefit_id', 'period'),
        within_mall('member_id', 'member'),
        within_mall('benefit_id', 'benefit'),
    )

    mall_id: int = mall_key()
    member_id: int = _reference()
    benefit_id: int = _reference()
    period: str
    used: int = Field(sa_type=Integer)


class BenefitUseEntry(SQLModel, table=True):
    """One use. Never edited."""

    __tablename__ = 'benefit_use_entry'
    __table_args__ = (
        UniqueConstraint('mall_id', 'key'),
        within_mall('member_id', 'member'),
        within_mall('benefit_id', 'benefit'),
        Index('ix_benefit_use_entry_member', 'mall_id', 'member_id', 'used_at'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    member_id: int = _reference()
    benefit_id: int = _reference()
    key: str
    period: str
    used_at: datetime = instant()
    used_by: str


class TagDefinition(SQLModel, table=True):
    """What a tag means, who answers for it and how it is refreshed."""

    __tablename__ = 'tag_definition'
    __table_args__ = (
        UniqueConstraint('mall_id', 'code'),
        CheckConstraint("kind IN ('declared', 'behavioural', 'computed')", name='known_kind'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    code: str
    name_zh: str
    name_en: str
    kind: str
    owner: str
    source: str
    rule: dict[str, object] | None = json_column(nullable=True)
    lifetime_hours: int = Field(sa_type=Integer)
    refreshed_at: datetime | None = instant(nullable=True)


class MemberTag(SQLModel, table=True):
    """A tag's value for a member, until it expires."""

    __tablename__ = 'member_tag'
    __table_args__ = (
        PrimaryKeyConstraint('mall_id', 'member_id', 'code'),
        within_mall('member_id', 'member'),
        ForeignKeyConstraint(['mall_id', 'code'], ['tag_definition.mall_id', 'tag_definition.code']),
        Index('ix_member_tag_code', 'mall_id', 'code', 'value'),
    )

    mall_id: int = mall_key()
    member_id: int = _reference()
    code: str
    value: str
    source: str
    computed_at: datetime = instant()
    expires_at: datetime = instant()


class Segment(SQLModel, table=True):
    """A named set of conditions; who is in it is asked anew every time."""

    __tablename__ = 'member_segment'
    __table_args__ = (UniqueConstraint('mall_id', 'code'),)

    id: int = identity_key()
    mall_id: int = mall_key()
    code: str
    name_zh: str
    name_en: str
    owner: str
    conditions: list[object] = json_column()
    saved_at: datetime = instant()


class MemberLoginCode(SQLModel, table=True):
    """A one-time code that was sent to a phone; the phone is a blind index, the code a hash."""

    __tablename__ = 'member_login_code'
    __table_args__ = (
        Index('ix_member_login_code_phone', 'mall_id', 'phone_index', 'sent_at'),
        CheckConstraint('attempts >= 0', name='attempts_not_negative'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    phone_index: bytes = Field(sa_type=LargeBinary)
    code_hash: bytes = Field(sa_type=LargeBinary)
    sent_at: datetime = instant()
    expires_at: datetime = instant()
    attempts: int = Field(default=0, sa_type=Integer)
    used_at: datetime | None = instant(nullable=True)


class MemberSession(SQLModel, table=True):
    """A member signed in on a device; the token is a hash."""

    __tablename__ = 'member_session'
    __table_args__ = (
        UniqueConstraint('mall_id', 'token_hash'),
        within_mall('member_id', 'member'),
        Index('ix_member_session_member', 'mall_id', 'member_id'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    member_id: int = _reference()
    token_hash: bytes = Field(sa_type=LargeBinary)
    began_at: datetime = instant()
    expires_at: datetime = instant()
    ended_at: datetime | None = instant(nullable=True)
