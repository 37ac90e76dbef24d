"""Giving points to many at once (批量赠送): one key, one entry, one statement, however many members."""

from collections import defaultdict
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from domain.members import _posting, _settling
from domain.members._loading import clock_of, earn_scheme, load_open_member, load_program, mall_of
from domain.members._posting import NewLots
from domain.members._rules.lots import add_months, end_of_day
from domain.members._rush import MOST_POINTS
from domain.members.commands import GrantPointsToMany, MemberId
from domain.members.errors import PointsInvalid
from domain.members.permissions import POST_POINTS
from domain.members.views import RunReport
from domain.shared.actor import Actor
from domain.shared.idempotency import remember
from domain.shared.operations import operation

MOST_GRANTS = 2_000

_PLAIN = text("""
SELECT id, available_account_id FROM member WHERE mall_id = app_mall() AND id = ANY(:ids) AND state <> 'closed'
    AND merged_into_id IS NULL
""")
_UNSETTLED = text("""
SELECT DISTINCT member_id FROM point_lot WHERE mall_id = app_mall() AND member_id = ANY(:ids) AND remaining <> 0
    AND ((state = 'pending' AND available_at <= :now) OR source = 'debt') ORDER BY member_id
""")


@operation(POST_POINTS, name='members.grant_points_to_many', is_audited=False)
def grant_points_to_many(session: Session, *, actor: Actor, command: GrantPointsToMany, now: datetime) -> RunReport:
    """Gives many members points, all of them or none; the same key gives once.

    What everybody's posting touches is posted once for all, so a hot account costs a batch one lock.

    :raises PointsInvalid: for a batch that is empty or too large, or a grant of no points.
    :raises MemberUnknown:
    :raises MemberClosed: when one of them has left.
    :raises IdempotencyConflict: when the key was used for other grants.
    """
    if not 0 < len(command.grants) <= MOST_GRANTS:
        raise PointsInvalid(reason=f'a batch has 1 to {MOST_GRANTS} grants')
    if any(not 0 < points <= MOST_POINTS for _, points in command.grants):
        raise PointsInvalid(reason=f'each grant is between 1 and {MOST_POINTS}')
    total = sum(points for _, points in command.grants)
    remembered = remember(
        session, caller='members.grant_points_to_many', key=command.key, request=command, now=now,
        work=lambda: _give(session, actor, command, total, now),
    )  # fmt: skip
    return RunReport(done=0 if remembered.is_replay else len(command.grants), points=total)


def _give(session: Session, actor: Actor, command: GrantPointsToMany, total: int, now: datetime) -> None:
    accounts = _accounts(session, {member for member, _ in command.grants})
    clock = clock_of(session, mall_of(actor))
    expires_on = command.expires_on
    if expires_on is None:
        expires_on = add_months(clock.local(now).date(), earn_scheme(session, now)[1].lifetime_months)
    amounts: dict[int, int] = defaultdict(int, {load_program(session).issued_account_id: -total})
    for member, points in command.grants:
        amounts[accounts[member][1]] += points
    lots = NewLots(
        members=[accounts[member][0] for member, _ in command.grants], points=[points for _, points in command.grants],
        source='grant', earned_at=now, expires_at=end_of_day(expires_on, clock.zone), funder=command.funder,
    )  # fmt: skip
    moment = _settling.moment_at(session, mall_of(actor), now, now)
    _posting.add_lots(session, lots, key=f'many:{command.key}', amounts=amounts, moment=moment, memo=command.source)
    for member_id in session.execute(_UNSETTLED, {'ids': lots.members, 'now': now}).scalars().all():
        _settling.bring_up_to_date(session, load_open_member(session, MemberId(member_id)), now=now)


def _accounts(session: Session, asked: set[MemberId]) -> dict[MemberId, tuple[int, int]]:
    """Whom each of them is today, with the account; one look unless somebody was merged or has left."""
    rows = session.execute(_PLAIN, {'ids': sorted(asked)})
    found = {MemberId(row.id): (int(row.id), int(row.available_account_id)) for row in rows}
    for member_id in sorted(asked - found.keys()):
        member = load_open_member(session, member_id)
        found[member_id] = (member.id, member.available_account_id)
    return found
