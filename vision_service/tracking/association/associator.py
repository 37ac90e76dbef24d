"""Association over cameras, online: everybody's number after a bounded delay, corrections afterwards."""

import itertools
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vision_service.contracts import Association, Correction, Observation
from vision_service.tracking.association.doubles import Doubles
from vision_service.tracking.association.linking import Come, Gone, Linking
from vision_service.tracking.association.plane import TONED_LIKENESS, AssociationSettings, Plane
from vision_service.tracking.association.sightings import Cameras, Sightings, gathered
from vision_service.tracking.association.tones import Tones
from vision_service.tracking.association.veil import DayVeil
from vision_service.tracking.association.walking import StraightWays, Ways

NOBODY = 0
LULL_S = 1.0


@dataclass(frozen=True, slots=True)
class Spot:
    """Where one person was at an instant, all cameras taken together."""

    person: int
    floor: str | None
    x_m: float
    y_m: float
    at: float
    cameras: int


@dataclass(slots=True)
class Told:
    """What is settled by now."""

    numbers: list[tuple[Observation, int]] = field(default_factory=list)
    corrections: list[Correction] = field(default_factory=list)
    spots: list[Spot] = field(default_factory=list)


def usual_settings(tones: Tones | None) -> AssociationSettings:
    """What to begin with: looks without their cameras are less alike, and others' far less."""
    return AssociationSettings(usual_likeness=TONED_LIKENESS) if tones else AssociationSettings()


