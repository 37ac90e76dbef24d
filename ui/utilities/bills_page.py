"""能耗账单: what every holder used in a month and what it costs, as the billing run will take it, and what waits."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nicegui import ui

from domain.shared.operations import run_query
from domain.utilities.queries import list_meters, usage_bills
from domain.utilities.views import HeldMeter, UsageBill, UsageBills
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.day_field import MonthPicker
from ui.kit.description_list import description_list
from ui.kit.figure import Figure
from ui.kit.format import number
from ui.kit.i18n import t
from ui.kit.metric_card import MetricCard
from ui.kit.money import yuan, yuan_figure
from ui.kit.notice import notice
from ui.kit.plain_table import PlainTable
from ui.kit.row_paging import page_of
from ui.kit.section import grid, section
from ui.kit.side_panel import SidePanel
from ui.kit.toolbar import spacer, toolbar
from ui.loading import Loader, together
from ui.meterwords import UTILITIES, price_words, register_words, usage_words, utility_words
from ui.shell import paths
from ui.utilities import addresses
from ui.utilities.place import Place

FIGURES = ('amount', 'bills', 'estimated', 'waiting')


@dataclass(frozen=True, slots=True)
class Month:
    answer: UsageBills
    places: dict[int, str]


class BillsPage:
    """The month's figures, its bills beside the one that was chosen, and the meters that wait."""

    def __init__(self, place: Place, loader: Loader[Month]) -> None:
        self._place, self._loader = place, loader
        self._rows: list[dict[str, Any]] = []
        self._bills: dict[str, UsageBill] = {}
        with toolbar():
            MonthPicker(place.month, last=place.today, on_change=self._choose_month)
            spacer()
            ui.link(t('utilities.to_billing'), paths.BILLING).classes('at-link')
        with grid(least_width=180):
            self._cards = {name: MetricCard(t(f'utilities.bill_figure.{name}')) for name in FIGURES}
        with ui.element('div').classes('at-split at-split--side'):
            with section(t('utilities.bills'), t('utilities.bills_hint')):
                self._table = DataTable(
                    _columns(), self._page, address=place.address, filters=_filters(),
                    empty_title=t('utilities.no_bills'), empty_help=t('utilities.no_bills_help'), on_open=self._open,
                ).mark('utilities.bills')  # fmt: skip
            self._panel = SidePanel(t('utilities.choose_bill'), 'line')
        with section(t('utilities.held_bills'), t('utilities.held_bills_hint')):
            self._held = PlainTable(
                _held_columns(), hint=t('utilities.nothing_held'),
                on_open=lambda row: ui.navigate.to(addresses.meter(row['id'])),
            ).mark('utilities.held_bills')  # fmt: skip

    async def _choose_month(self, month: Any) -> None:
        self._place.choose_month(month)
        self._panel.close()
        await self._loader.refresh()

    async def load(self) -> Month:
        """Bills of the month so far."""
        answer, meters = await together(
            run_query(usage_bills, actor=self._place.actor, window=self._place.month_so_far),
            run_query(list_meters, actor=self._place.actor),
        )
        return Month(answer, {int(meter.id): meter.place for meter in meters})

    def show(self, month: Month) -> None:
        """Show this month."""
        bills = month.answer.bills
        self._bills = {_key(bill): bill for bill in bills}
        self._rows = [_row(bill, month, self._place) for bill in bills]
        self._cards['amount'].show(yuan_figure(sum(bill.amount_fen for bill in bills)))
        counts = {
            'bills': len(bills),
            'estimated': sum(bill.is_estimated for bill in bills),
            'waiting': len(month.answer.held),
        }
        for name, count in counts.items():
            self._cards[name].show(Figure(text=number(count)))
        self._table.show(self._paged(self._table.query))
        self._held.show(_held_rows(month.answer.held, month))

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        keys = {'amount': lambda row: row['fen'], 'used': lambda row: row['milli']}
        return page_of(self._rows, query, searched=('meter', 'where', 'who'), keys=keys)

    def _open(self, row: Any) -> None:
        bill = self._bills.get(row['id'])
        if bill is None:
            return
        with self._panel.refilled():
            description_list({
                t('utilities.meter'): bill.meter_code, t('utilities.holder'): row['who'],
                t('utilities.first_reading'): _reading_words(bill, self._place, is_first=True),
                t('utilities.last_reading'): _reading_words(bill, self._place, is_first=False),
                t('utilities.used'): usage_words(bill.usage_milli, bill.utility),
                t('utilities.loss_part'): usage_words(bill.loss_milli, bill.utility),
                t('utilities.amount_due'): yuan(bill.amount_fen),
            })  # fmt: skip
            if bill.is_estimated:
                notice(t('utilities.is_estimated'), 'watch')
            if bill.is_estimated_split:
                notice(t('utilities.is_split'), 'watch')
            PlainTable(_line_columns(), [
                {
                    'slot': t(f'utilities.slot.{line.slot}'), 'from': line.valid_from.isoformat(),
                    'used': usage_words(line.usage_milli, bill.utility),
                    'price': price_words(line.price_e4, bill.utility),
                } for line in bill.lines
            ]).mark('utilities.bill_lines')  # fmt: skip


