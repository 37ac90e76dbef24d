"""盘点单: who counts sees his own counts only; who validates sees them beside what was expected at their instants."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from nicegui import ui

from domain.inventory.commands import NO_LOT, CountId, ItemId, LocationId, LotId, RecordCount, ValidateCount
from domain.inventory.counts import get_count_sheet, record_count, review_count, validate_count
from domain.inventory.overview import LotRow, StockRow, list_locations, list_lots, list_stock
from domain.inventory.permissions import COUNT, VALIDATE_COUNTS
from domain.inventory.views import CountLineView, CountReview, CountSheet, LocationView
from domain.shared.operations import run_operation, run_query
from ui.inventory.frame import name_of, place_names
from ui.kit.button import button
from ui.kit.confirmation import confirm
from ui.kit.data_table import Column
from ui.kit.field import between, choice_field, number_field, required
from ui.kit.form import form
from ui.kit.format import number
from ui.kit.i18n import t
from ui.kit.plain_table import PlainTable
from ui.kit.section import section
from ui.loading import Loader, together
from ui.saleswords import Counterfoil

MOST = 10**9


@dataclass(frozen=True, slots=True)
class Count:
    """A count as this person may see it."""

    sheet: CountSheet | None
    review: CountReview | None
    items: list[StockRow]
    lots: list[LotRow]
    places: list[LocationView]


class CountPage:
    """Own counts and the form to count; the review below for those who validate."""

    def __init__(self, place: Counterfoil, count_id: int, loader: Loader[Count]) -> None:
        self._place, self._id, self._loader = place, CountId(count_id), loader
        self._body = ui.element('div').classes('at-stack')

    async def load(self) -> Count:
        """:raises CountUnknown:"""
        actor = self._place.actor
        sheet = await run_query(get_count_sheet, actor=actor, count_id=self._id) if actor.may(COUNT) else None
        may_review = actor.may(VALIDATE_COUNTS)
        review = await run_query(review_count, actor=actor, count_id=self._id) if may_review else None
        items, lots, places = await together(
            run_query(list_stock, actor=actor, day=self._place.today), run_query(list_lots, actor=actor),
            run_query(list_locations, actor=actor),
        )  # fmt: skip
        return Count(sheet, review, items, lots, places)

    def show(self, count: Count) -> None:
        """Show what this person may see."""
        self._items = {int(one.id): one for one in count.items}
        self._lots = {int(one.id): one for one in count.lots}
        names = place_names(self._place, count.places)
        self._names = {int(one.id): names[one.code] for one in count.places}
        self._body.clear()
        with self._body:
            if count.sheet is not None:
                self._own(count.sheet)
            if count.review is not None:
                self._review(count.review)

    def _own(self, sheet: CountSheet) -> None:
        with ui.element('div').classes('at-split'):
            with section(t('inventory.own_counts', number=self._id), t('inventory.blind_hint')):
                PlainTable(
                    [*self._named_columns(), Column(name='counted', label=t('inventory.counted'), kind='number')],
                    [
                        {**self._named(place, item, lot), 'counted': number(pieces)}
                        for place, item, lot, pieces in sheet.own
                    ],
                    hint=t('inventory.nothing_counted'),
                )  # fmt: skip
            if not sheet.is_validated:
                with section(t('inventory.count_here')), form(self._record, label=t('inventory.note')):
                    self._where = choice_field(
                        t('inventory.location'), {one: self._names[one] for one in sheet.location_ids},
                        sheet.location_ids[0], checks=(required,),
                    )  # fmt: skip
                    options = {int(one.id): f'{name_of(one)} · {one.sku}' for one in self._items.values()}
                    self._item = choice_field(t('inventory.item'), options, checks=(required,))
                    self._item.props('use-input fill-input hide-selected')
                    self._lot = choice_field(t('inventory.lot_code'), {int(NO_LOT): t('inventory.no_lot')}, int(NO_LOT))
                    self._item.on_value_change(self._offer_lots)
                    self._pieces = number_field(t('inventory.counted'), checks=(required, between(0, MOST)))

    def _offer_lots(self) -> None:
        own = {one.id: one.code for one in self._lots.values() if one.item_id == self._item.value}
        self._lot.set_options(own or {int(NO_LOT): t('inventory.no_lot')}, value=next(iter(own), int(NO_LOT)))

    async def _record(self) -> None:
        await run_operation(record_count, actor=self._place.actor, command=RecordCount(
            count_id=self._id, location_id=LocationId(self._where.value), item_id=ItemId(self._item.value),
            lot_id=LotId(self._lot.value), counted=int(self._pieces.value), counted_at=datetime.now(UTC),
        ))  # fmt: skip
        await self._loader.refresh()

    def _review(self, review: CountReview) -> None:
        waiting = sum(one.variance is None for one in review.lines)

        def actions() -> None:
            if not review.is_validated and review.lines:
                button(t('inventory.validate'), lambda: self._ask(review), rank='primary').mark('inventory.validate')

        hint = t('inventory.validated') if review.is_validated else t('inventory.waiting', count=number(waiting))
        with section(t('inventory.review'), hint, actions=actions) as box:
            box.mark('inventory.review')
            PlainTable(
                [*self._named_columns(), Column(name='counted', label=t('inventory.counted'), kind='number'),
                 Column(name='expected', label=t('inventory.expected'), kind='number'),
                 Column(name='who', label=t('inventory.counters')),
                 Column(name='badge', label=t('inventory.variance'), kind='badge')],
                [self._review_row(one) for one in review.lines], hint=t('inventory.nothing_counted'),
            )  # fmt: skip

    def _review_row(self, one: CountLineView) -> dict[str, Any]:
        if one.variance is None:
            badge = {'state': 'act', 'text': t('inventory.recount', off=f'{one.counted - one.expected:+,}')}
        else:
            badge = {
                'state': 'watch' if one.variance else 'good',
                'text': f'{one.variance:+,}' if one.variance else '0',
            }
        return {
            **self._named(one.location_id, one.item_id, one.lot_id), 'counted': number(one.counted),
            'expected': number(one.expected), 'who': '、'.join(one.counters), 'badge': badge,
        }  # fmt: skip

    def _ask(self, review: CountReview) -> None:
        changed = sum(1 for one in review.lines if one.variance)
        confirm(
            t('inventory.validate_title', number=self._id),
            t('inventory.validate_effect', count=number(changed)), action=t('inventory.validate'),
            on_confirm=self._validate,
        )  # fmt: skip

    async def _validate(self) -> None:
        await run_operation(validate_count, actor=self._place.actor, command=ValidateCount(count_id=self._id))
        await self._loader.refresh()

    def _named_columns(self) -> list[Column]:
        return [
            Column(name='place', label=t('inventory.location')), Column(name='name', label=t('inventory.item')),
            Column(name='lot', label=t('inventory.lot_code')),
        ]  # fmt: skip

    def _named(self, place: int, item: int, lot: int) -> dict[str, Any]:
        known = self._lots.get(lot)
        row = self._items[item]
        return {'place': self._names[place], 'name': f'{name_of(row)} · {row.sku}', 'lot': known.code if known else ''}
