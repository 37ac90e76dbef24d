"""A long job: a bar with a count, a way to stop it, and a result that stays."""

from collections.abc import Callable

from nicegui import ui

from ui.kit.button import button
from ui.kit.format import number
from ui.kit.i18n import t
from ui.kit.status_badge import StatusBadge
from ui.kit.text import Text


class JobProgress(ui.element):
    """Progress of one job, told by whoever runs it."""

    def __init__(self, title: str, *, on_cancel: Callable[[], object] | None = None) -> None:
        super().__init__('div')
        self.classes('at-progress').props('role=progressbar')
        with self:
            with ui.element('div').classes('at-progress__head'):
                Text(title, classes='at-strong')
                self._count = Text(classes='at-muted at-figures at-grow')
                self._result = StatusBadge('off')
                self._cancel = button(t('kit.job.cancel'), on_click=on_cancel, rank='quiet')
            with ui.element('div').classes('at-progress__track'):
                self._bar = ui.element('div').style('width: 0')
        self._result.visible = False
        self._cancel.visible = on_cancel is not None

    def advance(self, done: int, total: int) -> None:
        """So much is done."""
        self._count.text = t('kit.job.count', done=number(done), total=number(total))
        self._bar.style(f'width: {done / total:.1%}' if total else 'width: 0')

    def finish(self, total: int) -> None:
        """All is done; this stays visible."""
        self.advance(total, total)
        self._conclude('good', t('kit.job.finished', total=number(total)))

    def cancelled(self, done: int) -> None:
        """It was stopped; what was done stays done."""
        self._conclude('watch', t('kit.job.cancelled', done=number(done)))

    def failed(self, sentence: str) -> None:
        """It ended by itself before its end, for this reason."""
        self._conclude('act', sentence)

    def _conclude(self, state: str, sentence: str) -> None:
        self._result.show(state, sentence)
        self._result.visible, self._cancel.visible = True, False
