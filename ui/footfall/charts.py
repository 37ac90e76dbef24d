"""Footfall's charts: pure functions from views to pyecharts."""

from collections import Counter
from collections.abc import Mapping, Sequence

from pyecharts import options as opts
from pyecharts.charts import Bar, HeatMap, Sankey

from domain.footfall.views import CoverageDay, Flow, Series, ZoneDwell
from domain.shared.business_time import BusinessClock
from ui.kit.chart_parts import axis_tooltip, category_axis, gap_areas, no_legend, top_legend, value_axis
from ui.kit.figure import BARELY_COVERED, WELL_COVERED
from ui.kit.format import day
from ui.kit.i18n import t, words
from ui.kit.theme import current_palette

MOST_FLOWS = 24
MOST_ZONES = 20
LABEL_LENGTH = 10
SECONDS_A_MINUTE = 60


def trend(series: Series, clock: BusinessClock) -> Bar:
    """Footfall by business day; the estimated part stands apart, badly observed days are shaded."""
    labels = [day(clock.business_on(point.bucket_at)) for point in series.points]
    observed = [point.ins.observed for point in series.points]
    imputed = [point.ins.imputed or None for point in series.points]
    poor = [
        (label, label)
        for label, point in zip(labels, series.points, strict=True)
        if point.ins.value is not None and point.ins.coverage < BARELY_COVERED
    ]
    quiet = opts.LabelOpts(is_show=False)
    return (
        Bar()
        .add_xaxis(labels)
        .add_yaxis(
            t('footfall.observed'),
            observed,
            stack='day',
            label_opts=quiet,
            bar_width='58%',
            markarea_opts=gap_areas(poor, ''),
        )
        .add_yaxis(
            t('footfall.imputed'),
            imputed,
            stack='day',
            label_opts=quiet,
            itemstyle_opts=opts.ItemStyleOpts(color=current_palette().border_strong),
        )
        .set_global_opts(
            xaxis_opts=category_axis(has_gap=True),
            yaxis_opts=value_axis(),
            tooltip_opts=axis_tooltip(),
            legend_opts=top_legend(),
        )
    )


def dwell(zones: Sequence[ZoneDwell]) -> Bar:
    """Median dwell per zone in minutes, and how far the longest tenth stays beyond it."""
    shown = [zone for zone in zones if zone.median_s is not None][:MOST_ZONES][::-1]
    medians = [round((zone.median_s or 0) / SECONDS_A_MINUTE, 1) for zone in shown]
    tails = [round(max((zone.p90_s or 0) - (zone.median_s or 0), 0) / SECONDS_A_MINUTE, 1) for zone in shown]
    quiet = opts.LabelOpts(is_show=False)
    return (
        Bar()
        .add_xaxis([words(zone.name_zh, zone.name_en) for zone in shown])
        .add_yaxis(t('footfall.median_minutes'), medians, stack='dwell', label_opts=quiet, bar_width='56%')
        .add_yaxis(
            t('footfall.to_p90_minutes'),
            tails,
            stack='dwell',
            label_opts=quiet,
            itemstyle_opts=opts.ItemStyleOpts(opacity=0.28, color=current_palette().chart[0]),
        )
        .reversal_axis()
        .set_global_opts(
            xaxis_opts=value_axis(),
            yaxis_opts=category_axis(has_gap=True),
            tooltip_opts=axis_tooltip(),
            legend_opts=top_legend(),
        )
    )


def sankey(flows: Sequence[Flow], names: Mapping[int, str]) -> Sankey:
    """The largest published flows, origins at the left and targets at the right; a zone may stand on both sides."""
    known = sorted((flow for flow in flows if flow.persons), key=lambda flow: -(flow.persons or 0))[:MOST_FLOWS]
    origins = _sized(known, lambda flow: flow.from_zone_id)
    targets = _sized(known, lambda flow: flow.to_zone_id)
    nodes = [{'name': f'o{zone}', 'label': _label(names.get(zone, ''), 'right')} for zone in origins]
    nodes += [{'name': f't{zone}', 'label': _label(names.get(zone, ''), 'left')} for zone in targets]
    links = [
        {'source': f'o{flow.from_zone_id}', 'target': f't{flow.to_zone_id}', 'value': flow.persons} for flow in known
    ]
    return Sankey().add(
        '',
        nodes,
        links,
        linestyle_opt=opts.LineStyleOpts(opacity=0.3, curve=0.5, color='gradient'),
        node_gap=12,
        node_width=10,
        pos_left='1%',
        pos_right='1%',
        is_draggable=False,
    )


