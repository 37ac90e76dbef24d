"""报营业额: the days that are missing, a form for one of them with a photograph of its Z report, what became of those,
the months so far, and how the trade does beside.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from nicegui import ui

from domain.benchmarks.operations import newest_benchmarks
from domain.benchmarks.permissions import VIEW as VIEW_BENCHMARKS
from domain.benchmarks.views import BenchmarkView
from domain.billing.certificates import list_handed_in
from domain.billing.permissions import CERTIFY
from domain.billing.views import HandedIn
from domain.leasing.commands import DayTurnover, HandReportId, ReportByHand, SalesFacts
from domain.leasing.hand_reports import (
    get_z_report,
    keep_z_report,
    list_hand_reports,
    report_by_hand,
    withdraw_report,
)
from domain.leasing.permissions import VIEW
from domain.leasing.turnover import list_months, missing_days
from domain.leasing.views import HandReportView, MonthView
from domain.shared.attachments import Kept
from domain.shared.operations import run_operation, run_query
from ui.kit.button import button
from ui.kit.day_field import day_field, parse_day
from ui.kit.empty_state import empty_state
from ui.kit.field import between, number_field, required
from ui.kit.form import form
from ui.kit.format import MISSING, day, month_words
from ui.kit.i18n import t
from ui.kit.money import money_field, parse_yuan, yuan
from ui.kit.notice import notice
from ui.kit.section import section, split
from ui.kit.text import Text
from ui.leasewords import REPORT_STATES, pays_on_turnover
from ui.loading import Loader, together
from ui.photos import PhotoPicker, show_attachment
from ui.tenant.certificates import CertificateBox
from ui.tenant.frame import entry_list
from ui.tenant.place import Place
from ui.tenant.rows import row

ASKED_DAYS, SHOWN_MONTHS, SHOWN_REPORTS, MOST_RECEIPTS = 31, 12, 10, 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    missing: list[date]
    months: list[MonthView]
    reports: list[HandReportView]
    benchmarks: list[BenchmarkView]
    handed_in: list[HandedIn]


class TurnoverPage:
    """What is missing stands first; a tap on a day puts it into the form."""

    def __init__(self, place: Place, loader: Loader[Loaded]) -> None:
        self._place, self._loader = place, loader
        self._said = ui.element('div')
        with split(even=True):
            with section(t('tenant.report'), t('tenant.report_hint')):
                self._form()
            with ui.element('div').classes('at-stack'):
                with section(t('tenant.missing_list')):
                    self._missing = entry_list()
                with section(t('tenant.z_reports'), t('tenant.z_reports_hint')):
                    self._reports = entry_list()
                self._shown = ui.element('div')
        with split(even=True):
            with section(t('tenant.months')):
                self._months = entry_list()
            if place.actor.may(VIEW_BENCHMARKS):
                with section(t('tenant.beside_others'), t('tenant.beside_others_hint')):
                    self._peers = entry_list()
        may_certify = place.actor.may(CERTIFY) and place.lease is not None and pays_on_turnover(place.lease)
        self._certificates = CertificateBox(place, loader.refresh) if may_certify else None

    async def load(self) -> Loaded:
        """The running lease's days and months; the trade's figures of the newest month."""
        place = self._place
        if place.lease is None or not place.actor.may(VIEW):
            return Loaded(missing=[], months=[], reports=[], benchmarks=[], handed_in=[])
        since = place.today - timedelta(days=ASKED_DAYS)
        missing, months, reports, benchmarks, handed_in = await together(
            run_query(missing_days, actor=place.actor, lease_id=place.lease.id, from_on=since, until_on=place.today),
            run_query(list_months, actor=place.actor, lease_id=place.lease.id),
            run_query(list_hand_reports, actor=place.actor, lease_id=place.lease.id),
            self._benchmarks(),
            self._handed_in(),
        )
        return Loaded(missing=missing, months=months, reports=reports, benchmarks=benchmarks, handed_in=handed_in)

    def show(self, loaded: Loaded) -> None:
        """Show them."""
        self._missing.clear()
        with self._missing:
            for on in reversed(loaded.missing):
                row(day(on, with_year=True), on_click=lambda one=on: self._choose(one), mark=f'tenant.day.{on}')
            if not loaded.missing:
                empty_state(t('tenant.none_missing'), symbol='check')
        self._show_reports(loaded.reports)
        self._months.clear()
        with self._months:
            for month in reversed(loaded.months[-SHOWN_MONTHS:]):
                row(
                    month_words(month.month), t('tenant.days_reported', count=month.days), end=yuan(month.gto_fen),
                    badge=('good', t('tenant.closed')) if month.is_closed else None,
                )  # fmt: skip
            if not loaded.months:
                empty_state(t('tenant.no_months'))
        if self._place.actor.may(VIEW_BENCHMARKS):
            self._show_peers(loaded.benchmarks)
        if self._certificates:
            self._certificates.show(loaded.handed_in)

    def _form(self) -> None:
        with form(self._report, label=t('tenant.send_report')):
            yesterday = self._place.today - timedelta(days=1)
            self._day = day_field(t('tenant.day'), yesterday, checks=(required,))
            self._sold = money_field(t('tenant.sold'), help_text=t('tenant.sold_help'), checks=(required,))
            self._returned = money_field(t('tenant.returned'), 0)
            self._receipts = number_field(t('tenant.receipts'), checks=(required, between(0, MOST_RECEIPTS)))
            lease = self._place.lease
            self._photo = PhotoPicker(self._keep, is_camera=True, mark='tenant.z_report')
            is_needed = lease is not None and lease.terms.needs_z_report
            Text(t('tenant.z_report_needed' if is_needed else 'tenant.z_report_help'), classes='at-muted at-small')

    async def _keep(self, content: bytes) -> Kept:
        return await run_operation(keep_z_report, actor=self._place.actor, content=content)

    async def _report(self) -> None:
        place, on = self._place, parse_day(self._day.value)
        assert place.lease is not None
        assert on is not None
        facts = SalesFacts(
            sold_fen=parse_yuan(self._sold.value) or 0, returned_fen=parse_yuan(self._returned.value) or 0,
            receipts=int(self._receipts.value or 0),
        )  # fmt: skip
        reported = DayTurnover(on=on, category=place.lease.category, facts=facts)
        command = ReportByHand(lease_id=place.lease.id, day=reported, photo=self._photo.name)
        taken = await run_operation(report_by_hand, actor=place.actor, command=command)
        self._sold.value, self._returned.value, self._receipts.value = '', '0.00', None
        self._photo.clear()
        self._said.clear()
        with self._said:
            words = 'tenant.carried' if taken.carried_forward else 'tenant.reported'
            if taken.is_waiting:
                notice(t('tenant.reported_waiting', day=day(on), amount=yuan(facts.sold_fen)), 'good')
            else:
                notice(t(words, day=day(on), amount=yuan(taken.gto_fen)), 'good')
        await self._loader.refresh()

    def _choose(self, on: date) -> None:
        self._day.value = on.isoformat()
        self._sold.run_method('focus')

    def _show_reports(self, reports: list[HandReportView]) -> None:
        self._reports.clear()
        with self._reports:
            for one in reports[:SHOWN_REPORTS]:
                row(
                    day(one.on, with_year=True), one.reason or t('tenant.reported_by', name=one.reported_by),
                    end=yuan(one.facts.sold_fen),
                    badge=(REPORT_STATES[one.state], t(f'leasing.report_state.{one.state}')),
                    on_click=lambda report=one: self._open(report), mark='tenant.report',
                )  # fmt: skip
            if not reports:
                empty_state(t('tenant.no_z_reports'), symbol='camera')

    async def _open(self, report: HandReportView) -> None:
        photo = await run_query(get_z_report, actor=self._place.actor, report_id=report.id)
        self._shown.clear()
        with self._shown, section(day(report.on, with_year=True), t(f'leasing.report_state.{report.state}')):
            if report.reason:
                notice(report.reason, REPORT_STATES[report.state])
            show_attachment(photo, file_name=str(report.on), mark='tenant.z_report_shown')
            if report.state == 'waiting':
                button(t('tenant.withdraw'), lambda: self._withdraw(report.id), rank='quiet').mark('tenant.withdraw')

    async def _withdraw(self, report_id: HandReportId) -> None:
        await run_operation(withdraw_report, actor=self._place.actor, report_id=report_id)
        self._shown.clear()
        await self._loader.refresh()

    async def _benchmarks(self) -> list[BenchmarkView]:
        if not self._place.actor.may(VIEW_BENCHMARKS):
            return []
        return await run_query(newest_benchmarks, actor=self._place.actor, shop_id=self._place.tenant.id)

    async def _handed_in(self) -> list[HandedIn]:
        return await run_query(list_handed_in, actor=self._place.actor) if self._certificates else []

    def _show_peers(self, benchmarks: list[BenchmarkView]) -> None:
        self._peers.clear()
        with self._peers:
            for one in benchmarks:
                own = yuan(round(one.own)) if one.own is not None else MISSING
                peers = (
                    t('tenant.peers', amount=yuan(round(one.peers))) if one.peers is not None
                    else t(f'tenant.hidden.{one.hidden_because}')
                )  # fmt: skip
                row(t(f'tenant.metric.{one.metric}'), f'{month_words(one.month)} · {peers}', end=own)
            if not benchmarks:
                empty_state(t('tenant.no_peers'), t('tenant.no_peers_help'))
