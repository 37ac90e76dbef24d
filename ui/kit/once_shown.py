"""A secret that is shown this once: selected with one tap, copied with one button, gone when its reader says so."""

from nicegui import ui

from ui.kit.button import button
from ui.kit.i18n import t
from ui.kit.notice import notice
from ui.kit.text import Text


class OnceShown(ui.element):
    """Takes no room until it has something to show; then it comes into view, wherever the reader stands."""

    def __init__(self) -> None:
        super().__init__('section')
        self.classes('at-card').props('role=status')
        self.visible = False

    def show(self, secret: str, title: str) -> None:
        """The secret in full. Copying needs a safe connection (https); selecting it by hand always works."""
        self.clear()
        with self:
            Text(title, tag='h2', classes='at-section__title')
            notice(t('kit.secret.once'), 'watch')
            Text(secret, tag='code', classes='at-secret').mark('secret')
            with ui.element('div').classes('at-row'):
                copy = button(t('kit.secret.copy'), rank='primary', icon='copy').mark('secret.copy')
                button(t('kit.secret.done'), self._forget).mark('secret.done')
            copy.on('click', lambda: _copied(copy, secret))
        self.visible = True
        self.run_method('scrollIntoView', {'block': 'center'})

    def _forget(self) -> None:
        self.clear()
        self.visible = False


def _copied(copy: ui.button, secret: str) -> None:
    ui.clipboard.write(secret)
    copy.text = t('kit.secret.copied')
