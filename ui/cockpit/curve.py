"""The day's curve against the aligned last week."""

from ui.cockpit.state import CourseData
from ui.daycurve import day_curve
from ui.kit.chart_box import ChartBox
from ui.kit.coverage_badge import CoverageBadge
from ui.kit.figure import Completeness
from ui.kit.i18n import t
from ui.kit.section import section


class DayCurve:
    """The chart with its own coverage beside the title."""

    def __init__(self, *, height: int = 320) -> None:
        with section(t('cockpit.curve'), t('cockpit.curve_hint'), actions=self._badge):
            self._box = ChartBox(height=height)
            self._box.element.mark('cockpit.curve')

    def show(self, data: CourseData) -> None:
        """Show this curve."""
        self._coverage.show(Completeness(coverage=data.curve.coverage, as_of=data.local(data.curve.fresh_at)))
        self._box.show(day_curve(data.curve, data.clock.zone))

    def _badge(self) -> None:
        self._coverage = CoverageBadge()
