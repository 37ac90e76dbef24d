"""The day's ways from zone to zone, in memory and for one business day: flows, next shops, ways before a purchase."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from itertools import groupby, pairwise
from typing import Literal

from vision_service.contracts import FloorZoneShape, FlowCell, FlowsView, PathCell, PathsView
from vision_service.trajectories.suppression import LEAST, hidden_cells
from vision_service.trajectories.zones import FloorStay

MOST_PEOPLE = 200_000
LONGEST_PAUSE_S = 1800.0  # then the next zone is another walk's beginning
LONGEST_PATH = 6
SHOPS = frozenset({'shop', 'till'})

Kind = Literal['zones', 'shops']


class Ways:
    """Stays by person; whoever asks gets sums of at least ten people."""

    def __init__(self, zones: Mapping[str, FloorZoneShape], *, least: int = LEAST) -> None:
        self._zones = zones
        self._least = least
        self._stays: defaultdict[int, list[FloorStay]] = defaultdict(list)

    def __len__(self) -> int:
        return len(self._stays)

    def add(self, stays: Iterable[FloorStay]) -> None:
        for stay in stays:
            if stay.person in self._stays or len(self._stays) < MOST_PEOPLE:
                self._stays[stay.person].append(stay)

    def same(self, old: int, new: int) -> None:
        if old in self._stays:
            self._stays[new] = sorted(self._stays.pop(old) + self._stays[new], key=lambda stay: stay.entered_at)

    def clear(self) -> None:
        """The business day is over."""
        self._stays.clear()

    def flows(self, since: datetime, until: datetime, kind: Kind) -> FlowsView:
        """Moves that ended between the two instants, each person's every move counted."""
        counts: Counter[tuple[str, str]] = Counter()
        people = 0
        for stays in self._stays.values():
            moves = [
                (before.zone, after.zone)
                for before, after in pairwise(self._walk(stays, kind))
                if since.timestamp() <= after.entered_at < until.timestamp()
                and after.entered_at - before.left_at <= LONGEST_PAUSE_S
            ]
            counts.update(set(moves))
            people += bool(moves)
        hidden = hidden_cells(counts, least=self._least)
        cells = [FlowCell(origin=o, target=t, people=None if (o, t) in hidden else n) for (o, t), n in counts.items()]
        return FlowsView(
            since=since,
            until=until,
            kind=kind,
            least=self._least,
            cells=tuple(sorted(cells, key=lambda cell: (-(cell.people or 0), cell.origin, cell.target))),
            people=people if people >= self._least else None,
        )

    def paths(self, target: str, since: datetime, until: datetime) -> PathsView:
        """What people went through, since their last pause, before each stay at the target."""
        counts: Counter[tuple[str, ...]] = Counter()
        for stays in self._stays.values():
            counts.update({path for path in self._before(stays, target, since, until) if path})
        shown = {path: count for path, count in counts.items() if count >= self._least}
        rest = sum(counts.values()) - sum(shown.values())
        ordered = sorted(shown.items(), key=lambda each: (-each[1], each[0]))
        return PathsView(
            target=target,
            least=self._least,
            paths=tuple(PathCell(zones=path, people=count) for path, count in ordered),
            hidden_people=rest if rest >= self._least or rest == 0 else None,
        )

    def _walk(self, stays: list[FloorStay], kind: Kind) -> list[FloorStay]:
        """The stays in order, doubled ones put together; of a way among shops the passages are left out."""
        wanted = [stay for stay in stays if kind == 'zones' or self._zones[stay.zone].kind in SHOPS]
        ordered = sorted(wanted, key=lambda stay: (stay.entered_at, stay.left_at))
        walk = []
        for _, same in groupby(ordered, key=lambda stay: stay.zone):
            group = list(same)
            walk.append(FloorStay(group[0].zone, group[0].person, group[0].entered_at, group[-1].left_at))
        return walk

    def _before(
        self, stays: list[FloorStay], target: str, since: datetime, until: datetime
    ) -> Iterable[tuple[str, ...]]:
        walk = self._walk(stays, 'zones')
        begun = 0
        for place, stay in enumerate(walk):
            if place and stay.entered_at - walk[place - 1].left_at > LONGEST_PAUSE_S:
                begun = place
            if stay.zone == target and since.timestamp() <= stay.entered_at < until.timestamp():
                yield tuple(each.zone for each in walk[max(begun, place - LONGEST_PATH) : place])
                begun = place + 1
