"""Ways through the mall: shortest paths over the walking graphs and the escalators and lifts between them."""

from dataclasses import dataclass
from math import dist

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
    leaves: str | None = None  # a ride: the landing on which one leaves the floor …
    arrives: str | None = None  # … and the one on which one arrives


@dataclass(frozen=True, slots=True)
class Route:
    """A way from one door to another."""

    pieces: tuple[Piece, ...]

    @property
    def metres(self) -> float:
        return sum(piece.metres for piece in self.pieces)

    def seconds(self, speed: float) -> float:
        return sum(piece.metres / speed + piece.ride_s for piece in self.pieces)


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
        self._paths: dict[int, object] = {}
        for floor in plan.floors:
            self._add_floor(floor)
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
            nodes = paths[end]  # type: ignore[index]
        except (KeyError, IndexError) as error:
            raise ValueError(f'no way from {self._at[start]} to {self._at[end]}') from error
        return Route(tuple(self._piece(a, b) for a, b in zip(nodes, list(nodes)[1:], strict=False)))

    def _piece(self, one: int, two: int) -> Piece:
        _, metres, ride_s = self._graph.get_edge_data(one, two)
        zone = self._zone_of[two] or self._zone_of[one]
        if ride_s == 0:
            return Piece(self._floor_of[one], self._at[one], self._at[two], metres, 0.0, zone)
        leaves, arrives = self._graph[one], self._graph[two]
        return Piece(self._floor_of[one], self._at[one], self._at[two], 0.0, ride_s, None, leaves, arrives)

    def _add_floor(self, floor: dict[str, object] | object) -> None:
        walk = floor['walk']  # type: ignore[index]
        names = {node: door for door, node in walk['doors'].items()}
        points = [(x, y) for x, y in walk['nodes']]
        first = len(self._at)
        for number, (point, zone) in enumerate(zip(points, zone_of_points(floor, points), strict=True)):  # type: ignore[arg-type]
            node = self._graph.add_node(names.get(number))
            if number in names:
                self._door_node[names[number]] = node
            self._at.append(point)
            self._floor_of.append(floor['code'])  # type: ignore[index]
            self._zone_of.append(zone)
        for one, two in walk['edges']:
            metres = dist(points[one], points[two])
            self._graph.add_edge(first + one, first + two, (metres, metres, 0.0))

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
