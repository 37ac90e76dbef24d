"""What happened to members and points."""

from dataclasses import dataclass
from typing import ClassVar

from domain.shared.events import Event


@dataclass(frozen=True, kw_only=True)
class MemberEnrolled(Event):
    name: ClassVar[str] = 'members.member_enrolled'

    member_id: int
    channel: str


@dataclass(frozen=True, kw_only=True)
class MembersMerged(Event):
    name: ClassVar[str] = 'members.members_merged'

    kept_id: int
    absorbed_id: int


@dataclass(frozen=True, kw_only=True)
class MemberClosing(Event):
    """A member asked to leave; the warning goes out."""

    name: ClassVar[str] = 'members.member_closing'

    member_id: int


@dataclass(frozen=True, kw_only=True)
class TierChanged(Event):
    name: ClassVar[str] = 'members.tier_changed'

    member_id: int
    tier: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class ReceiptHeld(Event):
    """A receipt looks like one that was recorded before; somebody must look."""

    name: ClassVar[str] = 'members.receipt_held'

    receipt_key: str
    twin_id: int


@dataclass(frozen=True, kw_only=True)
class PointsExpired(Event):
    name: ClassVar[str] = 'members.points_expired'

    members: int
    points: int


@dataclass(frozen=True, kw_only=True)
class MessageRead(Event):
    """A member opened what they were told, for the first time."""

    name: ClassVar[str] = 'members.message_read'

    member_id: int
    message_id: int
    kind: str


@dataclass(frozen=True, kw_only=True)
class PointsSpent(Event):
    """A member paid with points; holds count when they are committed."""

    name: ClassVar[str] = 'members.points_spent'

    member_id: int
    key: str
    points: int


@dataclass(frozen=True, kw_only=True)
class PointsGivenBack(Event):
    """Of points that a member had spent, some came back; `left` is what stays spent."""

    name: ClassVar[str] = 'members.points_given_back'

    member_id: int
    key: str
    points: int
    left: int
