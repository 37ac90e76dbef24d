"""Lists of what people drew and decided."""

from sqlalchemy import text
from sqlmodel import Session, col, select

from domain.footfall._auditing import audit_view
from domain.footfall._line_views import line_view, verification, version_view, zone_view
from domain.footfall._masking import annotation_view, mask_view
from domain.footfall.commands import LineId, Window, ZoneId
from domain.footfall.models import Annotation, Audit, Line, LineVersion, Mask, Zone, ZoneVersion
from domain.footfall.permissions import VIEW
from domain.footfall.views import AnnotationView, AuditView, LineView, MaskView, Verification, VersionView, ZoneView
from domain.shared.actor import Actor
from domain.shared.operations import query


@query(VIEW)
def list_lines(session: Session, *, actor: Actor, floor_id: int | None = None) -> tuple[LineView, ...]:
    """Counting lines in their present version with the badge of their last audit; retired ones are left out."""
    statement = (
        select(Line, LineVersion)
        .join(LineVersion, col(LineVersion.line_id) == Line.id)
        .where(Line.mall_id == actor.mall_id, col(LineVersion.valid_until).is_(None), col(Line.retired_at).is_(None))
        .order_by(Line.code)
    )
    if floor_id is not None:
        statement = statement.where(Line.floor_id == floor_id)
    audits = {audit.line_version_id: audit for audit in _audits_in_order(session, actor.mall_id)}  # the last one wins
    return tuple(line_view(line, version, audits.get(version.id)) for line, version in session.exec(statement))


@query(VIEW)
def list_zones(session: Session, *, actor: Actor, floor_id: int | None = None) -> tuple[ZoneView, ...]:
    """Counting zones in their present version; retired ones are left out."""
    statement = (
        select(Zone, ZoneVersion)
        .join(ZoneVersion, col(ZoneVersion.zone_id) == Zone.id)
        .where(Zone.mall_id == actor.mall_id, col(ZoneVersion.valid_until).is_(None), col(Zone.retired_at).is_(None))
        .order_by(Zone.code)
    )
    if floor_id is not None:
        statement = statement.where(Zone.floor_id == floor_id)
    return tuple(zone_view(zone, version) for zone, version in session.exec(statement))


@query(VIEW)
def line_versions(session: Session, *, actor: Actor, line_id: LineId) -> tuple[VersionView, ...]:
    """All versions of a line, newest first."""
    statement = (
        select(LineVersion)
        .where(LineVersion.mall_id == actor.mall_id, LineVersion.line_id == line_id)
        .order_by(col(LineVersion.version).desc())
    )
    return tuple(version_view(version) for version in session.exec(statement))


@query(VIEW)
def zone_versions(session: Session, *, actor: Actor, zone_id: ZoneId) -> tuple[VersionView, ...]:
    """All versions of a zone, newest first."""
    statement = (
        select(ZoneVersion)
        .where(ZoneVersion.mall_id == actor.mall_id, ZoneVersion.zone_id == zone_id)
        .order_by(col(ZoneVersion.version).desc())
    )
    return tuple(version_view(version) for version in session.exec(statement))


@query(VIEW)
def list_audits(session: Session, *, actor: Actor, line_id: LineId | None = None) -> tuple[AuditView, ...]:
    """Accuracy audits, newest first."""
    statement = select(Audit).where(Audit.mall_id == actor.mall_id)
    if line_id is not None:
        statement = statement.where(Audit.line_id == line_id)
    statement = statement.order_by(col(Audit.audited_at).desc(), col(Audit.id).desc())
    return tuple(audit_view(audit) for audit in session.exec(statement))


@query(VIEW)
def list_masks(session: Session, *, actor: Actor, window: Window) -> tuple[MaskView, ...]:
    """Masks that touch the window; lifted ones are left out."""
    statement = (
        select(Mask)
        .where(
            Mask.mall_id == actor.mall_id,
            col(Mask.lifted_at).is_(None),
            Mask.started_at < window.ended_at,
            Mask.ended_at > window.started_at,
        )
        .order_by(col(Mask.started_at))
    )
    return tuple(mask_view(mask) for mask in session.exec(statement))


@query(VIEW)
def list_annotations(session: Session, *, actor: Actor, window: Window) -> tuple[AnnotationView, ...]:
    """Remarks that touch the window."""
    assert actor.mall_id is not None, 'the session could not have been opened'
    return annotations_in(session, actor.mall_id, window)


def annotations_in(session: Session, mall_id: int, window: Window) -> tuple[AnnotationView, ...]:
    """Remarks that touch the window, in order of time."""
    statement = (
        select(Annotation)
        .where(
            Annotation.mall_id == mall_id,
            Annotation.started_at < window.ended_at,
            Annotation.ended_at > window.started_at,
        )
        .order_by(col(Annotation.started_at))
    )
    return tuple(annotation_view(note) for note in session.exec(statement))


def badges(session: Session, mall_id: int) -> dict[LineId, Verification]:
    """The badge of each line that was audited in its present version."""
    rows = session.execute(
        text(
            'SELECT DISTINCT ON (a.line_id) a.line_id, a.has_passed FROM footfall_audit a'
            ' JOIN footfall_line_version v ON v.mall_id = a.mall_id AND v.id = a.line_version_id'
            ' WHERE a.mall_id = :mall AND v.valid_until IS NULL ORDER BY a.line_id, a.audited_at DESC, a.id DESC'
        ),
        {'mall': mall_id},
    )
    return {LineId(row.line_id): verification(row.has_passed) for row in rows}


def _audits_in_order(session: Session, mall_id: int | None) -> list[Audit]:
    statement = select(Audit).where(Audit.mall_id == mall_id).order_by(col(Audit.audited_at), col(Audit.id))
    return list(session.exec(statement))
