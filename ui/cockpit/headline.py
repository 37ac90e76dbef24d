"""The first row of the cockpit: what kind of day it is."""

from ui.cockpit.state import CockpitData
from ui.comparisons import changes_of
from ui.kit.figure import Completeness, Figure
from ui.kit.format import clock, number, short_number
from ui.kit.i18n import t
from ui.kit.metric_card import MetricCard, metric_card
from ui.measures import completeness


class Headline:
    """Four figures side by side."""

    def __init__(self, *, is_wall: bool = False) -> None:
        self._is_wall = is_wall
        self._footfall = _card('footfall', emphasis=is_wall)
        self._occupancy = _card('occupancy', emphasis=is_wall)
        self._groups = _card('groups')
        self._entries = _card('shop_entries')

    def show(self, data: CockpitData) -> None:
        """Show these figures."""
        self._footfall.show(_footfall(data, is_wall=self._is_wall))
        self._occupancy.show(_occupancy(data))
        self._groups.show(_groups(data))
        self._entries.show(_entries(data))


def _card(name: str, *, emphasis: bool = False) -> MetricCard:
    card = metric_card(t(f'cockpit.{name}'), explanation=t(f'cockpit.{name}_help'), emphasis=emphasis)
    return card.mark(f'cockpit.{name}')


def _footfall(data: CockpitData, *, is_wall: bool) -> Figure:
    footfall = data.summary.footfall
    text, unit = short_number(footfall.value) if is_wall else (number(footfall.value), '')
    return Figure(
        text=text,
        unit=f'{unit} {t("unit.visits")}'.strip(),
        changes=changes_of(data.summary.comparisons, data.clock),
        completeness=completeness(footfall, data.local(data.summary.fresh_at)),
    )


def _occupancy(data: CockpitData) -> Figure:
    mall = next((floor for floor in data.occupancy if floor.floor_id is None), None)
    if mall is None:
        return Figure(text=number(None))
    peak_at = data.local(mall.peak_at)
    return Figure(
        text=number(mall.people),
        unit=t('unit.people'),
        note=t('cockpit.peak', people=number(mall.peak), time=clock(peak_at)) if peak_at else '',
        completeness=Completeness(coverage=mall.coverage, is_provisional=True, as_of=data.local(mall.fresh_at)),
    )


def _groups(data: CockpitData) -> Figure:
    summary = data.summary
    return Figure(
        text=number(summary.groups.value),
        unit=t('unit.groups'),
        note=t('cockpit.children', children=number(summary.children.value)),
        completeness=completeness(summary.groups, data.local(summary.fresh_at)),
    )


def _entries(data: CockpitData) -> Figure:
    summary = data.summary
    return Figure(
        text=number(summary.shop_entries.value),
        unit=t('unit.visits'),
        note=t('cockpit.shops_per_visit', shops=number(summary.shops_per_visit.value, digits=2)),
        completeness=completeness(summary.shop_entries, data.local(summary.fresh_at)),
    )
