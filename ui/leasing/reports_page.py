"""Z 报表审核: days that shops typed in, each beside the photograph of its Z report, accepted or rejected."""

from typing import Any

from nicegui import ui

from domain.leasing.commands import DecideReport, HandReportId
from domain.leasing.hand_reports import decide_report, get_z_report, list_hand_reports
from domain.leasing.views import HandReportView
from domain.shared.operations import run_operation, run_query
from ui.kit.button import button
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.description_list import description_list
from ui.kit.field import at_most, text_field
from ui.kit.format import day, number
from ui.kit.i18n import t, words
from ui.kit.money import yuan
from ui.kit.row_paging import page_of
from ui.kit.section import section
from ui.kit.side_panel import SidePanel
from ui.kit.status_badge import status_badge
from ui.kit.text import Text
from ui.leasewords import REPORT_STATES
from ui.leasing.place import Place
from ui.loading import Loader
from ui.photos import show_attachment


class ReportsPage:
    """Those that wait first; one opens with its photograph beside the figure."""

    def __init__(self, place: Place, loader: Loader[list[HandReportView]]) -> None:
        self._place, self._loader = place, loader
        self._reports: dict[int, HandReportView] = {}
        options = {state: t(f'leasing.report_state.{state}') for state in REPORT_STATES}
        with ui.element('div').classes('at-split at-split--side'):
            with section(t('leasing.z_reports'), t('leasing.z_reports_hint')):
                self._table = DataTable(
                    _columns(), self._page, address=place.address,
                    filters=[Filter(name='state', label=t('leasing.state'), options=options)],
                    empty_title=t('leasing.no_z_reports'), empty_help=t('leasing.no_z_reports_help'),
                    on_open=lambda row: self._open(row['id']),
                )  # fmt: skip
                self._table.mark('leasing.z_reports')
            self._panel = SidePanel(t('leasing.choose_z_report'), 'camera')

    async def load(self) -> list[HandReportView]:
        """Reports with photographs, as they are now."""
        return await run_query(list_hand_reports, actor=self._place.actor)

    def show(self, reports: list[HandReportView]) -> None:
        """Show these."""
        self._reports = {int(report.id): report for report in reports}
        self._table.show(self._paged(self._table.query))

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        rows = [_row(report, self._place) for report in self._reports.values()]
        keys = {'sold': lambda row: row['fen'], 'on': lambda row: row['day']}
        return page_of(rows, query, searched=('tenant', 'number'), keys=keys)

    async def _open(self, report_id: int) -> None:
        report = self._reports.get(report_id)
        if report is None:
            return
        photo = await run_query(get_z_report, actor=self._place.actor, report_id=report.id)
        with self._panel.refilled():
            Text(words(report.tenant_zh, report.tenant_en), tag='h2', classes='at-section__title')
            status_badge(REPORT_STATES[report.state], t(f'leasing.report_state.{report.state}'))
            description_list({
                t('leasing.business_day'): day(report.on, with_year=True),
                t('leasing.sold'): yuan(report.facts.sold_fen), t('leasing.returned'): yuan(report.facts.returned_fen),
                t('leasing.receipts'): number(report.facts.receipts), t('leasing.gto_column'): yuan(report.gto_fen),
            })  # fmt: skip
            show_attachment(photo, file_name=f'{report.number}-{report.on}', mark='leasing.z_report')
            if report.state == 'waiting':
                self._deciding(report)
            description_list({
                t('leasing.number'): report.number, t('leasing.reported_by'): report.reported_by,
                t('leasing.reported_at'): self._place.moment(report.reported_at),
                t('leasing.decided_by'): report.decided_by, t('leasing.reason'): report.reason or None,
            })  # fmt: skip

    def _deciding(self, report: HandReportView) -> None:
        reason = text_field(t('leasing.reason'), help_text=t('leasing.reason_help'), checks=(at_most(200),))

        async def decide(is_accepted: bool) -> None:
            if not reason.validate():
                return
            await self._decide(report.id, is_accepted, reason.value or '')

        with ui.element('div').classes('at-row'):
            button(t('leasing.accept_report'), lambda: decide(True), rank='primary').mark('report.accept')
            button(t('leasing.reject_report'), lambda: decide(False), rank='danger').mark('report.reject')

    async def _decide(self, report_id: HandReportId, is_accepted: bool, reason: str) -> None:
        command = DecideReport(report_id=report_id, is_accepted=is_accepted, reason=reason)
        decided = await run_operation(decide_report, actor=self._place.actor, command=command)
        ui.notify(t(f'leasing.report_decided.{decided.state}', day=day(decided.on)))
        await self._loader.refresh()
        waiting = next((one for one in self._reports.values() if one.state == 'waiting'), None)
        if waiting is None:
            self._panel.close()
        else:
            await self._open(int(waiting.id))


def _columns() -> list[Column]:
    return [
        Column(name='tenant', label=t('leasing.tenant'), is_sortable=True),
        Column(name='on', label=t('leasing.business_day'), is_sortable=True),
        Column(name='sold', label=t('leasing.sold'), kind='number', is_sortable=True),
        Column(name='gto', label=t('leasing.gto_column'), kind='number'),
        Column(name='receipts', label=t('leasing.receipts'), kind='number'),
        Column(name='badge', label=t('leasing.state'), kind='badge'),
    ]


def _row(report: HandReportView, place: Place) -> dict[str, Any]:
    return {
        'id': int(report.id), 'tenant': words(report.tenant_zh, report.tenant_en), 'number': report.number,
        'on': day(report.on), 'day': report.on.isoformat(), 'gto': yuan(report.gto_fen),
        'sold': yuan(report.facts.sold_fen), 'fen': report.facts.sold_fen,
        'receipts': number(report.facts.receipts), 'state': report.state,
        'badge': {'state': REPORT_STATES[report.state], 'text': t(f'leasing.report_state.{report.state}')},
    }  # fmt: skip
