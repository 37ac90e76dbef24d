"""One floor's people from tick to tick: every camera's sightings go to the people they fit best, the rest are new."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision_service.models.detections import Array
from vision_service.tracking.assignment import assign
from vision_service.tracking.association.doubt import LearnedDoubt
from vision_service.tracking.association.fusion import apart, clustered, fused
from vision_service.tracking.association.people import People
from vision_service.tracking.association.sightings import Sightings, Whole
from vision_service.tracking.association.trust import TrackTrust
from vision_service.tracking.kalman import inverse_of_two

GATE = 13.8  # chi-square of two coordinates, 99.9 %
NEARLY = 2.0  # chi-square by which somebody else may be nearer by chance


TONED_LIKENESS = 0.5  # looks without their cameras: one person 0.62 in the middle, 99 of 100 others below 0.41


@dataclass(frozen=True, slots=True, kw_only=True)
class AssociationSettings:
    """Lengths in metres, times in seconds; what own tracks and looks weigh, in units of chi-square.

    `usual_likeness` is the cosine at which looks speak neither for nor against one person.
    """

    usual_doubt_m: float = 0.4
    drift: float = 0.35
    speed: float = 1.0
    memory_s: float = 1.5
    tentative_memory_s: float = 0.6
    confirmations: int = 4
    most_trust: float = 8.0
    same_looks: float = 20.0
    usual_likeness: float = 0.7
    cluster_limit: float = 9.2
    cluster_reach_m: float = 1.2
    rounds: int = 2
    absorb_reach_m: float = 1.0
    double_reach_m: float = 0.8
    double_ticks: int = 2
    delay_s: float = 2.0
    longest_gap_s: float = 600.0
    geometry_gap_s: float = 12.0


class Plane:
    """The people of one floor (or of one plan without floors)."""

    def __init__(self, settings: AssociationSettings, new_ids: Callable[[int], NDArray[np.int64]]) -> None:
        self._settings = settings
        self._new_ids = new_ids
        self.empty()
        self.doubt = LearnedDoubt(settings.usual_doubt_m)
        self.trust = TrackTrust(settings.most_trust)
        self.at: float | None = None

    def empty(self) -> None:
        """Nobody is known any more; what was learned of the cameras stays."""
        self.people = People(drift=self._settings.drift, speed=self._settings.speed)

    def step(self, sightings: Sightings) -> NDArray[np.int64]:
        """Whose each row is."""
        self._advance(sightings.at)
        if not sightings.told.all():
            sightings = sightings.doubted(self.doubt.noise(sightings))
        place = self._assigned(sightings)
        self._correct(sightings, place)
        place = self._absorbed(sightings, place)
        self._learn(sightings, place)
        owners = np.zeros(len(sightings), dtype=np.int64)
        known = place >= 0
        owners[known] = self.people.ids[place[known]]
        rest = np.flatnonzero(~known)
        if len(rest):
            owners[rest] = self._begin(sightings.chosen(rest))
        return owners

    def lost(self, at: float) -> NDArray[np.bool_]:
        """Who has not been seen for too long."""
        settings, people = self._settings, self.people
        sure = self.confirmed
        return (at - people.seen_at) > np.where(sure, settings.memory_s, settings.tentative_memory_s)

    @property
    def confirmed(self) -> NDArray[np.bool_]:
        """Seen often enough, or by several cameras at once."""
        people = self.people
        return (people.hits >= self._settings.confirmations) | ((people.most_cameras >= 2) & (people.hits >= 2))

    def _advance(self, at: float) -> None:
        if self.at is not None and at > self.at:
            self.people.floor.predict(at - self.at)
        self.at = at if self.at is None else max(at, self.at)

    def _assigned(self, sightings: Sightings) -> Whole:
        """The person's row of every sighting, -1 where nobody fits.

        Each camera is asked on its own, for it sees nobody twice. Then all are asked again with everyone moved to
        where the cameras together put him.
        """
        place = np.full(len(sightings), -1)
        if not len(self.people):
            return place
        points, spread = self.people.floor.state[:, :2], self.people.floor.covariance[:, :2, :2]
        self._try_tracks(points, spread, sightings)
        for _ in range(self._settings.rounds):
            cost = self._cost(points, spread, sightings)
            place = self._by_camera(cost, sightings)
            points, spread = self._moved(sightings, place)
        return place

    def _try_tracks(self, points: Array, spread: Array, sightings: Sightings) -> None:
        """Whether the cameras' own tracks go on where the floor expects them."""
        mine = self.people.ids[:, None] == self.people.owners(sightings)[None]
        known = np.flatnonzero(mine.any(axis=0))
        if len(known):
            distance = apart(points, spread, sightings.points[known], sightings.noise[known])
            nearest = distance.min(axis=0) + NEARLY
            agreed = np.where(mine[:, known], distance, np.inf).min(axis=0) <= nearest
            self.trust.learn(sightings.cameras[known], agreed)

    def _cost(self, points: Array, spread: Array, sightings: Sightings) -> Array:
        cost = apart(points, spread, sightings.points, sightings.noise)
        cost = np.where(cost > GATE, np.inf, cost)
        owner = self.people.owners(sightings)
        mine = self.people.ids[:, None] == owner[None]
        known = mine.any(axis=0)
        weight = self.trust.weights(sightings.cameras) * known
        cost = np.where(mine, cost - weight, cost + weight)
        if sightings.looks is not None and self.people.looks is not None:
            cost = cost - self._likeness(sightings.looks)
        return cost

    def _likeness(self, looks: Array) -> Array:
        mine = self.people.looks
        assert mine is not None
        both = mine.any(axis=1)[:, None] & looks.any(axis=1)[None]
        return np.where(both, self._settings.same_looks * (mine @ looks.T - self._settings.usual_likeness), 0.0)

    def _by_camera(self, cost: Array, sightings: Sightings) -> Whole:
        place = np.full(len(sightings), -1)
        for camera in np.unique(sightings.cameras):
            columns = np.flatnonzero(sightings.cameras == camera)
            near = np.flatnonzero((cost[:, columns] < np.inf).any(axis=1))
            if not len(near):
                continue
            some = cost[np.ix_(near, columns)]
            least = min(float(some[np.isfinite(some)].min()), 0.0)
            rows, chosen = assign(np.where(np.isfinite(some), some - least, 1e6), GATE - least)
            place[columns[chosen]] = near[rows]
        return place

    def _moved(self, sightings: Sightings, place: Whole) -> tuple[Array, Array]:
        """Where the cameras and the past together put everyone."""
        prior, spread = self.people.floor.state[:, :2].copy(), self.people.floor.covariance[:, :2, :2].copy()
        known = np.flatnonzero(place >= 0)
        if not len(known):
            return prior, spread
        rows, groups = np.unique(place[known], return_inverse=True)
        points, noise = fused(sightings.chosen(known), groups, len(rows))
        gain = spread[rows] @ inverse_of_two(spread[rows] + noise)
        prior[rows] += (gain @ (points - prior[rows])[:, :, None])[:, :, 0]
        spread[rows] -= gain @ spread[rows]
        return prior, spread

    def _absorbed(self, sightings: Sightings, place: Whole) -> Whole:
        """A sighting beside somebody whom that camera has not shown is a bad look at him, not one person more.

        It moves nobody: it is where its own doubt said it would hardly be.
        """
        rest = np.flatnonzero(place < 0)
        if not len(rest) or not len(self.people):
            return place
        place = place.copy()
        gap = np.linalg.norm(self.people.floor.state[:, None, :2] - sightings.points[rest][None], axis=2)
        gap[~self.confirmed] = np.inf
        shown = set(zip(place[place >= 0].tolist(), sightings.cameras[place >= 0].tolist(), strict=True))
        for column in np.argsort(gap.min(axis=0)):
            row, camera = int(gap[:, column].argmin()), int(sightings.cameras[rest[column]])
            if gap[row, column] <= self._settings.absorb_reach_m and (row, camera) not in shown:
                place[rest[column]] = row
                shown.add((row, camera))
        return place

    def _correct(self, sightings: Sightings, place: Whole) -> None:
        known = np.flatnonzero(place >= 0)
        if not len(known):
            return
        rows, groups = np.unique(place[known], return_inverse=True)
        seen = sightings.chosen(known)
        self.people.see(rows, seen, groups, *fused(seen, groups, len(rows)))

    def _learn(self, sightings: Sightings, place: Whole) -> None:
        """From people whom several cameras showed: alone, a camera is always right."""
        silent = np.flatnonzero((place >= 0) & ~sightings.told)
        several = np.bincount(place[place >= 0], minlength=len(self.people)) >= 2
        silent = silent[several[place[silent]]]
        if len(silent):
            rows = place[silent]
            floor = self.people.floor
            self.doubt.learn(sightings.chosen(silent), floor.state[rows, :2], floor.covariance[rows, :2, :2])

    def _begin(self, fresh: Sightings) -> NDArray[np.int64]:
        settings = self._settings
        groups = clustered(fresh, limit=settings.cluster_limit, reach_m=settings.cluster_reach_m)
        ids = self._new_ids(int(groups.max()) + 1)
        self.people.add(ids, fresh, groups, *fused(fresh, groups, len(ids)))
        return np.asarray(ids[groups])
