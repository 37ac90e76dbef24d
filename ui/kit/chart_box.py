"""The place of a chart: a skeleton of its height, then the chart, then only its changes."""

from nicegui import ui
from pyecharts.charts.base import Base

from ui.kit.chart import Chart, chart
from ui.kit.empty_state import empty_state
from ui.kit.skeleton import skeleton


class ChartBox:
    """Fills the card it stands in, at least `height` px."""

    def __init__(self, *, height: int = 280) -> None:
        self._height = height
        self._chart: Chart | None = None
        self.element = ui.element('div').classes('at-fill')
        with self.element:
            skeleton(height=f'{height}px')

    def show(self, figure: Base) -> None:
        """Show this chart."""
        if self._chart and not self._chart.is_deleted:
            self._chart.show(figure)
            return
        self.element.clear()
        with self.element:
            self._chart = chart(figure, height=self._height)

    def show_nothing(self, title: str, help_text: str = '', *, symbol: str = 'chart') -> None:
        """Say why there is no chart."""
        self._chart = None
        self.element.clear()
        with self.element:
            empty_state(title, help_text, symbol=symbol)
