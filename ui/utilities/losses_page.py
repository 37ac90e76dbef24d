"""损耗: what came in through each main meter, what came out behind it, and who bears the difference."""

from typing import Any

from nicegui import ui

from domain.shared.operations import run_query
from domain.utilities.overview import LossRow, list_losses
from ui.kit.data_table import Column
from ui.kit.day_field import MonthPicker
from ui.kit.figure import Figure
from ui.kit.format import number, percent
from ui.kit.i18n import t
from ui.kit.metric_card import MetricCard
from ui.kit.plain_table import PlainTable
from ui.kit.section import grid, section
from ui.kit.toolbar import toolbar
from ui.loading import Loader
from ui.meterwords import MILLI, unit_of, usage_words, utility_words
from ui.utilities import addresses
from ui.utilities.place import Place

ALARMING = 0.08
FIGURES = ('electricity', 'water')


class LossesPage:
    """A month of main meters."""

    def __init__(self, place: Place, loader: Loader[list[LossRow]]) -> None:
        self._place, self._loader = place, loader
        with toolbar():
            MonthPicker(place.month, last=place.today, on_change=self._choose_month)
        with grid(least_width=240):
            self._cards = {name: MetricCard(t(f'utilities.loss_of.{name}')) for name in FIGURES}
        with section(t('utilities.losses'), t('utilities.losses_hint')):
            self._table = PlainTable(
                _columns(),
                hint=t('utilities.no_losses'),
                on_open=lambda row: ui.navigate.to(addresses.meter(row['id'])),
            ).mark('utilities.losses')

    async def _choose_month(self, month: Any) -> None:
        self._place.choose_month(month)
        await self._loader.refresh()

    async def load(self) -> list[LossRow]:
        """Main meters of the month so far."""
        return await run_query(list_losses, actor=self._place.actor, window=self._place.month_so_far)

    def show(self, rows: list[LossRow]) -> None:
        """Show these meters."""
        for utility, card in self._cards.items():
            told = [row for row in rows if row.meter.utility == utility and not row.waits and row.main_milli]
            lost = sum(row.loss_milli for row in told)
            flowed = sum(row.main_milli for row in told if row.meter.parent_id is None)
            card.show(Figure(
                text=percent(lost / flowed if flowed else None), note=t(
                    'utilities.lost_of', lost=number(lost / MILLI), flowed=number(flowed / MILLI), unit=unit_of(utility)
                ) if flowed else t('utilities.nothing_told'),
            ))  # fmt: skip
        self._table.show([_row(row) for row in rows])


def _columns() -> list[Column]:
    return [
        Column(name='code', label=t('utilities.main')), Column(name='where', label=t('utilities.place')),
        Column(name='utility', label=t('utilities.utility_column')),
        Column(name='subs', label=t('utilities.subs'), kind='number'),
        Column(name='main', label=t('utilities.through_main'), kind='number'),
        Column(name='through', label=t('utilities.through_subs'), kind='number'),
        Column(name='loss', label=t('utilities.loss'), kind='number'),
        Column(name='share', label=t('utilities.loss_share'), kind='badge'),
        Column(name='policy', label=t('utilities.borne_by')),
    ]  # fmt: skip


def _row(row: LossRow) -> dict[str, Any]:
    share = row.loss_milli / row.main_milli if row.main_milli and not row.waits else None
    state = 'act' if row.waits else 'watch' if share is not None and share > ALARMING else 'good'
    return {
        'id': row.meter.id, 'code': row.meter.code, 'where': row.meter.place,
        'utility': utility_words(row.meter.utility), 'subs': number(row.subs),
        'main': usage_words(row.main_milli, row.meter.utility),
        'through': usage_words(row.subs_milli, row.meter.utility),
        'loss': '' if row.waits else usage_words(row.loss_milli, row.meter.utility),
        'share': {'state': state, 'text': t(f'utilities.waits.{row.waits}') if row.waits else percent(share)},
        'policy': t(f'utilities.policy.{row.meter.loss_policy}'),
    }  # fmt: skip
