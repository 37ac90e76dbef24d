"""Calibration by clicks: the same floor point on the picture and on the plan, four times or more; its error shown."""

from collections.abc import Awaitable, Callable
from dataclasses import replace

from nicegui import ui

from domain.mall.views import FloorPlanView
from domain.safety.ports import Calibration, Layout
from ui.cameras.frame import Place
from ui.floorplan.shape import shape_of
from ui.kit.button import button
from ui.kit.camera_picture import CameraPicture, Share
from ui.kit.floor_plan import FloorPlan, Point
from ui.kit.format import number
from ui.kit.i18n import t
from ui.kit.notice import notice
from ui.kit.section import section
from ui.kit.text import Text
from ui.kit.toolbar import toolbar

LEAST, MOST = 4, 64


class Calibrating:
    """Closed at first; pairs are made in order: the n-th point of the picture is the n-th of the plan."""

    def __init__(
        self,
        place: Place,
        camera: str,
        picture: CameraPicture,
        plan: FloorPlanView | None,
        save: Callable[[Layout], Awaitable[None]],
    ) -> None:
        self._place, self._camera, self._picture, self._save = place, camera, picture, save
        self._layout: Layout | None = None
        self._points: list[Share] = []
        self._metres: list[Point] = []
        self._plan: FloorPlan | None = None
        self._plan_view = plan
        self._card = ui.element('div').classes('at-stack')

    @property
    def is_open(self) -> bool:
        return self._layout is not None

    async def open(self, layout: Layout) -> None:
        """Begin with the points that there are, and how well they fit."""
        if self.is_open:
            return
        self._layout = layout
        known = layout.calibration
        self._points = list(known.points) if known else []
        self._metres = list(known.metres) if known else []
        assert self._plan_view is not None
        with self._card, section(t('cameras.calibration'), t('cameras.calibration_hint')):
            notice(t('cameras.calibration_help'))
            self._plan = FloorPlan(shape_of(self._plan_view), height='420px')
            self._result = Text(classes='at-strong').mark('cameras.fit')
            self._details = Text(classes='at-small at-faint')
            with toolbar():
                button(t('cameras.check_fit'), self._check, icon='check').mark('cameras.check_fit')
                button(t('cameras.save'), self._finish, rank='primary').mark('cameras.save_calibration')
                button(t('cameras.undo'), self._undo, rank='quiet', icon='history')
                button(t('kit.dialog.cancel'), self.close, rank='quiet')
        self._redraw()
        if len(self._metres) >= LEAST:
            await self._check()

    def close(self) -> None:
        if not self.is_open:
            return
        self._layout, self._plan = None, None
        self._card.clear()
        self._picture.end_draft()

    def clicked_picture(self, point: Share) -> None:
        if self.is_open and len(self._points) < MOST and len(self._points) <= len(self._metres):
            self._points.append(point)
            self._redraw()

    def moved_on_picture(self, index: int, point: Share) -> None:
        if self.is_open and index < len(self._points):
            self._points[index] = point
            self._redraw()

    async def _clicked_plan(self, point: Point) -> None:
        if len(self._metres) >= len(self._points):
            return
        self._metres.append(point)
        self._redraw()
        if len(self._metres) >= LEAST:
            await self._check()

    def _undo(self) -> None:
        if len(self._points) > len(self._metres):
            self._points.pop()
        elif self._metres:
            self._points.pop()
            self._metres.pop()
        self._redraw()

    def _redraw(self) -> None:
        assert self._plan is not None
        self._picture.draft('points', self._points)
        self._plan.pins(self._metres, self._clicked_plan)
        pairs = len(self._metres)
        waits = 'plan' if len(self._points) > pairs else 'picture'
        self._result.text = t(f'cameras.next_on_{waits}', pairs=number(pairs), least=number(LEAST))
        self._details.text = ''

    async def _check(self) -> None:
        calibration = self._calibration()
        if calibration is None:
            ui.notify(t('cameras.too_few_points', least=LEAST), type='warning')
            return
        fit = await self._place.port.fit(self._camera, calibration)
        if not self.is_open:
            return
        self._result.text = t(
            'cameras.fit' if fit.is_checked else 'cameras.fit_unchecked',
            metres=number(fit.error_m, digits=2),
            pixels=number(fit.error_px, digits=1),
        )
        errors = (f'{place}: {number(error, digits=2)} m' for place, error in enumerate(fit.errors_m, 1))
        self._details.text = '   '.join(errors)

    async def _finish(self) -> None:
        calibration = self._calibration()
        if calibration is None or self._layout is None:
            ui.notify(t('cameras.too_few_points', least=LEAST), type='warning')
            return
        await self._save(replace(self._layout, calibration=calibration))

    def _calibration(self) -> Calibration | None:
        pairs = min(len(self._points), len(self._metres))
        if pairs < LEAST:
            return None
        return Calibration(tuple(self._points[:pairs]), tuple(self._metres[:pairs]))
