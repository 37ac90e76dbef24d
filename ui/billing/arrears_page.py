"""欠费: who owes how much since when, reminders by their ladder, and late fees."""

from dataclasses import replace
from typing import Any

from nicegui import ui
from pyecharts import options as opts
from pyecharts.charts import Bar

from domain.billing.commands import ChargeLateFees, SendReminders
from domain.billing.payments import charge_late_fees, send_reminders
from domain.billing.permissions import DUN
from domain.billing.queries import ageing
from domain.billing.views import AgeingRow
from domain.shared.operations import run_operation, run_query
from ui.billing.place import Place
from ui.kit.button import button
from ui.kit.chart_box import ChartBox
from ui.kit.chart_parts import axis_tooltip, category_axis, no_legend, value_axis
from ui.kit.confirmation import confirm
from ui.kit.data_table import Column, DataTable, TablePage, TableQuery
from ui.kit.figure import Figure
from ui.kit.format import number
from ui.kit.i18n import t
from ui.kit.metric_card import MetricCard
from ui.kit.money import yuan, yuan_figure
from ui.kit.notice import notice
from ui.kit.row_paging import page_of
from ui.kit.section import grid, section
from ui.loading import Loader
from ui.shell import paths

AGES = ('current', 'days_1_30', 'days_31_60', 'days_61_90', 'over_90')
FIGURES = ('open', 'overdue', 'debtors', 'free')
WAN = 1_000_000


class ArrearsPage:
    """Figures, the ages of debts, tenant by tenant."""

    def __init__(self, place: Place, loader: Loader[list[AgeingRow]]) -> None:
        self._place, self._loader = place, loader
        self._rows: list[AgeingRow] = []
        with grid(least_width=180):
            self._cards = {name: MetricCard(t(f'billing.figure.{name}')) for name in FIGURES}
        with section(t('billing.ages'), actions=self._actions):
            self._chart = ChartBox(height=220)
            self._result = ui.element('div').classes('at-stack')
        with section(t('billing.arrears'), t('billing.arrears_hint')):
            self._table = DataTable(
                _columns(), self._page, address=place.address, empty_title=t('billing.no_arrears'),
                on_open=lambda row: ui.navigate.to(paths.tenant_account(row['id'])),
            )  # fmt: skip
            self._table.mark('billing.arrears')

    def _actions(self) -> None:
        if self._place.actor.may(DUN):
            button(t('billing.remind'), self._ask_to_remind).mark('billing.remind')
            button(t('billing.late_fees'), self._ask_for_fees).mark('billing.late_fees')

    async def load(self) -> list[AgeingRow]:
        """Debts as they are today."""
        return await run_query(ageing, actor=self._place.actor, on=self._place.today)

    def show(self, rows: list[AgeingRow]) -> None:
        """Show these debts."""
        self._rows = rows
        by_age = {age: sum(row.by_age[age] for row in rows) for age in AGES}
        overdue = sum(fen for age, fen in by_age.items() if age != 'current')
        debtors = [row for row in rows if row.open_fen > row.by_age['current']]
        self._cards['open'].show(yuan_figure(sum(by_age.values())))
        self._cards['overdue'].show(yuan_figure(overdue))
        self._cards['debtors'].show(Figure(text=number(len(debtors))))
        self._cards['free'].show(yuan_figure(sum(row.unapplied_fen for row in rows)))
        self._chart.show(_ages_chart(by_age))
        self._table.show(self._paged(self._table.query))

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        keys = {name: (lambda row, name=name: row[f'{name}_fen']) for name in (*AGES, 'total')}
        if not query.sort:
            rows = sorted(self._rows, key=lambda row: row.by_age['current'] - row.open_fen)
        else:
            rows = self._rows
        return page_of([_row(row, self._place) for row in rows], replace(query), searched=('tenant',), keys=keys)

    def _ask_to_remind(self) -> None:
        confirm(
            t('billing.remind_title'), t('billing.remind_effect'), action=t('billing.remind'), on_confirm=self._remind
        )

    async def _remind(self) -> None:
        command = SendReminders(on=self._place.today)
        sent = await run_operation(send_reminders, actor=self._place.actor, command=command)
        self._say(t('billing.reminded', count=len(sent)) if sent else t('billing.nobody_reminded'))
        await self._loader.refresh()

    def _ask_for_fees(self) -> None:
        confirm(
            t('billing.fees_title'), t('billing.fees_effect'), action=t('billing.late_fees'), on_confirm=self._charge
        )

    async def _charge(self) -> None:
        command = ChargeLateFees(through=self._place.today)
        fees = await run_operation(charge_late_fees, actor=self._place.actor, command=command)
        total = sum(fees.by_charge.values())
        self._say(t('billing.fees_charged', count=len(fees.by_charge), total=yuan(total)))
        await self._loader.refresh()

    def _say(self, sentence: str) -> None:
        self._result.clear()
        with self._result:
            notice(sentence, 'good')


def _ages_chart(by_age: dict[str, int]) -> Bar:
    figure = Bar().add_xaxis([t(f'billing.age.{age}') for age in AGES])
    figure.add_yaxis(
        t('billing.open'), [round(by_age[age] / WAN, 2) for age in AGES], bar_max_width=56,
        label_opts=opts.LabelOpts(is_show=True, position='top'),
    )  # fmt: skip
    return figure.set_global_opts(
        xaxis_opts=category_axis(has_gap=True), yaxis_opts=value_axis(name=t('leasing.wan')), legend_opts=no_legend(),
        tooltip_opts=axis_tooltip(),
    )  # fmt: skip


def _columns() -> list[Column]:
    ages = [Column(name=age, label=t(f'billing.age.{age}'), kind='number', is_sortable=True) for age in AGES]
    return [
        Column(name='tenant', label=t('billing.tenant'), is_sortable=True), *ages,
        Column(name='total', label=t('billing.open'), kind='number', is_sortable=True),
        Column(name='free', label=t('billing.free'), kind='number'),
    ]  # fmt: skip


def _row(row: AgeingRow, place: Place) -> dict[str, Any]:
    amounts = {age: yuan(row.by_age[age]) if row.by_age[age] else '' for age in AGES}
    fen = {f'{age}_fen': row.by_age[age] for age in AGES}
    return {
        'id': row.tenant_id, 'tenant': place.tenant(row.tenant_id), **amounts, **fen, 'total': yuan(row.open_fen),
        'total_fen': row.open_fen, 'free': yuan(row.unapplied_fen) if row.unapplied_fen else '',
    }  # fmt: skip
