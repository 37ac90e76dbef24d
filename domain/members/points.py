"""Spending points (积分核销): hold, commit, release, redeem, restore, grant."""

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session

from domain.members import _posting, _settling
from domain.members._loading import (
    Footing,
    clock_of,
    earn_scheme,
    load_footing,
    load_member,
    load_open_member,
    load_program,
    mall_of,
)
from domain.members._posting import Change, NewLot
from domain.members._rules import lots as rules
from domain.members._rules.lots import Drawn, ExpiredLotPolicy, add_months, end_of_day
from domain.members._rush import MOST_POINTS, TOGETHER, lifetime_months
from domain.members.commands import EndHold, GrantPoints, RestorePoints, TakePoints
from domain.members.errors import NotEnoughPoints, PointsInvalid, RedemptionEnded, RedemptionUnknown
from domain.members.events import PointsGivenBack, PointsSpent
from domain.members.models import Member
from domain.members.permissions import POST_POINTS
from domain.members.schemes import EarnScheme
from domain.members.views import RedemptionView, RunReport
from domain.shared.actor import Actor
from domain.shared.events import emit
from domain.shared.idempotency import IdempotencyConflict
from domain.shared.journal import InsufficientBalance
from domain.shared.operations import operation

_FIND = text(
    'SELECT r.id, r.member_id, r.key, r.points, r.restored, r.state FROM point_redemption r'
    ' WHERE r.mall_id = app_mall() AND r.key = :key'
)
_DRAWN = text(
    'SELECT l.id, -sum(m.amount) AS points, l.expires_at, l.member_id FROM point_movement m'
    ' JOIN point_lot l ON l.mall_id = m.mall_id AND l.id = m.lot_id'
    ' WHERE m.mall_id = app_mall() AND m.redemption_id = :redemption'
    ' GROUP BY l.id, l.expires_at, l.member_id HAVING sum(m.amount) < 0 ORDER BY l.id'
)


@operation(POST_POINTS, name='members.hold_points', is_audited=False)
def hold_points(session: Session, *, actor: Actor, command: TakePoints, now: datetime) -> RedemptionView:
    """Sets points aside for a checkout. What was held in time may be committed after its expiry (PT-R11).

    :raises NotEnoughPoints: when fewer can be spent.
    """
    return _take(session, actor, command, now, until_at=now + timedelta(minutes=command.hold_minutes))


@operation(POST_POINTS, name='members.redeem_points', is_audited=False)
def redeem_points(session: Session, *, actor: Actor, command: TakePoints, now: datetime) -> RedemptionView:
    """Spends points at once, those that expire next first (PT-R2).

    :raises NotEnoughPoints: when fewer can be spent.
    """
    taken = _take(session, actor, command, now, until_at=None)
    if not taken.is_replay:
        emit(session, PointsSpent(
            mall_id=mall_of(actor), occurred_at=now, member_id=command.member_id, key=taken.key, points=taken.points
        ))  # fmt: skip
    return taken


@operation(POST_POINTS, name='members.commit_hold', is_audited=False)
def commit_hold(session: Session, *, actor: Actor, command: EndHold, now: datetime) -> RedemptionView:
    """Turns held points into spent ones; committing twice changes nothing.

    :raises RedemptionUnknown:
    :raises RedemptionEnded: when they were released.
    """
    row = _locked(session, command.key)
    if row.state == 'committed':
        return _view(row, is_replay=True)
    member = _ending(session, row)
    _finish(session, row.id, 'committed', now)
    amounts = {member.held_account_id: -row.points, load_program(session).redeemed_account_id: row.points}
    moment = _settling.moment_at(session, member.mall_id, now, now)
    _posting.change(session, (), kind='points.commit', key=str(row.id), amounts=amounts, moment=moment)
    emit(session, PointsSpent(
        mall_id=member.mall_id, occurred_at=now, member_id=member.id, key=row.key, points=row.points
    ))  # fmt: skip
    return _view(row, state='committed')


@operation(POST_POINTS, name='members.release_hold', is_audited=False)
def release_hold(session: Session, *, actor: Actor, command: EndHold, now: datetime) -> RedemptionView:
    """Gives held points back to the lots they came from; releasing twice changes nothing.

    :raises RedemptionUnknown:
    :raises RedemptionEnded: when they were committed.
    """
    row = _locked(session, command.key)
    if row.state == 'released':
        return _view(row, is_replay=True)
    release(session, row, now=now)
    return _view(row, state='released')


