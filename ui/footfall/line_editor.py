"""Redraws a line by dragging its ends. A redraw begins a new series and never rewrites the old one (FT-R15)."""

from collections.abc import Awaitable, Callable

from nicegui import ui

from domain.footfall.commands import Point, RedrawLine, RetireLine
from domain.footfall.operations import redraw_line, retire_line
from domain.footfall.views import LineView
from domain.shared.actor import Actor
from domain.shared.operations import run_operation
from ui.kit.button import button
from ui.kit.confirmation import confirm
from ui.kit.field import at_most, required, text_field
from ui.kit.floor_plan import FloorPlan
from ui.kit.form import form
from ui.kit.i18n import t
from ui.kit.notice import notice
from ui.kit.toolbar import toolbar

LONGEST_REASON = 200


class LineEditor:
    """Closed at first; opens a form below the plan and two handles on it."""

    def __init__(self, actor: Actor, plan: FloorPlan, on_saved: Callable[[], Awaitable[None]]) -> None:
        self._actor, self._plan, self._on_saved = actor, plan, on_saved
        self._line: LineView | None = None
        self._ends: tuple[Point, Point] | None = None
        self._box = ui.element('div').classes('at-stack')

    def show(self, line: LineView) -> None:
        """Offer to edit this line."""
        self._line = line
        self._close()

    def _close(self) -> None:
        self._plan.end_draft()
        self._box.clear()
        with self._box, toolbar():
            button(t('footfall.redraw'), self._open, icon='edit').mark('footfall.redraw')
            button(t('footfall.retire'), self._ask_to_retire, rank='quiet', icon='trash').mark('footfall.retire')

    def _open(self) -> None:
        assert self._line is not None
        self._ends = (self._line.start, self._line.end)
        self._plan.draft(*self._ends, self._moved)
        self._box.clear()
        with self._box:
            notice(t('footfall.redraw_effect'), 'watch')
            with form(self._save, label=t('footfall.redraw_save')):
                self._reason = text_field(
                    t('footfall.reason'),
                    help_text=t('footfall.reason_help'),
                    checks=(required, at_most(LONGEST_REASON)),
                )
                self._reason.mark('footfall.reason')
            button(t('kit.dialog.cancel'), self._close, rank='quiet')

    def _moved(self, start: Point, end: Point) -> None:
        self._ends = (start, end)

    async def _save(self) -> None:
        assert self._line is not None
        assert self._ends is not None
        command = RedrawLine(
            line_id=self._line.id,
            start=self._ends[0],
            end=self._ends[1],
            device_id=self._line.device_id,
            reason=self._reason.value.strip(),
        )
        await run_operation(redraw_line, actor=self._actor, command=command)
        ui.notify(t('footfall.redrawn'), type='positive')
        await self._on_saved()

    def _ask_to_retire(self) -> None:
        confirm(
            t('footfall.retire_title'),
            t('footfall.retire_effect'),
            action=t('footfall.retire'),
            on_confirm=self._retire,
            is_destructive=True,
        )

    async def _retire(self) -> None:
        assert self._line is not None
        command = RetireLine(line_id=self._line.id, reason=t('footfall.retired_by_hand'))
        await run_operation(retire_line, actor=self._actor, command=command)
        ui.notify(t('footfall.retired'))
        await self._on_saved()
