"""What was submitted in each round, word for word: an approved text stays readable after it was changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, select

from domain.approvals.commands import ApprovalId
from domain.approvals.models import ApprovalRound
from domain.approvals.permissions import VIEW
from domain.shared.actor import Actor
from domain.shared.operations import query


@dataclass(frozen=True, slots=True, kw_only=True)
class RoundView:
    round: int
    content: Mapping[str, Any]
    content_hash: str
    submitted_by: str
    submitted_at: datetime


@query(VIEW)
def list_rounds(session: Session, *, actor: Actor, approval_id: ApprovalId) -> list[RoundView]:
    """The rounds of an approval, oldest first."""
    statement = select(ApprovalRound).where(ApprovalRound.approval_id == approval_id)
    return [
        RoundView(
            round=row.round, content=row.content, content_hash=row.content_hash, submitted_by=row.submitted_by,
            submitted_at=row.submitted_at,
        ) for row in session.exec(statement.order_by(col(ApprovalRound.round)))
    ]  # fmt: skip
