"""One figure that answers one question, with everything needed to trust it."""

from nicegui import ui
from nicegui.events import ClickEventArguments, Handler

from ui.kit.change_line import change_line
from ui.kit.coverage_badge import CoverageBadge
from ui.kit.figure import Figure
from ui.kit.icons import icon
from ui.kit.skeleton import skeleton
from ui.kit.sparkline import Sparkline
from ui.kit.text import Text


class MetricCard(ui.element):
    """A card that shows a skeleton until its first figure, and afterwards changes only what changed."""

    def __init__(
        self,
        label: str,
        *,
        explanation: str = '',
        emphasis: bool = False,
        on_click: Handler[ClickEventArguments] | None = None,
    ) -> None:
        super().__init__('div')
        self.classes('at-card at-metric' + (' at-metric--emphasis' if emphasis else ''))
        self._figure: Figure | None = None
        with self:
            self._build(label, explanation)
        if on_click:
            self.classes('at-metric--link').props('role=link tabindex=0').on('click', on_click)

    def _build(self, label: str, explanation: str) -> None:
        with ui.element('div').classes('at-metric__label'):
            Text(label)
            if explanation:
                with ui.element('span').props('tabindex=0'):
                    icon('info')
                    ui.tooltip(explanation)
        with ui.element('div').classes('at-metric__row'):
            with ui.element('div').classes('at-metric__value'):
                self._skeleton = skeleton(width='120px', height='32px')
                self._value = Text()
                self._unit = Text(classes='at-metric__unit')
            with ui.element('div').classes('at-metric__spark') as self._spark_box:
                self._spark = Sparkline(label=label)
        self._spark_box.visible = False
        self._changes = ui.element('div').classes('at-metric__changes')
        self._foot = CoverageBadge().classes('at-metric__foot')

    def show(self, figure: Figure) -> None:
        """Show this figure."""
        if figure == self._figure:
            return
        previous, self._figure = self._figure, figure
        self._skeleton.visible = False
        self._value.text, self._unit.text = figure.text, figure.unit
        self._spark_box.visible = len(figure.course) > 1
        self._spark.show(figure.course)
        self._foot.show(figure.completeness)
        if previous is None or (previous.changes, previous.note) != (figure.changes, figure.note):
            self._show_changes(figure)

    def _show_changes(self, figure: Figure) -> None:
        self._changes.clear()
        with self._changes:
            for change in figure.changes:
                change_line(change)
            if figure.note:
                Text(figure.note, classes='at-small at-muted')


def metric_card(
    label: str,
    figure: Figure | None = None,
    *,
    explanation: str = '',
    emphasis: bool = False,
    on_click: Handler[ClickEventArguments] | None = None,
) -> MetricCard:
    """A figure with its unit, changes, recent course, completeness and freshness."""
    made = MetricCard(label, explanation=explanation, emphasis=emphasis, on_click=on_click)
    if figure:
        made.show(figure)
    return made
