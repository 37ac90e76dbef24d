"""The floor plan with heat, capture rates or dwell on it, and the doors with what they let in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from nicegui import ui

from domain.footfall.queries import capture_rates, door_ranking, dwell_by_zone, heat_map
from domain.footfall.views import CaptureRate, DoorRank, HeatMap, ZoneDwell
from domain.mall.queries import get_floor_plan
from domain.mall.views import FloorPlanView
from domain.shared.operations import run_query
from ui.floorplan.shape import shape_of
from ui.footfall.selection import Selection
from ui.footfall.unit_card import UnitCard
from ui.heat import heat_of
from ui.kit.coverage_badge import CoverageBadge
from ui.kit.figure import Completeness
from ui.kit.floor_plan import DoorMark, FloorPlan, Legend, UnitMark, heat_step
from ui.kit.format import duration, number, percent
from ui.kit.i18n import t
from ui.kit.section import section
from ui.kit.segmented import segmented
from ui.kit.skeleton import skeleton
from ui.loading import together

Layer = Literal['heat', 'capture', 'dwell']
LAYERS: tuple[Layer, ...] = ('heat', 'capture', 'dwell')
FULL_RATE = 0.4


@dataclass(frozen=True, kw_only=True, slots=True)
class PlanData:
    """One floor on one day."""

    plan: FloorPlanView
    heat: HeatMap
    doors: tuple[DoorRank, ...]
    capture: Mapping[int, CaptureRate]
    dwell: Mapping[int, ZoneDwell]


class PlanView:
    """The plan with one layer at a time; a click on a shop shows its figures beside it."""

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        self._data: PlanData | None = None
        self._plan: FloorPlan | None = None
        self._layer: Layer = 'heat'
        with ui.element('div').classes('at-split at-split--side'):
            with section(t('footfall.plan'), actions=self._actions):
                self._box = ui.element('div').classes('at-fill').mark('footfall.plan')
                with self._box:
                    skeleton(height='480px')
            self._card = UnitCard()

    async def load(self) -> PlanData:
        """Plan and figures of the chosen floor and day."""
        now = datetime.now(UTC)
        chosen = self._selection
        actor, window, floor_id = chosen.actor, chosen.window(now), chosen.floor_id
        plan, heat, doors, capture, dwell = await together(
            run_query(get_floor_plan, actor=actor, floor_id=floor_id),
            run_query(heat_map, actor=actor, now=now, floor_id=floor_id, window=window),
            run_query(door_ranking, actor=actor, now=now),
            run_query(capture_rates, actor=actor, now=now, window=window),
            run_query(dwell_by_zone, actor=actor, now=now, window=window, floor_id=floor_id),
        )
        return PlanData(
            plan=plan,
            heat=heat,
            doors=tuple(doors),
            capture={rate.unit_id: rate for rate in capture},
            dwell={zone.unit_id: zone for zone in dwell if zone.unit_id is not None},
        )

    def show(self, data: PlanData) -> None:
        """Show this floor."""
        is_other_floor = self._data is None or self._data.plan.floor.id != data.plan.floor.id
        self._data = data
        if self._plan is None:
            self._box.clear()
            with self._box:
                self._plan = FloorPlan(shape_of(data.plan), on_unit=self._choose, height='clamp(340px, 36vw, 620px)')
        elif is_other_floor:
            self._plan.show_floor(shape_of(data.plan))
        if is_other_floor:
            self._card.show_hint()
        self._coverage.show(Completeness(as_of=self._selection.local(data.heat.fresh_at)))
        self._show_doors()
        self._show_layer(self._layer)

    def _actions(self) -> None:
        self._coverage = CoverageBadge()
        segmented({layer: t(f'footfall.layer.{layer}') for layer in LAYERS}, self._layer, self._show_layer).mark(
            'footfall.layer'
        )

    def _show_layer(self, layer: Layer) -> None:
        self._layer = layer
        if self._plan is None or self._data is None:
            return
        self._plan.show_heat(heat_of(self._data.heat) if layer == 'heat' else None)
        marks = {'heat': {}, 'capture': _capture_marks(self._data), 'dwell': _dwell_marks(self._data)}
        self._plan.show_units(marks[layer])
        self._plan.show_legend(Legend(title=t(f'footfall.layer_unit.{layer}'), is_scale=True))

    def _show_doors(self) -> None:
        """Door figures exist for the running day only; another day's plan goes without."""
        if self._plan and self._data:
            is_today = self._selection.day == self._selection.today
            self._plan.show_doors(
                {
                    door.door_id: DoorMark(value=number(door.ins.value))
                    for door in self._data.doors
                    if is_today and door.door_id is not None
                }
            )

    def _choose(self, unit_id: int) -> None:
        if self._plan is None or self._data is None:
            return
        self._plan.choose(unit_id)
        unit = next(unit for unit in self._data.plan.units if unit.id == unit_id)
        self._card.show(unit, self._data.capture.get(unit_id), self._data.dwell.get(unit_id))


def _capture_marks(data: PlanData) -> dict[int, UnitMark]:
    return {
        unit: UnitMark(
            step=heat_step(rate.rate.value, FULL_RATE),
            value=percent(rate.rate.value),
            details=[f'{t("footfall.capture_rate")} {percent(rate.rate.value)}'],
        )
        for unit, rate in data.capture.items()
    }


def _dwell_marks(data: PlanData) -> dict[int, UnitMark]:
    longest = max((zone.median_s or 0 for zone in data.dwell.values()), default=0)
    return {
        unit: UnitMark(
            step=heat_step(zone.median_s, longest), value=_time(zone), details=[f'{t("footfall.median")} {_time(zone)}']
        )
        for unit, zone in data.dwell.items()
    }


def _time(zone: ZoneDwell) -> str:
    return duration(None if zone.median_s is None else timedelta(seconds=zone.median_s))
