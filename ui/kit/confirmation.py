"""Asks once before something cannot simply be taken back. One dialog per client, refilled for every question."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from ui.kit.button import button
from ui.kit.i18n import t
from ui.kit.text import Text

_STORAGE_KEY = 'confirmation'


def confirm(
    title: str,
    effect: str,
    *,
    action: str,
    on_confirm: Callable[[], Awaitable[None] | None],
    is_destructive: bool = False,
) -> None:
    """Say what will happen and let the person decide.

    A callback instead of an awaited answer: when the browser goes away, nothing is left waiting.
    """
    dialog = _dialog()
    dialog.clear()
    with dialog, ui.element('div').classes('at-dialog at-stack').props('role=alertdialog'):
        Text(title, tag='div', classes='at-dialog__title')
        Text(effect, tag='div', classes='at-muted')
        with ui.element('div').classes('at-dialog__actions'):
            button(t('kit.dialog.cancel'), on_click=dialog.close).mark('confirmation.cancel')
            rank = 'danger' if is_destructive else 'primary'
            button(action, on_click=lambda: _accept(dialog, on_confirm), rank=rank).mark('confirmation.accept')
    dialog.open()


def _accept(dialog: ui.dialog, on_confirm: Callable[[], Awaitable[None] | None]) -> Awaitable[None] | None:
    dialog.close()
    return on_confirm()


def _dialog() -> ui.dialog:
    """The client's one dialog; closed dialogs stay in the element tree, so a new one each time would pile up."""
    client = ui.context.client
    dialog = client.storage.get(_STORAGE_KEY)
    if dialog is None or dialog.is_deleted:
        with client.layout:
            dialog = client.storage[_STORAGE_KEY] = ui.dialog()
    return dialog
