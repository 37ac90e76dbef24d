"""What one may ask of safety."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from domain.safety.commands import Box, HazardId, HazardKind, HazardState, Priority, Reason, Watched
from domain.safety.permissions import VIEW, VIEW_LOG, WATCH
from domain.safety.views import CameraRecord, CameraView, FeedbackRow, HazardPage, HazardView, ViewingView
from domain.shared.actor import Actor
from domain.shared.errors import DomainError
from domain.shared.operations import query

MOST = 200

_SELECT = """
    SELECT h.id, d.code AS device_code, d.name AS device_name, d.floor_id, h.code, h.kind, h.raised_at, h.cleared_at,
           h.value, h.limit_value, h.box, h.clip, h.occurrences, h.priority, h.state, h.reason, h.note, h.reviewed_at,
           h.reviewed_by, count(*) OVER () AS total
      FROM hazard h JOIN device d ON d.mall_id = h.mall_id AND d.id = h.device_id
     WHERE h.mall_id = app_mall()
"""
_MOST_URGENT_FIRST = """
     ORDER BY h.state <> 'open', CASE h.priority WHEN 'linked' THEN 0 WHEN 'high' THEN 1 ELSE 2 END,
              h.raised_at DESC, h.id DESC
"""


class HazardUnknown(DomainError):
    code = 'safety.hazard_unknown'
    status = 404
    zh = '没有编号为 {hazard_id} 的险情。'
    en = 'There is no hazard {hazard_id}.'


@query(VIEW)
def list_hazards(
    session: Session,
    *,
    actor: Actor,
    state: HazardState | None = None,
    kind: HazardKind | None = None,
    limit: int = 50,
    offset: int = 0,
) -> HazardPage:
    """The queue: open ones first, the most urgent and newest on top."""
    wanted = (
        ' AND (CAST(:state AS text) IS NULL OR h.state = :state) AND (CAST(:kind AS text) IS NULL OR h.kind = :kind)'
    )
    rows = session.execute(
        text(f'{_SELECT}{wanted}{_MOST_URGENT_FIRST} LIMIT :limit OFFSET :offset'),
        {'state': state, 'kind': kind, 'limit': min(limit, MOST), 'offset': offset},
    ).all()
    return HazardPage(tuple(_view(row) for row in rows), rows[0].total if rows else 0)


@query(VIEW)
def get_hazard(session: Session, *, actor: Actor, hazard_id: HazardId) -> HazardView:
    """:raises HazardUnknown:"""
    return fetch_hazard(session, actor.mall_id, hazard_id)


@query(VIEW)
def count_open(session: Session, *, actor: Actor) -> int:
    """Hazards that wait for a person."""
    return int(session.execute(text("SELECT count(*) FROM hazard WHERE state = 'open'")).scalar_one())


@query(VIEW)
def camera_records(session: Session, *, actor: Actor, since: datetime) -> list[CameraRecord]:
    """Per camera, how often it was right since then, and how long people took to say so."""
    rows = session.execute(
        text("""
            SELECT d.code, count(*) FILTER (WHERE h.state = 'confirmed') AS confirmed,
                   count(*) FILTER (WHERE h.state = 'dismissed') AS dismissed,
                   count(*) FILTER (WHERE h.state = 'open') AS waiting,
                   percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM h.reviewed_at - h.raised_at)) AS took
              FROM hazard h JOIN device d ON d.mall_id = h.mall_id AND d.id = h.device_id
             WHERE h.mall_id = app_mall() AND h.raised_at >= :since
             GROUP BY d.code ORDER BY dismissed DESC, d.code
        """),
        {'since': since},
    ).all()
    return [
        CameraRecord(
            device_code=row.code,
            confirmed=row.confirmed,
            dismissed=row.dismissed,
            waiting=row.waiting,
            median_seconds_to_verify=None if row.took is None else float(row.took),
        )
        for row in rows
    ]


@query(WATCH)
def list_cameras(session: Session, *, actor: Actor) -> list[CameraView]:
    """The mall's cameras that are not retired, by code, with the hazards that wait at each."""
    rows = session.execute(
        text("""
            SELECT d.id, d.code, d.name, d.floor_id, d.x_m, d.y_m, s.is_online, s.last_seen_at,
                   (SELECT count(*) FROM hazard h
                     WHERE h.mall_id = d.mall_id AND h.device_id = d.id AND h.state = 'open') AS open_hazards
              FROM device d JOIN device_status s ON s.device_id = d.id
             WHERE d.mall_id = app_mall() AND d.kind = 'camera' AND d.state <> 'retired' ORDER BY d.code
        """)
    ).all()
    return [
        CameraView(
            id=row.id,
            code=row.code,
            name=row.name,
            floor_id=row.floor_id,
            at=None if row.x_m is None or row.y_m is None else (row.x_m, row.y_m),
            is_online=row.is_online,
            last_seen_at=row.last_seen_at,
            open_hazards=row.open_hazards,
        )
        for row in rows
    ]


