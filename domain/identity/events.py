"""What happened to accounts that others may care about."""

from dataclasses import dataclass
from typing import ClassVar

from domain.shared.events import Event


@dataclass(frozen=True, kw_only=True)
class MembershipGranted(Event):
    name: ClassVar[str] = 'identity.membership_granted'
    membership_id: int
    account_id: int
    role_code: str


@dataclass(frozen=True, kw_only=True)
class MembershipEnded(Event):
    name: ClassVar[str] = 'identity.membership_ended'
    membership_id: int
    account_id: int
    role_code: str
