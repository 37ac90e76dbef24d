"""How complete and how fresh a figure is: 暂估, “88% observed”, “updated 15:20”."""
from nicegui import ui

from ui.kit.figure import Completeness
from ui.kit.format import clock, coverage_percent
from ui.kit.i18n import t
from ui.kit.text import Text

COMPLETE = 0.9995


class CoverageBadge(ui.element):
    """The line under a figure that says how far it can be trusted."""

    def __init__(self, completeness: Completeness | None = None) -> None:
        super().__init__('div')
        self.classes('at-row').style('gap: 4px 10px')
        self._shown: Completeness | None = None
        if completeness:
            self.show(completeness)

    def show(self, completeness: Completeness) -> None:
        """Say this completeness; nothing is sent if it did not change."""
        if completeness == self._shown:
            return
        self._shown = completeness
        self.clear()
        with self:
            _provisional(completeness)
            _coverage(completeness)
            _freshness(completeness)


def coverage_badge(completeness: Completeness) -> CoverageBadge:
    """Completeness and freshness of one figure or one chart."""
    return CoverageBadge(completeness)


def _provisional(completeness: Completeness) -> None:
    if completeness.is_provisional:
        with Text(t('kit.freshness.provisional'), classes='at-badge at-badge--plain at-badge--accent'):
            ui.tooltip(t('kit.freshness.provisional_help'))


def _coverage(completeness: Completeness) -> None:
    if completeness.coverage is None:
        return
    with ui.element('span').classes(f'at-coverage at-coverage--{completeness.state}'):
        if completeness.coverage < COMPLETE:
            with ui.element('span').classes('at-coverage__bar').props('aria-hidden=true'):
                ui.element('div').style(f'width: {completeness.coverage:.1%}')
        percent = coverage_percent(completeness.coverage)
        Text(t('kit.freshness.imputed' if completeness.is_imputed else 'kit.freshness.observed', percent=percent))
        ui.tooltip(t('kit.freshness.coverage_help'))


def _freshness(completeness: Completeness) -> None:
    if completeness.as_of:
        Text(t('kit.freshness.updated', time=clock(completeness.as_of)), classes='at-freshness')
