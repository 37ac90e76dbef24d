"""Questions to the points' books: balance at any instant, lots, statement, liability, simulation."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from domain.members._loading import clock_of, earn_scheme, load_member, mall_of, tier_scheme
from domain.members._rules import simulation
from domain.members._rules.liability import provision_fen, value_fen
from domain.members.commands import MemberId
from domain.members.permissions import MANAGE_RULES, VIEW_LIABILITY, VIEW_POINTS
from domain.members.schemes import EarnScheme, TierScheme
from domain.members.views import BalanceView, Liability, LiabilityLine, LotView, Simulation, StatementLine
from domain.shared import journal
from domain.shared.actor import Actor
from domain.shared.journal import LedgerAccountId
from domain.shared.operations import query

_UNTIDY = text("""
SELECT coalesce(sum(remaining) FILTER (WHERE state = 'pending' AND available_at < :moment AND expires_at >= :moment), 0)
        AS ripe,
    coalesce(sum(remaining) FILTER (WHERE state = 'pending' AND available_at < :moment), 0) AS left_pending,
    coalesce(sum(remaining) FILTER (WHERE state = 'available' AND source <> 'debt' AND expires_at < :moment), 0) AS gone
FROM point_lot WHERE mall_id = app_mall() AND member_id = :member AND remaining <> 0
""")
_STATEMENT = text("""
SELECT e.id, e.kind, p.occurred_at, p.amount, e.memo FROM ledger_posting p
JOIN ledger_entry e ON e.mall_id = p.mall_id AND e.id = p.entry_id
WHERE p.mall_id = app_mall() AND p.account_id = :account AND p.occurred_at >= :since AND p.occurred_at < :until
ORDER BY p.occurred_at, e.id
""")
_OWED = text("""
SELECT funder, CASE WHEN source = 'debt' THEN 'owed' ELSE to_char(expires_at AT TIME ZONE :zone - interval '1 second',
    'YYYY-MM') END AS month, CAST(sum(remaining) AS bigint) AS points
FROM point_lot WHERE mall_id = app_mall() AND remaining <> 0 GROUP BY 1, 2
UNION ALL
SELECT 'held', 'held', CAST(sum(points) AS bigint) FROM point_redemption
WHERE mall_id = app_mall() AND state = 'held' HAVING sum(points) > 0
ORDER BY 1, 2
""")
_LEDGER = text("""
SELECT CAST(coalesce(sum(a.balance), 0) AS bigint) FROM ledger_account a
WHERE a.mall_id = app_mall() AND a.unit = 'points' AND a.is_running
""")
_REPLAYED = text("""
SELECT r.id, r.member_id, r.shop, r.occurred_at, r.lines, r.bonuses, r.points, m.tier FROM point_receipt r
JOIN member m ON m.mall_id = r.mall_id AND m.id = r.member_id
WHERE r.mall_id = app_mall() AND r.state = 'earned' AND r.occurred_at >= :since AND r.occurred_at < :until
ORDER BY r.member_id, r.occurred_at, r.id
""")


@query(VIEW_POINTS)
def get_balance(session: Session, *, actor: Actor, member_id: MemberId, at: datetime) -> BalanceView:
    """What a member had just before an instant, past or present, whether or not the nightly runs were on time."""
    member = load_member(session, member_id)
    available, pending, held = (
        journal.balance_at(session, LedgerAccountId(account), moment=at)
        for account in (member.available_account_id, member.pending_account_id, member.held_account_id)
    )
    untidy = session.execute(_UNTIDY, {'member': member.id, 'moment': at}).one()
    return BalanceView(
        available=available + int(untidy.ripe) - int(untidy.gone), pending=pending - int(untidy.left_pending), held=held
    )


@query(VIEW_POINTS)
def list_lots(session: Session, *, actor: Actor, member_id: MemberId) -> list[LotView]:
    """Lots with anything left, those that expire next first: "expiring soon" is per lot, never one date for all."""
    member = load_member(session, member_id)
    rows = session.execute(
        text(
            'SELECT id, source, state, granted, remaining, earned_at, available_at, expires_at, funder FROM point_lot'
            ' WHERE mall_id = app_mall() AND member_id = :member AND remaining <> 0 ORDER BY expires_at, id'
        ),
        {'member': member.id},
    )
    return [LotView(**row._mapping) for row in rows]


@query(VIEW_POINTS)
def get_statement(
    session: Session, *, actor: Actor, member_id: MemberId, since: datetime, until: datetime
) -> list[StatementLine]:
    """Every posting on what a member could spend, with the running balance, `until` exclusive."""
    member = load_member(session, member_id)
    account = LedgerAccountId(member.available_account_id)
    balance = journal.balance_at(session, account, moment=since)
    lines = []
    for row in session.execute(_STATEMENT, {'account': account, 'since': since, 'until': until}):
        balance += row.amount
        lines.append(StatementLine(
            entry_id=row.id, kind=row.kind, occurred_at=row.occurred_at, points=row.amount, balance=balance,
            memo=row.memo,
        ))  # fmt: skip
    return lines


@query(VIEW_LIABILITY)
def get_liability(session: Session, *, actor: Actor, now: datetime) -> Liability:
    """What the mall owes in points, by funder and month of expiry, against its general ledger (PT-R15)."""
    _, scheme = earn_scheme(session, now)
    zone = clock_of(session, mall_of(actor)).zone
    lines = tuple(
        LiabilityLine(funder=row.funder, expires_month=row.month, points=row.points)
        for row in session.execute(_OWED, {'zone': zone})
    )
    points = sum(line.points for line in lines)
    return Liability(
        points=points, ledger_points=int(session.execute(_LEDGER).scalar_one()), lines=lines,
        value_fen=value_fen(points, value_millifen=scheme.value_millifen),
        provision_fen=provision_fen(points, value_millifen=scheme.value_millifen, breakage_bp=scheme.breakage_bp),
    )  # fmt: skip


@query(MANAGE_RULES)
def simulate_scheme(
    session: Session, *, actor: Actor, earn: EarnScheme | None, tiers: TierScheme | None, since: datetime,
    until: datetime,
) -> Simulation:  # fmt: skip
    """Replays past receipts, net of refunds, under proposed rules; changes nothing."""
    current_earn, current_tiers = earn_scheme(session, until)[1], tier_scheme(session, until)
    zone = clock_of(session, mall_of(actor)).zone
    return simulation.replay(
        _receipts(session.execute(_REPLAYED, {'since': since, 'until': until})), earn=earn or current_earn,
        tiers=tiers or current_tiers, zone=zone, until=until, current_value_millifen=current_earn.value_millifen,
    )  # fmt: skip


def _receipts(rows: Iterable[Any]) -> list[simulation.PastReceipt]:
    return [
        simulation.PastReceipt(
            id=row.id, member_id=row.member_id, shop=row.shop, occurred_at=row.occurred_at, points=row.points,
            lines=tuple((str(category), int(left)) for category, _, left in row.lines), bonuses=tuple(row.bonuses),
            tier_now=row.tier,
        )
        for row in rows
    ]  # fmt: skip


@query(VIEW_POINTS)
def get_points_value(session: Session, *, actor: Actor, points: int, now: datetime) -> int:
    """What points pay for, in fen, under the rules of a moment."""
    return value_fen(points, value_millifen=earn_scheme(session, now)[1].value_millifen)
