"""The photograph of a register: taken with a reading, and shown beside it."""

from nicegui import ui

from domain.shared.actor import Actor
from domain.shared.attachments import Kept
from domain.shared.operations import run_operation, run_query
from domain.utilities.photos import get_photo, keep_photo
from ui.kit.i18n import t
from ui.kit.notice import notice
from ui.kit.section import section
from ui.photos import PhotoPicker, show_attachment


class PhotoBox:
    """Empty until a reading with a photograph is chosen."""

    def __init__(self, actor: Actor) -> None:
        self._actor = actor
        self._box = ui.element('div')

    async def show(self, name: str) -> None:
        """Show the photograph of that name, or say that there is none here."""
        photo = await run_query(get_photo, actor=self._actor, name=name) if name else None
        self._box.clear()
        with self._box, section(t('utilities.photo')):
            if photo is None:
                notice(t('utilities.photo_elsewhere', name=name) if name else t('utilities.no_photo'))
            else:
                show_attachment(photo, file_name=name, mark='utilities.photo')


def register_picker(actor: Actor, *, mark: str = 'utilities.photo_upload') -> PhotoPicker:
    """Takes a picture with a phone's camera, or a file."""

    async def keep(content: bytes) -> Kept:
        return await run_operation(keep_photo, actor=actor, content=content)

    return PhotoPicker(keep, mark=mark)
