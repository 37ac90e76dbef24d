"""What people do about hazards: look, and say what it was. Every look is on record (SE-R11)."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, select

from domain.footfall.permissions import EDIT_LAYOUT
from domain.safety._rules import NEVER
from domain.safety.commands import CONFIRMING, HazardState, NoteLayout, OpenClip, ReviewHazard, WatchCameras, Watched
from domain.safety.events import HazardReviewed
from domain.safety.fire import record_fire_signal
from domain.safety.models import Hazard, Viewing
from domain.safety.permissions import OPEN_CLIP, REVIEW, WATCH
from domain.safety.queries import HazardUnknown, fetch_hazard
from domain.safety.views import ClipReference, HazardView
from domain.shared.actor import Actor, MallId
from domain.shared.errors import DomainError, Invalid, PermissionDenied
from domain.shared.events import emit
from domain.shared.live import notify
from domain.shared.operations import operation

__all__ = [
    'AlreadyReviewed',
    'CameraUnknown',
    'ClipMissing',
    'note_layout',
    'open_clip',
    'record_fire_signal',
    'review_hazard',
    'watch_cameras',
]


class AlreadyReviewed(DomainError):
    code = 'safety.already_reviewed'
    status = 409
    zh = '{by} 已核实该险情。'
    en = '{by} has verified this hazard already.'


class ClipMissing(DomainError):
    code = 'safety.clip_missing'
    status = 404
    zh = '该险情没有片段。'
    en = 'This hazard has no clip.'


class CameraUnknown(DomainError):
    code = 'safety.camera_unknown'
    status = 404
    zh = '没有代码为“{camera}”的摄像机。'
    en = 'There is no camera "{camera}".'


@operation(REVIEW, name='safety.review_hazard')
def review_hazard(session: Session, *, actor: Actor, command: ReviewHazard, now: datetime) -> HazardView:
    """Confirms or dismisses a hazard, with the reason from which the watch is set anew.

    :raises HazardUnknown:
    :raises AlreadyReviewed: by whoever was quicker.
    :raises Invalid: when the reason speaks against the verdict.
    """
    if (command.reason in CONFIRMING) != (command.verdict == 'confirmed'):
        raise Invalid(field='reason', reason='it speaks against the verdict')
    mall_id = _mall_of(actor)
    found = select(Hazard).where(Hazard.mall_id == mall_id, Hazard.id == command.hazard_id).with_for_update()
    hazard = session.exec(found).first()
    if hazard is None:
        raise HazardUnknown(hazard_id=command.hazard_id)
    if hazard.state != HazardState.OPEN:
        raise AlreadyReviewed(by=hazard.reviewed_by)
    hazard.state, hazard.reason, hazard.note = command.verdict, command.reason, command.note
    hazard.reviewed_at, hazard.reviewed_by = now, actor.name
    session.flush()
    reviewed = HazardReviewed(
        mall_id=mall_id,
        occurred_at=now,
        hazard_id=hazard.id,
        kind=hazard.kind,
        verdict=command.verdict,
        reason=command.reason,
    )
    emit(session, reviewed)
    notify(session, 'safety', mall_id)
    return fetch_hazard(session, mall_id, command.hazard_id)


@operation(OPEN_CLIP, name='safety.open_clip')
def open_clip(session: Session, *, actor: Actor, command: OpenClip, now: datetime) -> ClipReference:
    """Puts the viewing on record and says where the clip is.

    :raises PermissionDenied: for whoever holds a marketing role, whatever else he holds.
    :raises HazardUnknown:
    :raises ClipMissing:
    """
    if actor.roles & NEVER:
        raise PermissionDenied(permission=OPEN_CLIP.code)
    mall_id = _mall_of(actor)
    hazard = session.exec(select(Hazard).where(Hazard.mall_id == mall_id, Hazard.id == command.hazard_id)).first()
    if hazard is None:
        raise HazardUnknown(hazard_id=command.hazard_id)
    if hazard.clip is None:
        raise ClipMissing
    device = session.execute(text('SELECT code FROM device WHERE id = :id'), {'id': hazard.device_id}).scalar_one()
    _put_on_record(session, actor, mall_id, Watched.CLIP, device, now, hazard_id=hazard.id)
    return ClipReference(device, hazard.clip)


@operation(WATCH, name='safety.watch_cameras')
def watch_cameras(session: Session, *, actor: Actor, command: WatchCameras, now: datetime) -> tuple[str, ...]:
    """Puts on record that somebody watches these cameras live; answers their codes.

    :raises PermissionDenied: for whoever holds a marketing role.
    :raises CameraUnknown: when the mall lacks one of them.
    """
    if actor.roles & NEVER:
        raise PermissionDenied(permission=WATCH.code)
    mall_id = _mall_of(actor)
    _check_cameras(session, mall_id, command.device_codes)
    for code in command.device_codes:
        _put_on_record(session, actor, mall_id, Watched.LIVE, code, now)
    return command.device_codes


@operation(EDIT_LAYOUT, name='safety.note_layout')
def note_layout(session: Session, *, actor: Actor, command: NoteLayout, now: datetime) -> str:
    """Puts into the audit log who drew a camera's lines, zones or calibration anew; answers its code.

    :raises CameraUnknown: when the mall has no such camera.
    """
    _check_cameras(session, _mall_of(actor), (command.device_code,))
    return command.device_code


def _check_cameras(session: Session, mall_id: MallId, codes: tuple[str, ...]) -> None:
    known = text("SELECT code FROM device WHERE mall_id = :mall AND kind = 'camera' AND code = ANY(:codes)")
    found = set(session.execute(known, {'mall': mall_id, 'codes': list(codes)}).scalars())
    for code in codes:
        if code not in found:
            raise CameraUnknown(camera=code)


def _put_on_record(
    session: Session,
    actor: Actor,
    mall_id: MallId,
    what: Watched,
    device: str,
    now: datetime,
    *,
    hazard_id: int | None = None,
) -> None:
    viewing = Viewing(
        mall_id=mall_id,
        what=what,
        device_code=device,
        hazard_id=hazard_id,
        viewed_at=now,
        viewed_by=actor.name,
        account_id=actor.account_id,
    )
    session.add(viewing)
    session.flush()


def _mall_of(actor: Actor) -> MallId:
    if actor.mall_id is None:
        raise Invalid(field='mall', reason='hazards belong to a mall; choose one')
    return actor.mall_id
