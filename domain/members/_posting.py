"""The statements that move points: lots, movements and the journal in one go.

Each is a single SQL statement (`journal.post` with steps alongside), so that no lock is held across Python time.
Whoever needs to look before he moves calls `lock_points` first; then everybody takes accounts before lots, and nobody
waits in a circle.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlmodel import Session

from domain.members._rules.lots import Lot
from domain.members.models import Member
from domain.shared import journal
from domain.shared.journal import Alongside, EntryId, LedgerAccountId, NewEntry

NEVER = datetime.fromisoformat('9999-12-31T00:00:00+00:00')


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLot:
    member_id: int
    source: str
    points: int
    is_pending: bool
    earned_at: datetime
    available_at: datetime
    expires_at: datetime
    funder: str = 'mall'
    receipt_id: int | None = None
    parent_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLots:
    """Available lots of many members that are alike but for how many points; the lists go together."""

    members: Sequence[int]
    points: Sequence[int]
    source: str
    earned_at: datetime
    expires_at: datetime
    funder: str


@dataclass(frozen=True, slots=True)
class Change:
    """One movement of one lot; it belongs to a redemption where it undoes a part of it."""

    lot_id: int
    kind: str
    amount: int
    redemption_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When something happened, when we write it, and its business day."""

    occurred_at: datetime
    now: datetime
    business_on: date


_LOT_STEPS = (
    """lot AS (
    INSERT INTO point_lot (mall_id, member_id, origin_id, source, state, receipt_id, parent_id, granted, remaining,
        earned_at, available_at, expires_at, funder)
    SELECT app_mall(), :member, :member, :source, :state, CAST(:receipt AS bigint), CAST(:parent AS bigint),
        :points, :points, :earned_at, :available_at, :expires_at, :funder FROM entry RETURNING id)""",
    """lot_noted AS (
    INSERT INTO point_movement (mall_id, lot_id, entry_id, kind, amount, occurred_at)
    SELECT app_mall(), lot.id, entry.id, :source, :points, :occurred_at FROM lot, entry RETURNING 1)""",
)

_LOTS_STEPS = (
    """lots AS (
    INSERT INTO point_lot (mall_id, member_id, origin_id, source, state, granted, remaining, earned_at, available_at,
        expires_at, funder)
    SELECT app_mall(), g.member_id, g.member_id, :source, 'available', g.points, g.points, :earned_at, :earned_at,
        :expires_at, :funder
    FROM entry, unnest(CAST(:members AS bigint[]), CAST(:points AS bigint[])) AS g(member_id, points)
    RETURNING id, granted)""",
    """lots_noted AS (
    INSERT INTO point_movement (mall_id, lot_id, entry_id, kind, amount, occurred_at)
    SELECT app_mall(), lots.id, entry.id, :source, lots.granted, :occurred_at FROM lots, entry RETURNING 1)""",
)

_TAKE_STEPS = (
    """redemption AS (
    INSERT INTO point_redemption (mall_id, member_id, key, purpose, points, restored, state, held_at, until_at,
        ended_at)
    SELECT app_mall(), :member, :take_key, :purpose, :points, 0, :state, :occurred_at, CAST(:until AS timestamptz),
        CAST(:ended AS timestamptz) FROM entry RETURNING id)""",
    """lots AS MATERIALIZED (
    SELECT l.id, l.remaining, l.expires_at
    FROM point_lot l CROSS JOIN (SELECT count(*) AS locked FROM held) AS h
    WHERE h.locked > 0 AND l.mall_id = app_mall() AND l.member_id = :member AND l.remaining <> 0
        AND l.state = 'available' AND l.expires_at > :occurred_at
    ORDER BY l.expires_at, l.id FOR UPDATE OF l)""",
    """ranked AS (
    SELECT id, remaining, CAST(sum(remaining) OVER (ORDER BY expires_at, id) AS bigint) - remaining AS before
    FROM lots WHERE remaining > 0)""",
    """taken AS (
    SELECT id, least(remaining, CAST(:points AS bigint) - before) AS points FROM ranked WHERE before < :points)""",
    """drawn AS (
    UPDATE point_lot l SET remaining = l.remaining - taken.points FROM taken
    WHERE l.mall_id = app_mall() AND l.id = taken.id RETURNING 1)""",
    """taken_noted AS (
    INSERT INTO point_movement (mall_id, lot_id, entry_id, redemption_id, kind, amount, occurred_at)
    SELECT app_mall(), taken.id, entry.id, redemption.id, 'take', -taken.points, :occurred_at
    FROM taken, entry, redemption RETURNING 1)""",
)
_TAKE_REFUSALS = (
    "WHEN (SELECT coalesce(sum(points), 0) FROM taken) <> :points THEN refuse('AT002')",
    "WHEN (SELECT sum(remaining) FROM lots) < :points THEN refuse('AT002')",  # a debt comes off first
)

