"""Photographs of registers: kept once, by their digest, and shown beside the reading that they prove."""

from base64 import b64encode
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, select

from domain.shared.actor import Actor
from domain.shared.errors import DomainError
from domain.shared.operations import operation, query
from domain.utilities._repository import mall_of
from domain.utilities.models import MeterPhoto
from domain.utilities.permissions import READ_METERS, VIEW

LARGEST = 4 * 1024 * 1024
BEGINS = {b'\xff\xd8\xff': 'image/jpeg', b'\x89PNG\r\n\x1a\n': 'image/png', b'RIFF': 'image/webp'}


class PhotoInvalid(DomainError):
    code = 'utilities.photo_invalid'
    status = 422
    zh = '照片须为 JPEG、PNG 或 WebP 格式，且不超过 4 MB。'
    en = 'A photograph is a JPEG, PNG or WebP of at most 4 MB.'


@dataclass(frozen=True, slots=True, kw_only=True)
class PhotoView:
    name: str
    kind: str
    content: bytes

    @property
    def data_url(self) -> str:
        """The picture in one piece of text, as a page shows it."""
        return f'data:{self.kind};base64,{b64encode(self.content).decode()}'


@operation(READ_METERS, name='utilities.keep_photo', is_audited=False)
def keep_photo(session: Session, *, actor: Actor, content: bytes, now: datetime) -> str:
    """Keeps a photograph and gives the name by which a reading cites it; the same picture is kept once.

    :raises PhotoInvalid: when it is no picture, or too large.
    """
    kind = kind_of(content)
    if kind is None or len(content) > LARGEST:
        raise PhotoInvalid
    name = sha256(content).hexdigest()[:32]
    row = {'mall_id': mall_of(actor), 'name': name, 'kind': kind, 'content': content, 'taken_by': actor.name}
    session.execute(insert(MeterPhoto).values(**row, taken_at=now).on_conflict_do_nothing())
    return name


@query(VIEW)
def get_photo(session: Session, *, actor: Actor, name: str) -> PhotoView | None:
    """The photograph of that name, where it is kept here and the actor may see its reading."""
    photo = session.exec(select(MeterPhoto).where(MeterPhoto.name == name)).one_or_none()
    return PhotoView(name=photo.name, kind=photo.kind, content=photo.content) if photo else None


def kind_of(content: bytes) -> str | None:
    """What a picture is, by how it begins; never by what its sender says."""
    kind = next((kind for begin, kind in BEGINS.items() if content.startswith(begin)), None)
    return None if kind == 'image/webp' and content[8:12] != b'WEBP' else kind
