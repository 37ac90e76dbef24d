"""The walking graph of a floor: nodes along the middle of the corridors, one node per door, straight edges between."""

import itertools

from doors import Door
from frame import CORRIDOR, Point, bend, concourse_half
from plan import Plan

STEP = 4.0
COLUMNS = {'w': -55.0, 'e': 55.0, 'bridge-w': -33.0, 'bridge-e': 33.0}


class Graph:
    """Nodes by name in (u, v) and undirected edges."""

    def __init__(self) -> None:
        self.nodes: dict[str, Point] = {}
        self.edges: set[tuple[str, str]] = set()

    def node(self, name: str, at: Point) -> str:
        self.nodes.setdefault(name, at)
        return name

    def link(self, one: str, two: str) -> None:
        if one != two:
            self.edges.add((min(one, two), max(one, two)))

    def chain(self, names: list[str]) -> None:
        for one, two in itertools.pairwise(names):
            self.link(one, two)

    def as_json(self, doors: dict[str, str]) -> dict[str, object]:
        index = {name: number for number, name in enumerate(self.nodes)}
        return {
            'nodes': [[round(c, 2) for c in bend(*at)] for at in self.nodes.values()],
            'edges': sorted([index[one], index[two]] for one, two in self.edges),
            'doors': {door: index[name] for door, name in doors.items()},
        }


def walking_graph(plan: Plan, doors: list[Door]) -> dict[str, object]:
    graph = Graph()
    stops = {door.code: graph.node(door.code, door.at) for door in doors}
    joints: dict[str, list[float]] = {'n': [], 's': [], **{name: [] for name in COLUMNS}}
    attached = {door.code: _attach(graph, door, joints) for door in doors}
    _lay_rings(graph, joints)
    for code, joint in attached.items():
        if joint is not None:
            graph.link(code, joint)
    _lay_lobbies(graph, doors)
    return graph.as_json(stops)


def _ring_v(side: str, u: float) -> float:
    return (-1.0 if side == 'n' else 1.0) * (concourse_half(u) - CORRIDOR / 2)


def _ring_node(graph: Graph, side: str, u: float, joints: dict[str, list[float]]) -> str:
    joints[side].append(u)
    return graph.node(f'{side}{u:.2f}', (u, _ring_v(side, u)))


def _column_node(graph: Graph, column: str, v: float, joints: dict[str, list[float]]) -> str:
    joints[column].append(v)
    return graph.node(f'{column}{v:.2f}', (COLUMNS[column], v))


def _attach(graph: Graph, door: Door, joints: dict[str, list[float]]) -> str | None:
    """The corridor node in front of a door; doors on lobbies are joined later."""
    u, v = door.at
    if abs(u) > 60.5:
        return None
    if abs(u) >= 49.5 and abs(v) < 7:
        return _column_node(graph, 'w' if u < 0 else 'e', v, joints)
    if 25 < abs(u) < 37 and abs(v) < 8:
        return _column_node(graph, 'bridge-w' if u < 0 else 'bridge-e', v, joints)
    return _ring_node(graph, 'n' if v < 0 else 's', max(-55.0, min(55.0, u)), joints)


def _lay_rings(graph: Graph, joints: dict[str, list[float]]) -> None:
    for side in ('n', 's'):
        for u in (*COLUMNS.values(), *[step * STEP for step in range(-13, 14)]):
            _ring_node(graph, side, u, joints)
        graph.chain([f'{side}{u:.2f}' for u in sorted(set(joints[side]))])
    for column, u in COLUMNS.items():
        inner = [f'{column}{v:.2f}' for v in sorted(set(joints[column]))]
        graph.chain([f'n{u:.2f}', *inner, f's{u:.2f}'])


def _lay_lobbies(graph: Graph, doors: list[Door]) -> None:
    """East and west lobbies run straight out from the ring; their doors hang on them in order."""
    for sign, column in ((-1.0, 'w'), (1.0, 'e')):
        along = sorted((door for door in doors if door.at[0] * sign > 60.5), key=lambda door: door.at[0] * sign)
        if not along:
            continue
        before = graph.node(f'{column}-mouth', (sign * 58.0, 0.0))
        for v in (f'n{sign * 55:.2f}', f's{sign * 55:.2f}'):
            graph.link(before, v)
        for door in along:
            spot = graph.node(f'{column}-lobby{abs(door.at[0]):.1f}', (door.at[0], 0.0))
            graph.chain([before, spot, door.code])
            before = spot
