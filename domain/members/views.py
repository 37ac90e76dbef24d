"""Outputs, frozen. Phone numbers are masked but in `PersonalView`, which its query audits."""

from dataclasses import dataclass
from datetime import date, datetime

from domain.members._rules.behaviour import IN_A_SHOP, MOST_DAYS
from domain.members._rules.earning import TraceLine
from domain.members._rules.tags import Metric
from domain.members._rules.wording import Told
from domain.members.commands import Act, MemberId, MessageId

METRICS = tuple(metric.value for metric in Metric)
"""By what a tag can be computed."""
ACTS = tuple(act.value for act in Act)
"""What a behavioural tag can count."""
ACTS_IN_A_SHOP = frozenset(act.value for act in IN_A_SHOP)
"""Of these, what happens in a shop and can be narrowed by its trade."""
MOST_DAYS_OF_ACTS = MOST_DAYS
"""How far back a behavioural tag may look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberView:
    id: MemberId
    state: str
    channel: str
    enrolled_at: datetime
    name: str
    phone_masked: str
    born_on: date | None
    is_minor: bool
    tier: str
    tier_grace_until: datetime | None
    closes_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PersonalView:
    id: MemberId
    phone: str | None
    name: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentView:
    purpose: str
    is_granted: bool
    decided_at: datetime
    source: str
    wording: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingWarning:
    """What closing the account will cost, before it does."""

    id: MemberId
    closes_at: datetime
    points_lost: int
    tier_lost: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TierStepView:
    tier: str
    effective_at: datetime
    recorded_at: datetime
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TierProgress:
    """Where a member stands and what is missing to the next tier."""

    tier: str
    grace_until: datetime | None
    qualifying_fen: int
    next_tier: str | None
    missing_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitView:
    code: str
    name_zh: str
    name_en: str
    quota: int
    used: int
    period: str

    @property
    def left(self) -> int:
        return max(0, self.quota - self.used)


@dataclass(frozen=True, slots=True, kw_only=True)
class BenefitUsed:
    """The answer to a use; `is_replay` when the same key came before."""

    benefit: str
    used: int
    quota: int
    is_replay: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TagView:
    code: str
    name_zh: str
    name_en: str
    value: str
    kind: str
    owner: str
    source: str
    computed_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptPoints:
    """What a receipt earned. `state` is `held` while a likely duplicate waits for review."""

    id: int
    key: str
    state: str
    points: int
    available_at: datetime | None
    trace: tuple[TraceLine, ...]
    tier: str
    is_replay: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Refunded:
    """What a refund took back: points from lots, points owed, and cash to keep back instead (PO-R9)."""

    receipt_key: str
    clawed: int
    owed: int
    deduct_fen: int
    is_replay: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RedemptionView:
    id: int
    key: str
    points: int
    restored: int
    state: str
    is_replay: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class LotView:
    id: int
    source: str
    state: str
    granted: int
    remaining: int
    earned_at: datetime
    available_at: datetime
    expires_at: datetime
    funder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceView:
    """Points of a member at a moment; `available` may be below zero where more was clawed back than was left."""

    available: int
    pending: int
    held: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementLine:
    entry_id: int
    kind: str
    occurred_at: datetime
    points: int
    balance: int
    memo: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LiabilityLine:
    funder: str
    expires_month: str
    points: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Liability:
    """What the mall owes in points (PT-R15): lots against the general ledger, and the provision."""

    points: int
    ledger_points: int
    value_fen: int
    provision_fen: int
    lines: tuple[LiabilityLine, ...]

    @property
    def is_reconciled(self) -> bool:
        return self.points == self.ledger_points


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustmentView:
    id: int
    member_id: MemberId
    points: int
    reason: str
    state: str
    proposed_by: str
    decided_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Simulation:
    """Past receipts under proposed rules."""

    receipts: int
    members: int
    points_before: int
    points_after: int
    liability_change_fen: int
    tiers_before: dict[str, int]
    tiers_after: dict[str, int]
    losers: int
    largest_loss: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageView:
    """What a member was told: which words with which facts, and the sentences that they make in both languages."""

    id: MessageId
    kind: str
    words: str
    told: Told
    receipt_key: str
    sent_at: datetime
    read_at: datetime | None
    title_zh: str
    title_en: str
    body_zh: str
    body_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport:
    """What a scheduled run did."""

    done: int
    points: int = 0
