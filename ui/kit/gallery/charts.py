"""The gallery's charts: pure functions from values to pyecharts."""

from collections.abc import Sequence

from pyecharts import options as opts
from pyecharts.charts import Bar, Line, Sankey

from ui.kit.chart_parts import axis_tooltip, base_series, category_axis, line_style, top_legend, value_axis
from ui.kit.i18n import t


def day(labels: Sequence[str], today: Sequence[float | None], base: Sequence[float | None]) -> Line:
    """A day against its aligned day."""
    return (
        Line()
        .add_xaxis(list(labels))
        .add_yaxis(
            t('kit.gallery.today'),
            list(today),
            is_symbol_show=False,
            linestyle_opts=line_style(2.5),
            areastyle_opts=opts.AreaStyleOpts(opacity=0.08),
        )
        .add_yaxis(t('kit.gallery.last_saturday'), list(base), **base_series())
        .set_global_opts(
            xaxis_opts=category_axis(), yaxis_opts=value_axis(), tooltip_opts=axis_tooltip(), legend_opts=top_legend()
        )
    )


def stack(kinds: Sequence[str]) -> Bar:
    """Parts of a whole over a week."""
    made = Bar().add_xaxis([f'{day}' for day in range(16, 23)])
    for place, kind in enumerate(kinds, start=1):
        made.add_yaxis(
            kind,
            [900 // place + 40 * ((place + day) % 4) for day in range(7)],
            stack='all',
            label_opts=opts.LabelOpts(is_show=False),
            bar_width='52%',
        )
    return made.set_global_opts(
        xaxis_opts=category_axis(has_gap=True),
        yaxis_opts=value_axis(),
        tooltip_opts=axis_tooltip(),
        legend_opts=top_legend(),
    )


def flows() -> Sankey:
    """From where people came to where they went."""
    names = [t('kit.gallery.dining'), t('kit.gallery.fashion'), t('kit.gallery.kids'), t('kit.gallery.services')]
    targets = [f'{name} ' for name in names]
    links = [
        {'source': source, 'target': target, 'value': 40 + 37 * ((i * 3 + j * 5) % 7)}
        for i, source in enumerate(names)
        for j, target in enumerate(targets)
    ]
    return Sankey().add(
        '',
        [{'name': name} for name in names + targets],
        links,
        linestyle_opt=opts.LineStyleOpts(opacity=0.28, curve=0.5, color='gradient'),
        label_opts=opts.LabelOpts(position='right'),
        node_gap=14,
        node_width=12,
        pos_left='2%',
        pos_right='16%',
    )
