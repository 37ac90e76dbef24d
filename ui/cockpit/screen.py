"""The cockpit's parts in their places; knows how to show all figures at once, and nothing of where they come from."""
from nicegui import ui

from ui.cockpit.curve import DayCurve
from ui.cockpit.doors import DoorRanking
from ui.cockpit.floors import FloorsNow
from ui.cockpit.headline import Headline
from ui.cockpit.health import Health
from ui.cockpit.plan import PlanNow
from ui.cockpit.remarks import Remarks
from ui.cockpit.state import CockpitData
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
        self._parts = (remarks, headline, curve, doors, plan, floors, health)

    def show(self, data: CockpitData) -> None:
        """Show all figures."""
        for part in self._parts:
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
        self._parts = (headline, curve, doors, plan, floors, health)

    def show(self, data: CockpitData) -> None:
        """Show all figures."""
        for part in self._parts:
            part.show(data)
