"""Which doors people come through today."""

from nicegui import ui

from domain.footfall.views import Comparability, DoorRank
from ui.cockpit.state import CockpitData
from ui.kit.empty_state import empty_state
from ui.kit.format import signed_percent
from ui.kit.i18n import t, words
from ui.kit.ranking import Ranked, Ranking
from ui.kit.section import section
from ui.kit.skeleton import skeleton_lines


class DoorRanking:
    """Entrances, busiest first, each with its change against the same time last week."""

    def __init__(self, *, most: int = 8) -> None:
        self._most = most
        with section(t('cockpit.doors'), t('cockpit.doors_hint')):
            self._wait = skeleton_lines(6)
            self._ranking = Ranking().mark('cockpit.doors')
            self._empty = ui.element('div')

    def show(self, data: CockpitData) -> None:
        """Show these doors."""
        self._wait.visible = False
        self._ranking.show([_ranked(door) for door in data.doors[: self._most]])
        self._empty.clear()
        if not data.doors:
            with self._empty:
                empty_state(t('cockpit.no_doors'), t('cockpit.no_doors_help'), symbol='door')


def _ranked(door: DoorRank) -> Ranked:
    is_redrawn = door.comparability is Comparability.REDRAWN
    note = t('kit.change.not_comparable') if is_redrawn else signed_percent(door.change)
    return Ranked(name=words(door.name_zh, door.name_en), value=door.ins.value, note=note)
