"""Draws lines and zones on the picture and calibrates it against the plan; each saving is a new version (FT-R15)."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from nicegui import ui

from domain.mall.views import FloorPlanView
from domain.safety.commands import NoteLayout
from domain.safety.operations import note_layout
from domain.safety.ports import Layout, Shape
from domain.shared.operations import run_operation
from ui.cameras.calibrating import Calibrating
from ui.cameras.frame import Place
from ui.kit.button import button, icon_button
from ui.kit.camera_picture import CameraPicture, Drawn, Share
from ui.kit.confirmation import confirm
from ui.kit.field import choice_field, required, text_field
from ui.kit.form import form
from ui.kit.i18n import t
from ui.kit.notice import notice
from ui.kit.section import section
from ui.kit.text import Text
from ui.kit.toolbar import toolbar

KINDS = {'line': ('door', 'staff'), 'zone': ('zone', 'staff')}
LEAST = {'line': 2, 'zone': 3}
MOST = {'line': 2, 'zone': 64}


class LayoutEditor:
    """Closed at first: a list of what is drawn, and buttons to draw more."""

    def __init__(
        self,
        place: Place,
        camera: str,
        picture: CameraPicture,
        plan: FloorPlanView | None,
        on_saved: Callable[[], Awaitable[None]],
    ) -> None:
        self._place, self._camera, self._picture, self._plan, self._on_saved = place, camera, picture, plan, on_saved
        self._layout: Layout | None = None
        self._drawing: str | None = None
        self._points: list[Share] = []
        self.is_editable = False
        picture.on_placed(self._placed)
        picture.on_moved(self._moved)
        with section(t('cameras.layout'), t('cameras.layout_hint')):
            self._box = ui.element('div').classes('at-stack').mark('cameras.layout')
        self._calibrating = Calibrating(place, camera, picture, plan, self.save)

    def show(self, layout: Layout) -> None:
        """Show this version, unless somebody is just drawing over another."""
        if self._drawing or self._calibrating.is_open:
            return
        is_new = self._layout is None or layout.version != self._layout.version
        self._layout = layout
        if is_new:
            self._picture.draw([*_drawn(layout.lines, 'line'), *_drawn(layout.zones, 'zone')])
            self._list()

    async def save(self, layout: Layout) -> None:
        """Hands the new layout to the vision service and puts it into the audit log.

        :raises LayoutOutdated: when somebody was quicker
        """
        saved = await self._place.port.save_layout(
            self._camera,
            based_on=layout.version,
            lines=layout.lines,
            zones=layout.zones,
            calibration=layout.calibration,
            changed_by=self._place.session.display_name,
        )
        command = NoteLayout(device_code=self._camera, version=saved.version)
        await run_operation(note_layout, actor=self._place.actor, command=command)
        ui.notify(t('cameras.saved', version=saved.version), type='positive')
        self._stop()
        await self._on_saved()

    def _list(self) -> None:
        assert self._layout is not None
        self._box.clear()
        with self._box:
            with ui.element('div').classes('at-feed'):
                for shape in self._layout.lines:
                    self._line_of_list('line', shape)
                for shape in self._layout.zones:
                    self._line_of_list('zone', shape)
            if not self._layout.lines and not self._layout.zones:
                Text(t('cameras.nothing_drawn'), classes='at-faint')
            if self.is_editable:
                with toolbar():
                    button(t('cameras.draw_line'), lambda: self._draw('line'), icon='line').mark('cameras.draw_line')
                    button(t('cameras.draw_zone'), lambda: self._draw('zone'), icon='zone').mark('cameras.draw_zone')
                    if self._plan is not None:
                        button(t('cameras.calibrate'), self._calibrate, icon='map').mark('cameras.calibrate')

    def _line_of_list(self, what: str, shape: Shape) -> None:
        with ui.element('div').classes('at-feed__line'):
            Text(t(f'cameras.{what}'), classes='at-faint')
            Text(shape.code, classes='at-grow at-strong')
            Text(t(f'cameras.shape_kind.{shape.kind}'), classes='at-small')
            if self.is_editable:
                icon_button('trash', t('cameras.remove', code=shape.code), lambda: self._ask_to_remove(what, shape))

    def _ask_to_remove(self, what: str, shape: Shape) -> None:
        confirm(
            t('cameras.remove', code=shape.code),
            t('cameras.remove_effect'),
            action=t('cameras.remove_action'),
            on_confirm=lambda: self._remove(what, shape),
            is_destructive=True,
        )

    async def _remove(self, what: str, shape: Shape) -> None:
        assert self._layout is not None
        rest = tuple(each for each in _shapes(self._layout, what) if each.code != shape.code)
        await self.save(_with(self._layout, what, rest))

    def _draw(self, what: str) -> None:
        self._drawing, self._points = what, []
        self._picture.draft('line' if what == 'line' else 'zone', [])
        self._box.clear()
        with self._box:
            notice(t(f'cameras.draw_{what}_help'))
            with form(self._save_drawn, label=t('cameras.save')):
                self._code = text_field(
                    t('cameras.shape_code'), help_text=t('cameras.code_help'), checks=(required, _code)
                )
                self._code.mark('cameras.shape_code')
                options = {kind: t(f'cameras.shape_kind.{kind}') for kind in KINDS[what]}
                self._kind = choice_field(t('cameras.shape_kind_label'), options, KINDS[what][0])
            with toolbar():
                button(t('cameras.undo'), self._undo, rank='quiet', icon='history')
                button(t('kit.dialog.cancel'), self._cancel, rank='quiet')

    def _placed(self, point: Share) -> None:
        if self._drawing is None:
            self._calibrating.clicked_picture(point)
        elif len(self._points) < MOST[self._drawing]:
            self._points.append(point)
            self._redraft()

    def _moved(self, index: int, point: Share) -> None:
        if self._drawing is None:
            self._calibrating.moved_on_picture(index, point)
        elif index < len(self._points):
            self._points[index] = point
            self._redraft()

    def _undo(self) -> None:
        self._points = self._points[:-1]
        self._redraft()

    def _redraft(self) -> None:
        self._picture.draft('line' if self._drawing == 'line' else 'zone', self._points)

    async def _save_drawn(self) -> None:
        assert self._layout is not None
        assert self._drawing is not None
        if len(self._points) < LEAST[self._drawing]:
            ui.notify(t(f'cameras.too_few_{self._drawing}'), type='warning')
            return
        shape = Shape(self._code.value.strip(), tuple(self._points), str(self._kind.value))
        others = tuple(each for each in _shapes(self._layout, self._drawing) if each.code != shape.code)
        await self.save(_with(self._layout, self._drawing, (*others, shape)))

    async def _calibrate(self) -> None:
        assert self._layout is not None
        await self._calibrating.open(self._layout)

    def _cancel(self) -> None:
        self._stop()
        self._list()

    def _stop(self) -> None:
        self._drawing, self._points = None, []
        self._calibrating.close()
        self._picture.end_draft()
        self._list()


def _shapes(layout: Layout, what: str) -> tuple[Shape, ...]:
    return layout.lines if what == 'line' else layout.zones


def _with(layout: Layout, what: str, shapes: tuple[Shape, ...]) -> Layout:
    return replace(layout, lines=shapes) if what == 'line' else replace(layout, zones=shapes)


def _drawn(shapes: tuple[Shape, ...], what: str) -> list[Drawn]:
    return [
        Drawn(
            id=f'{what}-{shape.code}',
            kind='staff' if shape.kind == 'staff' else 'line' if what == 'line' else 'zone',
            points=shape.points,
            label=shape.code,
        )
        for shape in shapes
    ]


def _code(value: object) -> str | None:
    text = str(value or '').strip()
    is_good = 0 < len(text) <= 64 and all(letter in 'abcdefghijklmnopqrstuvwxyz0123456789-' for letter in text)
    return None if is_good else t('cameras.code_invalid')
