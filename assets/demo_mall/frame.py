"""The drawing frame: the mall is drawn straight in (u, v) and then bent along a gentle arc.

u runs along the mall from west (−90) to east (+90), v across it from north (−) to south (+), both in metres.
The sheet has its origin in the north-west corner, x to the east and y to the south, as a screen has.
"""

from collections.abc import Iterable
from math import cos, hypot, sin

import numpy as np
from shapely import Polygon
from shapely.geometry.base import BaseGeometry
from shapely.ops import transform

RADIUS = 260.0
ORIGIN = (92.0, 58.0)

CONCOURSE_END = 60.0
CORRIDOR = 6.0
SERVICE = 2.6
WALL = 0.15

Point = tuple[float, float]


def bend(u: float, v: float) -> Point:
    angle = u / RADIUS
    return ORIGIN[0] + (RADIUS + v) * sin(angle), ORIGIN[1] + (RADIUS + v) * cos(angle) - RADIUS


def bent(shape: BaseGeometry) -> BaseGeometry:
    """The shape on the sheet; edges are divided first so that they curve."""
    return transform(_bend_all, shape.segmentize(1.5))


def _bend_all(u: Iterable[float], v: Iterable[float]) -> tuple[np.ndarray, np.ndarray]:
    angle, reach = np.asarray(u) / RADIUS, RADIUS + np.asarray(v)
    return ORIGIN[0] + reach * np.sin(angle), ORIGIN[1] + reach * np.cos(angle) - RADIUS


def bent_direction(u: float, v: float, du: float, dv: float) -> Point:
    (x0, y0), (x1, y1) = bend(u, v), bend(u + du * 0.01, v + dv * 0.01)
    length = hypot(x1 - x0, y1 - y0)
    return round((x1 - x0) / length, 3), round((y1 - y0) / length, 3)


def concourse_half(u: float) -> float:
    """Half the width of the public concourse: a lens, wide at the atrium and narrow at the anchors."""
    return 15.0 - 5.0 * (u / 60.0) ** 2


def north_half(u: float) -> float:
    return 36.5 - 3.0 * (u / 90.0) ** 2


def south_half(u: float) -> float:
    return 39.0 - 7.0 * (u / 90.0) ** 2


def band(u0: float, u1: float, v0: object, v1: object) -> Polygon:
    """The strip between two curves v0(u) and v1(u) (or constants) from u0 to u1."""
    us = np.linspace(u0, u1, max(2, int(abs(u1 - u0)) + 1))
    first = [(float(u), _at(v0, u)) for u in us]
    second = [(float(u), _at(v1, u)) for u in reversed(us)]
    return Polygon(first + second)


def _at(curve: object, u: float) -> float:
    return float(curve(u)) if callable(curve) else float(curve)  # type: ignore[arg-type]


def rounded(shape: BaseGeometry, radius: float) -> BaseGeometry:
    return shape.buffer(-radius).buffer(radius, quad_segs=12)


def box(u0: float, v0: float, u1: float, v1: float) -> Polygon:
    return Polygon([(u0, v0), (u1, v0), (u1, v1), (u0, v1)])


def rings(shape: BaseGeometry) -> list[list[list[float]]]:
    """GeoJSON coordinates of one polygon on the sheet, in centimetres' precision."""
    polygon = bent(shape).simplify(0.02)
    if polygon.geom_type == 'MultiPolygon':
        polygon = max(polygon.geoms, key=lambda part: part.area)
    return [_ring(polygon.exterior), *[_ring(hole) for hole in polygon.interiors]]


def _ring(line: BaseGeometry) -> list[list[float]]:
    return [[round(x, 2), round(y, 2)] for x, y in line.coords]


def polygon(shape: BaseGeometry) -> dict[str, object]:
    return {'type': 'Polygon', 'coordinates': rings(shape)}
