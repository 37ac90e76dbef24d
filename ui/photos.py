"""Photographs and papers as proof: taken or chosen on a phone, and shown beside what they prove."""

from collections.abc import Awaitable, Callable

from nicegui import ui
from nicegui.events import UploadEventArguments

from domain.shared.attachments import AttachmentView, Kept
from domain.shared.pictures import LARGEST, PDF
from ui.kit.button import button
from ui.kit.i18n import t
from ui.kit.text import Text

# Named one by one, so that a telephone hands out a JPEG of what it keeps in a format of its own.
PICTURES, PAPERS = 'image/jpeg,image/png,image/webp', 'application/pdf'


class PhotoPicker:
    """A button that takes a picture or chooses a file; `names` are what is cited, in the order in which they came."""

    def __init__(
        self, keep: Callable[[bytes], Awaitable[Kept]], *, most: int = 1, may_be_paper: bool = False,
        is_camera: bool = False, mark: str = 'photo.upload',
    ) -> None:  # fmt: skip
        self._keep, self._most = keep, most
        self._taken: dict[str, str] = {}
        self._nothing = t('photo.no_file_yet' if may_be_paper else 'photo.none_yet')
        with ui.element('div').classes('at-row'):
            self._picker = ui.upload(
                on_upload=self._take, on_rejected=lambda: ui.notify(t('photo.not_taken'), type='warning'),
                auto_upload=True, max_file_size=LARGEST,
            )  # fmt: skip
            accepted = f'{PICTURES},{PAPERS}' if may_be_paper else PICTURES
            self._picker.props(f'accept="{accepted}"').classes('hidden').mark(mark)
            if is_camera:
                self._picker.props('capture=environment')
            label = 'photo.choose_file' if may_be_paper else 'photo.take' if is_camera else 'photo.take_or_choose'
            button(t(label), lambda: self._picker.run_method('pickFiles'), icon='camera')
            self._said = Text(self._nothing, classes='at-muted at-small')

    @property
    def names(self) -> tuple[str, ...]:
        """The names of what was taken."""
        return tuple(self._taken)

    @property
    def name(self) -> str:
        """The name of the last one, or nothing."""
        return self.names[-1] if self._taken else ''

    def clear(self) -> None:
        """Without a picture again, after it was cited."""
        self._taken.clear()
        self._say()

    async def _take(self, event: UploadEventArguments) -> None:
        content = await event.file.read()
        self._picker.reset()  # before anything may be refused, so that another can be chosen at once
        kept = await self._keep(content)
        self._taken[kept.name] = event.file.name
        while len(self._taken) > self._most:
            self._taken.pop(next(iter(self._taken)))
        self._say()

    def _say(self) -> None:
        taken = list(self._taken.values())
        self._said.text = t('photo.attached', names=t('photo.and').join(taken)) if taken else self._nothing


def show_attachment(one: AttachmentView, *, file_name: str, mark: str = 'photo.shown') -> None:
    """A picture, which a click enlarges; a paper as a file to keep and read."""
    if one.kind == PDF:
        button(
            t('photo.download'), lambda: ui.download.content(one.content, f'{file_name}.pdf', PDF), icon='download'
        ).mark(mark)  # fmt: skip
        return
    with ui.dialog().props('maximized') as large, ui.element('div').classes('at-card at-stack'):
        button(t('photo.close'), large.close, rank='quiet')
        ui.image(one.data_url).props('fit=contain')
    ui.image(one.data_url).props(f'fit=contain alt="{t("photo.enlarge")}"').classes('cursor-pointer').mark(
        mark
    ).on('click', large.open)  # fmt: skip
