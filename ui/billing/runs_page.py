"""出账: runs, and a new one over whole months."""

from datetime import date
from typing import Any

from nicegui import ui

from domain.billing.commands import PreviewRun
from domain.billing.overview import RunRow, list_runs
from domain.billing.permissions import PREPARE
from domain.billing.runs import preview_run
from domain.leasing.periods import add_months
from domain.shared.operations import run_operation, run_query
from ui.billing import addresses
from ui.billing.place import RUN_STATES, Place
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.field import choice_field, required
from ui.kit.figure import Figure
from ui.kit.form import form
from ui.kit.format import month_words, number
from ui.kit.i18n import t
from ui.kit.metric_card import MetricCard
from ui.kit.money import yuan, yuan_figure
from ui.kit.notice import notice
from ui.kit.row_paging import page_of
from ui.kit.section import grid, section

FIGURES = ('waiting', 'ready', 'last')
BACK, AHEAD = 12, 2


class RunsPage:
    """Figures, the runs, and beside them the preview of a new one."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._rows: list[RunRow] = []
        with grid(least_width=180):
            self._cards = {name: MetricCard(t(f'billing.figure.{name}')) for name in FIGURES}
        with ui.element('div').classes('at-split at-split--side'):
            with section(t('billing.runs'), t('billing.runs_hint')):
                states = {state: t(f'billing.run_state.{state}') for state in RUN_STATES}
                self._table = DataTable(
                    _columns(), self._page, address=place.address, is_searchable=False,
                    filters=[Filter(name='status', label=t('billing.state'), options=states)],
                    empty_title=t('billing.no_runs'), empty_help=t('billing.no_runs_help'),
                    on_open=lambda row: ui.navigate.to(addresses.run(row['id'])),
                )  # fmt: skip
                self._table.mark('billing.runs')
            with section(t('billing.new_run'), t('billing.new_run_hint')):
                self._new()

    def _new(self) -> None:
        if not self._place.actor.may(PREPARE):
            notice(t('billing.finance_prepares'))
            return
        this = self._place.today.replace(day=1)
        months = [add_months(this, n) for n in range(-BACK, AHEAD + 1)]
        names = {month.isoformat(): month_words(month) for month in months}
        with form(self._preview, label=t('billing.preview')):
            self._from = choice_field(
                t('billing.first_month'), names, add_months(this, -1).isoformat(), checks=(required,)
            )
            self._to = choice_field(
                t('billing.last_month'), names, add_months(this, 1).isoformat(), help_text=t('billing.window_help'),
                checks=(required,),
            )  # fmt: skip

    async def load(self) -> list[RunRow]:
        """Runs as they are now."""
        return await run_query(list_runs, actor=self._place.actor)

    def show(self, rows: list[RunRow]) -> None:
        """Show these runs."""
        self._rows = rows
        stages = [row.status for row in rows]
        self._cards['waiting'].show(Figure(text=number(stages.count('previewed'))))
        self._cards['ready'].show(Figure(text=number(stages.count('approved'))))
        posted = [row for row in rows if row.status == 'posted']
        self._cards['last'].show(yuan_figure(posted[0].total_fen if posted else None))
        self._table.show(self._paged(self._table.query))

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        return page_of([_row(row, self._place) for row in self._rows], query)

    async def _preview(self) -> None:
        first, last = date.fromisoformat(self._from.value), date.fromisoformat(self._to.value)
        command = PreviewRun(from_on=first, until_on=add_months(last, 1))
        run = await run_operation(preview_run, actor=self._place.actor, command=command)
        ui.navigate.to(addresses.run(run.id))


def window_words(from_on: date, until_on: date) -> str:
    """`2026年10月 – 2026年12月`."""
    last = add_months(until_on, -1)
    return month_words(from_on) if last <= from_on else f'{month_words(from_on)} – {month_words(last)}'


def _columns() -> list[Column]:
    return [
        Column(name='number', label=t('billing.run')), Column(name='window', label=t('billing.window')),
        Column(name='lines', label=t('billing.lines'), kind='number'),
        Column(name='total', label=t('billing.total'), kind='number'),
        Column(name='prepared', label=t('billing.prepared_by')),
        Column(name='approved', label=t('billing.approved_by')),
        Column(name='posted', label=t('billing.posted_at')),
        Column(name='badge', label=t('billing.state'), kind='badge'),
    ]  # fmt: skip


def _row(row: RunRow, place: Place) -> dict[str, Any]:
    return {
        'id': row.id, 'number': f'#{row.id}', 'window': window_words(row.from_on, row.until_on),
        'lines': number(row.lines), 'total': yuan(row.total_fen), 'prepared': row.previewed_by,
        'approved': row.approved_by or '', 'posted': place.moment(row.posted_at), 'status': row.status,
        'badge': {'state': RUN_STATES[row.status], 'text': t(f'billing.run_state.{row.status}')},
    }  # fmt: skip
