"""What approvals answer: frozen views."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.approvals.commands import ApprovalId, Step
from domain.shared.actor import TenantId


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionView:
    round: int
    step: int
    verdict: str
    comment: str
    decided_by: str
    decided_at: datetime
    content_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalView:
    """Who took it back, when, and with which words."""

    by: str
    at: datetime
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApprovalView:
    """`status` is pending, approved, returned, rejected or withdrawn; `step` is the one that waits, from 0."""

    id: ApprovalId
    subject: str
    status: str
    round: int
    step: int
    steps: tuple[Step, ...]
    content: Mapping[str, Any]
    content_hash: str
    submitted_by: str
    submitted_at: datetime
    tenant_id: TenantId | None
    trail: tuple[DecisionView, ...]
    withdrawal: WithdrawalView | None = None

    @property
    def is_approved(self) -> bool:
        return self.status == 'approved'
