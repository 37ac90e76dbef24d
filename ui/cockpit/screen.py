"""The cockpit's parts in their places; knows how to show all figures at once, and nothing of where they come from."""

from nicegui import ui

from ui.cockpit.curve import DayCurve
from ui.cockpit.doors import DoorRanking
from ui.cockpit.floors import FloorsNow
from ui.cockpit.headline import Headline
from ui.cockpit.health import Health
from ui.cockpit.plan import PlanNow
from ui.cockpit.remarks import Remarks
from ui.cockpit.state import CockpitData, CourseData
from ui.kit.section import grid, split


class DeskScreen:
    """For the desk and the phone: reads from top to bottom."""

    def __init__(self) -> None:
        remarks = Remarks()
        with grid(least_width=250):
            headline = Headline()
        with split():
            curve, doors = DayCurve(), DoorRanking()
        with split():
            plan, floors = PlanNow(), FloorsNow()
        health = Health()
        self._now, self._course = (remarks, headline, doors, floors, health), (curve, plan)

    def show_now(self, data: CockpitData) -> None:
        """Show the figures of the moment."""
        for part in self._now:
            part.show(data)

    def show_course(self, data: CourseData) -> None:
        """Show what the day and the last hour looked like."""
        for part in self._course:
            part.show(data)


class WallScreen:
    """For the wall: everything in one view, nothing to scroll, nothing to click."""

    def __init__(self) -> None:
        with ui.element('div').classes('at-wall__grid'):
            with ui.element('div').classes('at-wall__headline'):
                headline = Headline(is_wall=True)
            with ui.element('div').classes('at-wall__curve'):
                curve = DayCurve()
            with ui.element('div').classes('at-wall__doors'):
                doors = DoorRanking(most=6)
            with ui.element('div').classes('at-wall__plan'):
                plan = PlanNow(height='0px')
            with ui.element('div').classes('at-wall__floors'):
                floors = FloorsNow()
            with ui.element('div').classes('at-wall__health'):
                health = Health(most=5)
        self._now, self._course = (headline, doors, floors, health), (curve, plan)

    def show_now(self, data: CockpitData) -> None:
        """Show the figures of the moment."""
        for part in self._now:
            part.show(data)

    def show_course(self, data: CourseData) -> None:
        """Show what the day and the last hour looked like."""
        for part in self._course:
            part.show(data)
