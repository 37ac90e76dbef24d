"""What time does to lots: pending ones mature, debts are filled, expired ones end. Under the accounts' locks."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session

from domain.members import _posting
from domain.members._loading import clock_of, load_program
from domain.members._posting import Change, Moment
from domain.members._rules import lots as rules
from domain.members.models import Member

_DUE_PENDING = text(
    'SELECT id, remaining, available_at FROM point_lot WHERE mall_id = app_mall() AND member_id = :member'
    " AND state = 'pending' AND available_at <= :now ORDER BY available_at, id"
)
_HAS_DUE = text(
    'SELECT EXISTS (SELECT FROM point_lot WHERE mall_id = app_mall() AND member_id = :member AND remaining <> 0'
    " AND ((state = 'pending' AND available_at <= :now) OR source = 'debt'))"
)


def bring_up_to_date(session: Session, member: Member, *, now: datetime) -> None:
    """Matures what is due and fills debts; costs one look where there is nothing to do."""
    if session.execute(_HAS_DUE, {'member': member.id, 'now': now}).scalar_one():
        _posting.lock_points(session, [member])
        mature(session, member, now=now)
        fill_debts(session, member, now=now)


def mature(session: Session, member: Member, *, now: datetime) -> int:
    """Makes pending points available, dated at the end of their waiting (PT-R10)."""
    due = session.execute(_DUE_PENDING, {'member': member.id, 'now': now}).all()
    for lot in due:
        if lot.remaining:
            amounts = {member.pending_account_id: -lot.remaining, member.available_account_id: lot.remaining}
            moment = moment_at(session, member.mall_id, lot.available_at, now)
            changes: list[Change] = []  # nothing enters or leaves the lot: it moves from one account to the other
            _posting.change(session, changes, kind='points.mature', key=str(lot.id), amounts=amounts, moment=moment)
    if due:
        session.execute(
            text("UPDATE point_lot SET state = 'available' WHERE mall_id = app_mall() AND id = ANY(:ids)"),
            {'ids': [lot.id for lot in due]},
        )
    return sum(lot.remaining for lot in due)


def fill_debts(session: Session, member: Member, *, now: datetime) -> None:
    """Lets points that can be spent fill what is owed."""
    live = _posting.live_lots(session, member.id, now=now)
    pairs = rules.settle([lot for lot in live if lot.remaining < 0], [lot for lot in live if lot.remaining > 0])
    changes = [
        change
        for given, debt_id in pairs
        for change in (Change(given.lot_id, 'settle', -given.points), Change(debt_id, 'settle', given.points))
    ]
    if changes:
        _posting.settle(session, changes, occurred_at=now)


def expire(session: Session, due: Sequence[Row[Any]], *, mall_id: int, now: datetime) -> int:
    """Ends lots (id, remaining, expires_at, account), dated at the instant of their expiry (PT-R11)."""
    expired_account = load_program(session).expired_account_id
    by_instant: dict[datetime, list[Row[Any]]] = defaultdict(list)
    for lot in due:
        by_instant[lot.expires_at].append(lot)
    for instant, lots in by_instant.items():
        amounts: dict[int, int] = defaultdict(int)
        for lot in lots:
            amounts[lot.account] -= lot.remaining
            amounts[expired_account] += lot.remaining
        changes = [Change(lot.id, 'expire', -lot.remaining) for lot in lots]
        key = f'{instant.isoformat()}:{lots[0].id}:{now.isoformat()}'
        moment = moment_at(session, mall_id, instant, now)
        _posting.change(session, changes, kind='points.expire', key=key, amounts=amounts, moment=moment)
    return sum(lot.remaining for lot in due)


def moment_at(session: Session, mall_id: int, occurred_at: datetime, now: datetime) -> Moment:
    """An instant with its business day."""
    return Moment(occurred_at=occurred_at, now=now, business_on=clock_of(session, mall_id).business_on(occurred_at))
