"""The till's dialogs: one at a time, opened by a key or a touch."""

from collections.abc import Callable

from nicegui import ui

from domain.sales.permissions import OVERRIDE, RETURN
from ui.kit.i18n import t
from ui.kit.text import Text
from ui.pos.counter import Counter
from ui.pos.drawer import DrawerDialog
from ui.pos.members import MemberDialog
from ui.pos.overriding import OverrideDialog
from ui.pos.returns import ReturnsDialog
from ui.pos.suspending import SuspendDialog, WaitingDialog


class Dialogs:
    """Each act opens its dialog over the counter; the dialog closes itself when it is done."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._dialog = ui.dialog()

    def suspend(self) -> None:
        """Puts the basket aside."""
        if not self._counter.basket.is_empty:
            self._open(t('pos.act_suspend'), lambda close: SuspendDialog(self._counter, close))

    def waiting(self) -> None:
        """What was put aside, and what is unfinished."""
        self._open(t('pos.waiting_title'), lambda close: WaitingDialog(self._counter, close))

    def member(self) -> None:
        """Whose basket it is."""
        self._open(t('pos.member_title'), lambda close: MemberDialog(self._counter, close))

    def override(self) -> None:
        """Another price for the chosen line, by who may."""
        if self._counter.basket.selected is None:
            ui.notify(t('pos.choose_line'))
        elif self._counter.session.may(OVERRIDE):
            self._open(t('pos.override_title'), lambda close: OverrideDialog(self._counter, close))
        else:
            ui.notify(t('pos.override_needs_right'), type='warning')

    def returns(self) -> None:
        """Goods that come back, against the receipt of whichever till."""
        if self._counter.session.may(RETURN):
            self._open(t('pos.returns_title'), lambda close: ReturnsDialog(self._counter, close), is_wide=True)

    def drawer(self) -> None:
        """Reports, cash in and out, the end of the shift."""
        self._open(t('pos.drawer_title'), lambda close: DrawerDialog(self._counter, close))

    def close(self) -> None:
        """Back to the counter."""
        self._dialog.close()

    def _open(self, title: str, fill: Callable[[Callable[[], None]], object], *, is_wide: bool = False) -> None:
        self._dialog.clear()
        size = ' at-till__dialog--wide' if is_wide else ''
        with self._dialog, ui.element('div').classes(f'at-dialog at-stack at-till__dialog{size}'):
            Text(title, tag='div', classes='at-dialog__title')
            fill(self._dialog.close)
        self._dialog.open()
