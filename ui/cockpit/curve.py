"""The day's curve against the aligned last week."""
from nicegui import ui

from ui.cockpit import charts
from ui.cockpit.state import CockpitData
from ui.kit.chart import Chart, chart
from ui.kit.coverage_badge import CoverageBadge
from ui.kit.figure import Completeness
from ui.kit.i18n import t
from ui.kit.section import section
from ui.kit.skeleton import skeleton


class DayCurve:
    """A skeleton of the chart's height, then the chart, then only its changes."""

    def __init__(self, *, height: int = 320) -> None:
        self._height = height
        self._chart: Chart | None = None
        with section(t('cockpit.curve'), t('cockpit.curve_hint'), actions=self._badge):
            self._box = ui.element('div').classes('at-fill').mark('cockpit.curve')
            with self._box:
                skeleton(height=f'{height}px')

    def show(self, data: CockpitData) -> None:
        """Show this curve."""
        figure = charts.day_curve(data.curve, data.clock.zone)
        self._coverage.show(Completeness(coverage=data.curve.coverage, as_of=data.local(data.curve.fresh_at)))
        if self._chart:
            self._chart.show(figure)
            return
        self._box.clear()
        with self._box:
            self._chart = chart(figure, height=self._height)

    def _badge(self) -> None:
        self._coverage = CoverageBadge()
