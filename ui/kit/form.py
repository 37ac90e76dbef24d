"""A form that validates at the field, submits once, shows that it is busy, and guards unsaved changes."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from nicegui import ui
from nicegui.elements.mixins.validation_element import ValidationElement

from ui.kit.button import button
from ui.kit.i18n import t


class Form(ui.element):
    """Fields built inside are validated together; the submit button is busy, and deaf, until the answer came."""

    def __init__(self, on_submit: Callable[[], Awaitable[None]], *, label: str | None = None) -> None:
        super().__init__('form')
        self.classes('at-form').on('submit.prevent', self.submit)
        self._on_submit = on_submit
        self._label = label or t('kit.form.save')
        self.submit_button: ui.button | None = None
        self.is_busy = False

    def finish(self) -> None:
        """Place the submit button below the fields."""
        with self:
            self.submit_button = button(self._label, on_click=self.submit, rank='primary').mark('form.submit')
            # Browsers send a form with several fields on Enter only if it has a submit button, be it a hidden one.
            ui.element('input').props('type=submit hidden tabindex=-1 aria-hidden=true')

    async def submit(self) -> None:
        """Validate, then run the one operation behind this form; a second click while it runs does nothing."""
        if self.is_busy or not self.validate():
            return
        self._be_busy(True)
        try:
            await self._on_submit()
        finally:
            self._be_busy(False)

    def validate(self) -> bool:
        """Show every objection at its field."""
        fields = [element for element in self.descendants() if isinstance(element, ValidationElement)]
        objections = [field for field in fields if not field.validate()]
        return not objections

    def _be_busy(self, is_busy: bool) -> None:
        self.is_busy = is_busy
        if self.submit_button and not self.is_deleted:
            self.submit_button.set_enabled(not is_busy)
            self.submit_button.props(add='loading' if is_busy else None, remove=None if is_busy else 'loading')


@contextmanager
def form(on_submit: Callable[[], Awaitable[None]], *, label: str | None = None) -> Iterator[Form]:
    """Fields go into the body; the submit button follows by itself."""
    with Form(on_submit, label=label) as made:
        yield made
    made.finish()
