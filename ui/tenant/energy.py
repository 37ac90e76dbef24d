"""能耗: this shop's own meters by the hour, against the same hours a week ago."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from nicegui import ui
from pyecharts import options as opts
from pyecharts.charts import Bar

from domain.shared.operations import run_query
from domain.utilities.commands import UsageWindow
from domain.utilities.queries import hourly_usage, list_meters
from domain.utilities.views import HourView, MeterView
from ui.kit.chart import Chart, chart
from ui.kit.chart_parts import axis_tooltip, category_axis, top_legend, value_axis
from ui.kit.empty_state import empty_state
from ui.kit.figure import Figure
from ui.kit.format import number
from ui.kit.i18n import t
from ui.kit.metric_card import MetricCard
from ui.kit.section import grid, section
from ui.kit.theme import current_palette
from ui.loading import together
from ui.meterwords import MILLI, unit_of, utility_words
from ui.tenant.place import Place

HOURS, MANY = 24, 1_000
ENOUGH_HOURS = 6  # fewer were not read by the hour: a day's total on one bar would mislead
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One meter's day so far, the same day a week ago, and the week."""

    meter: MeterView
    today: list[HourView]
    week_ago: list[HourView]
    week: list[HourView]


class EnergyPage:
    """A card and a chart for every meter of the shop."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._charts: dict[int, tuple[MetricCard, MetricCard, Chart]] = {}
        self._body = ui.element('div').classes('at-stack')

    async def load(self) -> list[Reading]:
        """The shop's meters; the database shows no others."""
        meters = await run_query(list_meters, actor=self._place.actor)
        return [await self._reading(meter) for meter in meters]

    def show(self, readings: list[Reading]) -> None:
        """Draw them once, then only tell what changed."""
        if not self._charts:
            self._body.clear()
            with self._body:
                for reading in readings:
                    self._charts[reading.meter.id] = _drawn(reading)
                if not readings:
                    empty_state(t('tenant.no_meters'), t('tenant.no_meters_help'))
        for reading in readings:
            today, week, picture = self._charts[reading.meter.id]
            today.show(_amount(reading.today, reading.meter))
            week.show(_amount(reading.week, reading.meter))
            picture.show(_picture(reading, self._place))

    async def _reading(self, meter: MeterView) -> Reading:
        begins, ends = self._place.clock.bounds(self._place.today)
        today, week_ago, week = await together(
            self._usage(meter, begins, ends), self._usage(meter, begins - WEEK, ends - WEEK),
            self._usage(meter, begins - WEEK, begins),
        )  # fmt: skip
        return Reading(meter=meter, today=today, week_ago=week_ago, week=week)

    async def _usage(self, meter: MeterView, since: datetime, until: datetime) -> list[HourView]:
        window = UsageWindow(starts_at=since, ends_at=until)
        return await run_query(hourly_usage, actor=self._place.actor, meter_id=meter.id, window=window)


def _drawn(reading: Reading) -> tuple[MetricCard, MetricCard, Chart]:
    meter = reading.meter
    with section(utility_words(meter.utility), f'{meter.code} {meter.place}'.strip()):
        with grid(least_width=140):
            today, week = MetricCard(t('tenant.used_today')), MetricCard(t('tenant.used_in_a_week'))
        picture = chart(Bar(), height=220)
    return today, week, picture


def _amount(hours: list[HourView], meter: MeterView) -> Figure:
    used = sum(hour.usage_milli for hour in hours) / MILLI
    return Figure(text=number(used, digits=1 if used < MANY else 0), unit=unit_of(meter.utility))


def _picture(reading: Reading, place: Place) -> Bar:
    labels = [f'{hour:02d}' for hour in range(HOURS)]
    figure = Bar().add_xaxis(labels)
    quiet = opts.LabelOpts(is_show=False)
    looks = {'week_ago': opts.ItemStyleOpts(color=current_palette().border_strong)}
    shown = (('week_ago', reading.week_ago), ('today', reading.today))
    for name, hours in (one for one in shown if len(one[1]) >= ENOUGH_HOURS or one[0] == 'today'):
        by_hour: dict[int, int] = {}
        for hour in hours:
            clock_hour = place.clock.local(hour.starts_at).hour
            by_hour[clock_hour] = by_hour.get(clock_hour, 0) + hour.usage_milli
        values = [round(by_hour[hour] / MILLI, 2) if hour in by_hour else None for hour in range(HOURS)]
        figure.add_yaxis(t(f'tenant.{name}'), values, label_opts=quiet, itemstyle_opts=looks.get(name))
    return figure.set_global_opts(
        xaxis_opts=category_axis(has_gap=True), yaxis_opts=value_axis(), tooltip_opts=axis_tooltip(),
        legend_opts=top_legend(),
    )  # fmt: skip