def _key(bill: UsageBill) -> str:
    return f'{bill.meter_id}/{bill.lease_id}/{bill.first.id}'


def _reading_words(bill: UsageBill, place: Place, *, is_first: bool) -> str:
    one = bill.first if is_first else bill.last
    return f'{register_words(one.register_milli)} · {place.moment(one.read_at)}'


def _filters() -> list[Filter]:
    return [
        Filter(
            name='utility', label=t('utilities.utility_column'), options={one: utility_words(one) for one in UTILITIES}
        ),
        Filter(
            name='basis', label=t('utilities.basis'),
            options={one: t(f'utilities.basis_of.{one}') for one in ('hours', 'split', 'estimate')},
        ),
    ]  # fmt: skip


def _columns() -> list[Column]:
    return [
        Column(name='meter', label=t('utilities.meter'), is_sortable=True),
        Column(name='where', label=t('utilities.place')),
        Column(name='used', label=t('utilities.used'), kind='number', is_sortable=True),
        Column(name='loss', label=t('utilities.loss_part'), kind='number'),
        Column(name='amount', label=t('utilities.amount_due'), kind='number', is_sortable=True),
        Column(name='basis_badge', label=t('utilities.basis'), kind='badge'),
    ]


def _line_columns() -> list[Column]:
    return [
        Column(name='slot', label=t('utilities.slot_column')), Column(name='from', label=t('utilities.valid_from')),
        Column(name='used', label=t('utilities.used'), kind='number'),
        Column(name='price', label=t('utilities.price'), kind='number'),
    ]  # fmt: skip


def _held_columns() -> list[Column]:
    return [
        Column(name='meter', label=t('utilities.meter')), Column(name='where', label=t('utilities.place')),
        Column(name='why', label=t('utilities.why_held'), kind='badge'),
    ]  # fmt: skip


def _row(bill: UsageBill, month: Month, place: Place) -> dict[str, Any]:
    basis = 'estimate' if bill.is_estimated else 'split' if bill.is_estimated_split else 'hours'
    return {
        'id': _key(bill), 'meter': bill.meter_code, 'where': month.places.get(int(bill.meter_id), ''),
        'who': place.tenant(bill.tenant_id) or f'#{bill.lease_id}', 'utility': bill.utility, 'milli': bill.usage_milli,
        'used': usage_words(bill.usage_milli, bill.utility),
        'loss': usage_words(bill.loss_milli, bill.utility) if bill.loss_milli else '', 'fen': bill.amount_fen,
        'amount': yuan(bill.amount_fen), 'basis': basis,
        'basis_badge': {
            'state': 'good' if basis == 'hours' else 'watch', 'text': t(f'utilities.basis_of.{basis}')
        },
    }  # fmt: skip


def _held_rows(held: Sequence[HeldMeter], month: Month) -> list[dict[str, Any]]:
    return [
        {
            'id': one.meter_id, 'meter': one.meter_code, 'where': month.places.get(int(one.meter_id), ''),
            'why': {'state': 'act', 'text': t(f'utilities.waits.{one.reason}')},
        } for one in held
    ]  # fmt: skip