_CHANGES = """changes AS MATERIALIZED (
    SELECT c.* FROM unnest(CAST(:lot_ids AS bigint[]), CAST(:kinds AS text[]), CAST(:lot_amounts AS bigint[]),
        CAST(:redemptions AS bigint[])) AS c(lot_id, kind, amount, redemption_id){also})"""
_LOTS_CHANGED = """changed AS (
    UPDATE point_lot l SET remaining = l.remaining + s.amount
    FROM (SELECT lot_id, CAST(sum(amount) AS bigint) AS amount FROM changes GROUP BY lot_id) AS s
    WHERE l.mall_id = app_mall() AND l.id = s.lot_id RETURNING 1)"""
_CHANGE_STEPS = (
    _CHANGES.format(also=', entry'),
    _LOTS_CHANGED,
    """changes_noted AS (
    INSERT INTO point_movement (mall_id, lot_id, entry_id, redemption_id, kind, amount, occurred_at)
    SELECT app_mall(), lot_id, entry.id, redemption_id, changes.kind, amount, :occurred_at
    FROM changes, entry RETURNING 1)""",
)
_SETTLE = text(f"""
WITH {_CHANGES.format(also='')}, {_LOTS_CHANGED}
INSERT INTO point_movement (mall_id, lot_id, redemption_id, kind, amount, occurred_at)
SELECT app_mall(), lot_id, redemption_id, kind, amount, :occurred_at FROM changes
""")  # noqa: S608 - constants


def add_lot(
    session: Session, lot: NewLot, *, key: str, to: int, against: int, moment: Moment, memo: str = ''
) -> journal.Posted:
    """Posts new points: one statement for the entry, the lot and its first movement."""
    entry = new_entry('points.' + lot.source, key, {to: lot.points, against: -lot.points}, moment, memo)
    return journal.post(session, entry, now=moment.now, alongside=Alongside(steps=_LOT_STEPS, facts={
        'member': lot.member_id, 'source': lot.source, 'state': 'pending' if lot.is_pending else 'available',
        'receipt': lot.receipt_id, 'parent': lot.parent_id, 'points': lot.points, 'earned_at': lot.earned_at,
        'available_at': lot.available_at, 'expires_at': lot.expires_at, 'funder': lot.funder,
    }))  # fmt: skip


def add_lots(
    session: Session, lots: NewLots, *, key: str, amounts: Mapping[int, int], moment: Moment, memo: str = ''
) -> journal.Posted:
    """Posts new points of many members as one entry: an account that all of them touch is moved once."""
    entry = new_entry('points.' + lots.source, key, amounts, moment, memo)
    return journal.post(session, entry, now=moment.now, alongside=Alongside(steps=_LOTS_STEPS, facts={
        'source': lots.source, 'members': list(lots.members), 'points': list(lots.points), 'earned_at': lots.earned_at,
        'expires_at': lots.expires_at, 'funder': lots.funder,
    }))  # fmt: skip