@operation(POST_POINTS, name='members.restore_points', is_audited=False)
def restore_points(session: Session, *, actor: Actor, command: RestorePoints, now: datetime) -> RedemptionView:
    """Gives spent points back to the very lots they came from, with the expiry they had (PT-R3).

    :raises RedemptionUnknown:
    :raises RedemptionEnded: when the points were never spent.
    :raises PointsInvalid: when more would come back than was spent.
    """
    row = _locked(session, command.redemption_key)
    if not _is_first_restore(session, row, command, now):
        return _view(row, is_replay=True)
    if row.state != 'committed':
        raise RedemptionEnded(state=row.state)
    if not 0 < command.points <= row.points - row.restored:
        raise PointsInvalid(reason=f'{row.points - row.restored} can come back, not {command.points}')
    _restore(session, row, command, now=now)
    restored = row.restored + command.points
    emit(session, PointsGivenBack(
        mall_id=mall_of(actor), occurred_at=now, member_id=row.member_id, key=row.key, points=command.points,
        left=row.points - restored,
    ))  # fmt: skip
    return _view(row, restored=restored)


@operation(POST_POINTS, name='members.grant_points', is_audited=False, shareable=TOGETHER)
def grant_points(session: Session, *, actor: Actor, command: GrantPoints, now: datetime) -> RunReport:
    """Gives points that no receipt earned; the same key gives once.

    :raises PointsInvalid: when there are none to give.
    """
    _check_amount(command.points)
    on = load_footing(session, command.member_id, now=now)
    clock = clock_of(session, on.mall_id)
    expires_on = command.expires_on or add_months(clock.local(now).date(), lifetime_months(on))
    lot = NewLot(
        member_id=on.member_id, source='grant', points=command.points, is_pending=False, earned_at=now,
        available_at=now, expires_at=end_of_day(expires_on, clock.zone), funder=command.funder,
    )  # fmt: skip
    posted = _posting.add_lot(
        session, lot, key=command.key, to=on.available_account_id, against=on.issued_account_id,
        moment=_settling.moment_at(session, on.mall_id, now, now), memo=command.source,
    )  # fmt: skip
    _settle(session, on, now)
    return RunReport(done=0 if posted.is_replay else 1, points=command.points)


def _take(
    session: Session, actor: Actor, command: TakePoints, now: datetime, *, until_at: datetime | None
) -> RedemptionView:
    _check_amount(command.points)
    on = load_footing(session, command.member_id, now=now)
    _settle(session, on, now)
    try:
        posted = _posting.take(
            session, member_id=on.member_id, key=command.key, purpose=command.purpose, points=command.points,
            source=on.available_account_id,
            target=on.redeemed_account_id if until_at is None else on.held_account_id, until_at=until_at,
            moment=_settling.moment_at(session, on.mall_id, now, now),
        )  # fmt: skip
    except InsufficientBalance as error:
        raise NotEnoughPoints from error
    return _view(_found(session, command.key), is_replay=posted.is_replay)


def _settle(session: Session, on: Footing, now: datetime) -> None:
    if on.is_unsettled:
        _settling.bring_up_to_date(session, load_open_member(session, on.member_id), now=now)


def release(session: Session, row: Row[Any], *, now: datetime) -> None:
    """Gives the points of a held redemption (locked) back to their lots."""
    member = _ending(session, row)
    _finish(session, row.id, 'released', now)
    changes = [Change(lot.id, 'release', int(lot.points), row.id) for lot in _drawn(session, row.id)]
    amounts = {member.held_account_id: -row.points, member.available_account_id: row.points}
    moment = _settling.moment_at(session, member.mall_id, now, now)
    _posting.change(session, changes, kind='points.release', key=str(row.id), amounts=amounts, moment=moment)
    _settling.bring_up_to_date(session, member, now=now)


def _restore(session: Session, row: Row[Any], command: RestorePoints, *, now: datetime) -> None:
    """Each lot's points go to whoever holds the lot today: after a merge or a split that may be somebody else."""
    holders = _holders(session, row.id)
    _posting.lock_points(session, holders.values())
    _, scheme = earn_scheme(session, now)
    drawn = {lot.id: lot for lot in _drawn(session, row.id)}
    program = load_program(session)
    amounts: dict[int, int] = defaultdict(int, {program.redeemed_account_id: -command.points})
    changes: list[Change] = []
    taken = [Drawn(lot.id, int(lot.points), lot.expires_at) for lot in drawn.values()]
    for back in rules.give_back(taken, command.points):
        holder = holders[drawn[back.lot_id].member_id]
        changes.append(Change(back.lot_id, 'restore', back.points, row.id))
        lost = 0
        if drawn[back.lot_id].expires_at <= now:
            more, lost = _return_to_expired(session, holder, scheme, back, now)
            changes += more
        amounts[holder.available_account_id] += back.points - lost
        amounts[program.expired_account_id] += lost
    moment = _settling.moment_at(session, program.mall_id, now, now)
    _posting.change(session, changes, kind='points.restore', key=command.key, amounts=amounts, moment=moment)
    session.execute(
        text('UPDATE point_redemption SET restored = restored + :n WHERE mall_id = app_mall() AND id = :id'),
        {'n': command.points, 'id': row.id},
    )
    for holder in holders.values():
        _settling.bring_up_to_date(session, holder, now=now)


