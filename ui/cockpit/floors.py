"""People on each floor now."""

from domain.footfall.views import FloorOccupancy
from ui.cockpit.state import CockpitData
from ui.kit.format import clock, number
from ui.kit.i18n import t
from ui.kit.ranking import Ranked, Ranking
from ui.kit.section import section
from ui.kit.skeleton import skeleton_lines


class FloorsNow:
    """One bar per floor, from the top of the house to its bottom."""

    def __init__(self) -> None:
        with section(t('cockpit.floors'), t('cockpit.floors_hint')):
            self._wait = skeleton_lines(6)
            self._bars = Ranking(is_numbered=False).mark('cockpit.floors')

    def show(self, data: CockpitData) -> None:
        """Show this occupancy."""
        self._wait.visible = False
        known = [floor for floor in data.occupancy if floor.floor_id in data.floors]
        known.sort(key=lambda floor: -data.floors[floor.floor_id or 0].level)
        self._bars.show([_bar(data, floor) for floor in known])


def _bar(data: CockpitData, floor: FloorOccupancy) -> Ranked:
    peak_at = data.local(floor.peak_at)
    note = t('cockpit.peak', people=number(floor.peak), time=clock(peak_at)) if peak_at else ''
    return Ranked(name=data.floors[floor.floor_id or 0].code, value=floor.people, note=note)
