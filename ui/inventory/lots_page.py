"""效期与召回: lots in the order of their expiry; a lot that is recalled stops being sold at once."""

from collections.abc import Mapping
from typing import Any

from nicegui import ui

from domain.inventory.commands import RecallLot
from domain.inventory.items import recall_lot
from domain.inventory.overview import LotRow, list_locations, list_lots
from domain.inventory.permissions import RECALL
from domain.inventory.views import LocationView, LotRecall
from domain.shared.operations import run_operation, run_query
from ui.inventory import addresses
from ui.inventory.frame import SOON_DAYS, expiry_state, name_of, place_names
from ui.kit.button import button
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.description_list import description_list
from ui.kit.field import at_most, required, text_field
from ui.kit.form import form
from ui.kit.format import day, number
from ui.kit.i18n import t
from ui.kit.row_paging import page_of
from ui.kit.section import section
from ui.kit.side_panel import SidePanel
from ui.kit.status_badge import status_badge
from ui.kit.text import Text
from ui.loading import Loader, together
from ui.saleswords import Counterfoil

Lots = tuple[list[LotRow], list[LocationView]]
URGENCIES = ('expired', 'soon', 'recalled')


class LotsPage:
    """The list at the left, the chosen lot at the right."""

    def __init__(self, place: Counterfoil, loader: Loader[Lots]) -> None:
        self._place, self._loader = place, loader
        self._lots: dict[int, LotRow] = {}
        self._names: Mapping[str, str] = {}
        options = {one: t(f'inventory.urgency.{one}') for one in URGENCIES}
        with ui.element('div').classes('at-split at-split--side'):
            with section(t('inventory.lots'), t('inventory.lots_hint')):
                self._table = DataTable(
                    _columns(), self._page, address=place.address,
                    filters=[Filter(name='urgency', label=t('inventory.urgency_column'), options=options)],
                    empty_title=t('inventory.no_lots'), empty_help=t('inventory.no_lots_help'),
                    on_open=lambda row: self._open(self._lots[row['id']]),
                )  # fmt: skip
                self._table.mark('inventory.lots')
            self._panel = SidePanel(t('inventory.choose_lot'), 'layers')

    async def load(self) -> Lots:
        """Lots as they are now."""
        actor = self._place.actor
        lots, places = await together(run_query(list_lots, actor=actor), run_query(list_locations, actor=actor))
        return lots, places

    def show(self, lots: Lots) -> None:
        """Show these lots."""
        rows, places = lots
        self._lots = {int(one.id): one for one in rows}
        self._names = place_names(self._place, places)
        self._table.show(self._paged(self._table.query))

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        return page_of([self._row(one) for one in self._lots.values()], query, searched=('name', 'code', 'sku'))

    def _row(self, one: LotRow) -> dict[str, Any]:
        state, text = expiry_state(one.expires_on, one.recalled_at is not None, self._place.today)
        return {
            'id': int(one.id), 'name': name_of(one), 'sku': one.sku, 'code': one.code,
            'expires': day(one.expires_on, with_year=True) if one.expires_on else '', 'pieces': number(one.quantity),
            'where': '、'.join(self._names[code] for code in one.location_codes), 'urgency': self._urgency(one),
            'badge': {'state': state, 'text': text},
        }  # fmt: skip

    def _urgency(self, one: LotRow) -> str:
        if one.recalled_at is not None:
            return 'recalled'
        left = (one.expires_on - self._place.today).days if one.expires_on else None
        return '' if left is None or left > SOON_DAYS else 'expired' if left < 0 else 'soon'

    def _open(self, one: LotRow) -> None:
        with self._panel.refilled():
            Text(f'{name_of(one)} · {one.code}', tag='h2', classes='at-section__title')
            status_badge(*expiry_state(one.expires_on, one.recalled_at is not None, self._place.today))
            description_list({
                t('inventory.pieces'): number(one.quantity), t('inventory.recalled_at'):
                    self._place.moment(one.recalled_at) if one.recalled_at else None,
                t('inventory.recall_reason'): one.recall_reason or None,
            })  # fmt: skip
            button(t('inventory.open_item'), lambda: ui.navigate.to(addresses.item(one.item_id)), rank='quiet')
            if one.recalled_at is None and self._place.actor.may(RECALL):
                with form(lambda: self._recall(one), label=t('inventory.recall')):
                    self._reason = text_field(
                        t('inventory.recall_reason'), help_text=t('inventory.recall_help'),
                        checks=(required, at_most(200)),
                    )  # fmt: skip

    async def _recall(self, one: LotRow) -> None:
        command = RecallLot(lot_id=one.id, reason=self._reason.value.strip())
        found: LotRecall = await run_operation(recall_lot, actor=self._place.actor, command=command)
        await self._loader.refresh()
        self._open(self._lots[int(one.id)])
        ui.notify(t(
            'inventory.recalled', here=number(sum(found.on_hand.values())), sold=number(sum(found.sold.values())),
            receipts=number(len(found.sold)),
        ))  # fmt: skip


def _columns() -> list[Column]:
    return [
        Column(name='name', label=t('inventory.item'), is_sortable=True),
        Column(name='code', label=t('inventory.lot_code')),
        Column(name='expires', label=t('inventory.expires')),
        Column(name='pieces', label=t('inventory.pieces'), kind='number'),
        Column(name='where', label=t('inventory.location')),
        Column(name='badge', label=t('inventory.state'), kind='badge'),
    ]
