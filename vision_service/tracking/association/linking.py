"""Those who vanished and those who appear: one person again where walking allows it and nothing else fits as well."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vision_service.models.detections import Array
from vision_service.tracking.association.plane import AssociationSettings
from vision_service.tracking.association.walking import USUAL_M_S, Place, Ways, is_possible

MOST_LOST = 5_000
SHORT_S = 3.0
WALKING_M_S, AT_ONCE_S = 0.6, 6.0
TURNED, WALKED_BACK = 4.5, 3.0  # chosen on WILDTRACK and on walks that are made up
SURE = 4.0  # a cost up to this is the same person …
AHEAD = 3.0  # … if nobody else comes that near to it


@dataclass(frozen=True, slots=True)
class Gone:
    """Somebody who was confirmed and is no longer seen."""

    id: int
    place: Place
    velocity: tuple[float, float]
    seen_at: float
    looks: Array | None


@dataclass(frozen=True, slots=True)
class Come:
    """Somebody just confirmed."""

    id: int
    place: Place
    born_at: float
    looks: Array | None
    velocity: tuple[float, float] = (0.0, 0.0)


class Linking:
    """Remembers who is gone, for as long as appearance or geometry may still know them."""

    def __init__(self, settings: AssociationSettings, ways: Ways) -> None:
        self._settings = settings
        self._ways = ways
        self._gone: dict[int, Gone] = {}

    def __len__(self) -> int:
        return len(self._gone)

    def leave(self, gone: Gone) -> None:
        self._gone[gone.id] = gone
        while len(self._gone) > MOST_LOST:
            self._gone.pop(next(iter(self._gone)))

    def clear(self) -> None:
        self._gone.clear()

    def forget(self, at: float) -> None:
        """NOTE: without looks nobody can be known again after a while, and must not be."""
        for each in list(self._gone.values()):
            longest = self._settings.geometry_gap_s if each.looks is None else self._settings.longest_gap_s
            if at - each.seen_at > longest:
                del self._gone[each.id]

    def known(self, come: Come) -> int | None:
        """Who this is among the gone, and then no longer gone; None where nobody or more than one fits."""
        costs = sorted((self.cost(gone, come), gone.id) for gone in self._gone.values())
        if not costs or costs[0][0] > SURE:
            return None
        if len(costs) > 1 and costs[1][0] - costs[0][0] < AHEAD:
            return None
        return self._gone.pop(costs[0][1]).id

    def cost(self, gone: Gone, come: Come) -> float:
        """Infinite where physics forbids it (FT-R11), however alike they look."""
        seconds = come.born_at - gone.seen_at
        if seconds <= 0 or not is_possible(self._ways, gone.place, come.place, seconds):
            return math.inf
        alike = likeness(gone.looks, come.looks)
        if alike is None:
            return self._walked(gone, come, seconds) if seconds <= self._settings.geometry_gap_s else math.inf
        unlike = max(self._settings.usual_likeness - alike, -0.3)
        return self._settings.same_looks * unlike + min(self._walked(gone, come, seconds), SURE)

    def _walked(self, gone: Gone, come: Come, seconds: float) -> float:
        """How odd the way would be: against his last steps for a moment, against a usual pace afterwards; and odder
        where he would have had to turn round.
        """
        if gone.place[0] != come.place[0]:
            return self._paced(gone, come, seconds)
        if seconds > SHORT_S:
            return self._paced(gone, come, seconds) + turned(gone, come, seconds)
        ahead = (gone.place[1] + gone.velocity[0] * seconds, gone.place[2] + gone.velocity[1] * seconds)
        return (math.dist(ahead, come.place[1:]) / (0.4 + 0.5 * seconds)) ** 2 + turned(gone, come, seconds)

    def _paced(self, gone: Gone, come: Come, seconds: float) -> float:
        usual = self._ways.metres(gone.place, come.place) / USUAL_M_S
        return ((seconds - usual) / (1.0 + 0.35 * usual)) ** 2


def turned(gone: Gone, come: Come, seconds: float) -> float:
    """What turning round at once costs one who walked: he walks the other way now, or came from behind where he was
    last seen. Who stood, or strolled, turns as he likes; and in a while anybody may.
    """
    if seconds >= AT_ONCE_S or math.hypot(*gone.velocity) < WALKING_M_S:
        return 0.0
    step = [there - here for there, here in zip(come.place[1:], gone.place[1:], strict=True)]
    if math.hypot(*come.velocity) >= WALKING_M_S and _along(gone.velocity, come.velocity) < 0:
        return TURNED
    return WALKED_BACK if _along(gone.velocity, step) < -1.0 else 0.0


def _along(one: Sequence[float], other: Sequence[float]) -> float:
    return one[0] * other[0] + one[1] * other[1]


def likeness(first: Array | None, second: Array | None) -> float | None:
    """The cosine; None where one of them is not known."""
    if first is None or second is None or first.shape != second.shape or not first.any() or not second.any():
        return None
    return float(np.dot(first, second))
