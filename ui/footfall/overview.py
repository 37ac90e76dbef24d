"""The overview: one business day against its bases, the weeks before it, and what was left out as staff."""

from nicegui import ui

from ui.comparisons import changes_of
from ui.daycurve import day_curve
from ui.footfall import charts
from ui.footfall.overview_state import OverviewData
from ui.footfall.selection import Selection
from ui.kit.chart_box import ChartBox
from ui.kit.coverage_badge import CoverageBadge
from ui.kit.description_list import description_list
from ui.kit.figure import Completeness, Figure
from ui.kit.format import number
from ui.kit.i18n import t
from ui.kit.metric_card import metric_card
from ui.kit.section import grid, section, split
from ui.measures import completeness


class Overview:
    """Everything of one day on one page."""

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        with grid(least_width=300):
            self._cards = {
                span: metric_card(t(f'footfall.span.{span}')).mark(f'footfall.{span}')
                for span in ('day', 'week', 'month')
            }
        with section(t('footfall.curve'), actions=self._badge):
            self._curve = ChartBox(height=300)
        with split():
            with section(t('footfall.trend'), t('footfall.trend_hint')):
                self._trend = ChartBox(height=260)
            with section(t('footfall.staff'), t('footfall.staff_hint')):
                self._staff = ui.element('div')

    def show(self, data: OverviewData) -> None:
        """Show this day."""
        chosen = self._selection
        for span, compared in data.comparisons:
            current = compared[0].current
            self._cards[span].show(
                Figure(
                    text=number(current.value),
                    unit=t('unit.visits'),
                    changes=changes_of(compared, chosen.clock),
                    completeness=completeness(current),
                )
            )
        self._coverage.show(Completeness(coverage=data.curve.coverage, as_of=chosen.local(data.curve.fresh_at)))
        self._curve.show(day_curve(data.curve, chosen.clock.zone))
        self._trend.show(charts.trend(data.trend, chosen.clock))
        self._show_staff(data)

    def _badge(self) -> None:
        self._coverage = CoverageBadge()

    def _show_staff(self, data: OverviewData) -> None:
        staff = data.staff
        self._staff.clear()
        with self._staff:
            description_list(
                {t('footfall.staff_all'): number(staff.crossings)}
                | {
                    t(f'footfall.staff_by.{method}'): number(getattr(staff, f'by_{method}'))
                    for method in ('uniform', 'badge', 'area', 'stay', 'frequency')
                }
            )
