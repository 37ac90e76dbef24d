"""Charts are pure: what is missing stays missing, what is estimated is told apart, nothing joins across a redraw."""

from tests.ui import fakes
from ui.daycurve import day_curve
from ui.footfall import charts


def test_X_R3_the_future_and_the_missing_are_gaps_in_the_curve() -> None:
    options = day_curve(fakes.curve(), 'Asia/Shanghai').get_options()
    base, current = (series['data'] for series in options['series'])
    values = [point[1] if isinstance(point, list | tuple) else point for point in current]
    assert values[-1] is None
    assert base[-1] is not None


def test_FT_R10_the_estimated_part_stands_apart() -> None:
    options = charts.trend(fakes.day_series(), fakes.CLOCK).get_options()
    observed, imputed = options['series'][0]['data'], options['series'][1]['data']
    assert sum(value is not None for value in imputed) == 2
    poor = next(place for place, value in enumerate(imputed) if value is not None)
    assert observed[poor] == fakes.day_series().points[poor].ins.observed


def test_FT_R15_a_redraw_is_marked_as_a_new_series() -> None:
    options = charts.line_days(fakes.day_series(28, version_change=9), fakes.CLOCK).get_options()
    areas = options['series'][0]['markArea'].opts['data']
    assert len(areas) == 1


def test_FT_R14_suppressed_flows_are_not_drawn_and_loops_do_not_matter() -> None:
    matrix = fakes.flow_matrix()
    options = charts.sankey(matrix.flows, {zone.id: zone.name_zh for zone in fakes.zones()}).get_options()
    links = options['series'][0]['links']
    assert all(link['value'] >= matrix.threshold for link in links)
    assert all(link['source'].startswith('o') and link['target'].startswith('t') for link in links)


def test_a_zone_named_like_a_template_is_only_a_name() -> None:
    matrix = fakes.flow_matrix()
    names = {flow.from_zone_id: '{b} {c}' for flow in matrix.flows} | {
        flow.to_zone_id: '{b} {c}' for flow in matrix.flows
    }
    nodes = charts.sankey(matrix.flows, names).get_options()['series'][0]['data']
    assert {node['label']['formatter'] for node in nodes} == {'(b) (c)'}


def test_dwell_is_shown_as_median_and_tail() -> None:
    zones = fakes.dwells()
    options = charts.dwell(zones).get_options()
    medians, tails = (series['data'] for series in options['series'])
    longest = zones[0]
    assert medians[-1] == round((longest.median_s or 0) / 60, 1)
    assert abs(medians[-1] + tails[-1] - (longest.p90_s or 0) / 60) < 0.2
