"""The next-shop matrix (去向矩阵): from which shop, at the left, to which shop, below."""

from collections import Counter
from collections.abc import Mapping, Sequence

from pyecharts import options as opts
from pyecharts.charts import HeatMap

from domain.footfall.views import NextCell
from ui.kit.chart_parts import category_axis, no_legend
from ui.kit.theme import current_palette

MOST_SHOPS = 14
LIGHT_STEPS = 4  # of the heat scale: figures stand on it


def next_shop(flows: Sequence[NextCell], names: Mapping[str, str]) -> HeatMap:
    """The shops with the most people between them; an empty square is nobody, or too few to be told."""
    sizes: Counter[str] = Counter()
    for flow in flows:
        sizes[flow.origin] += flow.persons or 0
        sizes[flow.target] += flow.persons or 0
    shops = [shop for shop, _ in sizes.most_common(MOST_SHOPS)]
    places = {shop: place for place, shop in enumerate(shops)}
    cells = [
        [places[flow.target], places[flow.origin], flow.persons]
        for flow in flows
        if flow.origin in places and flow.target in places
    ]
    colors = current_palette()
    labels = [names.get(shop, shop) for shop in shops]
    return (
        HeatMap()
        .add_xaxis(labels)
        .add_yaxis(
            '',
            labels,
            cells,
            label_opts=opts.LabelOpts(is_show=True, color=colors.text),
            itemstyle_opts=opts.ItemStyleOpts(border_color=colors.surface, border_width=2, border_radius=3),
        )
        .set_global_opts(
            xaxis_opts=category_axis(has_gap=True),
            yaxis_opts=category_axis(has_gap=True),
            legend_opts=no_legend(),
            tooltip_opts=opts.TooltipOpts(formatter='{b}：{c}'),
            visualmap_opts=opts.VisualMapOpts(
                is_show=False,
                min_=0,
                max_=max((cell[2] or 0 for cell in cells), default=1),
                range_color=list(colors.heat[:LIGHT_STEPS]),
            ),
        )
    )
