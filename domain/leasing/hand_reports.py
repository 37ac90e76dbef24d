"""Days typed in on a phone with a photograph of the till's Z report (Z 报表): they wait, and count once accepted."""

from datetime import datetime

from sqlmodel import Session, col, select

from domain.leasing._repository import load_lease, mall_of
from domain.leasing._rules.gto import gross_turnover
from domain.leasing.commands import (
    DayTurnover,
    DecideReport,
    HandReportId,
    LeaseId,
    ReportByHand,
    ReportTurnover,
)
from domain.leasing.errors import ReasonNeeded, ReportDecided, ReportUnknown, TenantUnknown, ZReportNeeded
from domain.leasing.events import TurnoverReportRejected
from domain.leasing.models import Lease, Tenant, TurnoverReport
from domain.leasing.permissions import REPORT_TURNOVER, REVIEW_TURNOVER, VIEW
from domain.leasing.turnover import FACTS, check_days, take_days, terms_of
from domain.leasing.views import HandReported, HandReportView
from domain.shared import attachments
from domain.shared.actor import Actor, TenantId
from domain.shared.attachments import AttachmentUnknown, AttachmentView, Kept, Purpose
from domain.shared.events import emit
from domain.shared.live import notify
from domain.shared.operations import operation, query

SHOWN = 300


@operation(REPORT_TURNOVER, name='leasing.keep_z_report', is_audited=False)
def keep_z_report(
    session: Session, *, actor: Actor, content: bytes, now: datetime, tenant_id: TenantId | None = None
) -> Kept:  # fmt: skip
    """Keeps a photograph of a Z report and gives the name by which a report cites it. The mall's people say whose.

    :raises TenantUnknown:
    :raises PictureUnknownKind:
    :raises PictureTooLarge:
    :raises PictureBroken:
    """
    if tenant_id is not None and session.exec(select(Tenant.id).where(Tenant.id == tenant_id)).one_or_none() is None:
        raise TenantUnknown(tenant=tenant_id)
    return attachments.keep(
        session, actor=actor, purpose=Purpose.Z_REPORT, content=content, now=now, tenant_id=tenant_id
    )


@operation(REPORT_TURNOVER, name='leasing.report_by_hand')
def report_by_hand(session: Session, *, actor: Actor, command: ReportByHand, now: datetime) -> HandReported:
    """Takes one day from the shop. With a photograph it waits for somebody of the mall, and an earlier one that still
    waits for the same day is withdrawn; without one it counts at once, where the lease allows that.

    :raises LeaseUnknown:
    :raises LeaseNotOpen: when it is a draft.
    :raises DayOutsideLease: when the day is none of the lease's, or lies ahead.
    :raises ZReportNeeded: when there is no photograph and the lease asks for one.
    :raises AttachmentUnknown: when the photograph is not kept here, or another tenant's.
    """
    lease = load_lease(session, actor, command.lease_id, is_locked=True)
    if not command.photo:
        return _count_at_once(session, actor, lease, command, now)
    check_days(session, actor, lease, [command.day.on], now)
    attachments.check_cited(session, Purpose.Z_REPORT, command.photo, tenant_id=TenantId(lease.tenant_id))
    _withdraw_earlier(session, actor, lease, command.day, now)
    report = TurnoverReport(
        mall_id=mall_of(actor), lease_id=lease.id, tenant_id=lease.tenant_id, category=command.day.category,
        happened_on=command.day.on, facts=FACTS.dump_python(command.day.facts, mode='json'), photo=command.photo,
        state='waiting', reported_by=actor.name, reported_at=now,
    )  # fmt: skip
    session.add(report)
    session.flush()
    notify(session, 'leasing', lease.mall_id)
    gto = gross_turnover(command.day.facts, terms_of(lease).gto)
    return HandReported(id=HandReportId(report.id), is_waiting=True, carried_forward=0, gto_fen=gto)


@operation(REPORT_TURNOVER, name='leasing.withdraw_report')
def withdraw_report(session: Session, *, actor: Actor, report_id: HandReportId, now: datetime) -> HandReportView:
    """Takes back a day that nobody has looked at; it is missing again.

    :raises ReportUnknown:
    :raises ReportDecided:
    """
    report = _waiting(session, report_id)
    report.state, report.decided_by, report.decided_at = 'withdrawn', actor.name, now
    return _decided(session, report)


