"""What time demands of points (积分批处理): release overdue holds, mature, expire. Batches, safe to repeat."""

from datetime import datetime
from typing import Any

from sqlalchemy import Row, text
from sqlmodel import Session, col, select

from domain.members import _posting, _settling, points
from domain.members._loading import load_member, mall_of
from domain.members.events import PointsExpired
from domain.members.models import Member
from domain.members.permissions import RUN_LOYALTY
from domain.members.views import RunReport
from domain.shared.actor import Actor
from domain.shared.events import emit
from domain.shared.operations import operation

BATCH = 500


@operation(RUN_LOYALTY, name='members.release_overdue_holds')
def release_overdue_holds(session: Session, *, actor: Actor, now: datetime) -> RunReport:
    """Releases holds that no checkout ended in time; run it every minute."""
    rows = session.execute(
        text(
            'SELECT id, member_id, key, points, restored, state FROM point_redemption WHERE mall_id = app_mall()'
            " AND state = 'held' AND until_at <= :now ORDER BY until_at LIMIT :batch FOR UPDATE SKIP LOCKED"
        ),
        {'now': now, 'batch': BATCH},
    ).all()
    for row in rows:
        points.release(session, row, now=now)
    return RunReport(done=len(rows), points=sum(row.points for row in rows))


@operation(RUN_LOYALTY, name='members.mature_points')
def mature_points(session: Session, *, actor: Actor, now: datetime) -> RunReport:
    """Makes a batch of pending points available whose return window is over; run it until it does nothing."""
    due = session.execute(
        text(
            "SELECT DISTINCT member_id FROM point_lot WHERE mall_id = app_mall() AND state = 'pending'"
            ' AND available_at <= :now ORDER BY member_id LIMIT :batch'
        ),
        {'now': now, 'batch': BATCH},
    ).scalars()
    members = [load_member(session, member_id, locked=True) for member_id in due.all()]
    _posting.lock_points(session, members)
    total = 0
    for member in members:
        total += _settling.mature(session, member, now=now)
        _settling.fill_debts(session, member, now=now)
    return RunReport(done=len(members), points=total)


@operation(RUN_LOYALTY, name='members.expire_points')
def expire_points(session: Session, *, actor: Actor, now: datetime) -> RunReport:
    """Ends a batch of lots whose day is over; run it until it does nothing."""
    mall_id = mall_of(actor)
    due = _due_lots(session, now)
    members = session.exec(select(Member).where(col(Member.id).in_({lot.member_id for lot in due}))).all()
    _posting.lock_points(session, members)
    due = _due_lots(session, now, among=[member.id for member in members])
    total = _settling.expire(session, due, mall_id=mall_id, now=now)
    if due:
        emit(session, PointsExpired(mall_id=mall_id, occurred_at=now, members=len(members), points=total))
    return RunReport(done=len(due), points=total)


def _due_lots(session: Session, now: datetime, among: list[int] | None = None) -> list[Row[Any]]:
    rows = session.execute(
        text(
            'SELECT l.id, l.member_id, l.remaining, l.expires_at, m.available_account_id AS account FROM point_lot l'
            ' JOIN member m ON m.mall_id = l.mall_id AND m.id = l.member_id'
            " WHERE l.mall_id = app_mall() AND l.remaining > 0 AND l.state = 'available' AND l.expires_at <= :now"
            ' AND (CAST(:among AS bigint[]) IS NULL OR l.member_id = ANY(:among))'
            ' ORDER BY l.expires_at, l.id LIMIT :batch'
        ),
        {'now': now, 'among': among, 'batch': BATCH},
    )
    return list(rows.all())
