"""What happened to approvals."""

from dataclasses import dataclass
from typing import ClassVar

from domain.shared.events import Event


@dataclass(frozen=True, kw_only=True)
class ApprovalDecided(Event):
    """The last step agreed, or some step rejected."""

    name: ClassVar[str] = 'approvals.approval_decided'

    approval_id: int
    subject: str
    status: str


@dataclass(frozen=True, kw_only=True)
class ApprovalWithdrawn(Event):
    name: ClassVar[str] = 'approvals.approval_withdrawn'

    approval_id: int
    subject: str


@dataclass(frozen=True, kw_only=True)
class ApprovalReopened(Event):
    name: ClassVar[str] = 'approvals.approval_reopened'

    approval_id: int
    subject: str
    round: int
