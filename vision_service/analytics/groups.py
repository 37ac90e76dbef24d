"""Who belongs together (同行): people who walk side by side for a while and cross a line one after the other."""

from dataclasses import dataclass

import numpy as np

from vision_service.analytics.lines import LineCrossing
from vision_service.models.detections import Array
from vision_service.tracking.tracker import Tracks

PERSON_M = 1.7
LONGEST_STEP_S = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSettings:
    """Near is side by side with room for a pram; together is long enough that passing one another is not."""

    near_m: float = 1.4
    together_s: float = 1.0
    cross_within_s: float = 4.0
    forget_after_s: float = 3.0


class GroupWatch:
    """Gives every crossing the group of whoever it walks with; a group is named after the first of it to cross.

    Metres come from the floor where it is calibrated, else from people's own height in the picture.
    """

    def __init__(self, settings: GroupSettings | None = None) -> None:
        self._settings = settings or GroupSettings()
        self._together: dict[tuple[int, int], tuple[float, float]] = {}
        self._crossed: list[tuple[LineCrossing, int]] = []
        self._at: float | None = None

    def observe(self, tracks: Tracks, at: float) -> None:
        step = 0.0 if self._at is None else min(max(at - self._at, 0.0), LONGEST_STEP_S)
        self._at = at
        since = at - self._settings.forget_after_s
        self._together = {pair: each for pair, each in self._together.items() if each[1] >= since}
        ids = tracks.ids[tracks.confirmed]
        if len(ids) < 2:
            return
        one, other = np.nonzero(np.triu(_metres_apart(tracks) <= self._settings.near_m, k=1))
        for first, second in zip(ids[one].tolist(), ids[other].tolist(), strict=True):
            pair = (min(first, second), max(first, second))
            self._together[pair] = (self._together.get(pair, (0.0, at))[0] + step, at)

    def groups(self, crossings: list[LineCrossing]) -> list[int]:
        """For each crossing the track that its group is named after: its own, where it walks alone."""
        return [self._group(crossing) for crossing in crossings]

    def _group(self, crossing: LineCrossing) -> int:
        since = crossing.at - self._settings.cross_within_s
        self._crossed = [(each, group) for each, group in self._crossed if each.at >= since]
        found = crossing.track
        for each, group in self._crossed:
            alike = (each.line, each.direction) == (crossing.line, crossing.direction)
            if alike and self._walked(each.track, crossing.track):
                found = group
                break
        self._crossed.append((crossing, found))
        return found

    def _walked(self, one: int, other: int) -> bool:
        pair = (min(one, other), max(one, other))
        return one != other and self._together.get(pair, (0.0, 0.0))[0] >= self._settings.together_s


def _metres_apart(tracks: Tracks) -> Array:
    if tracks.metres is not None:
        feet = tracks.metres[tracks.confirmed]
        return np.asarray(np.linalg.norm(feet[:, None] - feet[None], axis=2))
    feet, boxes = tracks.feet[tracks.confirmed], tracks.boxes[tracks.confirmed]
    height = np.maximum(boxes[:, 3] - boxes[:, 1], 1.0)
    scale = PERSON_M / ((height[:, None] + height[None]) / 2)
    return np.asarray(np.linalg.norm(feet[:, None] - feet[None], axis=2) * scale)
