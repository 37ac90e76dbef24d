"""Accuracy audits: a person counts a recorded stretch by hand, and the line earns or loses its badge."""

from datetime import datetime
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from domain.footfall._layout import LineUnknown
from domain.footfall._rules.accuracy import assess
from domain.footfall.commands import AuditId, LineId, RecordAudit, Window
from domain.footfall.events import AuditFailed
from domain.footfall.models import Audit, Line, LineVersion
from domain.footfall.permissions import AUDIT_ACCURACY
from domain.footfall.recording import TOPIC
from domain.footfall.views import AuditView
from domain.shared.actor import Actor
from domain.shared.errors import DomainError
from domain.shared.events import emit
from domain.shared.live import notify
from domain.shared.operations import operation


class AuditInvalid(DomainError):
    code = 'footfall.audit_invalid'
    status = 422
    zh = '核对记录不正确：{reason}。'
    en = 'The audit is not valid: {reason}.'


@operation(AUDIT_ACCURACY, name='footfall.record_audit')
def record_audit(session: Session, *, actor: Actor, command: RecordAudit, now: datetime) -> AuditView:
    """Holds a hand count against what the line counted in the same whole minutes, staff and masked people included.

    :raises LineUnknown:
    :raises AuditInvalid: when the stretch spans a redraw, lies ahead, or the counts contradict each other.
    """
    line = session.exec(select(Line).where(Line.mall_id == actor.mall_id, Line.id == command.line_id)).first()
    if line is None:
        raise LineUnknown(line=command.line_id)
    version = _version_of(session, line, command.window, now)
    counted = _counted(session, line.mall_id, version.id, command.window)
    matched = _matched(command, counted)
    result = assess(hand=(command.hand_in, command.hand_out), system=counted, matched=matched)
    audit = Audit(
        mall_id=line.mall_id,
        line_id=line.id,
        line_version_id=version.id,
        started_at=command.window.started_at,
        ended_at=command.window.ended_at,
        hand_in=command.hand_in,
        hand_out=command.hand_out,
        system_in=counted[0],
        system_out=counted[1],
        precision=result.precision,
        recall=result.recall,
        mape=result.mape,
        has_passed=result.has_passed,
        is_best_case=result.is_best_case,
        note=command.note,
        audited_at=now,
        audited_by=actor.name,
    )
    session.add(audit)
    session.flush()
    if not audit.has_passed:
        emit(session, AuditFailed(mall_id=line.mall_id, occurred_at=now, line_id=line.id, started_at=audit.started_at))
    notify(session, TOPIC, line.mall_id)
    return audit_view(audit)


def audit_view(audit: Audit) -> AuditView:
    return AuditView(
        id=AuditId(audit.id),
        line_id=LineId(audit.line_id),
        window=Window(started_at=audit.started_at, ended_at=audit.ended_at),
        hand_in=audit.hand_in,
        hand_out=audit.hand_out,
        system_in=audit.system_in,
        system_out=audit.system_out,
        precision=audit.precision,
        recall=audit.recall,
        mape=audit.mape,
        has_passed=audit.has_passed,
        is_best_case=audit.is_best_case,
        audited_at=audit.audited_at,
        audited_by=audit.audited_by,
    )


def _version_of(session: Session, line: Line, window: Window, now: datetime) -> LineVersion:
    if window.ended_at <= window.started_at or window.ended_at > now:
        raise AuditInvalid(reason='the stretch must lie in the past')
    statement = select(LineVersion).where(
        LineVersion.line_id == line.id,
        LineVersion.valid_from <= window.started_at,
        col(LineVersion.valid_until).is_(None) | (col(LineVersion.valid_until) >= window.ended_at),
    )
    version = session.exec(statement).first()
    if version is None:
        raise AuditInvalid(reason='the line was redrawn during the stretch')
    return version


def _counted(session: Session, mall_id: int, line_version_id: int, window: Window) -> tuple[int, int]:
    row: Any = session.execute(
        text(
            'SELECT coalesce(sum(ins + masked_in + staff_in), 0), coalesce(sum(outs + masked_out + staff_out), 0)'
            ' FROM footfall_line_rollup WHERE mall_id = :mall AND grain = 1 AND line_version_id = :version'
            ' AND bucket_at >= :since AND bucket_at < :until'
        ),
        {'mall': mall_id, 'version': line_version_id, 'since': window.started_at, 'until': window.ended_at},
    ).one()
    return int(row[0]), int(row[1])


def _matched(command: RecordAudit, counted: tuple[int, int]) -> tuple[int, int] | None:
    if min(command.hand_in, command.hand_out) < 0:
        raise AuditInvalid(reason='a hand count is not negative')
    if command.matched_in is None or command.matched_out is None:
        return None
    limits = (min(command.hand_in, counted[0]), min(command.hand_out, counted[1]))
    if not (0 <= command.matched_in <= limits[0] and 0 <= command.matched_out <= limits[1]):
        raise AuditInvalid(reason='more was confirmed than was counted')
    return command.matched_in, command.matched_out