@query(VIEW_LOG, is_audited=True)
def list_viewings(session: Session, *, actor: Actor, limit: int = 100) -> list[ViewingView]:
    """Who looked at what, newest first."""
    rows = session.execute(
        text(
            'SELECT what, device_code, hazard_id, viewed_at, viewed_by FROM viewing'
            ' WHERE mall_id = app_mall() ORDER BY viewed_at DESC, id DESC LIMIT :limit'
        ),
        {'limit': min(limit, MOST)},
    ).all()
    return [
        ViewingView(
            what=Watched(row.what),
            device_code=row.device_code,
            hazard_id=row.hazard_id,
            viewed_at=row.viewed_at,
            viewed_by=row.viewed_by,
        )
        for row in rows
    ]


@query(VIEW)
def list_feedback(session: Session, *, actor: Actor, since: datetime) -> list[FeedbackRow]:
    """Every verdict since then: labels for setting limits anew and for training."""
    rows = session.execute(
        text("""
            SELECT d.code AS device_code, h.kind, h.code, h.clip, h.raised_at, h.state, h.reason
              FROM hazard h JOIN device d ON d.mall_id = h.mall_id AND d.id = h.device_id
             WHERE h.mall_id = app_mall() AND h.state <> 'open' AND h.raised_at >= :since ORDER BY h.raised_at, h.id
        """),
        {'since': since},
    ).all()
    return [
        FeedbackRow(
            row.device_code,
            HazardKind(row.kind),
            row.code,
            row.clip,
            row.raised_at,
            HazardState(row.state),
            Reason(row.reason) if row.reason else None,
        )
        for row in rows
    ]


def fetch_hazard(session: Session, mall_id: int | None, hazard_id: HazardId) -> HazardView:
    """:raises HazardUnknown:"""
    row = session.execute(text(f'{_SELECT} AND h.id = :id'), {'id': hazard_id}).first()
    if row is None or mall_id is None:
        raise HazardUnknown(hazard_id=hazard_id)
    return _view(row)


def _view(row: Any) -> HazardView:
    return HazardView(
        id=HazardId(row.id),
        device_code=row.device_code,
        device_name=row.device_name,
        floor_id=row.floor_id,
        code=row.code,
        kind=HazardKind(row.kind),
        raised_at=row.raised_at,
        cleared_at=row.cleared_at,
        value=row.value,
        limit=row.limit_value,
        box=_box(row.box),
        has_clip=row.clip is not None,
        occurrences=row.occurrences,
        priority=Priority(row.priority),
        state=HazardState(row.state),
        reason=Reason(row.reason) if row.reason else None,
        note=row.note,
        reviewed_at=row.reviewed_at,
        reviewed_by=row.reviewed_by,
    )


def _box(shares: Sequence[float] | None) -> Box | None:
    if shares is None or len(shares) != 4:
        return None
    left, top, right, bottom = shares
    return left, top, right, bottom
