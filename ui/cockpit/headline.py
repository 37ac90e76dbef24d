"""The first row of the cockpit: what kind of day it is."""
from ui.cockpit.state import CockpitData
from ui.comparisons import change_of
from ui.kit.figure import Completeness, Figure
from ui.kit.format import clock, number, short_number
from ui.kit.i18n import t
from ui.kit.metric_card import MetricCard, metric_card
from ui.measures import completeness


class Headline:
    """Five figures side by side."""

    def __init__(self, *, is_wall: bool = False) -> None:
        self._is_wall = is_wall
        self._footfall = _card('footfall', emphasis=is_wall)
        self._occupancy = _card('occupancy', emphasis=is_wall)
        self._groups = _card('groups')
        self._entries = _card('shop_entries')
        self._depth = _card('shops_per_visit')

    def show(self, data: CockpitData) -> None:
        """Show these figures."""
        summary = data.summary
        as_of = data.local(summary.fresh_at)
        text, unit = short_number(summary.footfall.value) if self._is_wall else (number(summary.footfall.value), '')
        self._footfall.show(Figure(
            text=text, unit=f'{unit} {t("unit.visits")}'.strip(),
            changes=[change_of(comparison) for comparison in summary.comparisons],
            completeness=completeness(summary.footfall, as_of)))
        self._occupancy.show(_occupancy(data))
        self._groups.show(Figure(text=number(summary.groups.value), unit=t('unit.groups'),
                                 completeness=completeness(summary.groups, as_of)))
        self._entries.show(Figure(text=number(summary.shop_entries.value), unit=t('unit.visits'),
                                  completeness=completeness(summary.shop_entries, as_of)))
        self._depth.show(Figure(text=number(summary.shops_per_visit.value, digits=2), unit=t('unit.shops'),
                                completeness=completeness(summary.shop_entries, as_of)))


def _card(name: str, *, emphasis: bool = False) -> MetricCard:
    card = metric_card(t(f'cockpit.{name}'), explanation=t(f'cockpit.{name}_help'), emphasis=emphasis)
    return card.mark(f'cockpit.{name}')


def _occupancy(data: CockpitData) -> Figure:
    mall = next((floor for floor in data.occupancy if floor.floor_id is None), None)
    if mall is None:
        return Figure(text=number(None))
    peak_at = data.local(mall.peak_at)
    unit = t('unit.people')
    if peak_at:
        unit = f'{unit} · {t("cockpit.peak", people=number(mall.peak), time=clock(peak_at))}'
    return Figure(text=number(mall.people), unit=unit,
                  completeness=Completeness(coverage=mall.coverage, is_provisional=True,
                                            as_of=data.local(mall.fresh_at)))
