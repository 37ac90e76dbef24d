"""The photograph of a register: taken with a reading, and shown beside it."""

from nicegui import ui
from nicegui.events import UploadEventArguments

from domain.shared.actor import Actor
from domain.shared.operations import run_operation, run_query
from domain.utilities.photos import LARGEST, get_photo, keep_photo
from ui.kit.button import button
from ui.kit.i18n import t
from ui.kit.notice import notice
from ui.kit.section import section
from ui.kit.text import Text


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
                ui.image(photo.data_url).props('fit=contain').mark('utilities.photo')


class PhotoPicker:
    """A button that takes a picture with a phone's camera, or a file; `name` is what a reading cites."""

    def __init__(self, actor: Actor) -> None:
        self._actor, self.name = actor, ''
        with ui.element('div').classes('at-row'):
            self._picker = ui.upload(on_upload=self._take, auto_upload=True, max_file_size=LARGEST)
            self._picker.props('accept="image/*" capture=environment').classes('hidden').mark('utilities.photo_upload')
            button(t('utilities.take_photo'), lambda: self._picker.run_method('pickFiles'), icon='camera')
            self._said = Text(t('utilities.no_photo_yet'), classes='at-muted at-small')

    def clear(self) -> None:
        """Without a picture again, after the reading was taken."""
        self.name, self._said.text = '', t('utilities.no_photo_yet')

    async def _take(self, event: UploadEventArguments) -> None:
        content = await event.file.read()
        self.name = await run_operation(keep_photo, actor=self._actor, content=content)
        self._picker.reset()
        self._said.text = t('utilities.photo_kept', name=event.file.name)
