"""联营结算: what the mall owes to each brand whose goods lay on its shelves, for a month."""

from datetime import date, timedelta

from nicegui import ui

from domain.inventory.overview import BrandRow, list_brands
from domain.shared.operations import run_query
from ui.inventory.frame import name_of
from ui.kit.data_table import Column
from ui.kit.day_field import MonthPicker
from ui.kit.format import number
from ui.kit.i18n import t
from ui.kit.money import yuan
from ui.kit.plain_table import PlainTable
from ui.kit.section import section
from ui.loading import Loader
from ui.saleswords import Counterfoil

LONGEST_MONTH = 31


class ConcessionPage:
    """A month, and a row for every brand that sold."""

    def __init__(self, place: Counterfoil, loader: Loader[list[BrandRow]]) -> None:
        self._place, self._loader = place, loader
        self._month = place.today.replace(day=1)
        with ui.element('div').classes('at-toolbar'):
            MonthPicker(self._month, last=place.today, on_change=self._choose).mark('inventory.month')
        with section(t('inventory.concession'), t('inventory.concession_hint')):
            self._table = PlainTable(_columns(), hint=t('inventory.no_concession'))

    async def load(self) -> list[BrandRow]:
        """What each brand's sales of the month make."""
        until = (self._month + timedelta(days=LONGEST_MONTH)).replace(day=1)
        return await run_query(list_brands, actor=self._place.actor, from_on=self._month, until_on=until)

    def show(self, brands: list[BrandRow]) -> None:
        """Show this month."""
        self._table.show([
            {'brand': name_of(one), 'pieces': number(one.pieces), 'list': yuan(one.list_fen),
             'paid': yuan(one.paid_fen), 'base': yuan(one.base_fen), 'commission': yuan(one.commission_fen),
             'remitted': yuan(one.remitted_fen)}
            for one in brands
        ])  # fmt: skip

    async def _choose(self, month: date) -> None:
        self._month = month
        await self._loader.refresh()


def _columns() -> list[Column]:
    names = ('pieces', 'list', 'paid', 'base', 'commission', 'remitted')
    return [
        Column(name='brand', label=t('inventory.brand')),
        *(Column(name=name, label=t(f'inventory.settlement.{name}'), kind='number') for name in names),
    ]
