"""Options that charts share, so that all of them are read in the same way."""

from collections.abc import Sequence
from typing import Any

from pyecharts import options as opts

from ui.kit.theme import current_palette


def category_axis(*, has_gap: bool = False, every: int | None = None) -> opts.AxisOpts:
    """Names or times from left to right; `every` labels only each so-manieth."""
    labels = opts.LabelOpts(interval=every - 1) if every else None
    return opts.AxisOpts(
        type_='category', boundary_gap=has_gap, axislabel_opts=labels, splitline_opts=opts.SplitLineOpts(is_show=False)
    )


def value_axis(*, name: str | None = None) -> opts.AxisOpts:
    """Amounts from zero, with quiet lines to read them by."""
    return opts.AxisOpts(
        type_='value',
        name=name,
        axisline_opts=opts.AxisLineOpts(is_show=False),
        splitline_opts=opts.SplitLineOpts(is_show=True),
        split_number=4,
    )


def axis_tooltip() -> opts.TooltipOpts:
    """All series at one place of the axis."""
    return opts.TooltipOpts(trigger='axis', axis_pointer_type='line')


def top_legend() -> opts.LegendOpts:
    """What the lines are, above the chart at the left."""
    return opts.LegendOpts(pos_left='0', pos_top='0')


def no_legend() -> opts.LegendOpts:
    """For a chart whose title says it all."""
    return opts.LegendOpts(is_show=False)


def line_style(width: float, *, is_dashed: bool = False) -> opts.LineStyleOpts:
    """A stroke; bases and targets are dashed."""
    return opts.LineStyleOpts(width=width, type_='dashed' if is_dashed else 'solid')


def base_series() -> dict[str, Any]:
    """How the aligned past is drawn: quiet and dashed, behind the present."""
    color = current_palette().faint
    return {
        'is_symbol_show': False,
        'color': color,
        'z_level': 0,
        'linestyle_opts': line_style(1.5, is_dashed=True),
        'itemstyle_opts': opts.ItemStyleOpts(color=color),
    }


def gap_areas(spans: Sequence[tuple[str, str]], name: str) -> opts.MarkAreaOpts:
    """Shaded stretches of the axis in which too little was observed to draw conclusions."""
    colors = current_palette()
    return opts.MarkAreaOpts(
        data=[opts.MarkAreaItem(name=name, x=span) for span in spans],
        itemstyle_opts=opts.ItemStyleOpts(color=colors.border_strong, opacity=0.28),
        label_opts=opts.LabelOpts(position='insideTop', font_size=11, color=colors.muted),
    )
