"""The rule time-machine (规则模拟): past receipts under proposed rules, before anybody approves them."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from domain.members._rules.earning import EarnCase, EarnLine, reckon
from domain.members._rules.liability import provision_fen
from domain.members._rules.tiers import Spend, parts_by_tier, qualified_tier, qualifying_fen
from domain.members.schemes import EarnScheme, TierScheme
from domain.members.views import Simulation


@dataclass(frozen=True, slots=True, kw_only=True)
class PastReceipt:
    """A receipt as it stands today: `lines` are what is left after refunds, `points` what it has earned."""

    id: int
    member_id: int
    shop: str
    occurred_at: datetime
    lines: tuple[tuple[str, int], ...]
    bonuses: tuple[str, ...]
    points: int
    tier_now: str


def replay(
    receipts: Iterable[PastReceipt], *, earn: EarnScheme, tiers: TierScheme, zone: str, until: datetime,
    current_value_millifen: int,
) -> Simulation:  # fmt: skip
    """Earns every receipt again in event-time order, member by member. Members start from the lowest tier."""
    before, after = 0, 0
    tiers_before: Counter[str] = Counter()
    tiers_after: Counter[str] = Counter()
    losses: list[int] = []
    count = 0
    for _, group in groupby(sorted(receipts, key=lambda r: (r.member_id, r.occurred_at, r.id)), lambda r: r.member_id):
        own = list(group)
        earned, tier = _replay_member(own, earn, tiers, zone, until)
        had = sum(receipt.points for receipt in own)
        before, after, count = before + had, after + earned, count + len(own)
        tiers_before[own[-1].tier_now] += 1
        tiers_after[tier] += 1
        losses += [had - earned] if earned < had else []
    value_before = provision_fen(before, value_millifen=current_value_millifen, breakage_bp=earn.breakage_bp)
    value_after = provision_fen(after, value_millifen=earn.value_millifen, breakage_bp=earn.breakage_bp)
    return Simulation(
        receipts=count, members=tiers_after.total(), points_before=before, points_after=after,
        liability_change_fen=value_after - value_before, tiers_before=dict(tiers_before), tiers_after=dict(tiers_after),
        losers=len(losses), largest_loss=max(losses, default=0),
    )  # fmt: skip


def _replay_member(
    receipts: list[PastReceipt], earn: EarnScheme, tiers: TierScheme, zone: str, until: datetime
) -> tuple[int, str]:
    spends: list[Spend] = []
    used: dict[tuple[str, str], int] = defaultdict(int)
    tier, points = tiers.lowest, 0
    for receipt in receipts:
        fen = sum(left for _, left in receipt.lines)
        before = qualifying_fen(tiers, spends, receipt.occurred_at)
        parts = parts_by_tier(tiers, earn.upgrade_timing, tier=tier, before_fen=before, fen=fen)
        points += _capped(earn, receipt, _reckoned(earn, receipt, parts, zone), used, zone)
        spends.append(Spend(receipt.id, receipt.occurred_at, fen))
        reached = qualified_tier(tiers, qualifying_fen(tiers, spends, receipt.occurred_at))
        tier = max(tier, reached, key=tiers.rank)
    return points, qualified_tier(tiers, qualifying_fen(tiers, spends, until))


def _reckoned(earn: EarnScheme, receipt: PastReceipt, parts: tuple[tuple[str, int], ...], zone: str) -> int:
    lines = tuple(EarnLine(name, left) for name, left in receipt.lines if name not in earn.excluded_categories)
    case = EarnCase(
        lines=lines, tier_parts=parts, local=receipt.occurred_at.astimezone(ZoneInfo(zone)), shop=receipt.shop,
        is_first='first_purchase' in receipt.bonuses, is_birthday='birthday' in receipt.bonuses,
    )  # fmt: skip
    return reckon(earn, case).points


def _capped(earn: EarnScheme, receipt: PastReceipt, points: int, used: dict[tuple[str, str], int], zone: str) -> int:
    day = receipt.occurred_at.astimezone(ZoneInfo(zone)).date().isoformat()
    caps = (('', earn.cap_per_day), (receipt.shop, earn.cap_per_shop_day))
    if earn.cap_per_receipt is not None:
        points = min(points, earn.cap_per_receipt)
    for shop, cap in caps:
        if cap is not None:
            points = min(points, max(0, cap - used[day, shop]))
    for shop, _ in caps:
        used[day, shop] += points
    return points
