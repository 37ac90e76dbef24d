"""What a person on foot can do (FT-R11): nobody is in two places, nobody walks through walls or outruns a runner."""

import heapq
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

Place = tuple[str | None, float, float]
"""Floor, and metres on its plan."""

FASTEST_M_S = 2.5
USUAL_M_S = 1.25


class Ways(Protocol):
    """How far it is on foot; infinite where there is no way."""

    def metres(self, origin: Place, target: Place) -> float: ...


class StraightWays:
    """No plan is known: the straight line is the shortest that could be. Floors are apart without one."""

    def metres(self, origin: Place, target: Place) -> float:
        if origin[0] != target[0]:
            return math.inf
        return math.dist(origin[1:], target[1:])


@dataclass(frozen=True, slots=True)
class Node:
    """A point of the walkable plan: a corridor's corner, a door, an escalator's end."""

    name: str
    floor: str | None
    x_m: float
    y_m: float


class FloorGraph:
    """Walking over a graph of the plan: to the nearest node, along the shortest way, and off it again.

    An escalator or a lift is an edge with its length in metres of walking time. Within `open_m` people may walk
    straight, for a corridor is an area and not a wire.
    """

    def __init__(self, nodes: Iterable[Node], edges: Mapping[tuple[str, str], float], *, open_m: float = 12.0) -> None:
        self._nodes = {node.name: node for node in nodes}
        self._open_m = open_m
        self._beside: defaultdict[str, dict[str, float]] = defaultdict(dict)
        for (one, other), metres in edges.items():
            self._beside[one][other] = self._beside[other][one] = metres
        self._known: dict[str, dict[str, float]] = {}

    def metres(self, origin: Place, target: Place) -> float:
        straight = math.dist(origin[1:], target[1:]) if origin[0] == target[0] else math.inf
        if straight <= self._open_m:
            return straight
        first, on = self._nearest(origin)
        last, off = self._nearest(target)
        if first is None or last is None:
            return straight
        return max(on + self._from(first).get(last, math.inf) + off, 0.0)

    def _nearest(self, place: Place) -> tuple[str | None, float]:
        there = [(math.dist((n.x_m, n.y_m), place[1:]), name) for name, n in self._nodes.items() if n.floor == place[0]]
        distance, name = min(there, default=(math.inf, None))
        return name, distance

    def _from(self, start: str) -> dict[str, float]:
        """Shortest ways from a node (Dijkstra), remembered: plans are small and asked about all day."""
        if start in self._known:
            return self._known[start]
        best: dict[str, float] = {}
        waiting = [(0.0, start)]
        while waiting:
            so_far, name = heapq.heappop(waiting)
            if name in best:
                continue
            best[name] = so_far
            for following, metres in self._beside[name].items():
                heapq.heappush(waiting, (so_far + metres, following))
        self._known[start] = best
        return best


def is_possible(ways: Ways, origin: Place, target: Place, seconds: float, *, slack_m: float = 1.0) -> bool:
    """Whether somebody can have walked from one place to the other in that time."""
    return ways.metres(origin, target) <= max(seconds, 0.0) * FASTEST_M_S + slack_m
