"""From GeoJSON to the rings that the floor plan draws."""

from collections.abc import Mapping
from math import cos, hypot, pi, sin
from typing import Any

from ui.kit.floor_plan import PlanSpace, Point, Rings

CORNERS = 14
COLUMN_RADIUS_M = 0.35
ARROW_M = 2.4


def rings_of(geometry: Mapping[str, Any]) -> Rings:
    """All rings of a Polygon or MultiPolygon; holes are rings like others, filled by the even-odd rule."""
    if geometry['type'] == 'MultiPolygon':
        return [ring for polygon in geometry['coordinates'] for ring in polygon]
    return list(geometry['coordinates'])


def fixture_of(fixture: Mapping[str, Any]) -> PlanSpace:
    """A piece of furniture: an area, a round thing at a point, or an arrow of a driving lane."""
    if 'geometry' in fixture:
        return PlanSpace(kind=fixture['kind'], rings=rings_of(fixture['geometry']))
    if 'way' in fixture:
        return PlanSpace(kind=fixture['kind'], rings=_arrow(fixture['at'], fixture['way']), is_closed=False)
    return PlanSpace(kind=fixture['kind'], rings=[_circle(fixture['at'], fixture.get('radius', COLUMN_RADIUS_M))])


def _circle(at: Point, radius: float) -> list[Point]:
    steps = [2 * pi * corner / CORNERS for corner in range(CORNERS)]
    return [(at[0] + radius * cos(angle), at[1] + radius * sin(angle)) for angle in steps]


def _arrow(at: Point, way: Point) -> Rings:
    length = hypot(*way) or 1.0
    ux, uy = way[0] / length, way[1] / length
    tip = (at[0] + ux * ARROW_M / 2, at[1] + uy * ARROW_M / 2)
    tail = (at[0] - ux * ARROW_M / 2, at[1] - uy * ARROW_M / 2)
    wings = [(tip[0] - (ux + side * uy) * 0.7, tip[1] - (uy - side * ux) * 0.7) for side in (1, -1)]
    return [[tail, tip], [wings[0], tip, wings[1]]]
