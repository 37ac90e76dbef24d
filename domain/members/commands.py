"""Inputs, validated and frozen. Phone numbers and names are secrets, so that no log and no audit entry holds them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Literal, NewType

from pydantic import SecretStr

MemberId = NewType('MemberId', int)
MessageId = NewType('MessageId', int)


class Channel(StrEnum):
    """How somebody became a member, and how a receipt reached us."""

    MINI_PROGRAM = 'mini_program'
    POS = 'pos'
    FRONT_DESK = 'front_desk'
    PARTNER = 'partner'
    DISTRICT = 'district'  # 智慧商圈: WeChat tells us of a payment
    PHOTO = 'photo'


class Purpose(StrEnum):
    """What a member may agree to, each on its own."""

    SERVICE = 'service'
    MARKETING = 'marketing'
    PROFILING = 'profiling'
    LOCATION = 'location'
    PARTNER_SHARING = 'partner_sharing'


class Act(StrEnum):
    """What a member did, as far as an event of the platform tells of it."""

    COUPON_USED = 'coupon_used'
    POINTS_SPENT = 'points_spent'
    RECEIPT_CLAIMED = 'receipt_claimed'
    REQUEST_OPENED = 'request_opened'
    GOODS_RETURNED = 'goods_returned'
    MESSAGE_READ = 'message_read'


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """An outside name: kind `wechat`, `alipay`, `card` …"""

    kind: str
    subject: SecretStr


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolMember:
    channel: Channel
    phone: SecretStr | None = None
    name: SecretStr | None = None
    born_on: date | None = None
    guardian_id: MemberId | None = None
    identity: Identity | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviseMember:
    member_id: MemberId
    name: SecretStr | None = None
    born_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkIdentity:
    member_id: MemberId
    identity: Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideConsent:
    """What was shown (`wording`, with its version) and what was decided."""

    member_id: MemberId
    purpose: Purpose
    is_granted: bool
    wording: str
    source: Channel
    guardian_id: MemberId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MergeMembers:
    """`absorbed_id` becomes part of `kept_id`."""

    kept_id: MemberId
    absorbed_id: MemberId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SplitMember:
    """Undoes the merge that absorbed this member."""

    absorbed_id: MemberId
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallScheme:
    """A new version of the earn or tier rules, in force from an instant of event time on."""

    kind: Literal['earn', 'tiers']
    document: dict[str, Any]
    valid_from: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveBenefit:
    code: str
    name_zh: str
    name_en: str
    tiers: tuple[str, ...]
    quota: int
    period: Literal['day', 'month', 'year', 'ever'] = 'year'
    is_birthday_gift: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class UseBenefit:
    member_id: MemberId
    benefit: str
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DefineTag:
    """`rule` is what a computed tag is computed by, or what a behavioural one counts, see `domain.members.tagging`."""

    code: str
    name_zh: str
    name_en: str
    kind: Literal['declared', 'behavioural', 'computed']
    owner: str
    source: str
    lifetime_hours: int
    rule: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TagMember:
    """A declared tag, or a behavioural one without a rule, which a system brings."""

    member_id: MemberId
    tag: str
    value: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SaveSegment:
    code: str
    name_zh: str
    name_en: str
    owner: str
    conditions: tuple[dict[str, Any], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptLine:
    """Money paid for one line: what points and coupons paid for has been taken off."""

    category: str
    fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReceipt:
    key: str
    member_id: MemberId
    channel: Channel
    shop: str
    occurred_at: datetime
    lines: tuple[ReceiptLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideReceipt:
    """Whether a receipt held as a likely duplicate is one of its own."""

    receipt_key: str
    is_genuine: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundReceipt:
    """Money that went back; `lines` pairs the number of a line (from 0) with fen."""

    receipt_key: str
    key: str
    lines: tuple[tuple[int, int], ...]
    occurred_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantPoints:
    """Points given for a campaign, a game, a complaint; `funder` pays for them."""

    member_id: MemberId
    key: str
    points: int
    source: str
    expires_on: date | None = None
    funder: str = 'mall'


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantPointsToMany:
    """Points for many members at once (a campaign, a day's settlement): pairs of a member and points, under one key."""

    key: str
    grants: tuple[tuple[MemberId, int], ...]
    source: str
    expires_on: date | None = None
    funder: str = 'mall'


@dataclass(frozen=True, slots=True, kw_only=True)
class TakePoints:
    """Points to redeem at once, or to hold for `hold_minutes` until a checkout is decided."""

    member_id: MemberId
    key: str
    points: int
    purpose: str
    hold_minutes: int = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class EndHold:
    key: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RestorePoints:
    """Points back for a redemption, wholly or in part; `key` is the refund's."""

    redemption_key: str
    key: str
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeAdjustment:
    member_id: MemberId
    points: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideAdjustment:
    adjustment_id: int
    is_approved: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReceipt:
    """A member is told of a receipt; `number` is printed on it."""

    member_id: MemberId
    receipt_key: str
    shop: str
    money_fen: int
    points: int
    number: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReturn:
    """A member is told what came back for goods of a receipt."""

    member_id: MemberId
    return_id: int
    receipt_key: str
    shop: str
    money_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAct:
    """Something that a member did, or that it was undone: a coupon rolled back, points given back.

    `reference` is what it is known by; `shop` where it happened in one.
    """

    member_id: MemberId
    act: Act
    reference: str
    happened_at: datetime
    shop: str | None = None
    coupon_kind: str | None = None
    is_undone: bool = False