def _holders(session: Session, redemption_id: int) -> dict[int, Member]:
    ids = sorted({lot.member_id for lot in _drawn(session, redemption_id)})
    return {member_id: load_member(session, member_id) for member_id in ids}


def _return_to_expired(
    session: Session, member: Member, scheme: EarnScheme, back: rules.Draw, now: datetime
) -> tuple[list[Change], int]:
    """The lot has expired: either the points stay expired, or they get a short lot of their own; never a fresh year."""
    if scheme.expired_lot_policy is ExpiredLotPolicy.STAY_EXPIRED:
        return [Change(back.lot_id, 'expire', -back.points)], back.points
    grace = _posting.new_empty_lot(session, NewLot(
        member_id=member.id, source='grace', points=back.points, is_pending=False, earned_at=now, available_at=now,
        expires_at=end_of_day(_today(session, member, now) + timedelta(days=scheme.grace_days),
                              clock_of(session, member.mall_id).zone),
        parent_id=back.lot_id,
    ))  # fmt: skip
    return [Change(back.lot_id, 'regrant', -back.points), Change(grace, 'grace', back.points)], 0


def _today(session: Session, member: Member, now: datetime) -> date:
    return clock_of(session, member.mall_id).local(now).date()


def _is_first_restore(session: Session, row: Row[Any], command: RestorePoints, now: datetime) -> bool:
    done = session.execute(
        text(
            'INSERT INTO point_restore (mall_id, redemption_id, key, points, restored_at)'
            ' VALUES (app_mall(), :redemption, :key, :points, :now) ON CONFLICT (mall_id, key) DO NOTHING RETURNING 1'
        ),
        {'redemption': row.id, 'key': command.key, 'points': command.points, 'now': now},
    ).first()
    if done is None:
        _check_same_restore(session, row, command)
    return done is not None


def _check_same_restore(session: Session, row: Row[Any], command: RestorePoints) -> None:
    earlier = session.execute(
        text('SELECT redemption_id, points FROM point_restore WHERE mall_id = app_mall() AND key = :key'),
        {'key': command.key},
    ).one()
    if (earlier.redemption_id, earlier.points) != (row.id, command.points):
        raise IdempotencyConflict


def _found(session: Session, key: str, *, locked: bool = False) -> Row[Any]:
    statement = text(f'{_FIND.text} FOR UPDATE') if locked else _FIND
    row = session.execute(statement, {'key': key}).one_or_none()
    if row is None:
        raise RedemptionUnknown(key=key)
    return row


def _locked(session: Session, key: str) -> Row[Any]:
    return _found(session, key, locked=True)


def _ending(session: Session, row: Row[Any]) -> Member:
    if row.state != 'held':
        raise RedemptionEnded(state=row.state)
    member = load_member(session, row.member_id)
    _posting.lock_points(session, [member])
    return member


def _finish(session: Session, redemption_id: int, state: str, now: datetime) -> None:
    session.execute(
        text(
            'UPDATE point_redemption SET state = :state, ended_at = :now'
            ' WHERE mall_id = app_mall() AND id = :redemption'
        ),
        {'state': state, 'now': now, 'redemption': redemption_id},
    )


def _drawn(session: Session, redemption_id: int) -> list[Row[Any]]:
    return list(session.execute(_DRAWN, {'redemption': redemption_id}).all())


def _check_amount(points: int) -> None:
    if not 0 < points <= MOST_POINTS:
        raise PointsInvalid(reason=f'{points} is not between 1 and {MOST_POINTS}')


def _view(
    row: Row[Any], *, state: str | None = None, restored: int | None = None, is_replay: bool = False
) -> RedemptionView:
    return RedemptionView(
        id=row.id, key=row.key, points=row.points, restored=row.restored if restored is None else restored,
        state=state or row.state, is_replay=is_replay,
    )  # fmt: skip
