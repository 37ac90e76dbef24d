"""商品卡: where an item lies, its lots, every move, and for those who may: transfer and write-off."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

from nicegui import ui

from domain.inventory.commands import ItemId, LocationId, LotId, Transfer, WriteOff
from domain.inventory.errors import ItemUnknown
from domain.inventory.forecasts import DemandForecast, list_forecasts, sold_by_day
from domain.inventory.operations import transfer, write_off
from domain.inventory.overview import JournalRow, StockRow, list_journal, list_locations, list_stock
from domain.inventory.permissions import MOVE
from domain.inventory.queries import assortment, on_hand
from domain.inventory.views import AssortmentRow, LocationView, OnHandRow
from domain.shared.operations import run_operation, run_query
from ui.forecasts import SHOWN_PAST
from ui.inventory.demand import demand_section
from ui.inventory.frame import expiry_state, name_of, place_names
from ui.kit.data_table import Column
from ui.kit.description_list import description_list
from ui.kit.field import between, choice_field, number_field, required
from ui.kit.form import form
from ui.kit.format import day, number, percent
from ui.kit.i18n import t
from ui.kit.money import yuan
from ui.kit.plain_table import PlainTable
from ui.kit.section import section
from ui.loading import Loader, together
from ui.saleswords import Counterfoil

REASONS = ('damaged', 'expired', 'lost', 'tester', 'gift', 'recalled', 'returned_to_supplier')
DAYS = 28
MOST = 10**9


@dataclass(frozen=True, slots=True)
class Card:
    """An item and all about it."""

    row: StockRow
    lying: list[OnHandRow]
    journal: list[JournalRow]
    places: list[LocationView]
    pace: AssortmentRow | None
    sold: tuple[int | None, ...]
    forecast: DemandForecast | None


class ItemPage:
    """What it is and where it lies at the left, what may be done with it at the right, the journal below."""

    def __init__(self, place: Counterfoil, item_id: int, loader: Loader[Card]) -> None:
        self._place, self._id, self._loader = place, ItemId(item_id), loader
        self._body = ui.element('div').classes('at-stack')
        self._key = ''

    async def load(self) -> Card:
        """:raises ItemUnknown:"""
        actor, today = self._place.actor, self._place.today
        rows, lying, journal, places, paces, forecasts = await together(
            run_query(list_stock, actor=actor, day=today, item_id=self._id),
            run_query(on_hand, actor=actor, item_id=self._id, day=today),
            run_query(list_journal, actor=actor, item_id=self._id, limit=200),
            run_query(list_locations, actor=actor),
            run_query(assortment, actor=actor, from_on=today - timedelta(days=DAYS), until_on=today),
            run_query(list_forecasts, actor=actor, on=today, item_id=self._id),
        )
        if not rows:
            raise ItemUnknown(item=self._id)
        forecast = forecasts.get(self._id)
        until = forecast.made_on if forecast else today
        sold = await run_query(
            sold_by_day, actor=actor, from_on=until - timedelta(days=SHOWN_PAST), until_on=until, item_id=self._id
        )  # fmt: skip
        pace = next((one for one in paces if one.item_id == self._id), None)
        return Card(rows[0], lying, journal, places, pace, sold.get(self._id, ()), forecast)

    def show(self, card: Card) -> None:
        """Show it whole."""
        self._key = str(uuid4())
        self._body.clear()
        with self._body:
            with ui.element('div').classes('at-split'):
                with ui.element('div').classes('at-stack'):
                    self._facts(card)
                    self._lying(card)
                if self._place.actor.may(MOVE) and card.lying:
                    with ui.element('div').classes('at-stack'):
                        self._moving(card)
                        self._writing_off(card)
            demand_section(card.sold, card.forecast)
            self._journal(card)

    def _facts(self, card: Card) -> None:
        row, pace = card.row, card.pace
        with section(name_of(row), row.sku):
            description_list({
                t('inventory.barcodes'): '、'.join(row.barcodes), t('inventory.ownership'): t(
                    f'inventory.owned.{row.ownership}'
                ),
                t('inventory.on_hand'): number(row.on_hand), t('inventory.available'): number(row.available),
                t('inventory.on_hold'): number(row.on_hold), t('inventory.in_transit'): number(row.in_transit),
                t('inventory.figure.value'): yuan(row.value_fen),
                t('inventory.sold_in', days=DAYS): number(pace.sold) if pace else None,
                t('inventory.cover'): number(pace.days_of_cover, digits=1) if pace else None,
                t('inventory.out_of_stock'): percent(pace.out_of_stock.value) if pace else None,
            })  # fmt: skip

    def _lying(self, card: Card) -> None:
        names = place_names(self._place, card.places)
        with section(t('inventory.where_it_lies')):
            PlainTable(
                [Column(name='place', label=t('inventory.location')), Column(name='lot', label=t('inventory.lot_code')),
                 Column(name='expires', label=t('inventory.expires')),
                 Column(name='pieces', label=t('inventory.pieces'), kind='number'),
                 Column(name='badge', label=t('inventory.state'), kind='badge')],
                [self._lying_row(one, names[one.location_code]) for one in card.lying],
                hint=t('inventory.nowhere'),
            )  # fmt: skip

    def _lying_row(self, one: OnHandRow, name: str) -> dict[str, Any]:
        state, text = expiry_state(one.expires_on, not one.is_sellable and (
            one.expires_on is None or one.expires_on >= self._place.today
        ), self._place.today)  # fmt: skip
        return {
            'place': name, 'lot': one.lot_code, 'expires': day(one.expires_on) if one.expires_on else '',
            'pieces': number(one.quantity), 'badge': {'state': state, 'text': text},
        }  # fmt: skip

    def _moving(self, card: Card) -> None:
        with section(t('inventory.transfer')), form(lambda: self._transfer(card), label=t('inventory.transfer')):
            self._from = self._source(card)
            names = place_names(self._place, card.places)
            self._to = choice_field(
                t('inventory.to'), {one.id: names[one.code] for one in card.places}, checks=(required,)
            )
            self._pieces = number_field(t('inventory.pieces'), 1, checks=(required, between(1, MOST)))

    def _writing_off(self, card: Card) -> None:
        with section(t('inventory.write_off')), form(lambda: self._write_off(card), label=t('inventory.write_off')):
            self._lost_at = self._source(card)
            self._reason = choice_field(
                t('inventory.reason_column'), {one: t(f'inventory.reason.{one}') for one in REASONS}, REASONS[0]
            )
            self._lost = number_field(t('inventory.pieces'), 1, checks=(required, between(1, MOST)))

    def _source(self, card: Card) -> ui.select:
        names = place_names(self._place, card.places)
        options = {
            place: f'{names[one.location_code]} {one.lot_code} · {number(one.quantity)}'
            for place, one in enumerate(card.lying)
        }
        return choice_field(t('inventory.from'), options, 0, checks=(required,))

    async def _transfer(self, card: Card) -> None:
        source = card.lying[int(self._from.value)]
        await run_operation(transfer, actor=self._place.actor, command=Transfer(
            key=f'desk:{self._key}:transfer', item_id=self._id, lot_id=LotId(source.lot_id),
            from_id=source.location_id, to_id=LocationId(self._to.value), quantity=int(self._pieces.value),
            occurred_at=datetime.now(UTC),
        ))  # fmt: skip
        ui.notify(t('inventory.moved'))
        await self._loader.refresh()

    async def _write_off(self, card: Card) -> None:
        source = card.lying[int(self._lost_at.value)]
        await run_operation(write_off, actor=self._place.actor, command=WriteOff(
            key=f'desk:{self._key}:write-off', item_id=self._id, lot_id=LotId(source.lot_id),
            location_id=source.location_id, quantity=int(self._lost.value), reason=self._reason.value,
            occurred_at=datetime.now(UTC),
        ))  # fmt: skip
        ui.notify(t('inventory.written_off'))
        await self._loader.refresh()

    def _journal(self, card: Card) -> None:
        names = place_names(self._place, card.places)
        with section(t('inventory.journal'), t('inventory.journal_hint')):
            PlainTable(
                [Column(name='time', label=t('inventory.time')), Column(name='what', label=t('inventory.move')),
                 Column(name='place', label=t('inventory.location')), Column(name='lot', label=t('inventory.lot_code')),
                 Column(name='pieces', label=t('inventory.pieces'), kind='number'),
                 Column(name='who', label=t('inventory.who')),
                 Column(name='reference', label=t('inventory.reference'))],
                [
                    {'time': self._place.moment(one.occurred_at), 'what': t(f'inventory.reason.{one.reason}'),
                     'place': names[one.location_code], 'lot': one.lot_code, 'pieces': f'{one.quantity:+,}',
                     'who': one.moved_by, 'reference': one.reference}
                    for one in card.journal
                ],
                hint=t('inventory.no_moves'),
            )  # fmt: skip
