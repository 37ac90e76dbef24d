"""动线: from where to where people go, without ever showing so few that somebody could be recognised."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from nicegui import ui

from domain.footfall.queries import flows
from domain.footfall.views import FlowMatrix, ZoneView
from domain.shared.operations import run_query
from ui.footfall import charts
from ui.footfall.places import zones_by_id
from ui.footfall.selection import Selection
from ui.kit.chart_box import ChartBox
from ui.kit.coverage_badge import CoverageBadge
from ui.kit.figure import Completeness
from ui.kit.format import number
from ui.kit.i18n import t, words
from ui.kit.notice import notice
from ui.kit.section import section

MOST_SHOWN = charts.MOST_FLOWS


@dataclass(frozen=True, kw_only=True, slots=True)
class FlowData:
    """Flows of the chosen day, and the names of the zones."""

    matrix: FlowMatrix
    names: Mapping[int, str]


class FlowView:
    """A Sankey of the largest flows, and in words what is not in it."""

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        with section(t('footfall.flows'), t('footfall.flows_hint', most=MOST_SHOWN), actions=self._badge):
            self._notes = ui.element('div').classes('at-notices').mark('footfall.suppressed')
            self._chart = ChartBox(height=560)

    async def load(self) -> FlowData:
        """Flows of the chosen day and floor."""
        now = datetime.now(UTC)
        chosen = self._selection
        matrix = await run_query(
            flows, actor=chosen.actor, now=now, window=chosen.window(now), floor_id=chosen.floor_id
        )
        zones = await zones_by_id(chosen.actor)
        return FlowData(matrix=matrix, names={key: self._name(zone) for key, zone in zones.items()})

    def show(self, data: FlowData) -> None:
        """Show these flows."""
        matrix = data.matrix
        self._coverage.show(Completeness(coverage=matrix.coverage, as_of=self._selection.local(matrix.fresh_at)))
        self._notes.clear()
        if matrix.suppressed:
            with self._notes:
                notice(t('footfall.suppressed', cells=number(matrix.suppressed), threshold=matrix.threshold))
        if any(flow.persons for flow in matrix.flows):
            self._chart.show(charts.sankey(matrix.flows, data.names))
        else:
            self._chart.show_nothing(t('footfall.no_flows'), t('footfall.no_flows_help'), symbol='flow')

    def _name(self, zone: ZoneView) -> str:
        """With its floor, because every floor has its own west hall."""
        return f'{self._selection.floor_code(zone.floor_id)} {words(zone.name_zh, zone.name_en)}'.strip()

    def _badge(self) -> None:
        self._coverage = CoverageBadge()