def _sized(flows: Sequence[Flow], zone_of: object) -> list[int]:
    sizes: Counter[int] = Counter()
    for flow in flows:
        sizes[zone_of(flow)] += flow.persons or 0  # type: ignore[operator]
    return [zone for zone, _ in sizes.most_common()]


def _label(name: str, position: str) -> dict[str, object]:
    """Sankey nodes are told apart by id; what is read is this text, in which braces would be a template."""
    text = name.replace('{', '(').replace('}', ')')
    return {'position': position, 'formatter': text, 'color': current_palette().text}


def coverage(days: Sequence[CoverageDay], names: Mapping[int, str]) -> HeatMap:
    """Lines against business days, in the colours of the states; an empty square was never observed."""
    dates = sorted({one.business_on for one in days})
    lines = [line for line in names if any(one.line_id == line for one in days)]
    columns, rows = {on: place for place, on in enumerate(dates)}, {line: place for place, line in enumerate(lines)}
    cells = [
        [columns[one.business_on], rows[one.line_id], round(one.coverage * 100, 1)]
        for one in days
        if one.line_id in rows
    ]
    colors = current_palette()
    pieces = [
        {'gte': WELL_COVERED * 100, 'color': colors.good_soft, 'label': t('footfall.coverage_good')},
        {
            'gte': BARELY_COVERED * 100,
            'lt': WELL_COVERED * 100,
            'color': colors.watch,
            'label': t('footfall.coverage_watch'),
        },
        {'gt': 0, 'lt': BARELY_COVERED * 100, 'color': colors.act, 'label': t('footfall.coverage_act')},
        {'value': 0, 'color': colors.sunken, 'label': t('footfall.coverage_none')},
    ]
    return (
        HeatMap()
        .add_xaxis([day(on, with_weekday=False) for on in dates])
        .add_yaxis(
            '',
            [names[line] for line in lines],
            cells,
            label_opts=opts.LabelOpts(is_show=False),
            itemstyle_opts=opts.ItemStyleOpts(border_color=colors.surface, border_width=2, border_radius=3),
        )
        .set_global_opts(
            xaxis_opts=category_axis(has_gap=True),
            yaxis_opts=category_axis(has_gap=True),
            legend_opts=no_legend(),
            tooltip_opts=opts.TooltipOpts(formatter='{b}：{c}'),
            visualmap_opts=opts.VisualMapOpts(
                is_piecewise=True,
                pieces=pieces,
                orient='horizontal',
                pos_left='0',
                pos_top='0',
                item_width=12,
                item_height=12,
                textstyle_opts=opts.TextStyleOpts(color=colors.muted),
            ),
        )
    )


def line_days(series: Series, clock: BusinessClock) -> Bar:
    """In and out of one line by business day. A redraw begins a new series: nothing is drawn across it."""
    labels = [day(clock.business_on(point.bucket_at), with_weekday=False) for point in series.points]
    first = series.points[0].version if series.points else 0
    redrawn = [
        (label, labels[-1])
        for label, before, point in zip(labels[1:], series.points, series.points[1:], strict=False)
        if point.version != before.version
    ]
    quiet = opts.LabelOpts(is_show=False)
    return (
        Bar()
        .add_xaxis(labels)
        .add_yaxis(
            t('footfall.ins'),
            [point.ins.value for point in series.points],
            label_opts=quiet,
            markarea_opts=gap_areas(redrawn, t('footfall.new_series')) if first else None,
        )
        .add_yaxis(
            t('footfall.outs'),
            [point.outs.value for point in series.points],
            label_opts=quiet,
            itemstyle_opts=opts.ItemStyleOpts(color=current_palette().border_strong),
        )
        .set_global_opts(
            xaxis_opts=category_axis(has_gap=True),
            yaxis_opts=value_axis(),
            tooltip_opts=axis_tooltip(),
            legend_opts=top_legend(),
        )
    )
