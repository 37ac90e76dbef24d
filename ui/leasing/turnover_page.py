"""营业额: a month of every shop, the days still missing, a spreadsheet to take in, months to close."""

from dataclasses import replace
from datetime import date
from typing import Any

from nicegui import ui

from domain.leasing.commands import CloseMonth, DayTurnover, LeaseId, ReportTurnover, SalesFacts
from domain.leasing.overview import TurnoverRow, turnover_overview
from domain.leasing.permissions import CLOSE_TURNOVER, REPORT_TURNOVER
from domain.leasing.turnover import close_month, report_turnover
from domain.shared.operations import run_operation, run_query
from ui.kit.button import button
from ui.kit.confirmation import confirm
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.day_field import MonthPicker, day_field, parse_day
from ui.kit.description_list import description_list
from ui.kit.field import between, number_field, required
from ui.kit.figure import Figure
from ui.kit.form import form
from ui.kit.format import Change, day, month_words, number, percent
from ui.kit.i18n import t, words
from ui.kit.job_progress import JobProgress
from ui.kit.metric_card import MetricCard
from ui.kit.money import money_field, parse_yuan, yuan, yuan_figure
from ui.kit.notice import notice
from ui.kit.row_paging import page_of
from ui.kit.section import grid, section
from ui.kit.side_panel import SidePanel
from ui.kit.text import Text
from ui.kit.toolbar import spacer, toolbar
from ui.leasing.place import Place
from ui.leasing.upload import upload_panel
from ui.loading import Loader
from ui.shell import paths

FIGURES = ('gto', 'reported', 'missing', 'closed')
STATES = ('closed', 'complete', 'waiting', 'missing')
SHOWN_DAYS, MOST_RECEIPTS = 12, 1_000_000


class TurnoverPage:
    """Figures of the month, its shops, and beside them the one that was chosen."""

    def __init__(self, place: Place, loader: Loader[list[TurnoverRow]]) -> None:
        self._place, self._loader = place, loader
        self._rows: dict[int, TurnoverRow] = {}
        with toolbar():
            MonthPicker(place.month, last=place.today, on_change=self._choose_month)
            spacer()
            if place.actor.may(CLOSE_TURNOVER):
                button(t('leasing.close_all'), self._ask_to_close_all).mark('leasing.close_all')
        with grid(least_width=180):
            self._cards = {name: MetricCard(t(f'leasing.figure.{name}')) for name in FIGURES}
        self._job_box = ui.element('div')
        with ui.element('div').classes('at-split at-split--side'):
            with section(t('leasing.turnover'), t('leasing.turnover_hint')):
                self._table = DataTable(
                    _columns(), self._page, address=place.address, filters=_filters(place),
                    empty_title=t('leasing.no_turnover'), empty_help=t('leasing.no_turnover_help'),
                    on_open=lambda row: self._open(row['id']),
                )  # fmt: skip
                self._table.mark('leasing.turnover')
            self._panel = SidePanel(t('leasing.choose_shop'), 'chart')
        if place.actor.may(REPORT_TURNOVER):
            upload_panel(place.actor, loader.refresh)

    async def load(self) -> list[TurnoverRow]:
        """The chosen month."""
        place = self._place
        return await run_query(turnover_overview, actor=place.actor, month=place.month, today=place.today)

    def show(self, rows: list[TurnoverRow]) -> None:
        """Show this month."""
        self._rows = {row.lease_id: row for row in rows}
        due, missing = sum(row.due for row in rows), sum(len(row.missing) for row in rows)
        gto, closed = sum(row.gto_fen for row in rows), sum(row.is_closed for row in rows)
        same = [row for row in rows if row.before_fen]
        change = Change(
            value=sum(row.gto_fen for row in same), base=sum(row.before_fen for row in same),
            base_label=t('leasing.year_before'), is_comparable=not missing and self._is_over(),
        )  # fmt: skip
        self._cards['gto'].show(replace(yuan_figure(gto), changes=(change,) if same else ()))
        self._cards['reported'].show(Figure(text=percent(1 - missing / due if due else None)))
        self._cards['missing'].show(Figure(text=number(missing), unit=t('leasing.shop_days')))
        self._cards['closed'].show(Figure(text=f'{number(closed)} / {number(len(rows))}'))
        self._table.show(self._paged(self._table.query))

    def _is_over(self) -> bool:
        return self._place.month < self._place.today.replace(day=1)

    async def _choose_month(self, month: date) -> None:
        self._place.choose_month(month)
        self._panel.close()
        await self._loader.refresh()

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        keys = {
            'gto': lambda row: row['fen'],
            'missing': lambda row: row['count'],
            'receipts': lambda row: row['slips'],
        }
        rows = sorted((_row(row, self._place) for row in self._rows.values()), key=lambda row: -row['count'])
        return page_of(rows, query, searched=('tenant', 'number'), keys=keys)

    def _open(self, lease_id: int) -> None:
        row = self._rows.get(lease_id)
        if row is None:
            return
        with self._panel.refilled():
            Text(words(row.tenant_zh, row.tenant_en), tag='h2', classes='at-section__title')
            description_list({
                t('leasing.number'): row.number, t('leasing.month'): month_words(self._place.month),
                t('leasing.gto_column'): yuan(row.gto_fen), t('leasing.receipts'): number(row.receipts),
                t('leasing.year_before'): yuan(row.before_fen) if row.before_fen else None,
            })  # fmt: skip
            button(t('leasing.open_lease'), lambda: ui.navigate.to(paths.lease(row.lease_id)), rank='quiet')
            if row.waiting:
                notice(t('leasing.waiting_days', count=len(row.waiting)), 'watch')
            if row.missing:
                notice(_missing_words(row), 'watch')
            elif row.is_closed:
                notice(t('leasing.month_closed'), 'good')
            if self._place.actor.may(REPORT_TURNOVER):
                self._reporting(row)
            if self._place.actor.may(CLOSE_TURNOVER) and not row.is_closed and not row.waiting and self._is_over():
                self._closing(row)

    def _reporting(self, row: TurnoverRow) -> None:
        Text(t('leasing.report'), tag='div', classes='at-strong')
        with form(lambda: self._report(row), label=t('leasing.report')):
            self._day = day_field(t('leasing.business_day'), row.missing[0] if row.missing else None)
            self._sold = money_field(t('leasing.sold'))
            self._slips = number_field(t('leasing.receipts'), 0, checks=(required, between(0, MOST_RECEIPTS)))

    async def _report(self, row: TurnoverRow) -> None:
        on = parse_day(self._day.value)
        assert on is not None
        facts = SalesFacts(sold_fen=parse_yuan(self._sold.value) or 0, receipts=int(self._slips.value))
        command = ReportTurnover(lease_id=row.lease_id, source='upload', days=(
            DayTurnover(on=on, category=row.category, facts=facts),
        ))  # fmt: skip
        answer = await run_operation(report_turnover, actor=self._place.actor, command=command)
        ui.notify(t('leasing.carried' if answer.carried_forward else 'leasing.reported', day=day(on)))
        await self._loader.refresh()
        self._open(row.lease_id)

    def _closing(self, row: TurnoverRow) -> None:
        if row.missing:
            button(t('leasing.close_with_closures'), lambda: self._ask_to_close(row)).mark('leasing.close')
        else:
            button(t('leasing.close'), lambda: self._ask_to_close(row), rank='primary').mark('leasing.close')

    def _ask_to_close(self, row: TurnoverRow) -> None:
        month = month_words(self._place.month)
        effect = t('leasing.close_effect')
        if row.missing:
            effect = t('leasing.closures_effect', count=len(row.missing))
        confirm(
            t('leasing.close_title', month=month, tenant=words(row.tenant_zh, row.tenant_en)), effect,
            action=t('leasing.close'), on_confirm=lambda: self._close_one(row),
        )  # fmt: skip

    async def _close_one(self, row: TurnoverRow) -> None:
        await self._close(row)
        await self._loader.refresh()
        self._open(row.lease_id)

    async def _close(self, row: TurnoverRow) -> None:
        command = CloseMonth(
            lease_id=LeaseId(row.lease_id), month=self._place.month, closures=row.missing,
            is_comparable=not row.missing,
        )  # fmt: skip
        await run_operation(close_month, actor=self._place.actor, command=command)

    def _ask_to_close_all(self) -> None:
        ready = [row for row in self._rows.values() if not row.is_closed and not row.missing and not row.waiting]
        if not ready or not self._is_over():
            ui.notify(t('leasing.nothing_to_close'), type='info')
            return
        confirm(
            t('leasing.close_all_title', month=month_words(self._place.month), count=len(ready)),
            t('leasing.close_effect'), action=t('leasing.close_all'), on_confirm=lambda: self._close_all(ready),
        )  # fmt: skip

    async def _close_all(self, ready: list[TurnoverRow]) -> None:
        self._job_box.clear()
        with self._job_box:
            job = JobProgress(t('leasing.closing', month=month_words(self._place.month)))
        for done, row in enumerate(ready):
            job.advance(done, len(ready))
            await self._close(row)
        job.finish(len(ready))
        await self._loader.refresh()


