"""班次: X and Z reports of a week, with what was counted and by how much the drawer was off."""

from datetime import timedelta
from typing import Any

from nicegui import ui

from domain.sales.queries import list_shifts
from domain.sales.views import ShiftRow
from domain.shared.operations import run_query
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.description_list import description_list
from ui.kit.format import MISSING, day, number
from ui.kit.i18n import t
from ui.kit.money import signed_yuan, yuan
from ui.kit.row_paging import page_of
from ui.kit.section import section
from ui.kit.side_panel import SidePanel
from ui.kit.status_badge import status_badge
from ui.kit.text import Text
from ui.kit.tokens import State
from ui.saleswords import Counterfoil

WEEK = timedelta(days=7)


class ShiftsPage:
    """Shifts of the week that ends on the chosen day; one opens as its report."""

    def __init__(self, place: Counterfoil) -> None:
        self._place = place
        self._shifts: dict[int, ShiftRow] = {}
        options = {state: t(f'sales.drawer.{state}') for state in ('running', 'right', 'off')}
        with ui.element('div').classes('at-split at-split--side'):
            with section(t('sales.shifts'), t('sales.shifts_hint')):
                self._table = DataTable(
                    _columns(),
                    self._page,
                    address=place.address,
                    filters=[Filter(name='drawer', label=t('sales.drawer_column'), options=options)],
                    empty_title=t('sales.no_shifts'),
                    empty_help=t('sales.no_shifts_help'),
                    on_open=lambda row: self._open(row['id']),
                )
                self._table.mark('sales.shifts')
            self._panel = SidePanel(t('sales.choose_shift'), 'clock')

    async def load(self) -> list[ShiftRow]:
        """The week's shifts."""
        until = self._place.day + timedelta(days=1)
        return await run_query(list_shifts, actor=self._place.actor, from_on=until - WEEK, until_on=until)

    def show(self, shifts: list[ShiftRow]) -> None:
        """Show these shifts."""
        self._shifts = {shift.id: shift for shift in shifts}
        self._table.show(self._paged(self._table.query))

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        rows = [_row(shift) for shift in self._shifts.values()]
        keys = {'money': lambda row: row['fen'], 'business_on': lambda row: row['sort_on']}
        return page_of(rows, query, searched=('till', 'cashier'), keys=keys)

    def _open(self, shift_id: int) -> None:
        shift = self._shifts.get(shift_id)
        if shift is None:
            return
        report = shift.report
        with self._panel.refilled():
            Text(t('sales.z') if report.closed_at else t('sales.x'), tag='h2', classes='at-section__title')
            state, words = _drawer(shift)
            status_badge(state, words)
            description_list({
                t('sales.till'): report.till, t('sales.cashier'): report.cashier,
                t('sales.opened'): self._place.moment(report.opened_at),
                t('sales.closed'): self._place.moment(report.closed_at),
                t('sales.figure.receipts'): number(report.sales), t('sales.money'): yuan(report.money_fen),
                t('sales.off'): yuan(report.discount_fen), t('sales.points'): number(report.points),
                t('sales.returns'): f'{number(report.returns)} · {yuan(report.returned_fen)}',
                t('sales.float'): yuan(shift.float_fen),
                # While the shift runs nobody learns what the drawer should hold: counting stays blind.
                t('sales.cash_taken'): yuan(report.cash_taken_fen) if report.closed_at else None,
                t('sales.cash_moved'): signed_yuan(shift.moved_fen), t('sales.expected'): yuan(report.expected_fen),
                t('sales.counted'): yuan(report.counted_fen), t('sales.variance'): signed_yuan(report.variance_fen),
            })  # fmt: skip


def _columns() -> list[Column]:
    return [
        Column(name='business_on', label=t('sales.business_on'), is_sortable=True),
        Column(name='till', label=t('sales.till'), is_sortable=True),
        Column(name='cashier', label=t('sales.cashier'), is_sortable=True),
        Column(name='sales', label=t('sales.figure.receipts'), kind='number'),
        Column(name='money', label=t('sales.money'), kind='number', is_sortable=True),
        Column(name='pace', label=t('sales.seconds'), kind='number'),
        Column(name='variance', label=t('sales.variance'), kind='number'),
        Column(name='badge', label=t('sales.drawer_column'), kind='badge'),
    ]


def _row(shift: ShiftRow) -> dict[str, Any]:
    report = shift.report
    state, words = _drawer(shift)
    pace = report.seconds_per_basket
    return {
        'id': shift.id, 'business_on': day(report.business_on), 'sort_on': report.business_on.isoformat(),
        'till': report.till, 'cashier': report.cashier, 'sales': number(report.sales), 'money': yuan(report.money_fen),
        'fen': report.money_fen, 'pace': MISSING if pace is None else number(pace, digits=0),
        'variance': signed_yuan(report.variance_fen), 'drawer': _drawer_state(shift),
        'badge': {'state': state, 'text': words},
    }  # fmt: skip


def _drawer_state(shift: ShiftRow) -> str:
    if shift.report.closed_at is None:
        return 'running'
    return 'off' if shift.report.variance_fen else 'right'


def _drawer(shift: ShiftRow) -> tuple[State, str]:
    states: dict[str, State] = {'running': 'watch', 'right': 'good', 'off': 'act'}
    name = _drawer_state(shift)
    return states[name], t(f'sales.drawer.{name}')
