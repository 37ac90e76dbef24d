"""Masks and remarks on the time axis. A mask changes what is published, never what was recorded."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session, col, select

from domain.footfall._mall import clock_of, closed_windows
from domain.footfall._rebuilding import rebuild_lines, require_tokens
from domain.footfall.commands import (
    Annotate,
    AnnotationId,
    LiftMask,
    LineId,
    MaskClosedHours,
    MaskId,
    MaskKind,
    SetMask,
    Window,
)
from domain.footfall.models import Annotation, Mask
from domain.footfall.permissions import ANNOTATE
from domain.footfall.recording import TOPIC
from domain.footfall.views import AnnotationView, MaskView
from domain.shared.actor import Actor
from domain.shared.errors import DomainError
from domain.shared.live import notify
from domain.shared.operations import operation


class MaskUnknown(DomainError):
    code = 'footfall.mask_unknown'
    status = 404
    zh = '没有编号为 {mask} 的屏蔽时段，或它已解除。'
    en = 'There is no mask {mask}, or it is lifted.'


class WindowEmpty(DomainError):
    code = 'footfall.window_empty'
    status = 422
    zh = '时段的结束必须晚于开始。'
    en = 'A window must end after it starts.'


@operation(ANNOTATE, name='footfall.set_mask')
def set_mask(session: Session, *, actor: Actor, command: SetMask, now: datetime) -> MaskView:
    """Keeps a stretch of time out of the published counts, past figures included.

    :raises WindowEmpty:
    :raises TooLongAgo: when the days it changes can no longer be made anew.
    """
    assert actor.mall_id is not None, 'the session could not have been opened'
    if command.window.ended_at <= command.window.started_at:
        raise WindowEmpty
    mask = Mask(
        mall_id=actor.mall_id,
        kind=command.kind.value,
        started_at=command.window.started_at,
        ended_at=command.window.ended_at,
        floor_id=command.floor_id,
        line_id=command.line_id,
        reason=command.reason,
        set_at=now,
        set_by=actor.name,
    )
    session.add(mask)
    session.flush()
    _republish(session, mask, now)
    return mask_view(mask)


@operation(ANNOTATE, name='footfall.mask_closed_hours')
def mask_closed_hours(
    session: Session, *, actor: Actor, command: MaskClosedHours, now: datetime
) -> tuple[MaskView, ...]:
    """Masks the time outside the opening hours of each day that has opening hours. Repeating it adds nothing.

    :raises TooLongAgo: when a day can no longer be made anew.
    """
    assert actor.mall_id is not None, 'the session could not have been opened'
    windows = closed_windows(session, actor.mall_id, command.first_on, command.until_on)
    known = select(Mask.started_at, Mask.ended_at).where(
        Mask.mall_id == actor.mall_id, Mask.kind == MaskKind.CLOSED.value, col(Mask.lifted_at).is_(None)
    )
    there = set(session.exec(known))
    return tuple(
        set_mask(session, actor=actor, command=SetMask(kind=MaskKind.CLOSED, window=window), now=now)
        for window in windows
        if (window.started_at, window.ended_at) not in there
    )


@operation(ANNOTATE, name='footfall.lift_mask')
def lift_mask(session: Session, *, actor: Actor, command: LiftMask, now: datetime) -> MaskView:
    """Publishes what a mask had kept out.

    :raises MaskUnknown:
    :raises TooLongAgo:
    """
    statement = select(Mask).where(Mask.mall_id == actor.mall_id, Mask.id == command.mask_id).with_for_update()
    mask = session.exec(statement).first()
    if mask is None or mask.lifted_at is not None:
        raise MaskUnknown(mask=command.mask_id)
    mask.lifted_at = now
    session.flush()
    _republish(session, mask, now)
    return mask_view(mask)


@operation(ANNOTATE, name='footfall.annotate')
def annotate(session: Session, *, actor: Actor, command: Annotate, now: datetime) -> AnnotationView:
    """Puts a remark on the time axis.

    :raises WindowEmpty:
    """
    assert actor.mall_id is not None, 'the session could not have been opened'
    if command.window.ended_at <= command.window.started_at:
        raise WindowEmpty
    note = Annotation(
        mall_id=actor.mall_id,
        started_at=command.window.started_at,
        ended_at=command.window.ended_at,
        note_zh=command.note_zh,
        note_en=command.note_en,
        floor_id=command.floor_id,
        line_id=command.line_id,
        made_at=now,
        made_by=actor.name,
    )
    session.add(note)
    session.flush()
    notify(session, TOPIC, note.mall_id)
    return annotation_view(note)


def mask_view(mask: Mask) -> MaskView:
    return MaskView(
        id=MaskId(mask.id),
        kind=MaskKind(mask.kind),
        window=Window(started_at=mask.started_at, ended_at=mask.ended_at),
        floor_id=mask.floor_id,
        line_id=None if mask.line_id is None else LineId(mask.line_id),
        reason=mask.reason,
    )


def annotation_view(note: Annotation) -> AnnotationView:
    return AnnotationView(
        id=AnnotationId(note.id),
        window=Window(started_at=note.started_at, ended_at=note.ended_at),
        note_zh=note.note_zh,
        note_en=note.note_en,
        floor_id=note.floor_id,
        line_id=None if note.line_id is None else LineId(note.line_id),
    )


_JUDGE_AGAIN = """
    UPDATE footfall_crossing c SET is_masked = EXISTS (
        SELECT FROM footfall_mask m WHERE m.mall_id = c.mall_id AND m.lifted_at IS NULL
            AND c.occurred_at >= m.started_at AND c.occurred_at < m.ended_at
            AND (m.line_id IS NULL OR m.line_id = v.line_id) AND (m.floor_id IS NULL OR m.floor_id = l.floor_id))
    FROM footfall_line_version v JOIN footfall_line l ON l.mall_id = v.mall_id AND l.id = v.line_id
    WHERE c.mall_id = :mall AND c.occurred_at >= :since AND c.occurred_at < :until
        AND v.mall_id = c.mall_id AND v.id = c.line_version_id
"""


def _republish(session: Session, mask: Mask, now: datetime) -> None:
    """Judges the crossings of the mask's time anew and rebuilds the days that it touches, as far as they have come."""
    notify(session, TOPIC, mask.mall_id)
    if mask.started_at > now:
        return
    clock = clock_of(session, mask.mall_id)
    first_on = clock.business_on(mask.started_at)
    last_on = clock.business_on(min(mask.ended_at, now))
    require_tokens(session, mask.mall_id, first_on, now)
    session.execute(text(_JUDGE_AGAIN), {'mall': mask.mall_id, 'since': mask.started_at, 'until': mask.ended_at})
    rebuild_lines(session, mask.mall_id, first_on, last_on + timedelta(days=1))