def _missing_words(row: TurnoverRow) -> str:
    shown = t('leasing.and').join(day(one, with_weekday=False) for one in row.missing[:SHOWN_DAYS])
    return t('leasing.missing_days', count=len(row.missing), days=shown)


def _filters(place: Place) -> list[Filter]:
    return [
        Filter(name='state', label=t('leasing.state'), options={s: t(f'leasing.month_state.{s}') for s in STATES}),
        Filter(name='category', label=t('leasing.category'), options=place.categories),
    ]


def _columns() -> list[Column]:
    return [
        Column(name='tenant', label=t('leasing.tenant'), is_sortable=True),
        Column(name='trade', label=t('leasing.category')),
        Column(name='gto', label=t('leasing.gto_column'), kind='number', is_sortable=True),
        Column(name='change', label=t('leasing.against_year'), kind='number'),
        Column(name='receipts', label=t('leasing.receipts'), kind='number', is_sortable=True),
        Column(name='missing', label=t('leasing.missing'), kind='number', is_sortable=True),
        Column(name='badge', label=t('leasing.state'), kind='badge'),
    ]


def _row(row: TurnoverRow, place: Place) -> dict[str, Any]:
    waiting = 'waiting' if row.waiting else 'complete'
    state = 'closed' if row.is_closed else 'missing' if row.missing else waiting
    change = Change(
        value=row.gto_fen, base=row.before_fen, base_label='',
        is_comparable=not row.missing and place.month < place.today.replace(day=1),
    )  # fmt: skip
    return {
        'id': row.lease_id, 'number': row.number, 'tenant': words(row.tenant_zh, row.tenant_en),
        'category': row.category, 'trade': place.category(row.category), 'gto': yuan(row.gto_fen), 'fen': row.gto_fen,
        'change': change.text() if row.before_fen else None, 'receipts': number(row.receipts), 'slips': row.receipts,
        'missing': number(len(row.missing)) if row.missing else '', 'count': len(row.missing), 'state': state,
        'badge': {
            'state': {'closed': 'good', 'complete': 'watch', 'waiting': 'watch', 'missing': 'act'}[state],
            'text': t(f'leasing.month_state.{state}'),
        },
    }  # fmt: skip
