"""Tables of approvals. Private to the slice."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, PrimaryKeyConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from domain.shared.tables import identity_key, instant, json_column, mall_key, within_mall


class Approval(SQLModel, table=True):
    """One subject's approval, at its newest round."""

    __tablename__ = 'approval'
    __table_args__ = (
        UniqueConstraint('mall_id', 'id'),
        UniqueConstraint('mall_id', 'subject'),
        CheckConstraint("status IN ('pending', 'approved', 'rejected', 'returned', 'withdrawn')", name='known_status'),
        CheckConstraint("(status = 'withdrawn') = (withdrawn_at IS NOT NULL)", name='withdrawn_by_somebody'),
    )

    id: int = identity_key()
    mall_id: int = mall_key()
    tenant_id: int | None = Field(default=None, sa_type=BigInteger)
    subject: str
    status: str
    round: int
    step: int
    steps: list[Any] = json_column()
    content_hash: str
    submitted_by: str
    submitted_at: datetime = instant()
    withdrawn_by: str | None = None
    withdrawn_at: datetime | None = instant(nullable=True)
    withdrawn_why: str | None = None


class ApprovalRound(SQLModel, table=True):
    """What was submitted in a round, word for word. Never edited."""

    __tablename__ = 'approval_round'
    __table_args__ = (PrimaryKeyConstraint('mall_id', 'approval_id', 'round'), within_mall('approval_id', 'approval'))

    mall_id: int = mall_key()
    approval_id: int = Field(sa_type=BigInteger)
    round: int
    tenant_id: int | None = Field(default=None, sa_type=BigInteger)
    content: dict[str, Any] = json_column()
    content_hash: str
    submitted_by: str
    submitted_at: datetime = instant()


class ApprovalDecision(SQLModel, table=True):
    """One decision of the trail. Never edited."""

    __tablename__ = 'approval_decision'
    __table_args__ = (
        PrimaryKeyConstraint('mall_id', 'approval_id', 'round', 'step'),
        UniqueConstraint('mall_id', 'approval_id', 'round', 'decided_by', name='uq_approval_decision_one_voice'),
        within_mall('approval_id', 'approval'),
    )

    mall_id: int = mall_key()
    approval_id: int = Field(sa_type=BigInteger)
    round: int
    step: int
    tenant_id: int | None = Field(default=None, sa_type=BigInteger)
    verdict: str
    comment: str
    decided_by: str
    decided_at: datetime = instant()
    content_hash: str
