"""计量表: the registry as the tree that it is, with what each shows, used since yesterday, and what is wrong."""

from datetime import UTC, datetime
from typing import Any

from nicegui import ui

from domain.shared.operations import run_operation, run_query
from domain.utilities.commands import LossPolicy, MeterId, RegisterMeter
from domain.utilities.operations import register_meter
from domain.utilities.overview import MeterRow, list_meter_rows
from domain.utilities.permissions import MANAGE
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.field import at_most, between, choice_field, number_field, required, text_field
from ui.kit.figure import Figure
from ui.kit.form import form
from ui.kit.format import number
from ui.kit.i18n import t
from ui.kit.metric_card import MetricCard
from ui.kit.row_paging import page_of
from ui.kit.section import grid, section
from ui.loading import Loader
from ui.meterwords import MILLI, UTILITIES, register_words, unit_of, usage_words, utility_words
from ui.utilities import addresses
from ui.utilities.place import Place
from ui.utilities.words import DEPTH, STATES, badge, codes, in_tree

FIGURES = ('meters', 'electricity', 'water', 'held', 'silent')


class MetersPage:
    """Figures, the tree, and a form for a new meter."""

    def __init__(self, place: Place, loader: Loader[list[MeterRow]]) -> None:
        self._place, self._loader = place, loader
        self._rows: list[dict[str, Any]] = []
        with grid(least_width=180):
            self._cards = {name: MetricCard(t(f'utilities.figure.{name}')) for name in FIGURES}
        with section(t('utilities.registry'), t('utilities.registry_hint')):
            self._table = DataTable(
                _columns(), self._page, address=place.address, filters=_filters(),
                empty_title=t('utilities.no_meters'), empty_help=t('utilities.no_meters_help'),
                on_open=lambda row: ui.navigate.to(addresses.meter(row['id'])),
            ).mark('utilities.meters')  # fmt: skip
        self._form_box = ui.element('div')

    async def load(self) -> list[MeterRow]:
        """Meters as they are now."""
        return await run_query(list_meter_rows, actor=self._place.actor, now=datetime.now(UTC))

    def show(self, rows: list[MeterRow]) -> None:
        """Show these meters."""
        by_id = {int(row.meter.id): row for row in rows}
        tree = in_tree([row.meter for row in rows])
        self._rows = [_row(by_id[int(meter.id)], depth, self._place) for depth, meter in tree]
        shown = {
            'meters': Figure(text=number(len(rows))),
            'electricity': _drawn(rows, 'electricity'), 'water': _drawn(rows, 'water'),
            'held': Figure(text=number(sum(row.held for row in rows))),
            'silent': Figure(text=number(sum(row.state == 'silent' for row in rows))),
        }  # fmt: skip
        for name, figure in shown.items():
            self._cards[name].show(figure)
        self._table.show(self._paged(self._table.query))
        if self._place.actor.may(MANAGE) and not list(self._form_box):
            self._build_form(rows)

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        keys = {'day': lambda row: row['day_milli'], 'last': lambda row: row['last_iso']}
        return page_of(self._rows, query, searched=('code', 'where', 'tenant'), keys=keys)

    def _build_form(self, rows: list[MeterRow]) -> None:
        mains = {0: t('utilities.no_main'), **codes([row.meter for row in rows if row.meter.multiplier > 1])}
        with (
            self._form_box,
            section(t('utilities.new_meter'), t('utilities.new_meter_hint')),
            form(self._submit, label=t('utilities.register')),
            grid(least_width=200),
        ):
            self._code = text_field(t('utilities.code'), checks=(required, at_most(64)))
            self._utility = choice_field(
                t('utilities.utility_column'), {one: utility_words(one) for one in UTILITIES}, 'electricity'
            )
            self._where = text_field(t('utilities.place'), checks=(required, at_most(80)))
            self._parent = choice_field(t('utilities.main'), mains, 0)
            self._digits = number_field(
                t('utilities.digits'), 6, help_text=t('utilities.digits_help'), checks=(required, between(3, 9))
            )
            self._ratio = number_field(
                t('utilities.ratio'), 1, help_text=t('utilities.ratio_help'), checks=(required, between(1, 10_000))
            )
            self._policy = choice_field(
                t('utilities.loss_policy'), {one.value: t(f'utilities.policy.{one.value}') for one in LossPolicy},
                LossPolicy.LANDLORD.value,
            )  # fmt: skip

    async def _submit(self) -> None:
        command = RegisterMeter(
            code=self._code.value.strip(), utility=self._utility.value, digits=int(self._digits.value),
            multiplier=int(self._ratio.value), place=self._where.value.strip(),
            parent_id=MeterId(self._parent.value) if self._parent.value else None,
            loss_policy=LossPolicy(self._policy.value),
        )  # fmt: skip
        made = await run_operation(register_meter, actor=self._place.actor, command=command)
        ui.navigate.to(addresses.meter(made.id))


def _drawn(rows: list[MeterRow], utility: str) -> Figure:
    """What came in through the mains, or the sum of meters that hang behind none."""
    roots = [row.day_milli or 0 for row in rows if row.meter.parent_id is None and row.meter.utility == utility]
    return Figure(text=number(sum(roots) / MILLI), unit=unit_of(utility), note=t('utilities.last_day'))


def _filters() -> list[Filter]:
    return [
        Filter(
            name='utility', label=t('utilities.utility_column'), options={one: utility_words(one) for one in UTILITIES}
        ),
        Filter(name='state', label=t('utilities.state_column'), options={s: t(f'utilities.state.{s}') for s in STATES}),
    ]


def _columns() -> list[Column]:
    return [
        Column(name='shown', label=t('utilities.meter')),
        Column(name='where', label=t('utilities.place')),
        Column(name='utility_words', label=t('utilities.utility_column')),
        Column(name='register', label=t('utilities.register_column'), kind='number'),
        Column(name='ratio', label=t('utilities.ratio'), kind='number'),
        Column(name='day', label=t('utilities.last_day'), kind='number', is_sortable=True),
        Column(name='last', label=t('utilities.last_read'), is_sortable=True),
        Column(name='badge', label=t('utilities.state_column'), kind='badge'),
    ]


def _row(row: MeterRow, depth: int, place: Place) -> dict[str, Any]:
    meter, last = row.meter, row.last
    return {
        'id': meter.id, 'code': meter.code, 'shown': f'{DEPTH * depth}{meter.code}', 'where': meter.place,
        'utility': meter.utility, 'utility_words': utility_words(meter.utility),
        'register': register_words(last.register_milli) if last else '', 'ratio': f'×{meter.multiplier}',
        'day': usage_words(row.day_milli, meter.utility), 'day_milli': row.day_milli,
        'last': place.moment(last.read_at if last else None), 'last_iso': last.read_at.isoformat() if last else None,
        'tenant': place.tenant(row.tenant_id), 'state': row.state, 'badge': badge(row.state),
    }  # fmt: skip
