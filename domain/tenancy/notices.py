"""Notices to tenants, and who has read them."""

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from domain.shared.actor import Actor, TenantId
from domain.shared.events import emit
from domain.shared.live import notify
from domain.shared.operations import operation, query
from domain.tenancy._common import mall_of, tenants
from domain.tenancy.commands import NoticeId, PublishNotice, ReadNotice
from domain.tenancy.errors import NobodyAddressed, NoticeUnknown, TenantUnknown
from domain.tenancy.events import NoticePublished
from domain.tenancy.models import Notice, NoticeReceipt, NoticeRecipient
from domain.tenancy.permissions import PUBLISH, VIEW
from domain.tenancy.views import NoticeView, ReceiptRow

_COUNTS = text("""
    SELECT notice_id, count(*) AS recipients, count(first_read_at) AS readers FROM notice_recipient
     WHERE mall_id = app_mall() GROUP BY notice_id
""")


@operation(PUBLISH, name='tenancy.publish_notice')
def publish_notice(session: Session, *, actor: Actor, command: PublishNotice, now: datetime) -> NoticeView:
    """Publishes to the tenants of today; those who come later have other notices. The same key publishes once.

    :raises TenantUnknown: when one that is named is none of this mall's.
    :raises NobodyAddressed:
    """
    earlier = session.exec(select(Notice).where(Notice.key == command.key)).one_or_none()
    if earlier is not None:
        return _views(session, actor, [earlier])[0]
    recipients = _addressed(session, actor, command)
    notice = Notice(
        mall_id=mall_of(actor), key=command.key, title=command.title, body=command.body, must_read=command.must_read,
        published_by=actor.name, published_at=now, expires_on=command.expires_on,
    )  # fmt: skip
    session.add(notice)
    session.flush()
    rows = [{'mall_id': notice.mall_id, 'notice_id': notice.id, 'tenant_id': tenant} for tenant in recipients]
    session.execute(insert(NoticeRecipient), rows)
    emit(session, NoticePublished(
        mall_id=notice.mall_id, occurred_at=now, notice_id=notice.id, recipients=len(recipients)
    ))  # fmt: skip
    notify(session, 'tenancy', notice.mall_id)
    return _views(session, actor, [notice])[0]


@operation(VIEW, name='tenancy.read_notice', is_audited=False)
def read_notice(session: Session, *, actor: Actor, command: ReadNotice, now: datetime) -> NoticeView:
    """Leaves the receipt of one of a tenant's people, once; the mall's own people read without one.

    :raises NoticeUnknown: for a notice that was not published to this tenant.
    """
    notice = session.exec(select(Notice).where(Notice.id == command.notice_id)).one_or_none()
    if notice is None:
        raise NoticeUnknown
    if actor.tenant_id is not None and actor.account_id is not None:
        _leave_receipt(session, actor, notice, now)
    return _views(session, actor, [notice])[0]


@query(VIEW)
def list_notices(session: Session, *, actor: Actor, on: date | None = None) -> list[NoticeView]:
    """Notices, the newest first; with a day, those that still matter on it. A tenant's people see their own."""
    found = select(Notice).order_by(col(Notice.published_at).desc(), col(Notice.id).desc())
    if on is not None:
        found = found.where(col(Notice.expires_on).is_(None) | (col(Notice.expires_on) >= on))
    return _views(session, actor, session.exec(found).all())


@query(VIEW)
def list_receipts(session: Session, *, actor: Actor, notice_id: NoticeId) -> list[ReceiptRow]:
    """The tenants that a notice went to, those who have not read it first.

    :raises NoticeUnknown:
    """
    known = tenants(session, actor)
    found = select(NoticeRecipient).where(NoticeRecipient.notice_id == notice_id)
    rows = session.exec(found.order_by(col(NoticeRecipient.first_read_at).asc().nulls_first())).all()
    if not rows:
        raise NoticeUnknown
    return [
        ReceiptRow(
            tenant_id=TenantId(row.tenant_id), tenant_zh=known[TenantId(row.tenant_id)].name_zh,
            tenant_en=known[TenantId(row.tenant_id)].name_en, first_reader=row.first_reader,
            first_read_at=row.first_read_at,
        ) for row in rows
    ]  # fmt: skip


def _addressed(session: Session, actor: Actor, command: PublishNotice) -> list[TenantId]:
    known = tenants(session, actor)
    if set(command.tenant_ids) - known.keys():
        raise TenantUnknown
    is_for_all = not command.tenant_ids and not command.categories
    chosen = [
        tenant.id for tenant in known.values()
        if is_for_all or tenant.id in command.tenant_ids or tenant.category in command.categories
    ]  # fmt: skip
    if not chosen:
        raise NobodyAddressed
    return chosen


def _leave_receipt(session: Session, actor: Actor, notice: Notice, now: datetime) -> None:
    receipt = insert(NoticeReceipt).values(
        mall_id=notice.mall_id, notice_id=notice.id, tenant_id=actor.tenant_id, account_id=actor.account_id,
        reader=actor.name, read_at=now,
    )  # fmt: skip
    is_new = session.execute(receipt.on_conflict_do_nothing().returning(col(NoticeReceipt.notice_id))).first()
    if is_new is None:
        return
    recipient = session.exec(
        select(NoticeRecipient)
        .where(NoticeRecipient.notice_id == notice.id, NoticeRecipient.tenant_id == actor.tenant_id)
        .with_for_update()
    ).one()
    if recipient.first_read_at is None:
        recipient.first_reader, recipient.first_read_at = actor.name, now
        session.flush()
    notify(session, 'tenancy', notice.mall_id)


def _views(session: Session, actor: Actor, notices: Iterable[Notice]) -> list[NoticeView]:
    counts = {row.notice_id: row for row in session.execute(_COUNTS)}
    mine = set(session.exec(select(NoticeReceipt.notice_id).where(NoticeReceipt.account_id == actor.account_id)))
    return [
        NoticeView(
            id=NoticeId(notice.id), title=notice.title, body=notice.body, must_read=notice.must_read,
            published_by=notice.published_by, published_at=notice.published_at, expires_on=notice.expires_on,
            recipients=counts[notice.id].recipients, readers=counts[notice.id].readers,
            is_read_by_me=notice.id in mine,
        ) for notice in notices
    ]  # fmt: skip
