"""Tiers (等级): rolling windows, upgrades in event-time order, grace and soft landing. Rules PT-R5, PT-R6."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.members._rules.lots import add_months
from domain.members.schemes import TierScheme, UpgradeTiming


@dataclass(frozen=True, slots=True)
class Spend:
    """Qualifying money of one receipt, net of what was refunded. Redeeming points is no spend and no refund."""

    receipt_id: int
    occurred_at: datetime
    fen: int


@dataclass(frozen=True, slots=True)
class Standing:
    """A member's tier, and until when they keep it though they no longer qualify."""

    tier: str
    grace_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A change of tier and the instant from which it counts."""

    tier: str
    effective_at: datetime


def window_start(scheme: TierScheme, at: datetime) -> datetime:
    """Where the rolling window that ends at an instant begins (inclusive)."""
    day = add_months(at.date(), -scheme.window_months)
    return at.replace(year=day.year, month=day.month, day=day.day)


def qualifying_fen(scheme: TierScheme, spends: Iterable[Spend], at: datetime) -> int:
    """Spend within the window up to and including an instant."""
    start = window_start(scheme, at)
    return sum(spend.fen for spend in spends if start < spend.occurred_at <= at)


def qualified_tier(scheme: TierScheme, fen: int) -> str:
    """The highest tier whose threshold is reached."""
    return max((tier for tier in scheme.tiers if tier.threshold_fen <= fen), key=lambda tier: tier.threshold_fen).code


def climb(scheme: TierScheme, spends: Sequence[Spend], tier: str, since: datetime) -> tuple[Step, ...]:
    """The upgrades that spends bring from an instant on, walked in event-time order whatever their order of arrival."""
    steps = []
    for spend in sorted(spends, key=lambda spend: (spend.occurred_at, spend.receipt_id)):
        if spend.occurred_at < since:
            continue
        reached = qualified_tier(scheme, qualifying_fen(scheme, spends, spend.occurred_at))
        if scheme.rank(reached) > scheme.rank(tier):
            steps.append(Step(reached, spend.occurred_at))
            tier = reached
    return tuple(steps)


def tier_at(steps: Iterable[tuple[str, datetime]], first: str, at: datetime, scheme: TierScheme) -> str:
    """The tier held just before an instant: of the latest change before it, the highest where several coincide."""
    earlier = [(when, scheme.rank(tier), tier) for tier, when in steps if when < at]
    return max(earlier)[2] if earlier else first


def review(scheme: TierScheme, fen: int, standing: Standing, now: datetime) -> Standing:
    """What an evaluation makes of a standing: up at once, down one tier at most and never during the grace (PT-R5)."""
    rank, qualified = scheme.rank(standing.tier), scheme.rank(qualified_tier(scheme, fen))
    if qualified >= rank:
        return Standing(scheme.tiers[qualified].code)
    if standing.grace_until is None and scheme.grace_days:
        return Standing(standing.tier, now + timedelta(days=scheme.grace_days))
    if standing.grace_until is not None and now < standing.grace_until:
        return standing
    landed = Standing(scheme.tiers[rank - 1].code)
    still_above = qualified < rank - 1
    return Standing(landed.tier, now + timedelta(days=scheme.grace_days)) if still_above else landed


def parts_by_tier(
    scheme: TierScheme, timing: UpgradeTiming, *, tier: str, before_fen: int, fen: int
) -> tuple[tuple[str, int], ...]:
    """How a receipt's money falls to tiers: all to the tier held before it, or split at each threshold it crosses."""
    if timing is UpgradeTiming.OLD_RATE or fen <= 0:
        return ((tier, fen),)
    parts, done, held = [], 0, tier
    for higher in scheme.tiers[scheme.rank(tier) + 1 :]:
        up_to = min(fen, max(done, higher.threshold_fen - before_fen))
        if up_to > done:
            parts.append((held, up_to - done))
            done = up_to
        if before_fen + fen >= higher.threshold_fen:
            held = higher.code
    return (*parts, (held, fen - done)) if fen > done else tuple(parts)
