"""组合: how long the income is secured, when it runs out, and who pays how much of what he sells."""

from dataclasses import dataclass

from nicegui import ui

from domain.leasing.overview import CostRow, occupancy_costs
from domain.leasing.periods import add_months
from domain.leasing.queries import portfolio, rent_roll
from domain.leasing.views import Portfolio, RentRollRow
from domain.shared.measure import Ratio
from domain.shared.operations import run_query
from ui.kit.chart_box import ChartBox
from ui.kit.data_table import Column
from ui.kit.figure import Figure
from ui.kit.format import number, percent, signed_percent
from ui.kit.i18n import t, words
from ui.kit.metric_card import MetricCard
from ui.kit.plain_table import PlainTable
from ui.kit.section import grid, section, split
from ui.leasing.place import Place
from ui.leasing.rent_chart import cost_chart, expiry_chart
from ui.loading import together
from ui.shell import paths

FIGURES = ('walt', 'walt_to_break', 'vacancy', 'ocr', 'lfl')
WINDOW_MONTHS, SHOWN = 12, 20
LIMIT = 0.25  # of sales: where a shop begins to struggle with its rent


@dataclass(frozen=True, slots=True)
class Shown:
    mall: Portfolio
    roll: list[RentRollRow]
    costs: list[CostRow]


class PortfolioPage:
    """Figures, the years in which leases end, the shops whose rent weighs most, and trade by trade."""

    def __init__(self, place: Place) -> None:
        self._place = place
        with grid(least_width=180):
            self._cards = {
                name: MetricCard(t(f'leasing.figure.{name}'), explanation=t(f'leasing.figure_help.{name}'))
                for name in FIGURES
            }
        with split(even=True):
            with section(t('leasing.expiry'), t('leasing.expiry_hint')):
                self._expiry = ChartBox(height=320)
            with section(t('leasing.by_category'), t('leasing.by_category_hint')):
                self._by_category = PlainTable(_columns(), hint=t('leasing.no_costs'))
                self._by_category.mark('leasing.by_category').style('max-height: 340px; overflow: auto')
        with section(t('leasing.costs'), t('leasing.costs_hint', limit=percent(LIMIT, digits=0))):
            self._costs = ChartBox(height=520)
        with section(t('leasing.expiring_leases'), t('leasing.expiring_leases_hint')):
            self._ending = PlainTable(
                [
                    Column(name='tenant', label=t('leasing.tenant')), Column(name='units', label=t('leasing.units')),
                    Column(name='ends', label=t('leasing.ends_in')),
                    Column(name='ocr', label=t('leasing.ocr'), kind='number'),
                    Column(name='lfl', label=t('leasing.lfl'), kind='number'),
                ],
                hint=t('leasing.nothing_expires'), on_open=lambda row: ui.navigate.to(paths.lease(row['id'])),
            )  # fmt: skip
            self._ending.mark('leasing.ending')

    async def load(self) -> Shown:
        """Today's portfolio, and the closed months of the last year."""
        actor, today = self._place.actor, self._place.today
        until = today.replace(day=1)
        mall, roll, costs = await together(
            run_query(portfolio, actor=actor, on=today), run_query(rent_roll, actor=actor, on=today),
            run_query(occupancy_costs, actor=actor, from_on=add_months(until, -WINDOW_MONTHS), until_on=until),
        )  # fmt: skip
        return Shown(mall, roll, costs)

    def show(self, shown: Shown) -> None:
        """Show these figures."""
        known = [row for row in shown.costs if row.ratio.value is not None]
        whole = sum((row.ratio for row in known), Ratio(0, 0))
        growth = _growth(shown.costs)
        figures = {
            'walt': t('leasing.years', years=number(shown.mall.walt.value, digits=2)),
            'walt_to_break': t('leasing.years', years=number(shown.mall.walt_to_break.value, digits=2)),
            'vacancy': percent(shown.mall.vacancy.value),
            'ocr': percent(whole.value),
            'lfl': t('leasing.not_comparable') if growth is None else signed_percent(growth),
        }  # fmt: skip
        for name, text in figures.items():
            self._cards[name].show(Figure(text=text))
        if shown.mall.expiring_fen:
            self._expiry.show(expiry_chart(_by_year(shown.roll)))
        else:
            self._expiry.show_nothing(t('leasing.nothing_expires'))
        heaviest = sorted(known, key=lambda row: row.ratio.value or 0, reverse=True)[:SHOWN]
        if heaviest:
            self._costs.show(cost_chart(heaviest, LIMIT))
        else:
            self._costs.show_nothing(t('leasing.no_costs'), t('leasing.no_costs_help'))
        self._by_category.show(_categories(known, self._place))
        self._show_ending(shown)

    def _show_ending(self, shown: Shown) -> None:
        costs = {row.lease_id: row for row in shown.costs}
        soon = sorted(shown.roll, key=lambda row: row.ends_on)[:SHOWN]
        self._ending.show([
            {
                'id': row.lease_id, 'tenant': words(row.tenant_zh, row.tenant_en), 'units': ', '.join(row.units),
                'ends': t('leasing.days_left', days=(row.ends_on - self._place.today).days),
                'ocr': percent(costs[row.lease_id].ratio.value) if row.lease_id in costs else None,
                'lfl': _lfl(costs.get(row.lease_id)),
            } for row in soon
        ])  # fmt: skip


def _lfl(row: CostRow | None) -> str:
    compared = row.like_for_like if row else None
    return t('leasing.not_comparable') if compared is None else signed_percent(compared.growth)


def _growth(rows: list[CostRow]) -> float | None:
    """Like for like of all that can be compared; the others stand on neither side."""
    compared = [row.like_for_like for row in rows if row.like_for_like is not None]
    before = sum(one.previous_fen for one in compared)
    return (sum(one.current_fen for one in compared) - before) / before if before > 0 else None


def _by_year(roll: list[RentRollRow]) -> dict[int, tuple[int, int]]:
    found: dict[int, tuple[int, int]] = {}
    for row in sorted(roll, key=lambda one: one.ends_on):
        fen, count = found.get(row.ends_on.year, (0, 0))
        found[row.ends_on.year] = (fen + row.monthly_base_fen, count + 1)
    return found


def _columns() -> list[Column]:
    return [
        Column(name='name', label=t('leasing.category')), Column(name='shops', label=t('leasing.shops'), kind='number'),
        Column(name='ocr', label=t('leasing.ocr'), kind='bar'),
    ]  # fmt: skip


def _categories(known: list[CostRow], place: Place) -> list[dict[str, object]]:
    found: dict[str, tuple[Ratio, int]] = {}
    for row in known:
        ratio, count = found.get(row.category, (Ratio(0, 0), 0))
        found[row.category] = (ratio + row.ratio, count + 1)
    ordered = sorted(found.items(), key=lambda one: one[1][0].value or 0, reverse=True)
    return [
        {
            'name': place.category(code), 'shops': number(count),
            'ocr': {'text': percent(ratio.value), 'share': min(1.0, (ratio.value or 0) / LIMIT)},
        } for code, (ratio, count) in ordered
    ]  # fmt: skip
