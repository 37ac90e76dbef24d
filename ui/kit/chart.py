"""Charts: pyecharts in, ECharts in the tokens' colours and the reader's typeface out, without a line of foreign code.

NiceGUI 3.18 evaluates every option whose key begins with a colon, and turns strings between pyecharts' JavaScript
markers into such keys. Shop names are written by strangers, so both are removed here, from the whole of the options:
a chart of this product carries no JavaScript at all.
"""

from collections.abc import Callable
from typing import Any

from nicegui import ui
from nicegui.elements.echart.echart import JS_CODE_MARKER
from nicegui.events import EChartPointClickEventArguments
from pyecharts.charts.base import Base

from ui.kit.theme import current_palette
from ui.kit.tokens import FONT, Palette

GRID = {'left': 0, 'right': 12, 'top': 40, 'bottom': 0, 'outerBoundsMode': 'same', 'outerBoundsContain': 'axisLabel'}
LEGEND_SHAPE = {'itemWidth': 16, 'itemHeight': 4, 'itemGap': 16, 'icon': 'roundRect'}
AXES = ('xAxis', 'yAxis', 'singleAxis', 'calendar')


class Chart(ui.echart):
    """A chart that is made once and afterwards only told what changed."""

    def __init__(
        self, options: dict[str, Any], on_point_click: Callable[[EChartPointClickEventArguments], object] | None = None
    ) -> None:
        super().__init__(dressed(plain(options), current_palette()), on_point_click, renderer='svg')
        self.classes('at-chart')

    def show(self, chart: Base) -> None:
        """Show this chart in place of the last; a change of values alone sends the values alone."""
        options = dressed(plain(raw_options(chart)), current_palette())
        if options == self.options:
            return
        is_same_frame = _without_data(options) == _without_data(self.options)
        with self._props.suspend_updates():
            self._props['options'] = options
        if is_same_frame:
            self.run_chart_method('setOption', _data_alone(options))
        else:
            self.update()


def chart(
    figure: Base, *, height: int = 280, on_point_click: Callable[[EChartPointClickEventArguments], object] | None = None
) -> Chart:
    """A pyecharts chart in the product's look."""
    made = Chart.from_pyecharts(neutral(figure), on_point_click)
    return made.style(f'--at-chart-height: {height}px')


def neutral(figure: Base) -> Base:
    """The chart with every JavaScript marker in its texts broken, before anything looks for them."""
    figure.options = _without_markers(raw_options(figure))
    return figure


def raw_options(figure: Base) -> dict[str, Any]:
    """The options as plain data; pyecharts' own option objects are resolved by its JSON encoder."""
    from pyecharts.charts.base import default, json

    return json.loads(json.dumps(figure.get_options(), default=default, ignore_nan=True))


def plain(node: Any) -> Any:
    """The same data without keys that would be run as code and without JavaScript markers in its texts."""
    if isinstance(node, dict):
        return {key: plain(value) for key, value in node.items() if not str(key).lstrip().startswith(':')}
    if isinstance(node, list):
        return [plain(item) for item in node]
    return _without_markers(node)


def _without_markers(node: Any) -> Any:
    if isinstance(node, dict):
        return {key: _without_markers(value) for key, value in node.items()}
    if isinstance(node, list):
        return [_without_markers(item) for item in node]
    return node.replace(JS_CODE_MARKER, '') if isinstance(node, str) else node


def dressed(options: dict[str, Any], colors: Palette) -> dict[str, Any]:
    """The options in the product's typeface, colours and line weights; what a chart sets itself is kept."""
    worn = {
        **options,
        'color': options.get('color') if options.get('atrium_colors') else list(colors.chart),
        'backgroundColor': 'transparent',
        'animationDuration': 240,
        'animationDurationUpdate': 240,
        'textStyle': {'fontFamily': FONT, 'fontSize': 12, 'color': colors.muted},
    }
    worn.pop('atrium_colors', None)
    for axis in AXES:
        worn[axis] = [_over(_axis(colors), one) for one in _listed(options.get(axis))]
    worn = {key: value for key, value in worn.items() if value not in (None, [])}
    if 'grid' not in worn and 'xAxis' in worn:
        worn['grid'] = GRID
    worn['tooltip'] = _over(_tooltip(colors), _first(options.get('tooltip')))
    if 'series' in options:
        worn['series'] = [_labelled(one, colors) for one in _listed(options['series'])]
    worn['legend'] = [_over(_legend(colors), one) | LEGEND_SHAPE for one in _listed(options.get('legend'))]
    return worn


def _labelled(series: dict[str, Any], colors: Palette) -> dict[str, Any]:
    """Figures at bars and points in the colour of text; without one ECharts draws an outline round them."""
    if series.get('type') not in ('bar', 'line'):
        return series
    return _over({'label': {'color': colors.muted, 'textBorderWidth': 0}}, series)


def _axis(colors: Palette) -> dict[str, Any]:
    return {
        'axisLine': {'lineStyle': {'color': colors.border_strong}},
        'axisTick': {'show': False},
        'axisLabel': {'color': colors.faint, 'fontSize': 12, 'margin': 10, 'hideOverlap': True},
        'splitLine': {'lineStyle': {'color': colors.border}},
        'nameTextStyle': {'color': colors.faint},
        'dayLabel': {'color': colors.faint},
        'monthLabel': {'color': colors.muted},
        'yearLabel': {'show': False},
        'itemStyle': {'color': 'transparent', 'borderColor': colors.border},
    }


def _tooltip(colors: Palette) -> dict[str, Any]:
    return {
        'backgroundColor': colors.raised,
        'borderColor': colors.border,
        'borderWidth': 1,
        'padding': [8, 12],
        'textStyle': {'color': colors.text, 'fontFamily': FONT, 'fontSize': 13},
        'confine': True,
        'axisPointer': {'lineStyle': {'color': colors.border_strong}, 'shadowStyle': {'opacity': 0.06}},
    }


def _legend(colors: Palette) -> dict[str, Any]:
    return {'textStyle': {'color': colors.muted, 'fontSize': 12}, 'inactiveColor': colors.border_strong}


def _over(base: dict[str, Any], special: dict[str, Any]) -> dict[str, Any]:
    """`special` laid over `base`, at every depth; what pyecharts leaves open (null) stays as in the base."""
    merged = dict(base)
    for key, value in special.items():
        if isinstance(value, dict) and isinstance(merged.get(key), dict):
            merged[key] = _over(merged[key], value)
        elif value is not None:
            merged[key] = value
    return merged


def _listed(value: Any) -> list[dict[str, Any]]:
    return value if isinstance(value, list) else [value] if value else []


def _first(value: Any) -> dict[str, Any]:
    return next(iter(_listed(value)), {})


def _without_data(options: dict[str, Any]) -> dict[str, Any]:
    series = [{key: value for key, value in one.items() if key != 'data'} for one in _listed(options.get('series'))]
    return {**options, 'series': series}


def _data_alone(options: dict[str, Any]) -> dict[str, Any]:
    return {'series': [{'data': one.get('data', [])} for one in _listed(options.get('series'))]}
