"""Ways through the mall: shortest paths over the walking graphs and the escalators and lifts between them."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from math import dist
from typing import Any

import rustworkx as rx

from integrations.simulator.plan import MallPlan, Point, zone_of_points

ESCALATOR_S = 24.0
LIFT_WAIT_S = 22.0
LIFT_FLOOR_S = 5.0
LIFT_DISLIKE_S = 30.0  # most people take the escalator for one or two floors


@dataclass(frozen=True, slots=True)
class Piece:
    """A straight stretch: walked metres, or a ride that takes `ride_s` whatever the walker's speed."""

    floor: str
    start: Point
    end: Point
    metres: float
    ride_s: float
    zone: str | None
    passes: tuple[str, ...] = ()  # shops whose door is where this stretch ends
    leaves: str | None = None  # a ride: the landing on which one leaves the floor …
    arrives: str | None = None  # … and the one on which one arrives


@dataclass(frozen=True, slots=True)
class Mark:
    """A place along a route: so many metres walked and seconds ridden until there."""

    metres: float
    ride_s: float

    def after_s(self, speed: float) -> float:
        return self.metres / speed + self.ride_s


@dataclass(frozen=True)
class Route:
    """A way from one door to another, with what it passes; a route is found once and walked by many."""

    pieces: tuple[Piece, ...]

    @cached_property
    def marks(self) -> tuple[Mark, ...]:
        """Where each piece begins, and the end."""
        marks = [Mark(0.0, 0.0)]
        for piece in self.pieces:
            marks.append(Mark(marks[-1].metres + piece.metres, marks[-1].ride_s + piece.ride_s))
        return tuple(marks)

    @cached_property
    def zones(self) -> tuple[tuple[str, Mark, Mark], ...]:
        """The zones walked through, each once for every passage."""
        found: list[tuple[str, Mark, Mark]] = []
        for piece, (begin, end) in zip(self.pieces, pairwise(self.marks), strict=True):
            if piece.zone is not None and found and found[-1][0] == piece.zone and found[-1][2] == begin:
                found[-1] = (piece.zone, found[-1][1], end)
            elif piece.zone is not None:
                found.append((piece.zone, begin, end))
        return tuple(found)

    @cached_property
    def fronts(self) -> tuple[tuple[str, Mark], ...]:
        """The pass-by zones of shops along the way."""
        ends = zip(self.pieces, self.marks[1:], strict=True)
        return tuple((f'pass-{unit}', mark) for piece, mark in ends for unit in piece.passes)

    @cached_property
    def rides(self) -> tuple[tuple[str, Mark, str, Mark], ...]:
        """Escalators and lifts: the landing one leaves by, the one one arrives by, and when."""
        return tuple(
            (piece.leaves, begin, piece.arrives, end)
            for piece, (begin, end) in zip(self.pieces, pairwise(self.marks), strict=True)
            if piece.leaves is not None and piece.arrives is not None
        )

    @property
    def metres(self) -> float:
        return self.marks[-1].metres

    def seconds(self, speed: float) -> float:
        return self.marks[-1].after_s(speed)


class RouteFinder:
    """Finds and remembers routes between doors."""

    def __init__(self, plan: MallPlan) -> None:
        self.plan = plan
        self._graph = rx.PyGraph(multigraph=False)
        self._door_node: dict[str, int] = {}
        self._floor_of: list[str] = []
        self._at: list[Point] = []
        self._zone_of: list[str | None] = []
        self._known: dict[tuple[str, str], Route] = {}
        self._paths: dict[int, Any] = {}
        for floor in plan.floors:
            self._add_floor(floor)
        self._shops_at = self._find_fronts()
        self._add_rides()

    def route(self, start: str, end: str) -> Route:
        """The quickest way between two doors.

        :raises ValueError: when the plan does not join them.
        """
        key = (start, end)
        if key not in self._known:
            self._known[key] = self._find(self._door_node[start], self._door_node[end])
        return self._known[key]

    def _find(self, start: int, end: int) -> Route:
        if start == end:
            return Route(())
        paths = self._paths.get(start)
        if paths is None:
            paths = self._paths[start] = rx.dijkstra_shortest_paths(self._graph, start, weight_fn=lambda edge: edge[0])
        try:
            nodes = paths[end]
        except (KeyError, IndexError) as error:
            raise ValueError(f'no way from {self._at[start]} to {self._at[end]}') from error
        return Route(tuple(self._piece(a, b) for a, b in zip(nodes, list(nodes)[1:], strict=False)))

    def _piece(self, one: int, two: int) -> Piece:
        _, metres, ride_s = self._graph.get_edge_data(one, two)
        ends = self._floor_of[one], self._at[one], self._at[two]
        if ride_s == 0:
            zone = self._zone_of[two] or self._zone_of[one]
            return Piece(*ends, metres, 0.0, zone, self._shops_at.get(two, ()))
        return Piece(*ends, 0.0, ride_s, None, (), self._graph[one], self._graph[two])

    def _add_floor(self, floor: Mapping[str, Any]) -> None:
        walk = floor['walk']
        names = {node: door for door, node in walk['doors'].items()}
        points = [(x, y) for x, y in walk['nodes']]
        first = len(self._at)
        for number, (point, zone) in enumerate(zip(points, zone_of_points(floor, points), strict=True)):
            node = self._graph.add_node(names.get(number))
            if number in names:
                self._door_node[names[number]] = node
            self._at.append(point)
            self._floor_of.append(floor['code'])
            self._zone_of.append(zone)
        for one, two in walk['edges']:
            metres = dist(points[one], points[two])
            self._graph.add_edge(first + one, first + two, (metres, metres, 0.0))

    def _find_fronts(self) -> dict[int, tuple[str, ...]]:
        """The shops at each place of a corridor that lies right before their doors."""
        found: dict[int, tuple[str, ...]] = {}
        for door in self.plan.doors.values():
            if door.unit is not None:
                for node in self._graph.neighbors(self._door_node[door.code]):
                    found[node] = (*found.get(node, ()), door.unit)
        return found

    def _add_rides(self) -> None:
        levels = {floor['code']: floor['level'] for floor in self.plan.floors}
        for connector in self.plan.document['connectors']:
            stops = connector['stops']
            for index, one in enumerate(stops):
                for two in stops[index + 1 :]:
                    floors = abs(levels[one['floor']] - levels[two['floor']])
                    ride_s = ESCALATOR_S if connector['kind'] == 'escalator' else LIFT_WAIT_S + LIFT_FLOOR_S * floors
                    cost = ride_s if connector['kind'] == 'escalator' else ride_s + LIFT_DISLIKE_S
                    ends = self._door_node[one['door']], self._door_node[two['door']]
                    self._graph.add_edge(*ends, (cost, 0.0, ride_s))
