"""The hours of a meter: what was used in each, the nights shaded, so that an odd night is seen at once."""

from collections.abc import Sequence
from datetime import timedelta
from itertools import pairwise

from pyecharts import options as opts
from pyecharts.charts import Bar

from domain.shared.business_time import BusinessClock
from domain.utilities.views import HourView
from ui.kit.chart_parts import axis_tooltip, category_axis, gap_areas, no_legend, value_axis
from ui.kit.format import clock as clock_words
from ui.kit.format import day
from ui.kit.i18n import t
from ui.meterwords import MILLI, unit_of

NIGHT = range(1, 5)
HOUR = timedelta(hours=1)


def hourly_chart(hours: Sequence[HourView], utility: str, clock: BusinessClock) -> Bar:
    """Bars by the stretch between two readings, which is an hour where a meter is read every hour."""
    names = [_name(hour, clock) for hour in hours]
    figure = Bar().add_xaxis(names)
    figure.add_yaxis(
        t('utilities.used'), _hourly(hours),
        label_opts=opts.LabelOpts(is_show=False), bar_max_width=14, category_gap='20%',
        markarea_opts=gap_areas(_nights(hours, names, clock), ''),
    )  # fmt: skip
    return figure.set_global_opts(
        xaxis_opts=category_axis(has_gap=True), yaxis_opts=value_axis(name=f'{unit_of(utility)}/h'),
        legend_opts=no_legend(), tooltip_opts=axis_tooltip(),
    )  # fmt: skip


def _hourly(hours: Sequence[HourView]) -> list[float]:
    """What went through in an hour; of a longer stretch the mean, so that a day is no peak beside hours."""
    spans = [(later.starts_at - one.starts_at) / HOUR for one, later in pairwise(hours)] + [1.0]
    return [round(one.usage_milli / MILLI / max(1.0, span), 2) for one, span in zip(hours, spans, strict=True)]


def _name(hour: HourView, clock: BusinessClock) -> str:
    local = clock.local(hour.starts_at)
    return f'{day(local.date(), with_weekday=False)} {clock_words(local)}'


def _nights(hours: Sequence[HourView], names: Sequence[str], clock: BusinessClock) -> list[tuple[str, str]]:
    """Stretches of the axis that lie between one and five at night."""
    spans: list[tuple[str, str]] = []
    begins: str | None = None
    for hour, name in zip(hours, names, strict=True):
        is_night = clock.local(hour.starts_at).hour in NIGHT
        if is_night and begins is None:
            begins = name
        elif not is_night and begins is not None:
            spans.append((begins, name))
            begins = None
    return spans
