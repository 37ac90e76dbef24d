"""Inputs of approvals, validated and frozen."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal, NewType

from pydantic import Field
from pydantic.dataclasses import dataclass

from domain.shared.actor import TenantId

ApprovalId = NewType('ApprovalId', int)

Words = Annotated[str, Field(min_length=1, max_length=500)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A step: its name, and the permission that lets somebody decide it."""

    name: Words
    permission: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Submit:
    """What is to be approved. `subject` reads `slice.thing:id`."""

    subject: Words
    content: Mapping[str, Any]
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    tenant_id: TenantId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    """Whoever submitted it takes it back."""

    subject: Words
    reason: Annotated[str, Field(max_length=500)] = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class Decide:
    """A decision about the content with that hash. What is returned may be put right and submitted again."""

    approval_id: ApprovalId
    content_hash: str
    verdict: Literal['agree', 'return', 'reject']
    comment: str = ''
