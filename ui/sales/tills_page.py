"""收银台: register a till, move it to a shop, give it a stock location, deactivate it."""

from typing import Any

from nicegui import ui

from domain.sales.commands import RegisterTill
from domain.sales.queries import list_tills
from domain.sales.shifts import register_till
from domain.sales.views import TillView
from domain.shared.operations import run_operation, run_query
from ui.kit.button import button
from ui.kit.confirmation import confirm
from ui.kit.data_table import Column, DataTable, TablePage, TableQuery
from ui.kit.field import at_most, choice_field, required, text_field
from ui.kit.form import form
from ui.kit.i18n import t
from ui.kit.row_paging import page_of
from ui.kit.section import section
from ui.kit.side_panel import SidePanel
from ui.kit.text import Text
from ui.saleswords import Counterfoil


class TillsPage:
    """All tills at the left; register one, or change the chosen one, at the right."""

    def __init__(self, place: Counterfoil) -> None:
        self._place = place
        self._tills: dict[int, TillView] = {}
        with ui.element('div').classes('at-split at-split--side'):
            with section(t('sales.tills'), actions=self._actions):
                self._table = DataTable(
                    _columns(), self._page, address=place.address, empty_title=t('sales.no_tills'),
                    empty_help=t('sales.no_tills_help'), on_open=lambda row: self._edit(self._tills.get(row['id'])),
                )  # fmt: skip
                self._table.mark('sales.tills')
            self._panel = SidePanel(t('sales.choose_till'), 'key')

    async def load(self) -> list[TillView]:
        """The mall's tills."""
        return await run_query(list_tills, actor=self._place.actor)

    def show(self, tills: list[TillView]) -> None:
        """Show these tills."""
        self._tills = {till.id: till for till in tills}
        self._table.show(self._paged(self._table.query))

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        rows = [_row(till, self._place) for till in self._tills.values()]
        return page_of(rows, query, searched=('code', 'shop', 'cashier'))

    def _actions(self) -> None:
        button(t('sales.new_till'), lambda: self._edit(None), rank='primary', icon='plus').mark('sales.new_till')

    def _edit(self, till: TillView | None) -> None:
        with self._panel.refilled():
            Text(till.code if till else t('sales.new_till'), tag='h2', classes='at-section__title')
            with form(self._save):
                self._code = text_field(t('sales.code'), till.code if till else '', checks=(required, at_most(32)))
                self._code.set_enabled(till is None)
                shops = self._place.shops | ({till.shop: self._place.shop(till.shop)} if till else {})
                self._shop = choice_field(t('sales.shop'), shops, till.shop if till else None, checks=(required,))
                self._shop.props('use-input fill-input hide-selected')
                self._location = text_field(
                    t('sales.location'), till.location if till else '', help_text=t('sales.location_help'),
                    checks=(at_most(64),),
                )  # fmt: skip
            if till is not None:
                words = t('sales.deactivate') if till.is_active else t('sales.activate')
                button(words, lambda: self._ask(till), rank='quiet').mark('sales.toggle_till')

    async def _save(self) -> None:
        await self._register(RegisterTill(
            code=self._code.value.strip(), shop=self._shop.value, location=(self._location.value or '').strip()
        ))  # fmt: skip

    def _ask(self, till: TillView) -> None:
        command = RegisterTill(code=till.code, shop=till.shop, location=till.location, is_active=not till.is_active)
        if not till.is_active:
            ui.notify(t('sales.activating'))
        confirm(
            t('sales.toggle_title', till=till.code), t('sales.toggle_effect'), action=t('sales.do_it'),
            on_confirm=lambda: self._register(command), is_destructive=till.is_active,
        )  # fmt: skip

    async def _register(self, command: RegisterTill) -> None:
        await run_operation(register_till, actor=self._place.actor, command=command)
        self._panel.close()
        self.show(await self.load())


def _columns() -> list[Column]:
    return [
        Column(name='code', label=t('sales.till'), is_sortable=True),
        Column(name='shop', label=t('sales.shop'), is_sortable=True),
        Column(name='location', label=t('sales.location')),
        Column(name='cashier', label=t('sales.cashier')),
        Column(name='badge', label=t('sales.state_column'), kind='badge'),
    ]


def _row(till: TillView, place: Counterfoil) -> dict[str, Any]:
    state = 'off' if not till.is_active else 'good' if till.cashier else 'watch'
    words = {'off': 'inactive', 'good': 'in_use', 'watch': 'free'}[state]
    return {
        'id': till.id, 'code': till.code, 'shop': place.shop(till.shop), 'location': till.location,
        'cashier': till.cashier or '', 'badge': {'state': state, 'text': t(f'sales.till_state.{words}')},
    }  # fmt: skip
