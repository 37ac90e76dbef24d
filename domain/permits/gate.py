"""Permits at the gate: a guard types the code that somebody shows, sees what was allowed, and lets pass or stops."""

from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, col, select

from domain.permits._views import approval_of, permit_view
from domain.permits.commands import CheckPermit, PermitId
from domain.permits.models import GateCheck, Permit
from domain.permits.permissions import CHECK, VIEW
from domain.permits.views import GateCheckView, GateLine, PermitView, Shown
from domain.shared.actor import Actor
from domain.shared.errors import DomainError
from domain.shared.live import notify
from domain.shared.operations import operation, query

GATE_LOCK = 0x6A7E0001


class PermitUnknown(DomainError):
    code = 'permits.permit_unknown'
    status = 404
    zh = '没有凭证码为“{permit}”的许可，请核对后重新输入。'
    en = 'No permit has the code "{permit}"; check it and type it again.'


class PermitNotValid(DomainError):
    code = 'permits.permit_not_valid'
    status = 409
    zh = '该许可此刻无效，不能放行。'
    en = 'The permit is not valid now; nobody passes on it.'


@query(VIEW)
def list_permits(session: Session, *, actor: Actor) -> list[PermitView]:
    """Permits, newest first; a tenant's people see their own."""
    permits = session.exec(select(Permit).order_by(col(Permit.id).desc())).all()
    return [_seen(session, permit) for permit in permits]


@query(VIEW)
def list_checks(session: Session, *, actor: Actor, permit_id: PermitId) -> tuple[GateCheckView, ...]:
    """What the gate made of a permit, oldest first."""
    return _checks(session, permit_id)


@query(CHECK)
def list_gate_log(session: Session, *, actor: Actor, since: datetime) -> list[GateLine]:
    """What the gate decided from an instant on, newest first."""
    statement = select(GateCheck, Permit).join(
        Permit, (col(Permit.mall_id) == GateCheck.mall_id) & (col(Permit.id) == GateCheck.permit_id)
    ).where(GateCheck.checked_at >= since).order_by(col(GateCheck.id).desc())  # fmt: skip
    return [
        GateLine(code=permit.code, kind=permit.kind, check=_check_view(check))
        for check, permit in session.exec(statement)
    ]


@query(CHECK)
def show_permit(session: Session, *, actor: Actor, code: str, now: datetime) -> Shown:
    """The permit of a code, and whether it holds now.

    :raises PermitUnknown:
    """
    permit = _load(session, code)
    view, checks = _seen(session, permit), _checks(session, PermitId(permit.id))
    return Shown(permit=view, standing=_standing(view, checks, now), checks=checks)


@operation(CHECK, name='permits.check_permit')
def check_permit(session: Session, *, actor: Actor, command: CheckPermit, now: datetime) -> Shown:
    """Puts on record that somebody passed the gate on a permit, or was stopped.

    :raises PermitUnknown:
    :raises PermitNotValid: when it is not approved, not yet or no longer valid, or was used up.
    """
    permit = _load(session, command.code)
    # Goods leave once, however often their permit is shown at the same moment.
    session.execute(text('SELECT pg_advisory_xact_lock(:lock, :permit)'), {'lock': GATE_LOCK, 'permit': permit.id})
    shown = show_permit(session, actor=actor, code=command.code, now=now)
    if command.verdict == 'passed' and shown.standing != 'valid':
        raise PermitNotValid
    session.add(GateCheck(
        mall_id=permit.mall_id, permit_id=permit.id, tenant_id=permit.tenant_id, verdict=command.verdict,
        note=command.note, checked_by=actor.name, checked_at=now,
    ))  # fmt: skip
    session.flush()
    notify(session, 'permits', permit.mall_id)
    return show_permit(session, actor=actor, code=command.code, now=now)


def _load(session: Session, code: str) -> Permit:
    """:raises PermitUnknown:"""
    wanted = code.strip().upper()
    permit = session.exec(select(Permit).where(Permit.code == wanted)).one_or_none()
    if permit is None:
        raise PermitUnknown(permit=wanted[:12])
    return permit


def _seen(session: Session, permit: Permit) -> PermitView:
    return permit_view(permit, approval_of(session, f'permits.permit:{permit.id}'))


def _checks(session: Session, permit_id: PermitId) -> tuple[GateCheckView, ...]:
    rows = session.exec(select(GateCheck).where(GateCheck.permit_id == permit_id).order_by(col(GateCheck.id)))
    return tuple(_check_view(row) for row in rows)


def _check_view(row: GateCheck) -> GateCheckView:
    return GateCheckView(
        permit_id=PermitId(row.permit_id), verdict=row.verdict, note=row.note, checked_by=row.checked_by,
        checked_at=row.checked_at,
    )  # fmt: skip


def _standing(permit: PermitView, checks: tuple[GateCheckView, ...], now: datetime) -> str:
    """Goods leave once; works and late hours are gone in and out of."""
    if not permit.approval.is_approved:
        return 'not_approved'
    if now < permit.starts_at:
        return 'early'
    if now >= permit.ends_at:
        return 'late'
    has_passed = any(check.verdict == 'passed' for check in checks)
    return 'used' if permit.kind == 'goods_out' and has_passed else 'valid'
