"""Heat by the hour: one floor, and a slider that walks through the hours of a business day."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from nicegui import ui

from domain.footfall.commands import Window
from domain.footfall.queries import heat_map
from domain.footfall.views import HeatMap
from domain.mall.queries import get_floor_plan
from domain.mall.views import FloorPlanView
from domain.shared.operations import run_query
from ui.cameras.frame import Place
from ui.floorplan.shape import shape_of
from ui.heat import heat_of
from ui.kit.date_picker import date_picker
from ui.kit.empty_state import empty_state
from ui.kit.floor_plan import FloorPlan, Legend
from ui.kit.format import clock, number
from ui.kit.i18n import t
from ui.kit.section import section
from ui.kit.segmented import segmented
from ui.kit.text import Text
from ui.kit.toolbar import spacer, toolbar
from ui.loading import together

FIRST, LAST = 8, 23  # hours of the clock; before and after there is nobody but cleaners


@dataclass(frozen=True, kw_only=True, slots=True)
class HourData:
    """One hour of one floor."""

    plan: FloorPlanView
    heat: HeatMap
    begins: datetime


class HeatPage:
    """The plan stays; only its heat changes with the hour."""

    def __init__(self, place: Place, refresh: Callable[[], Awaitable[None]]) -> None:
        self._place, self._refresh = place, refresh
        today = place.clock.business_on(datetime.now(UTC))
        self._day, self._hour = today, min(max(place.clock.local(datetime.now(UTC)).hour - 1, FIRST), LAST)
        self._floor_id = next((key for key, floor in place.floors.items() if floor.code == 'F1'), None)
        self._floor_id = self._floor_id or next(iter(place.floors), None)
        self._plan: FloorPlan | None = None
        self._drawn_floor: int | None = None
        with toolbar():
            self._date = date_picker(today, last=today, on_change=self._choose_day).mark('cameras.heat_day')
            floors = {key: floor.code for key, floor in place.floors.items()}
            segmented(floors, self._floor_id, self._choose_floor).mark('cameras.heat_floor')
            spacer()
            self._now = Text(classes='at-strong at-figures')
        with section(t('cameras.heat'), t('cameras.heat_hint')):
            self._slider = ui.slider(min=FIRST, max=LAST, step=1, value=self._hour, on_change=self._choose_hour)
            self._slider.props(f'label snap markers aria-label="{t("cameras.hour")}"').mark('cameras.hour')
            self._box = ui.element('div').classes('at-stack')
            self._sum = Text(classes='at-small at-muted')

    async def load(self) -> HourData | None:
        """The chosen hour; nothing in a mall without floors."""
        if self._floor_id is None:
            return None
        begins = self._begins()
        window = Window(started_at=begins, ended_at=begins + timedelta(hours=1))
        plan, heat = await together(
            run_query(get_floor_plan, actor=self._place.actor, floor_id=self._floor_id),
            run_query(heat_map, actor=self._place.actor, now=datetime.now(UTC), floor_id=self._floor_id, window=window),
        )
        return HourData(plan=plan, heat=heat, begins=begins)

    def show(self, data: HourData | None) -> None:
        if data is None:
            with self._box:
                empty_state(t('cameras.no_floor'), symbol='map')
            return
        self._draw_floor(data.plan)
        assert self._plan is not None
        self._plan.show_heat(heat_of(data.heat) if data.heat.cells else None)
        local = self._place.clock.local(data.begins)
        self._now.text = f'{clock(local)} – {clock(local + timedelta(hours=1))}'
        minutes = sum(cell.person_s for cell in data.heat.cells) / 60
        self._sum.text = t('cameras.heat_sum', minutes=number(minutes)) if data.heat.cells else t('cameras.no_heat')

    def _draw_floor(self, plan: FloorPlanView) -> None:
        if self._plan is None:
            with self._box:
                self._plan = FloorPlan(shape_of(plan), height='540px')
        elif self._drawn_floor != plan.floor.id:
            self._plan.show_floor(shape_of(plan))
        self._drawn_floor = plan.floor.id
        self._plan.show_legend(Legend(title=t('cameras.heat_legend'), is_scale=True))

    def _begins(self) -> datetime:
        return self._place.clock.at(self._day, time(self._hour))

    async def _choose_day(self, _: object) -> None:
        self._day = self._date.value
        await self._refresh()

    async def _choose_floor(self, floor_id: int | None) -> None:
        self._floor_id = floor_id
        await self._refresh()

    async def _choose_hour(self, event: object) -> None:
        self._hour = int(self._slider.value)
        await self._refresh()
