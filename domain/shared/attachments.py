"""Photographs and papers that prove something (照片与附件): kept once by their digest, never edited, cited by name.

What they prove is a row of some slice, which holds the name. A tenant's people keep and see their own alone; that of a
meter also where they may see its reading. Row-level security says so, whatever a slice asks.
"""

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, col, select

from domain.shared.actor import Actor, TenantId
from domain.shared.errors import DomainError, Invalid
from domain.shared.models import Attachment
from domain.shared.pictures import clean_paper, clean_picture

NAME_LENGTH = 32


class Purpose(StrEnum):
    """What a file is for; one kept for a purpose cannot be cited for another."""

    METER = 'meter'
    Z_REPORT = 'z_report'
    WORK_ORDER = 'work_order'
    CERTIFICATE = 'certificate'


class AttachmentUnknown(DomainError):
    code = 'attachment.unknown'
    status = 404
    zh = '找不到该照片或附件，请重新上传。'
    en = 'There is no such photograph or attachment; upload it again.'


@dataclass(frozen=True, slots=True, kw_only=True)
class AttachmentView:
    """A kept file with what it is."""

    name: str
    kind: str
    content: bytes

    @property
    def data_url(self) -> str:
        """The file in one piece of text, as a page shows it."""
        return f'data:{self.kind};base64,{b64encode(self.content).decode()}'


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """The name by which a kept file is cited."""

    name: str
    kind: str


def keep(
    session: Session, *, actor: Actor, purpose: Purpose, content: bytes, now: datetime, may_be_paper: bool = False,
    tenant_id: TenantId | None = None,
) -> Kept:  # fmt: skip
    """Keeps a photograph, or a paper where one may come, and gives its name; the same content is kept once. What the
    mall's people keep is the mall's own, or that of the tenant that shall see it.

    :raises PictureUnknownKind: or `PaperUnknownKind` where papers may come.
    :raises PictureTooLarge:
    :raises PictureBroken:
    """
    if actor.mall_id is None:
        raise Invalid(field='mall', reason='a photograph belongs to a mall; choose one')
    kind, cleaned = clean_paper(content) if may_be_paper else clean_picture(content)
    name = sha256(cleaned).hexdigest()[:NAME_LENGTH]
    row = {'purpose': purpose.value, 'name': name, 'kind': kind, 'content': cleaned, 'kept_by': actor.name}
    owner = {'mall_id': actor.mall_id, 'tenant_id': actor.tenant_id or tenant_id}
    session.execute(insert(Attachment).values(**row, **owner, kept_at=now).on_conflict_do_nothing())
    return Kept(name=name, kind=kind)


def find(session: Session, purpose: Purpose, name: str) -> AttachmentView | None:
    """The file of that name that the transaction may see."""
    one = session.exec(
        select(Attachment).where(Attachment.purpose == purpose.value, Attachment.name == name)
        .order_by(col(Attachment.id)).limit(1)
    ).first()  # fmt: skip
    return AttachmentView(name=one.name, kind=one.kind, content=one.content) if one else None


def check_cited(
    session: Session, purpose: Purpose, *names: str, tenant_id: TenantId, or_the_malls: bool = False
) -> None:  # fmt: skip
    """Refuses a name that stands for nothing that this tenant may see: another tenant's, and the mall's own unless that
    is enough.

    :raises AttachmentUnknown:
    """
    for name in names:
        rows = select(col(Attachment.tenant_id)).where(Attachment.purpose == purpose.value, Attachment.name == name)
        owners = set(session.exec(rows))
        if tenant_id not in owners and not (or_the_malls and None in owners):
            raise AttachmentUnknown
