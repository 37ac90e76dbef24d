"""Auditors' certificates (审计营业额证明): handed in by the shop or by finance, and shown beside what they settle."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from domain.billing.commands import HandedInId, HandInCertificate
from domain.billing.errors import AlreadyReconciled, CertificateNeeded, CertificateUnknown, CertificateYearInvalid
from domain.billing.models import Certificate, CertificateUpload
from domain.billing.permissions import CERTIFY, POST, VIEW
from domain.billing.runs import mall_of
from domain.billing.views import HandedIn
from domain.leasing.commands import LeaseId
from domain.leasing.queries import get_lease
from domain.mall.queries import get_business_clock
from domain.shared import attachments
from domain.shared.actor import Actor
from domain.shared.attachments import AttachmentView, Kept, Purpose
from domain.shared.live import notify
from domain.shared.operations import operation, query


@operation(POST, name='billing.keep_certificate', is_audited=False)
def keep_certificate(session: Session, *, actor: Actor, content: bytes, now: datetime) -> Kept:
    """Keeps an auditor's certificate, a PDF or a picture, and gives the name by which a reconciliation cites it.

    :raises PaperUnknownKind:
    :raises PictureTooLarge:
    :raises PictureBroken:
    """
    return _keep(session, actor, content, now)


@operation(CERTIFY, name='billing.keep_own_certificate', is_audited=False)
def keep_own_certificate(session: Session, *, actor: Actor, content: bytes, now: datetime) -> Kept:
    """The same for a shop's people, who see what they kept and no other shop's.

    :raises PaperUnknownKind:
    :raises PictureTooLarge:
    :raises PictureBroken:
    """
    return _keep(session, actor, content, now)


@operation(CERTIFY, name='billing.hand_in_certificate')
def hand_in_certificate(session: Session, *, actor: Actor, command: HandInCertificate, now: datetime) -> HandedIn:
    """Hands a year's certificate in for finance to settle the year with. Handed in again, the later one counts.

    :raises CertificateNeeded: without its file.
    :raises LeaseUnknown:
    :raises CertificateYearInvalid: when the year is not over, or none of the lease's.
    :raises AttachmentUnknown: when the file is not kept here, or another tenant's.
    :raises AlreadyReconciled:
    """
    if not command.attachment:
        raise CertificateNeeded
    lease = get_lease(session, actor=actor, lease_id=command.lease_id)
    today = get_business_clock(session, actor=actor).business_on(now)
    if not lease.starts_on.year <= command.year < today.year or lease.ends_on.year < command.year:
        raise CertificateYearInvalid(year=command.year)
    attachments.check_cited(session, Purpose.CERTIFICATE, command.attachment, tenant_id=lease.tenant_id)
    if _settled(session, lease.id, command.year):
        raise AlreadyReconciled(year=command.year)
    row = CertificateUpload(
        mall_id=mall_of(actor), lease_id=lease.id, tenant_id=lease.tenant_id, year=command.year,
        audited_gto_fen=command.audited_gto_fen, document=command.document, attachment=command.attachment,
        uploaded_by=actor.name, uploaded_at=now,
    )  # fmt: skip
    session.add(row)
    session.flush()
    notify(session, 'billing', row.mall_id)
    return _views(session, [row])[0]


@query(VIEW)
def list_handed_in(session: Session, *, actor: Actor) -> list[HandedIn]:
    """The last certificate of each lease and year, those that nothing was settled with first; a shop sees its own."""
    statement = select(CertificateUpload).order_by(col(CertificateUpload.id).desc())
    last: dict[tuple[int, int], CertificateUpload] = {}
    for row in session.exec(statement):
        last.setdefault((row.lease_id, row.year), row)
    return sorted(_views(session, list(last.values())), key=lambda one: one.is_settled)


@query(VIEW)
def get_handed_in(session: Session, *, actor: Actor, handed_in_id: HandedInId) -> AttachmentView:
    """The file of a certificate that was handed in.

    :raises CertificateUnknown:
    """
    row = session.exec(select(CertificateUpload).where(CertificateUpload.id == handed_in_id)).one_or_none()
    return _file(session, row.attachment if row else None)


@query(VIEW)
def get_certificate(session: Session, *, actor: Actor, lease_id: LeaseId, year: int) -> AttachmentView:
    """The certificate with which a year was reconciled.

    :raises CertificateUnknown: when the year was not, or before files were kept, or is not the actor's to see.
    """
    found = session.exec(select(Certificate).where(Certificate.lease_id == lease_id, Certificate.year == year))
    row = found.one_or_none()
    return _file(session, row.attachment if row else None)


def _keep(session: Session, actor: Actor, content: bytes, now: datetime) -> Kept:
    purpose = Purpose.CERTIFICATE
    return attachments.keep(session, actor=actor, purpose=purpose, content=content, now=now, may_be_paper=True)


def _file(session: Session, name: str | None) -> AttachmentView:
    paper = attachments.find(session, Purpose.CERTIFICATE, name) if name else None
    if paper is None:
        raise CertificateUnknown
    return paper


def _settled(session: Session, lease_id: int, year: int) -> bool:
    rows = select(Certificate.year).where(Certificate.lease_id == lease_id, Certificate.year == year)
    return session.exec(rows).first() is not None


def _views(session: Session, rows: Sequence[CertificateUpload]) -> list[HandedIn]:
    settled = set(session.exec(select(Certificate.lease_id, Certificate.year)))
    return [
        HandedIn(
            id=HandedInId(row.id), lease_id=LeaseId(row.lease_id), year=row.year, audited_gto_fen=row.audited_gto_fen,
            document=row.document, attachment=row.attachment, uploaded_by=row.uploaded_by, uploaded_at=row.uploaded_at,
            is_settled=(row.lease_id, row.year) in settled,
        ) for row in rows
    ]  # fmt: skip
