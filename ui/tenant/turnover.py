"""报营业额: the days that are missing, a form for one of them, the months so far, and how the trade does beside."""

from dataclasses import dataclass
from datetime import date, timedelta

from nicegui import ui

from domain.benchmarks.operations import newest_benchmarks
from domain.benchmarks.permissions import VIEW as VIEW_BENCHMARKS
from domain.benchmarks.views import BenchmarkView
from domain.leasing.commands import DayTurnover, ReportTurnover, SalesFacts
from domain.leasing.permissions import VIEW
from domain.leasing.turnover import list_months, missing_days, report_turnover
from domain.leasing.views import MonthView
from domain.shared.operations import run_operation, run_query
from ui.kit.day_field import day_field, parse_day
from ui.kit.empty_state import empty_state
from ui.kit.field import between, number_field, required
from ui.kit.form import form
from ui.kit.format import MISSING, day, month_words
from ui.kit.i18n import t
from ui.kit.money import money_field, parse_yuan, yuan
from ui.kit.notice import notice
from ui.kit.section import section, split
from ui.loading import Loader, together
from ui.tenant.frame import entry_list
from ui.tenant.place import Place
from ui.tenant.rows import row

ASKED_DAYS, SHOWN_MONTHS, MOST_RECEIPTS = 31, 12, 100_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    missing: list[date]
    months: list[MonthView]
    benchmarks: list[BenchmarkView]


class TurnoverPage:
    """What is missing stands first; a tap on a day puts it into the form."""

    def __init__(self, place: Place, loader: Loader[Loaded]) -> None:
        self._place, self._loader = place, loader
        self._said = ui.element('div')
        with split(even=True):
            with section(t('tenant.report'), t('tenant.report_hint')):
                self._form()
            with section(t('tenant.missing_list')):
                self._missing = entry_list()
        with split(even=True):
            with section(t('tenant.months')):
                self._months = entry_list()
            if place.actor.may(VIEW_BENCHMARKS):
                with section(t('tenant.beside_others'), t('tenant.beside_others_hint')):
                    self._peers = entry_list()

    async def load(self) -> Loaded:
        """The running lease's days and months; the trade's figures of the newest month."""
        place = self._place
        if place.lease is None or not place.actor.may(VIEW):
            return Loaded(missing=[], months=[], benchmarks=[])
        since = place.today - timedelta(days=ASKED_DAYS)
        missing, months, benchmarks = await together(
            run_query(missing_days, actor=place.actor, lease_id=place.lease.id, from_on=since, until_on=place.today),
            run_query(list_months, actor=place.actor, lease_id=place.lease.id),
            self._benchmarks(),
        )
        return Loaded(missing=missing, months=months, benchmarks=benchmarks)

    def show(self, loaded: Loaded) -> None:
        """Show them."""
        self._missing.clear()
        with self._missing:
            for on in reversed(loaded.missing):
                row(day(on, with_year=True), on_click=lambda one=on: self._choose(one), mark=f'tenant.day.{on}')
            if not loaded.missing:
                empty_state(t('tenant.none_missing'), symbol='check')
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

    def _form(self) -> None:
        with form(self._report, label=t('tenant.send_report')):
            yesterday = self._place.today - timedelta(days=1)
            self._day = day_field(t('tenant.day'), yesterday, checks=(required,))
            self._sold = money_field(t('tenant.sold'), help_text=t('tenant.sold_help'), checks=(required,))
            self._returned = money_field(t('tenant.returned'), 0)
            self._receipts = number_field(t('tenant.receipts'), checks=(required, between(0, MOST_RECEIPTS)))

    async def _report(self) -> None:
        place, on = self._place, parse_day(self._day.value)
        assert place.lease is not None
        assert on is not None
        facts = SalesFacts(
            sold_fen=parse_yuan(self._sold.value) or 0, returned_fen=parse_yuan(self._returned.value) or 0,
            receipts=int(self._receipts.value or 0),
        )  # fmt: skip
        command = ReportTurnover(
            lease_id=place.lease.id, source='upload',
            days=(DayTurnover(on=on, category=place.lease.category, facts=facts),),
        )  # fmt: skip
        taken = await run_operation(report_turnover, actor=place.actor, command=command)
        self._sold.value, self._returned.value, self._receipts.value = '', '0.00', None
        self._said.clear()
        with self._said:
            words = 'tenant.carried' if taken.carried_forward else 'tenant.reported'
            notice(t(words, day=day(on), amount=yuan(taken.gto_fen)), 'good')
        await self._loader.refresh()

    def _choose(self, on: date) -> None:
        self._day.value = on.isoformat()
        self._sold.run_method('focus')

    async def _benchmarks(self) -> list[BenchmarkView]:
        if not self._place.actor.may(VIEW_BENCHMARKS):
            return []
        return await run_query(newest_benchmarks, actor=self._place.actor, shop_id=self._place.tenant.id)

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
