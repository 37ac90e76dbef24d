"""How complete and how fresh a figure is: 暂估, “88% observed”, “updated 15:20”."""

from nicegui import ui

from ui.kit.figure import Completeness
from ui.kit.format import clock, coverage_percent
from ui.kit.i18n import t
from ui.kit.text import Text

COMPLETE = 0.9995


class CoverageBadge(ui.element):
    """The line under a figure that says how far it can be trusted. Its parts are built once and changed in place."""

    def __init__(self, completeness: Completeness | None = None) -> None:
        super().__init__('div')
        self.classes('at-row').style('gap: 4px 10px')
        self._shown: Completeness | None = None
        self._parts: _Parts | None = None
        if completeness:
            self.show(completeness)

    def show(self, completeness: Completeness) -> None:
        """Say this completeness; nothing is sent if it did not change."""
        if completeness == self._shown:
            return
        self._shown = completeness
        if self._parts is None:
            with self:
                self._parts = _Parts()
        self._parts.show(completeness)


class _Parts:
    """暂估, the bar with its percentage, and the time."""

    def __init__(self) -> None:
        self._provisional = Text(t('kit.freshness.provisional'), classes='at-badge at-badge--plain at-badge--accent')
        with self._provisional:
            ui.tooltip(t('kit.freshness.provisional_help'))
        with ui.element('span').classes('at-coverage') as self._coverage:
            with ui.element('span').classes('at-coverage__bar').props('aria-hidden=true') as self._bar:
                self._filled = ui.element('div')
            self._percent = Text()
            ui.tooltip(t('kit.freshness.coverage_help'))
        self._fresh = Text(classes='at-freshness')
        self._state = ''

    def show(self, completeness: Completeness) -> None:
        self._provisional.visible = completeness.is_provisional
        self._coverage.visible = completeness.coverage is not None
        if completeness.coverage is not None:
            self._show_coverage(completeness, completeness.coverage)
        self._fresh.visible = completeness.as_of is not None
        if completeness.as_of:
            self._fresh.text = t('kit.freshness.updated', time=clock(completeness.as_of))

    def _show_coverage(self, completeness: Completeness, coverage: float) -> None:
        if completeness.state != self._state:
            self._coverage.classes(add=f'at-coverage--{completeness.state}', remove=f'at-coverage--{self._state}')
            self._state = completeness.state
        percent = coverage_percent(coverage)
        words = t('kit.freshness.imputed' if completeness.is_imputed else 'kit.freshness.observed', percent=percent)
        self._bar.visible = coverage < COMPLETE
        if self._percent.text != words:
            self._percent.text = words
            self._filled.style(replace=f'width: {coverage:.1%}')


def coverage_badge(completeness: Completeness) -> CoverageBadge:
    """Completeness and freshness of one figure or one chart."""
    return CoverageBadge(completeness)
