"""Rating a receipt (积分计算): the tier it falls to, the points it earns, the caps that bound them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session, col, select

from domain.members._loading import clock_of, tier_scheme
from domain.members._rules.birthdays import is_birthday
from domain.members._rules.earning import EarnCase, Earned, EarnLine, reckon
from domain.members._rules.tiers import (
    Spend,
    climb,
    parts_by_tier,
    qualified_tier,
    qualifying_fen,
    tier_at,
    window_start,
)
from domain.members.events import TierChanged
from domain.members.models import Member, TierChange
from domain.members.schemes import EarnScheme, TierScheme
from domain.shared.events import emit

_MOMENT = timedelta(microseconds=1)
_LONGEST_WINDOW = timedelta(days=61 * 31)

_SPENDS = text("""
SELECT r.id, r.occurred_at, r.fen - coalesce(sum(f.fen), 0) AS fen FROM point_receipt r
LEFT JOIN point_refund f ON f.mall_id = r.mall_id AND f.receipt_id = r.id AND f.occurred_at <= :known_at
WHERE r.mall_id = app_mall() AND r.member_id = :member AND r.state = 'earned' AND r.occurred_at > :since
GROUP BY r.id, r.occurred_at, r.fen ORDER BY r.occurred_at, r.id
""")
_LOCK_CAP = text("""
INSERT INTO point_cap_use AS c (mall_id, member_id, cap, period, used) VALUES (app_mall(), :member, :cap, :period, 0)
ON CONFLICT (mall_id, member_id, cap, period) DO UPDATE SET used = c.used RETURNING used
""")
_USE_CAP = text("""
UPDATE point_cap_use SET used = greatest(0, used + :points)
WHERE mall_id = app_mall() AND member_id = :member AND cap = :cap AND period = :period
""")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """What a receipt earns and which tiers its money fell to."""

    earned: Earned
    tier_parts: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class TierBook:
    """A member's spends and tier steps, as far back as a rolling window may look."""

    scheme: TierScheme
    spends: tuple[Spend, ...]
    steps: tuple[tuple[str, datetime], ...]

    def before(self, at: datetime) -> tuple[str, int]:
        """The tier held and the qualifying spend reached just before an instant."""
        earlier = [spend for spend in self.spends if spend.occurred_at < at]
        tier = tier_at(self.steps, self.scheme.lowest, at, self.scheme)
        return tier, qualifying_fen(self.scheme, earlier, at)


def tier_book(session: Session, member: Member, *, at: datetime, now: datetime) -> TierBook:
    """What is known of a member's spending around an instant."""
    scheme = tier_scheme(session, at)
    since = min(window_start(scheme, at), now - _LONGEST_WINDOW)
    rows = session.execute(_SPENDS, {'member': member.id, 'since': since, 'known_at': now})
    spends = tuple(Spend(row.id, row.occurred_at, int(row.fen)) for row in rows)
    changes = session.exec(select(TierChange).where(TierChange.member_id == member.id).order_by(col(TierChange.id)))
    return TierBook(scheme, spends, tuple((change.tier, change.effective_at) for change in changes))


def rate(
    session: Session, scheme: EarnScheme, book: TierBook, member: Member, *, lines: Sequence[EarnLine], shop: str,
    occurred_at: datetime, is_first: bool,
) -> Rating:  # fmt: skip
    """Reckons a receipt under the tier held before it, in event time (PT-R6)."""
    tier, before_fen = book.before(occurred_at)
    parts = parts_by_tier(
        book.scheme, scheme.upgrade_timing, tier=tier, before_fen=before_fen, fen=sum(line.fen for line in lines)
    )
    local = clock_of(session, member.mall_id).local(occurred_at)
    case = EarnCase(
        lines=earning_lines(scheme, lines), tier_parts=parts, local=local, shop=shop, is_first=is_first,
        is_birthday=is_birthday(local.date(), member.born_on, scheme.leap_birthday),
    )  # fmt: skip
    return Rating(earned=capped_by_receipt(scheme, reckon(scheme, case)), tier_parts=parts)


def again(session: Session, scheme: EarnScheme, member: Member, row: Row[Any], lines: Sequence[EarnLine]) -> Earned:
    """Reckons a recorded receipt with other lines and everything else as it was."""
    local = clock_of(session, member.mall_id).local(row.occurred_at)
    case = EarnCase(
        lines=earning_lines(scheme, lines), tier_parts=tuple((tier, fen) for tier, fen in row.tier_parts), local=local,
        shop=row.shop, is_first='first_purchase' in row.bonuses, is_birthday='birthday' in row.bonuses,
    )  # fmt: skip
    return capped_by_receipt(scheme, reckon(scheme, case))


def earning_lines(scheme: EarnScheme, lines: Sequence[EarnLine]) -> tuple[EarnLine, ...]:
    return tuple(line for line in lines if line.category not in scheme.excluded_categories)


def capped_by_receipt(scheme: EarnScheme, earned: Earned) -> Earned:
    if scheme.cap_per_receipt is None or earned.points <= scheme.cap_per_receipt:
        return earned
    return replace(earned, points=scheme.cap_per_receipt)


def use_caps(
    session: Session, scheme: EarnScheme, member: Member, *, shop: str, occurred_at: datetime, points: int
) -> int:
    """How many of the points the daily caps allow, taking them in the write (PT-R9); negative gives back."""
    day = clock_of(session, member.mall_id).business_on(occurred_at).isoformat()
    caps = {'day': (scheme.cap_per_day, day), f'shop:{shop}': (scheme.cap_per_shop_day, day)}
    known = {name: (limit, period) for name, (limit, period) in caps.items() if limit is not None}
    for name, (limit, period) in known.items():
        used = session.execute(_LOCK_CAP, {'member': member.id, 'cap': name, 'period': period}).scalar_one()
        points = min(points, max(0, limit - used))
    for name, (_, period) in known.items():
        session.execute(_USE_CAP, {'member': member.id, 'cap': name, 'period': period, 'points': points})
    return points


def climb_tiers(session: Session, member: Member, book: TierBook, *, since: datetime, now: datetime) -> None:
    """Records the upgrades that the spends of an instant and later bring, each from its own instant on."""
    tier, _ = book.before(since)
    best = member.tier
    for step in climb(book.scheme, book.spends, tier, since):
        held = tier_at(book.steps, book.scheme.lowest, step.effective_at + _MOMENT, book.scheme)
        if book.scheme.rank(step.tier) > book.scheme.rank(held):
            change_tier(session, member, step.tier, reason='upgrade', effective_at=step.effective_at, now=now)
        if book.scheme.rank(step.tier) > book.scheme.rank(best):
            best = step.tier
    reached = qualified_tier(book.scheme, qualifying_fen(book.scheme, book.spends, now))
    if book.scheme.rank(best) > book.scheme.rank(member.tier) and book.scheme.rank(reached) >= book.scheme.rank(best):
        member.tier, member.tier_grace_until = best, None


def change_tier(
    session: Session, member: Member, tier: str, *, reason: str, effective_at: datetime, now: datetime
) -> None:
    """Writes one step of a member's history and tells the world."""
    session.add(TierChange(
        mall_id=member.mall_id, member_id=member.id, tier=tier, effective_at=effective_at, recorded_at=now,
        reason=reason,
    ))  # fmt: skip
    emit(session, TierChanged(
        mall_id=member.mall_id, occurred_at=effective_at, member_id=member.id, tier=tier, reason=reason
    ))  # fmt: skip
