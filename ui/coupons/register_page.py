"""用券明细: how many coupons were given and used each day, and the coupons of a template; any may be voided."""

from datetime import UTC, datetime, timedelta
from typing import Any

from nicegui import ui
from pyecharts import options as opts
from pyecharts.charts import Bar

from domain.coupons.commands import CouponId, VoidCoupon
from domain.coupons.granting import void_coupon
from domain.coupons.overview import TemplateView
from domain.coupons.permissions import MANAGE
from domain.coupons.register import CouponRow, DayOfCoupons, count_days, export_coupons, list_coupons_of
from domain.shared.operations import run_operation, run_query
from ui.csvfiles import csv_of
from ui.kit.chart_box import ChartBox
from ui.kit.chart_parts import axis_tooltip, category_axis, top_legend, value_axis
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.description_list import description_list
from ui.kit.field import at_most, required, text_field
from ui.kit.form import form
from ui.kit.format import day
from ui.kit.i18n import t, words
from ui.kit.money import yuan
from ui.kit.section import section
from ui.kit.side_panel import SidePanel
from ui.kit.status_badge import status_badge
from ui.kit.text import Text
from ui.kit.tokens import State
from ui.loading import Loader
from ui.saleswords import Counterfoil

STATES: dict[str, State] = {'unused': 'good', 'locked': 'watch', 'used': 'good', 'expired': 'off', 'void': 'off'}
DAYS = 30


class RegisterPage:
    """The chart above, the coupons below; one opens beside the list."""

    def __init__(self, place: Counterfoil, loader: Loader[Any], templates: list[TemplateView]) -> None:
        self._place, self._loader = place, loader
        self._names = {one.code: words(one.name_zh, one.name_en) for one in templates}
        self._rows: dict[int, CouponRow] = {}
        with section(t('coupons.by_day'), t('coupons.by_day_hint')):
            self._chart = ChartBox(height=240)
        with ui.element('div').classes('at-split at-split--side'):
            with section(t('coupons.register'), t('coupons.register_hint')):
                self._table = DataTable(
                    _columns(),
                    self._page,
                    address=place.address,
                    filters=[
                        Filter(name='template', label=t('coupons.template'), options=self._names),
                        Filter(
                            name='state', label=t('coupons.state_column'),
                            options={state: t(f'coupons.state.{state}') for state in STATES},
                        ),
                    ],
                    is_searchable=False,
                    empty_title=t('coupons.none_given'),
                    empty_help=t('coupons.none_given_help'),
                    on_open=lambda row: self._open(self._rows[row['id']]),
                    on_export=self._export,
                )  # fmt: skip
                self._table.mark('coupons.register')
            self._panel = SidePanel(t('coupons.choose_coupon'), 'layers')

    async def load(self) -> list[DayOfCoupons]:
        """The last thirty days; the list loads itself."""
        await self._table.refresh()
        return await run_query(count_days, actor=self._place.actor, since=datetime.now(UTC) - timedelta(days=DAYS))

    def show(self, days: list[DayOfCoupons]) -> None:
        """Show these days."""
        if days:
            self._chart.show(by_day(days))
        else:
            self._chart.show_nothing(t('coupons.none_given'), t('coupons.none_given_help'))

    async def _page(self, query: TableQuery) -> TablePage:
        found = await run_query(
            list_coupons_of, actor=self._place.actor, template=query.filters.get('template'),
            state=query.filters.get('state'), first=query.first, limit=query.limit,
        )  # fmt: skip
        self._rows = {row.id: row for row in found.rows}
        return TablePage(rows=[self._row(row) for row in found.rows], total=found.total)

    def _row(self, row: CouponRow) -> dict[str, Any]:
        return {
            'id': row.id, 'number': f'#{row.id}', 'name': self._names.get(row.template, row.template),
            'member': f'#{row.member_id}',
            'granted_at': self._place.moment(row.granted_at), 'used_at': self._place.moment(row.used_at),
            'fen': yuan(row.used_fen) if row.state == 'used' else '—',
            'badge': {'state': STATES.get(row.state, 'off'), 'text': t(f'coupons.state.{row.state}')},
        }  # fmt: skip

    def _open(self, row: CouponRow) -> None:
        with self._panel.refilled():
            Text(f'#{row.id}', tag='h2', classes='at-section__title')
            status_badge(STATES.get(row.state, 'off'), t(f'coupons.state.{row.state}'))
            description_list({
                t('coupons.template'): self._names.get(row.template, row.template),
                t('coupons.member'): f'#{row.member_id}', t('coupons.granted_at'): self._place.moment(row.granted_at),
                t('coupons.validity'): t('coupons.until', at=self._place.moment(row.valid_until)),
                t('coupons.used_at'): self._place.moment(row.used_at) if row.used_at else None,
                t('coupons.spent'): yuan(row.used_fen) if row.state == 'used' else None,
                t('coupons.order_key'): row.order_key,
            })  # fmt: skip
            if row.state == 'unused' and self._place.actor.may(MANAGE):
                with form(lambda: self._void(row.id), label=t('coupons.void')):
                    self._reason = text_field(
                        t('coupons.void_reason'), help_text=t('coupons.void_effect'), checks=(required, at_most(200))
                    )

    async def _void(self, coupon_id: CouponId) -> None:
        command = VoidCoupon(coupon_id=coupon_id, reason=self._reason.value.strip())
        await run_operation(void_coupon, actor=self._place.actor, command=command)
        ui.notify(t('coupons.voided', number=coupon_id))
        await self._loader.refresh()
        if coupon_id in self._rows:
            self._open(self._rows[coupon_id])

    async def _export(self, query: TableQuery) -> None:
        template = query.filters.get('template')
        rows = await run_query(export_coupons, actor=self._place.actor, template=template)
        columns = ('number', 'template', 'member', 'state_column', 'granted_at', 'used_at', 'spent', 'order_key')
        content = csv_of(
            [t(f'coupons.{column}') for column in columns],
            (
                (row.id, row.template, row.member_id, t(f'coupons.state.{row.state}'),
                 self._place.moment(row.granted_at), self._place.moment(row.used_at) if row.used_at else '',
                 f'{row.used_fen / 100:.2f}', row.order_key)
                for row in rows
            ),
        )  # fmt: skip
        ui.download.content(content, f'coupons-{template or "all"}.csv', 'text/csv')


def by_day(days: list[DayOfCoupons]) -> Bar:
    """Given out beside used, a business day each."""
    names = [day(one.day, with_weekday=False) for one in days]
    hidden = opts.LabelOpts(is_show=False)
    return (
        Bar()
        .add_xaxis(names)
        .add_yaxis(t('coupons.given'), [one.granted for one in days], label_opts=hidden)
        .add_yaxis(t('coupons.state.used'), [one.used for one in days], label_opts=hidden)
        .set_global_opts(
            xaxis_opts=category_axis(has_gap=True),
            yaxis_opts=value_axis(),
            legend_opts=top_legend(),
            tooltip_opts=axis_tooltip(),
        )
    )


def _columns() -> list[Column]:
    return [
        Column(name='number', label=t('coupons.number')),
        Column(name='name', label=t('coupons.template')),
        Column(name='member', label=t('coupons.member')),
        Column(name='granted_at', label=t('coupons.granted_at')),
        Column(name='used_at', label=t('coupons.used_at')),
        Column(name='fen', label=t('coupons.spent'), kind='number'),
        Column(name='badge', label=t('coupons.state_column'), kind='badge'),
    ]
