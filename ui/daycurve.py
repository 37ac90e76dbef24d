"""The curve of a business day over its aligned day: a pure function from the view to pyecharts."""

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from pyecharts import options as opts
from pyecharts.charts import Line

from domain.footfall.views import Curve, CurvePoint, Mode
from ui.comparisons import mode_label
from ui.kit.chart_parts import (
    axis_tooltip,
    base_series,
    category_axis,
    gap_areas,
    line_style,
    top_legend,
    value_axis,
)
from ui.kit.figure import BARELY_COVERED
from ui.kit.i18n import t

QUARTERS_OF_AN_HOUR = 4
QUARTER = timedelta(minutes=15)


def day_curve(curve: Curve, zone: str) -> Line:
    """Today's footfall by quarter of an hour over that of the aligned day; badly covered stretches are shaded."""

    local = ZoneInfo(zone)
    points = _while_people_come(curve.points)
    labels = [_label(point, local) for point in points]
    return (
        Line()
        .add_xaxis(labels)
        .add_yaxis(mode_label(Mode.PREVIOUS_WEEK, curve.base_on), [_base(point) for point in points], **base_series())
        .add_yaxis(
            t('curve.current'),
            [_current(point, curve.fresh_at) for point in points],
            is_symbol_show=False,
            linestyle_opts=line_style(2.5),
            areastyle_opts=opts.AreaStyleOpts(opacity=0.08),
            markarea_opts=gap_areas(_gaps(curve, points, labels), t('curve.gap')),
        )
        .set_global_opts(
            xaxis_opts=category_axis(every=QUARTERS_OF_AN_HOUR),
            yaxis_opts=value_axis(),
            tooltip_opts=axis_tooltip(),
            legend_opts=top_legend(),
        )
    )


def _label(point: CurvePoint, zone: tzinfo) -> str:
    return f'{point.bucket_at.astimezone(zone):%H:%M}'


def _while_people_come(points: Sequence[CurvePoint]) -> Sequence[CurvePoint]:
    """The day from an hour before the first person to an hour after the last, cut to whole hours."""
    busy = [place for place, point in enumerate(points) if point.current.value or _base(point)]
    if not busy:
        return points
    first = busy[0] - busy[0] % QUARTERS_OF_AN_HOUR - QUARTERS_OF_AN_HOUR
    last = busy[-1] - busy[-1] % QUARTERS_OF_AN_HOUR + 2 * QUARTERS_OF_AN_HOUR
    return points[max(first, 0) : last + 1]


def _current(point: CurvePoint, fresh_at: datetime | None) -> float | None:
    """The figure of a finished quarter; the running one would look like a fall."""
    return point.current.value if _is_over(point, fresh_at) else None


def _is_over(point: CurvePoint, fresh_at: datetime | None) -> bool:
    return fresh_at is not None and point.bucket_at + QUARTER <= fresh_at


def _base(point: CurvePoint) -> float | None:
    return point.base.value if point.base else None


def _gaps(curve: Curve, points: Sequence[CurvePoint], labels: list[str]) -> list[tuple[str, str]]:
    """Stretches of the past in which too little was observed."""
    poor = [_is_over(point, curve.fresh_at) and point.current.coverage < BARELY_COVERED for point in points]
    starts = [place for place, is_poor in enumerate(poor) if is_poor and not (place and poor[place - 1])]
    ends = [next((place for place in range(start, len(poor)) if not poor[place]), len(poor) - 1) for start in starts]
    return [(labels[start], labels[end]) for start, end in zip(starts, ends, strict=True)]