class Associator:
    """One owner of identities. Give it ticks in order; it answers what is older than the delay.

    Without looks (`mode` geometry) it keeps no vector of anybody, not even for a moment.
    With `tones`, what each camera does to everybody's looks is taken out of them first.
    """

    def __init__(
        self,
        settings: AssociationSettings | None = None,
        *,
        ways: Ways | None = None,
        mode: Literal['appearance', 'geometry'] = 'appearance',
        tones: Tones | None = None,
        day_of: Callable[[float], str] = lambda at: '',
    ) -> None:
        self.settings = settings or usual_settings(tones)
        self.mode = mode
        self._tones = tones
        self.corrections = 0
        self.people_today = 0
        self._day_of = day_of
        self._day: str | None = None
        self._numbers = itertools.count(1)
        self._cameras = Cameras()
        self._planes: dict[str | None, Plane] = {}
        self._doubles: dict[str | None, Doubles] = {}
        self._linking = Linking(self.settings, ways or StraightWays())
        self._veil = DayVeil()
        self._confirmed: set[int] = set()
        self._same: dict[int, int] = {}
        self._told: set[int] = set()
        self._waiting: deque[tuple[Observation, int]] = deque()
        self._spots: deque[Spot] = deque()

    @property
    def toned(self) -> frozenset[str]:
        """The cameras whose tone is known."""
        return self._tones.cameras if self._tones else frozenset()

    @property
    def alive(self) -> int:
        return sum(int(plane.confirmed.sum()) for plane in self._planes.values())

    def take(self, at: float, observations: Sequence[Observation]) -> Told:
        """One tick: everything the cameras saw around second `at`."""
        told = self._new_day(at)
        for floor in self._planes.keys() | {each.floor for each in observations}:
            self._step(at, floor, [each for each in observations if each.floor == floor], told)
        self._linking.forget(at)
        return self._settled(at - self.settings.delay_s, told)

    def finish(self) -> Told:
        """Everything that still waits."""
        return self._settled(np.inf, Told())

    def learn_from(self, other: 'Associator') -> None:
        """Begins with what another has learned of the cameras: their doubts and what their tracks are worth."""
        self._cameras = other._cameras
        for floor, plane in other._planes.items():
            mine = self._plane(floor)
            mine.doubt, mine.trust = plane.doubt, plane.trust

    def person(self, number: int) -> int:
        """The number that is true by now."""
        while number in self._same:
            number = self._same[number]
        return number if number in self._confirmed else NOBODY

    def _new_day(self, at: float) -> Told:
        """At the cut-off everybody becomes a stranger: people, looks and the key they were kept under are gone."""
        day = self._day_of(at)
        if day == self._day:
            return Told()
        told = self._settled(np.inf, Told())
        self._day = day
        self._veil.destroy()
        self._linking.clear()
        for plane in self._planes.values():
            plane.empty()
        for known in (self._confirmed, self._same, self._told):
            known.clear()
        self._doubles = {floor: self._new_doubles() for floor in self._planes}
        self.people_today = self.corrections = 0
        return told

    def _step(self, at: float, floor: str | None, observations: list[Observation], told: Told) -> None:
        plane = self._plane(floor)
        if plane.at is not None and at - plane.at > LULL_S:
            self._leave(floor, plane, plane.lost(at))  # nobody waits through a lull for whoever comes next
        sightings = self._gathered(at, observations)
        owners = plane.step(sightings)
        self._waiting.extend(zip(observations, owners.tolist(), strict=True))
        self._confirm(floor, plane, told)
        gone = plane.lost(at)
        for older, younger in self._doubles[floor].found(
            plane.people.ids, plane.people.floor.state[:, :2], owners, sightings
        ):
            if older in plane.people.ids[~gone]:
                self._merge(younger, older, plane, told)
                gone |= plane.people.ids == younger
        self._place(at, floor, plane, sightings, owners)
        self._leave(floor, plane, gone)

    def _gathered(self, at: float, observations: list[Observation]) -> Sightings:
        sightings = gathered(at, observations, self._cameras, self.settings.usual_doubt_m)
        if sightings.looks is None or self.mode == 'geometry':
            return replace(sightings, looks=None)
        looks = sightings.looks
        if self._tones is not None:
            looks = self._tones.without([str(each.camera) for each in observations], looks)
        return replace(sightings, looks=self._veil.veiled(looks, self._day or ''))

    def _plane(self, floor: str | None) -> Plane:
        if floor not in self._planes:
            self._planes[floor] = Plane(self.settings, self._new_ids)
            self._doubles[floor] = self._new_doubles()
        return self._planes[floor]

    def _new_doubles(self) -> Doubles:
        return Doubles(reach_m=self.settings.double_reach_m, ticks=self.settings.double_ticks)

    def _new_ids(self, count: int) -> NDArray[np.int64]:
        return np.fromiter(itertools.islice(self._numbers, count), dtype=np.int64, count=count)

    def _confirm(self, floor: str | None, plane: Plane, told: Told) -> None:
        people = plane.people
        for row in np.flatnonzero(plane.confirmed).tolist():
            number = int(people.ids[row])
            if number in self._confirmed:
                continue
            self._confirmed.add(number)
            x, y = people.born_in[row].tolist()
            looks = None if people.looks is None else people.looks[row]
            dx, dy = people.floor.state[row, 2:4].tolist()
            come = Come(number, (floor, x, y), float(people.born_at[row]), looks, (dx, dy))
            before = self._linking.known(come)
            if before is None:
                self.people_today += 1
            else:
                self._unite(number, before, float(people.born_at[row]), told)

    def _merge(self, younger: int, older: int, plane: Plane, told: Told) -> None:
        born = float(plane.people.born_at[plane.people.ids == younger][0])
        if younger in self._confirmed and younger not in self._same:
            self.people_today -= older in self._confirmed
        self._unite(younger, older, born, told)

    def _unite(self, number: int, before: int, since: float, told: Told) -> None:
        """NOTE: corrections are said only of numbers that somebody was told."""
        old, new = self._root(number), self._root(before)
        if old == new:
            return
        self._same[old] = new
        if old in self._told:
            self.corrections += 1
            told.corrections.append(Correction(old=old, new=new, since=since, t=self._latest(since)))

    def _root(self, number: int) -> int:
        while number in self._same:
            number = self._same[number]
        return number

    def _latest(self, since: float) -> float:
        return self._waiting[-1][0].t if self._waiting else since

    def _place(
        self, at: float, floor: str | None, plane: Plane, sightings: Sightings, owners: NDArray[np.int64]
    ) -> None:
        people = plane.people
        for row in np.flatnonzero(people.seen_at == at).tolist():
            number = int(people.ids[row])
            x, y = people.floor.state[row, :2].tolist()
            cameras = len(set(sightings.cameras[owners == number].tolist()))
            self._spots.append(Spot(number, floor, x, y, at, cameras))

    def _leave(self, floor: str | None, plane: Plane, gone: NDArray[np.bool_]) -> None:
        if not gone.any():
            return
        people = plane.people
        for row in np.flatnonzero(gone).tolist():
            number = int(people.ids[row])
            if number in self._confirmed and self._root(number) not in self._alive_roots(plane, ~gone):
                x, y, *velocity = people.floor.state[row].tolist()
                looks = None if people.looks is None or not people.looks[row].any() else people.looks[row].copy()
                seen_at = float(people.seen_at[row])
                last = (x - velocity[0] * (self._now(plane) - seen_at), y - velocity[1] * (self._now(plane) - seen_at))
                self._linking.leave(
                    Gone(self._root(number), (floor, *last), (velocity[0], velocity[1]), seen_at, looks)
                )
        people.keep(~gone)

    def _alive_roots(self, plane: Plane, rows: NDArray[np.bool_]) -> set[int]:
        return {self._root(number) for number in plane.people.ids[rows].tolist()}

    def _now(self, plane: Plane) -> float:
        return plane.at or 0.0

    def _settled(self, until: float, told: Told) -> Told:
        while self._waiting and self._waiting[0][0].t <= until:
            observation, raw = self._waiting.popleft()
            number = self.person(raw)
            self._told.add(number)
            told.numbers.append((observation, number))
        while self._spots and self._spots[0].at <= until:
            spot = self._spots.popleft()
            number = self.person(spot.person)
            if number != NOBODY:
                told.spots.append(replace(spot, person=number))
        return told


def associated(observation: Observation, number: int) -> Association:
    return Association(
        camera=observation.camera,
        t=observation.t,
        track=observation.track,
        x_m=observation.x_m,
        y_m=observation.y_m,
        floor=observation.floor,
        global_id=number,
    )
