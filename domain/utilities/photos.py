"""Photographs of registers: kept once, by their digest, and shown beside the reading that they prove."""

from datetime import datetime

from sqlmodel import Session

from domain.shared import attachments
from domain.shared.actor import Actor
from domain.shared.attachments import AttachmentView, Kept, Purpose
from domain.shared.operations import operation, query
from domain.utilities.permissions import READ_METERS, VIEW


@operation(READ_METERS, name='utilities.keep_photo', is_audited=False)
def keep_photo(session: Session, *, actor: Actor, content: bytes, now: datetime) -> Kept:
    """Keeps a photograph and gives the name by which a reading cites it; the same picture is kept once.

    :raises PictureUnknownKind:
    :raises PictureTooLarge:
    :raises PictureBroken:
    """
    return attachments.keep(session, actor=actor, purpose=Purpose.METER, content=content, now=now)


@query(VIEW)
def get_photo(session: Session, *, actor: Actor, name: str) -> AttachmentView | None:
    """The photograph of that name, where it is kept here and the actor may see its reading."""
    return attachments.find(session, Purpose.METER, name)
