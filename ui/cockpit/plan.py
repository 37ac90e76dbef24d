"""Where people are on the ground floor, on its plan."""

from nicegui import ui

from ui.cockpit.state import CourseData
from ui.heat import heat_of
from ui.kit.floor_plan import DoorMark, FloorPlan, Legend
from ui.kit.format import number
from ui.kit.i18n import t
from ui.kit.section import section
from ui.kit.skeleton import skeleton


class PlanNow:
    """The plan is drawn once; heat and door figures move on it."""

    def __init__(self, *, height: str = 'clamp(240px, 30vw, 400px)') -> None:
        self._height = height
        self._plan: FloorPlan | None = None
        with section(t('cockpit.plan'), t('cockpit.plan_hint')):
            self._box = ui.element('div').classes('at-fill').mark('cockpit.plan')
            with self._box:
                skeleton(height=height)

    def show(self, data: CourseData) -> None:
        """Show the heat of the last hour and what each door let in today."""
        if data.shape is None or data.heat is None:
            return
        if self._plan is None:
            self._box.clear()
            with self._box:
                self._plan = FloorPlan(data.shape, height=self._height)
            self._plan.show_legend(Legend(title=t('cockpit.plan_unit'), is_scale=True))
        self._plan.show_heat(heat_of(data.heat))
        self._plan.show_doors(
            {door.door_id: DoorMark(value=number(door.ins.value)) for door in data.doors if door.door_id is not None}
        )
