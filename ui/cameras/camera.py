"""One camera: live, with its lines and zones over the picture, its state, its layout to edit and its accuracy."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from nicegui import ui

from domain.footfall.permissions import AUDIT_ACCURACY, EDIT_LAYOUT
from domain.footfall.permissions import VIEW as VIEW_FOOTFALL
from domain.footfall.queries import list_audits, list_lines
from domain.footfall.views import AuditView, LineView
from domain.mall.queries import get_floor_plan
from domain.mall.views import FloorPlanView
from domain.safety.commands import WatchCameras
from domain.safety.operations import watch_cameras
from domain.safety.ports import Layout
from domain.shared.errors import NotFound
from domain.shared.operations import run_operation, run_query
from ui.cameras.auditing import Auditing
from ui.cameras.frame import Place
from ui.cameras.layout_editor import LayoutEditor
from ui.cameras.wall import Shown, load_cameras
from ui.cameras.words import remedy_words, state_of, state_words
from ui.kit.camera_picture import CameraPicture
from ui.kit.description_list import description_list
from ui.kit.format import number
from ui.kit.i18n import t
from ui.kit.notice import notice
from ui.kit.section import section
from ui.kit.status_badge import StatusBadge
from ui.kit.text import Text

Refresh = Callable[[], Awaitable[None]]


@dataclass(frozen=True, kw_only=True, slots=True)
class CameraData:
    """Everything the page of a camera shows."""

    shown: Shown
    layout: Layout | None
    plan: FloorPlanView | None
    lines: Sequence[LineView]
    audits: Sequence[AuditView]


class CameraPage:
    """Built when the first data is there: before, nobody knows whether the picture may be shown."""

    def __init__(self, place: Place, camera: str, refresh: Refresh) -> None:
        self._place, self._camera, self._refresh = place, camera, refresh
        self._editor: LayoutEditor | None = None
        self._auditing: Auditing | None = None
        self._is_watched = False
        with ui.element('div').classes('at-split at-split--side'):
            self._main = ui.element('div').classes('at-stack')
            with section(t('cameras.facts')):
                self._facts = ui.element('div').classes('at-stack').mark('cameras.facts')
        self._below = ui.element('div').classes('at-stack')

    async def load(self) -> CameraData:
        """:raises NotFound: when the mall has no such camera
        :raises VisionUnavailable: when the service does not answer
        """
        actor = self._place.actor
        shown = next((each for each in await load_cameras(self._place) if each.view.code == self._camera), None)
        if shown is None:
            raise NotFound
        if not self._is_watched:
            await run_operation(watch_cameras, actor=actor, command=WatchCameras(device_codes=(self._camera,)))
            self._is_watched = True
        layout = await self._place.port.layout(self._camera) if shown.now else None
        floor_id = shown.view.floor_id
        plan = await run_query(get_floor_plan, actor=actor, floor_id=floor_id) if floor_id else None
        lines = await run_query(list_lines, actor=actor) if actor.may(VIEW_FOOTFALL) else []
        mine = [line for line in lines if line.device_id == shown.view.id and line.retired_at is None]
        audits = [audit for line in mine for audit in await run_query(list_audits, actor=actor, line_id=line.id)]
        return CameraData(shown=shown, layout=layout, plan=plan, lines=mine, audits=audits)

    def show(self, data: CameraData) -> None:
        self._show_facts(data)
        if data.shown.now is None or data.layout is None:
            self._main.clear()
            with self._main:
                notice(remedy_words(None), 'watch')
            return
        if self._editor is None:
            self._build(data)
        assert self._editor is not None
        self._editor.show(data.layout)
        if self._auditing:
            self._auditing.show(data.lines, data.audits)

    def _build(self, data: CameraData) -> None:
        name = data.shown.view.name or data.shown.view.code
        with self._main, section(name, t('cameras.masked_hint')):
            picture = CameraPicture(
                self._place.picture(self._camera), label=t('cameras.picture_of', camera=name), every_s=0.5
            )
        with self._main:
            self._editor = LayoutEditor(self._place, self._camera, picture, data.plan, self._refresh)
            self._editor.is_editable = self._place.actor.may(EDIT_LAYOUT)
        if self._place.actor.may(AUDIT_ACCURACY):
            with self._below:
                self._auditing = Auditing(self._place, self._refresh)

    def _show_facts(self, data: CameraData) -> None:
        now, layout = data.shown.now, data.layout
        self._facts.clear()
        with self._facts:
            StatusBadge(state_of(now), state_words(now))
            if remedy_words(now):
                Text(remedy_words(now), classes='at-small')
            description_list(
                {
                    t('cameras.code'): data.shown.view.code,
                    t('cameras.floor'): self._place.floor_code(data.shown.view.floor_id),
                    t('cameras.detail'): now.detail if now and remedy_words(now) else None,
                    t('cameras.people_now'): number(now.people) if now else None,
                    t('cameras.rate'): number(now.pictures_per_second, digits=1) if now else None,
                    t('cameras.dropped'): number(now.frames_dropped) if now else None,
                    t('cameras.waiting'): number(now.readings_waiting) if now else None,
                    t('cameras.last'): self._place.moment(now.last_picture_at) if now else None,
                    t('cameras.version'): f'v{layout.version}  {self._place.moment(layout.valid_from)}'
                    if layout
                    else None,
                    t('cameras.changed_by'): (layout.changed_by or None) if layout else None,
                    t('cameras.calibration'): _fit_words(layout),
                }
            )


def _fit_words(layout: Layout | None) -> str | None:
    if layout is None or layout.calibration is None:
        return t('cameras.uncalibrated') if layout else None
    if layout.fit is None:
        return t('cameras.calibrated')
    return t(
        'cameras.fit' if layout.fit.is_checked else 'cameras.fit_unchecked',
        metres=number(layout.fit.error_m, digits=2),
        pixels=number(layout.fit.error_px, digits=1),
    )
