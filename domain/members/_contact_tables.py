"""What members were told and what they did. Private to the slice."""

from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from domain.shared.tables import identity_key, instant, json_column, mall_key, within_mall


class MemberMessage(SQLModel, table=True):
    """One thing that a member was told, as words by name and the facts in them: it reads in either language.

    `reference` is what it is about; of one kind and reference there is one. `origin_id` remembers whose it was before
    a merge.
    """

    __tablename__ = 'member_message'
    __table_args__ = (
        UniqueConstraint('mall_id', 'kind', 'reference'),
        within_mall('member_id', 'member'),
        within_mall('origin_id', 'member'),
        Index('ix_member_message_member', 'mall_id', 'member_id', 'id'),
        CheckConstraint("kind IN ('receipt', 'return')", name='known_kind'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    member_id: int = Field(sa_type=BigInteger)
    origin_id: int = Field(sa_type=BigInteger)
    kind: str
    reference: str
    words: str
    facts: dict[str, object] = json_column()
    receipt_key: str
    sent_at: datetime = instant()
    read_at: datetime | None = instant(nullable=True)


class MemberAct(SQLModel, table=True):
    """One thing that a member did, once per act and reference. What was undone stays so, whichever word came first.

    `category` is the shop's where it happened in one. `origin_id` remembers who did it before a merge.
    """

    __tablename__ = 'member_act'
    __table_args__ = (
        UniqueConstraint('mall_id', 'act', 'reference'),
        within_mall('member_id', 'member'),
        within_mall('origin_id', 'member'),
        Index('ix_member_act_member', 'mall_id', 'member_id', 'act', 'happened_at'),
        Index('ix_member_act_happened', 'mall_id', 'act', 'happened_at'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    member_id: int = Field(sa_type=BigInteger)
    origin_id: int = Field(sa_type=BigInteger)
    act: str
    reference: str
    category: str | None = None
    coupon_kind: str | None = None
    happened_at: datetime = instant()
    is_undone: bool = False