@operation(REVIEW_TURNOVER, name='leasing.decide_report')
def decide_report(session: Session, *, actor: Actor, command: DecideReport, now: datetime) -> HandReportView:
    """Lets a day count, or rejects it so that the shop is asked for it again.

    :raises ReportUnknown:
    :raises ReportDecided: when it was decided, withdrawn or replaced.
    :raises ReasonNeeded: when it is rejected without one.
    """
    reason = command.reason.strip()
    if not command.is_accepted and not reason:
        raise ReasonNeeded
    # The lease first, as whoever reports locks it: two that wait for each other would both be turned away.
    lease = load_lease(session, actor, _lease_of(session, command.report_id), is_locked=True)
    report = _waiting(session, command.report_id)
    report.state = 'accepted' if command.is_accepted else 'rejected'
    report.decided_by, report.decided_at, report.reason = actor.name, now, reason
    if command.is_accepted:
        taken = ReportTurnover(lease_id=LeaseId(lease.id), source='receipt_photo', days=(_day(report),))
        take_days(session, actor, lease, taken, reporter=report.reported_by, now=now)
    else:
        emit(session, TurnoverReportRejected(
            mall_id=report.mall_id, occurred_at=now, report_id=report.id, lease_id=lease.id, tenant_id=lease.tenant_id,
            number=lease.number, day=report.happened_on.isoformat(), reason=reason,
        ))  # fmt: skip
    return _decided(session, report)


@query(VIEW)
def list_hand_reports(session: Session, *, actor: Actor, lease_id: LeaseId | None = None) -> list[HandReportView]:
    """Days with photographs, those that wait first, then the newest; a tenant's people see their own."""
    found = select(TurnoverReport, Lease, Tenant).join(Lease, col(Lease.id) == TurnoverReport.lease_id)
    found = found.join(Tenant, col(Tenant.id) == TurnoverReport.tenant_id)
    if lease_id is not None:
        found = found.where(TurnoverReport.lease_id == lease_id)
    newest = (TurnoverReport.state != 'waiting', col(TurnoverReport.id).desc())
    return [_view(*row) for row in session.exec(found.order_by(*newest).limit(SHOWN))]  # type: ignore[arg-type]


@query(VIEW)
def get_z_report(session: Session, *, actor: Actor, report_id: HandReportId) -> AttachmentView:
    """The photograph of a report.

    :raises ReportUnknown:
    :raises AttachmentUnknown:
    """
    report = session.exec(select(TurnoverReport).where(TurnoverReport.id == report_id)).one_or_none()
    if report is None:
        raise ReportUnknown
    photo = attachments.find(session, Purpose.Z_REPORT, report.photo)
    if photo is None:
        raise AttachmentUnknown
    return photo


def _count_at_once(
    session: Session, actor: Actor, lease: Lease, command: ReportByHand, now: datetime
) -> HandReported:  # fmt: skip
    if terms_of(lease).needs_z_report:
        raise ZReportNeeded(lease=lease.number)
    plain = ReportTurnover(lease_id=command.lease_id, source='upload', days=(command.day,))
    taken = take_days(session, actor, lease, plain, reporter=actor.name, now=now)
    return HandReported(id=None, is_waiting=False, carried_forward=taken.carried_forward, gto_fen=taken.gto_fen)


def _withdraw_earlier(session: Session, actor: Actor, lease: Lease, day: DayTurnover, now: datetime) -> None:
    earlier = session.exec(select(TurnoverReport).where(
        TurnoverReport.lease_id == lease.id, TurnoverReport.category == day.category,
        TurnoverReport.happened_on == day.on, TurnoverReport.state == 'waiting',
    ).with_for_update()).one_or_none()  # fmt: skip
    if earlier is not None:
        earlier.state, earlier.decided_by, earlier.decided_at = 'withdrawn', actor.name, now
        session.flush()


def _lease_of(session: Session, report_id: HandReportId) -> LeaseId:
    lease_id = session.exec(select(TurnoverReport.lease_id).where(TurnoverReport.id == report_id)).one_or_none()
    if lease_id is None:
        raise ReportUnknown
    return LeaseId(lease_id)


def _waiting(session: Session, report_id: HandReportId) -> TurnoverReport:
    statement = select(TurnoverReport).where(TurnoverReport.id == report_id).with_for_update()
    report = session.exec(statement).one_or_none()
    if report is None:
        raise ReportUnknown
    if report.state != 'waiting':
        raise ReportDecided
    return report


def _decided(session: Session, report: TurnoverReport) -> HandReportView:
    session.flush()
    notify(session, 'leasing', report.mall_id)
    statement = select(Lease, Tenant).join(Tenant, col(Tenant.id) == Lease.tenant_id).where(Lease.id == report.lease_id)
    lease, tenant = session.exec(statement).one()
    return _view(report, lease, tenant)


def _day(report: TurnoverReport) -> DayTurnover:
    facts = FACTS.validate_python(report.facts)
    return DayTurnover(on=report.happened_on, category=report.category, facts=facts)


def _view(report: TurnoverReport, lease: Lease, tenant: Tenant) -> HandReportView:
    facts = FACTS.validate_python(report.facts)
    return HandReportView(
        id=HandReportId(report.id), lease_id=LeaseId(lease.id), number=lease.number,
        tenant_id=TenantId(tenant.id), tenant_zh=tenant.name_zh, tenant_en=tenant.name_en, on=report.happened_on,
        category=report.category, facts=facts, gto_fen=gross_turnover(facts, terms_of(lease).gto), state=report.state,
        reported_by=report.reported_by, reported_at=report.reported_at, decided_by=report.decided_by,
        decided_at=report.decided_at, reason=report.reason,
    )  # fmt: skip
