"""Charts of leasing: the base over the years, a lease's months of turnover, the portfolio's expiry and cost."""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from pyecharts import options as opts
from pyecharts.charts import Bar, Line

from domain.leasing.overview import CostRow
from domain.leasing.views import ItemView, MonthView
from ui.kit.chart_parts import axis_tooltip, category_axis, line_style, no_legend, value_axis
from ui.kit.format import month_words
from ui.kit.i18n import t, words
from ui.kit.theme import current_palette
from ui.leasewords import date_words

FEN, WAN = 100, 1_000_000
BAR = 44


def steps_chart(items: Sequence[ItemView]) -> Line:
    """The base rent from step to step."""
    rents = sorted((item for item in items if item.kind == 'rent'), key=lambda item: item.starts_on)
    days = [date_words(item.starts_on) for item in rents]
    values = [item.terms.base_fen / FEN for item in rents]  # type: ignore[union-attr]
    if rents:
        days.append(date_words(rents[-1].ends_on - timedelta(days=1)))
        values.append(values[-1])
    figure = Line().add_xaxis(days)
    figure.add_yaxis(
        t('leasing.base'), values, is_step='end', is_symbol_show=True, symbol_size=6, linestyle_opts=line_style(2),
        label_opts=opts.LabelOpts(is_show=False), areastyle_opts=opts.AreaStyleOpts(opacity=0.06),
    )  # fmt: skip
    return figure.set_global_opts(
        xaxis_opts=category_axis(), yaxis_opts=value_axis(name=t('leasing.yuan_a_month')), legend_opts=no_legend(),
        tooltip_opts=axis_tooltip(),
    )  # fmt: skip


def months_chart(months: Sequence[MonthView]) -> Bar:
    """Turnover by month; what is not closed yet is paler."""
    colors = current_palette()
    figure = Bar().add_xaxis([month_words(month.month) for month in months])
    figure.add_yaxis(
        t('leasing.gto_column'),
        [
            opts.BarItem(
                name='', value=round(month.gto_fen / WAN, 2),
                itemstyle_opts=opts.ItemStyleOpts(opacity=1 if month.is_closed else 0.45, color=colors.chart[0]),
            ) for month in months
        ],
        label_opts=opts.LabelOpts(is_show=False), bar_max_width=BAR,
    )  # fmt: skip
    return figure.set_global_opts(
        xaxis_opts=category_axis(has_gap=True), yaxis_opts=value_axis(name=t('leasing.wan')), legend_opts=no_legend(),
        tooltip_opts=axis_tooltip(),
    )  # fmt: skip


def expiry_chart(by_year: Mapping[int, tuple[int, int]]) -> Bar:
    """What runs out by year: base rent a month, and how many leases."""
    figure = Bar().add_xaxis([str(year) for year in by_year])
    figure.add_yaxis(
        t('leasing.expiring_base'), [round(fen / WAN, 1) for fen, _ in by_year.values()], bar_max_width=BAR,
        label_opts=opts.LabelOpts(is_show=True, position='top'),
    )  # fmt: skip
    return figure.set_global_opts(
        xaxis_opts=category_axis(has_gap=True), yaxis_opts=value_axis(name=t('leasing.wan_a_month')),
        legend_opts=no_legend(), tooltip_opts=axis_tooltip(),
    )  # fmt: skip


def cost_chart(rows: Sequence[CostRow], limit: float) -> Bar:
    """Rent against sales, lease by lease; what is above the limit stands out."""
    colors = current_palette()
    known = [(words(row.tenant_zh, row.tenant_en), row.ratio.value or 0.0) for row in rows]
    figure = Bar().add_xaxis([name for name, _ in known])
    figure.add_yaxis(
        t('leasing.ocr'),
        [
            opts.BarItem(
                name=name, value=round(value * 100, 1),
                itemstyle_opts=opts.ItemStyleOpts(color=colors.act if value > limit else colors.chart[0]),
            ) for name, value in known
        ],
        label_opts=opts.LabelOpts(is_show=True, position='right', formatter='{c}%'), bar_max_width=14,
    )  # fmt: skip
    figure.reversal_axis()
    return figure.set_global_opts(
        xaxis_opts=value_axis(),
        yaxis_opts=opts.AxisOpts(type_='category', is_inverse=True, splitline_opts=opts.SplitLineOpts(is_show=False)),
        legend_opts=no_legend(), tooltip_opts=opts.TooltipOpts(trigger='item'),
    )  # fmt: skip
