"""Points by hand (积分调整): one person proposes, another decides."""

from datetime import datetime

from sqlmodel import Session, col, select

from domain.members import _posting, _settling
from domain.members._clawing import take_by_hand
from domain.members._loading import clock_of, earn_scheme, load_open_member, load_program
from domain.members._point_tables import PointAdjustment
from domain.members._posting import NewLot
from domain.members._rules.lots import add_months, end_of_day
from domain.members.commands import DecideAdjustment, MemberId, ProposeAdjustment
from domain.members.errors import AdjustmentDecided, PointsInvalid, SecondPersonNeeded
from domain.members.models import Member
from domain.members.permissions import APPROVE_ADJUSTMENT, PROPOSE_ADJUSTMENT, VIEW_POINTS
from domain.members.views import AdjustmentView
from domain.shared.actor import Actor
from domain.shared.operations import operation, query


@operation(PROPOSE_ADJUSTMENT, name='members.propose_adjustment')
def propose_adjustment(session: Session, *, actor: Actor, command: ProposeAdjustment, now: datetime) -> AdjustmentView:
    """Asks for points to be given or taken, with a reason.

    :raises PointsInvalid: for nothing, or without a reason.
    """
    if command.points == 0 or not command.reason.strip():
        raise PointsInvalid(reason='an adjustment has points and a reason')
    member = load_open_member(session, command.member_id)
    adjustment = PointAdjustment(
        mall_id=member.mall_id, member_id=member.id, points=command.points, reason=command.reason, state='proposed',
        proposed_by=_name(actor), proposed_at=now,
    )  # fmt: skip
    session.add(adjustment)
    session.flush()
    return _view(adjustment)


@operation(APPROVE_ADJUSTMENT, name='members.decide_adjustment')
def decide_adjustment(session: Session, *, actor: Actor, command: DecideAdjustment, now: datetime) -> AdjustmentView:
    """Approves or rejects an adjustment that somebody else proposed; approval posts it.

    :raises SecondPersonNeeded: when it is one's own.
    :raises AdjustmentDecided: when it has been decided.
    """
    found = select(PointAdjustment).where(PointAdjustment.id == command.adjustment_id).with_for_update()
    adjustment = session.exec(found).one_or_none()
    if adjustment is None or adjustment.state != 'proposed':
        raise AdjustmentDecided
    if adjustment.proposed_by == _name(actor):
        raise SecondPersonNeeded
    adjustment.state = 'approved' if command.is_approved else 'rejected'
    adjustment.decided_by, adjustment.decided_at = _name(actor), now
    if command.is_approved:
        _post(session, load_open_member(session, adjustment.member_id, locked=True), adjustment, now)
    session.flush()
    return _view(adjustment)


@query(VIEW_POINTS)
def list_adjustments(session: Session, *, actor: Actor, limit: int = 100) -> list[AdjustmentView]:
    """Adjustments that wait for a second person first, then the others, the newest first."""
    rows = select(PointAdjustment).order_by(
        col(PointAdjustment.state) != 'proposed', col(PointAdjustment.id).desc()
    )  # fmt: skip
    return [_view(row) for row in session.exec(rows.limit(limit))]


def _post(session: Session, member: Member, adjustment: PointAdjustment, now: datetime) -> None:
    key = f'adjustment:{adjustment.id}'
    if adjustment.points < 0:
        take_by_hand(session, member, -adjustment.points, key=key, now=now)
        return
    clock = clock_of(session, member.mall_id)
    expires_on = add_months(clock.local(now).date(), earn_scheme(session, now)[1].lifetime_months)
    lot = NewLot(
        member_id=member.id, source='adjustment', points=adjustment.points, is_pending=False, earned_at=now,
        available_at=now, expires_at=end_of_day(expires_on, clock.zone),
    )  # fmt: skip
    _posting.add_lot(
        session, lot, key=key, to=member.available_account_id, against=load_program(session).issued_account_id,
        moment=_settling.moment_at(session, member.mall_id, now, now), memo=adjustment.reason,
    )  # fmt: skip
    _settling.bring_up_to_date(session, member, now=now)


def _name(actor: Actor) -> str:
    """Accounts are told apart by their number; names may be alike."""
    return actor.name if actor.account_id is None else f'{actor.account_id}:{actor.name}'


def _view(adjustment: PointAdjustment) -> AdjustmentView:
    return AdjustmentView(
        id=adjustment.id, member_id=MemberId(adjustment.member_id), points=adjustment.points, reason=adjustment.reason,
        state=adjustment.state, proposed_by=adjustment.proposed_by, decided_by=adjustment.decided_by,
    )  # fmt: skip