def take(
    session: Session, *, member_id: int, key: str, purpose: str, points: int, source: int, target: int,
    until_at: datetime | None, moment: Moment,
) -> journal.Posted:  # fmt: skip
    """Takes points out of a member's lots by nearest expiry: one statement for all of it.

    :raises journal.InsufficientBalance: when fewer points can be spent.
    """
    entry = new_entry('points.take', key, {source: -points, target: points}, moment, purpose)
    is_hold = until_at is not None
    return journal.post(session, entry, now=moment.now, alongside=Alongside(
        steps=_TAKE_STEPS, refusals=_TAKE_REFUSALS, facts={
            'member': member_id, 'take_key': key, 'purpose': purpose, 'points': points, 'until': until_at,
            'state': 'held' if is_hold else 'committed', 'ended': None if is_hold else moment.now,
        },
    ))  # fmt: skip


def change(
    session: Session, changes: Sequence[Change], *, kind: str, key: str, amounts: Mapping[int, int], moment: Moment,
    memo: str = '',
) -> EntryId:  # fmt: skip
    """Moves several lots and posts what that means for the accounts, in one statement."""
    amounts = {account: amount for account, amount in amounts.items() if amount}
    entry = new_entry(kind, key, amounts, moment, memo)
    return journal.post(
        session, entry, now=moment.now, alongside=Alongside(steps=_CHANGE_STEPS, facts=_facts(changes))
    ).entry_id


def settle(session: Session, changes: Sequence[Change], *, occurred_at: datetime) -> None:
    """Moves points between lots of one account, which the journal does not see."""
    session.execute(_SETTLE, _facts(changes) | {'occurred_at': occurred_at})


def new_empty_lot(session: Session, lot: NewLot) -> int:
    """A lot that a `Change` fills in the same transaction."""
    found = session.execute(
        text(
            'INSERT INTO point_lot (mall_id, member_id, origin_id, source, state, receipt_id, parent_id, granted,'
            ' remaining, earned_at, available_at, expires_at, funder) VALUES (app_mall(), :member, :member, :source,'
            " 'available', :receipt, :parent, :points, 0, :earned_at, :available_at, :expires_at, :funder) RETURNING id"
        ),
        {
            'member': lot.member_id, 'source': lot.source, 'receipt': lot.receipt_id, 'parent': lot.parent_id,
            'points': lot.points, 'earned_at': lot.earned_at, 'available_at': lot.available_at,
            'expires_at': lot.expires_at, 'funder': lot.funder,
        },
    )  # fmt: skip
    return int(found.scalar_one())


def lock_points(session: Session, members: Iterable[Member]) -> None:
    """Holds the accounts of members, so that their lots stand still."""
    ids = [i for m in members for i in (m.available_account_id, m.pending_account_id, m.held_account_id)]
    journal.lock_accounts(session, [LedgerAccountId(account) for account in ids])


def live_lots(session: Session, member_id: int, *, now: datetime) -> list[Lot]:
    """What can be spent, debts included."""
    rows = session.execute(
        text(
            'SELECT id, remaining, expires_at, earned_at FROM point_lot WHERE mall_id = app_mall()'
            " AND member_id = :member AND remaining <> 0 AND state = 'available' AND expires_at > :now"
            ' ORDER BY expires_at, id'
        ),
        {'member': member_id, 'now': now},
    )
    return [Lot(row.id, row.remaining, row.expires_at, row.earned_at) for row in rows]


def new_entry(kind: str, key: str, amounts: Mapping[int, int], moment: Moment, memo: str) -> NewEntry:
    """An entry of the journal; its kind is part of its key."""
    return NewEntry(
        kind=kind, key=f'{kind}:{key}', amounts={LedgerAccountId(account): n for account, n in amounts.items()},
        occurred_at=moment.occurred_at, business_on=moment.business_on, memo=memo,
    )  # fmt: skip


def _facts(changes: Sequence[Change]) -> dict[str, object]:
    return {
        'lot_ids': [c.lot_id for c in changes], 'kinds': [c.kind for c in changes],
        'lot_amounts': [c.amount for c in changes], 'redemptions': [c.redemption_id for c in changes],
    }  # fmt: skip
