"""The figures of one shop, beside the plan on which it was chosen."""

from datetime import timedelta

from nicegui import ui

from domain.footfall.views import CaptureRate, ZoneDwell
from domain.mall.views import UnitView
from ui.kit.coverage_badge import coverage_badge
from ui.kit.description_list import description_list
from ui.kit.empty_state import empty_state
from ui.kit.format import duration, number, percent
from ui.kit.i18n import t, words
from ui.kit.text import Text
from ui.measures import completeness


class UnitCard:
    """Empty with a hint until a shop is chosen."""

    def __init__(self) -> None:
        self._card = ui.element('aside').classes('at-card').mark('footfall.unit')
        self.show_hint()

    def show_hint(self) -> None:
        """Say what would be here."""
        self._card.clear()
        with self._card:
            empty_state(t('footfall.choose_unit'), t('footfall.choose_unit_help'), symbol='map')

    def show(self, unit: UnitView, capture: CaptureRate | None, dwell: ZoneDwell | None) -> None:
        """Show this shop."""
        self._card.clear()
        with self._card:
            with ui.element('div'):
                Text(words(unit.name_zh, unit.name_en), tag='h2', classes='at-section__title')
                Text(f'{unit.number}  {number(unit.area_m2, digits=0)} ㎡', tag='div', classes='at-muted')
            description_list(_capture_entries(capture) | _dwell_entries(dwell))
            if capture:
                coverage_badge(completeness(capture.entries))


def _capture_entries(capture: CaptureRate | None) -> dict[str, str | None]:
    return {
        t('footfall.capture_rate'): percent(capture.rate.value) if capture else None,
        t('footfall.entries'): number(capture.entries.value) if capture else None,
        t('footfall.pass_by'): number(capture.pass_by.value) if capture else None,
    }


def _dwell_entries(dwell: ZoneDwell | None) -> dict[str, str | None]:
    return {
        t('footfall.visits'): number(dwell.visits.value) if dwell else None,
        t('footfall.median'): _time(dwell.median_s) if dwell else None,
        'P90': _time(dwell.p90_s) if dwell else None,
        t('footfall.staff_visits'): number(dwell.staff_visits) if dwell else None,
    }


def _time(seconds: float | None) -> str | None:
    return None if seconds is None else duration(timedelta(seconds=seconds))
