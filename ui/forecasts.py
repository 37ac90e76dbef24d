"""A forecast as people see it: what was, what is expected with its band, and how wrong it was in the last weeks."""

from collections.abc import Sequence
from datetime import date, timedelta

from pyecharts import options as opts
from pyecharts.charts import Line

from domain.shared.forecasting import LEVEL, Outlook
from ui.kit.chart import chart
from ui.kit.chart_parts import axis_tooltip, base_series, category_axis, line_style, top_legend, value_axis
from ui.kit.format import day, percent
from ui.kit.i18n import t
from ui.kit.text import Text
from ui.kit.theme import current_palette

SHOWN_PAST, SHOWN_AHEAD, WEEK = 42, 28, 7


def forecast_view(past: Sequence[float | None], outlook: Outlook, made_on: date, *, unit: str, scale: int = 1) -> None:
    """The chart, and under it how far it may be trusted. `past` ends with the day before `made_on`; of amounts in fen
    `scale` makes yuan.
    """
    chart(forecast_chart(past, outlook, made_on, unit=unit, scale=scale), height=260)
    Text(' '.join(forecast_words(outlook)), tag='p', classes='at-muted at-small')


def forecast_chart(past: Sequence[float | None], outlook: Outlook, made_on: date, *, unit: str, scale: int = 1) -> Line:
    """Past days as a line, coming ones dashed within their band."""
    band = outlook.band
    shown, points, lower, upper = (
        [None if value is None else round(value / scale) for value in part]
        for part in (past[-SHOWN_PAST:], band.point[:SHOWN_AHEAD], band.lower[:SHOWN_AHEAD], band.upper[:SHOWN_AHEAD])
    )
    first = made_on - timedelta(days=len(shown))
    days = [day(first + timedelta(days=number), with_weekday=False) for number in range(len(shown) + len(points))]
    before, color = [None] * len(shown), current_palette().chart[0]
    worn = {'is_symbol_show': False, 'color': color, 'itemstyle_opts': opts.ItemStyleOpts(color=color)}
    figure = Line().add_xaxis(days)
    figure.add_yaxis(t('forecast.past', unit=unit), shown, linestyle_opts=line_style(2), **worn)
    figure.add_yaxis(
        t('forecast.expected'), [*before, *points], linestyle_opts=line_style(2, is_dashed=True), **worn
    )  # fmt: skip
    # The band is the lower edge with its width piled upon it: the tooltip names both as what they are.
    figure.add_yaxis(t('forecast.lower'), [*before, *lower], stack='band', **_invisible())
    figure.add_yaxis(
        t('forecast.width'), [*before, *(high - low for low, high in zip(lower, upper, strict=True))],
        stack='band', areastyle_opts=opts.AreaStyleOpts(opacity=0.14, color=color), **_invisible(),
    )  # fmt: skip
    return figure.set_global_opts(
        xaxis_opts=category_axis(every=WEEK), yaxis_opts=value_axis(), tooltip_opts=axis_tooltip(),
        legend_opts=top_legend(),
    )  # fmt: skip


def forecast_words(outlook: Outlook) -> list[str]:
    """How it was made and how wrong the same way was on the days held out, beside the simplest rival."""
    made = t(f'forecast.method.{outlook.method}', level=percent(LEVEL, digits=0))
    if outlook.error is None or outlook.naive_error is None:
        return [made, t('forecast.untested')]
    if outlook.error.value is None or outlook.naive_error.value is None:
        return [made, t('forecast.nothing_to_test', days=outlook.held_out)]
    tested = t(
        'forecast.tested', days=outlook.held_out, error=percent(outlook.error.value),
        naive=percent(outlook.naive_error.value),
    )  # fmt: skip
    is_beaten = outlook.naive_error.value < outlook.error.value
    return [made, tested, t('forecast.beaten')] if is_beaten else [made, tested]


def _invisible() -> dict[str, object]:
    faint = base_series()
    return {**faint, 'linestyle_opts': opts.LineStyleOpts(width=0, opacity=0)}
