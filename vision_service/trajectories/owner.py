"""The one owner of identities: takes the cameras' observations, keeps everybody's number, tells ways and stays."""

import logging
import threading
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Literal
from zoneinfo import ZoneInfo

from vision_service.analytics.tokens import DayTokens
from vision_service.contracts import (
    AssociationView,
    Channel,
    FloorZoneShape,
    FlowsView,
    LivePosition,
    LivePositions,
    Observation,
    PathsView,
)
from vision_service.readings import instant
from vision_service.store.queue import Draft
from vision_service.tracking.association.associator import Associator, Spot, Told
from vision_service.tracking.association.ticks import Gathering
from vision_service.tracking.association.tone_learning import ToneLearner
from vision_service.tracking.association.tones import Tones
from vision_service.tracking.association.walking import Ways as Walking
from vision_service.trajectories.ways import Kind, Ways
from vision_service.trajectories.zones import FloorStay, FloorZones

log = logging.getLogger(__name__)

HERE_S = 3.0


class IdentityOwner:
    """Used by the cameras' threads (`observe`), one thread that ticks, and the API's questions.

    With a `learner`, what a day taught of the cameras' tones is handed to `keep_tones` and used from its end on.
    """

    def __init__(
        self,
        zones: Iterable[FloorZoneShape] = (),
        *,
        ways: Walking | None = None,
        mode: Literal['appearance', 'geometry'] = 'appearance',
        tones: Tones | None = None,
        learner: ToneLearner | None = None,
        keep_tones: Callable[[Tones], None] = lambda tones: None,
        timezone: str = 'Asia/Shanghai',
        cutoff_hour: int = 4,
        publish: Callable[[list[Draft]], None] = lambda drafts: None,
    ) -> None:
        self._zone = ZoneInfo(timezone)
        self._cutoff = timedelta(hours=cutoff_hour)
        self._learner, self._keep_tones = learner, keep_tones
        self._new_associator = partial(Associator, ways=ways, mode=mode, day_of=self._day_of)
        self._associator = self._new_associator(tones=tones)
        self._gathering = Gathering()
        self._floor_zones = FloorZones(zones)
        self._ways = Ways(self._floor_zones.shapes)
        self._tokens = DayTokens('floor')
        self._publish = publish
        self._lock = threading.Lock()
        self._day: str | None = None
        self._here: dict[int, Spot] = {}
        self._at = 0.0

    def observe(self, observations: Iterable[Observation]) -> None:
        self._gathering.add(observations)

    def tick(self, now: float) -> None:
        """Works off what is complete by `now`; stays that ended are published under the day's token."""
        with self._lock:
            stays = [stay for at, some in self._gathering.ready(now) for stay in self._step(at, some)]
        self._tell(stays)

    def finish(self) -> None:
        """The recordings are over."""
        with self._lock:
            stays = [stay for at, some in self._gathering.rest() for stay in self._step(at, some)]
            stays += self._took(self._associator.finish(), self._at) + self._floor_zones.finish()
            self._ways.add(stays)
        self._tell(stays)

    def positions(self, floor: str) -> LivePositions:
        with self._lock:
            here = [spot for spot in self._here.values() if spot.floor == floor and self._at - spot.at <= HERE_S]
            at = datetime.fromtimestamp(self._at, UTC)
        people = (
            LivePosition(floor=floor, x_m=round(spot.x_m, 2), y_m=round(spot.y_m, 2), cameras=spot.cameras)
            for spot in here
        )
        return LivePositions(at=at, people=tuple(people))

    def flows(self, since: datetime, until: datetime, kind: Kind) -> FlowsView:
        with self._lock:
            return self._ways.flows(since, until, kind)

    def paths(self, target: str, since: datetime, until: datetime) -> PathsView:
        """:raises KeyError: for a zone that is not on the plan"""
        self._floor_zones.shapes[target]
        with self._lock:
            return self._ways.paths(target, since, until)

    def view(self) -> AssociationView:
        associator = self._associator
        return AssociationView(
            mode=associator.mode,
            business_day=self._day or '',
            people_today=associator.people_today,
            alive=associator.alive,
            corrections=associator.corrections,
            late=self._gathering.late,
            delay_s=associator.settings.delay_s,
            toned=tuple(sorted(associator.toned)),
        )

    def _step(self, at: float, observations: list[Observation]) -> list[FloorStay]:
        """NOTE: the old day's stays end before its people are forgotten, under the old day's token."""
        self._at = at
        if (day := self._day_of(at)) != self._day:
            self._end_day(day)
        if self._learner is not None:
            self._learner.see(at, observations)
        fresh = self._took(self._associator.take(at, observations), at)
        self._ways.add(fresh)
        return fresh

    def _end_day(self, day: str) -> None:
        if self._day:
            self._tell(self._took(self._associator.finish(), self._at) + self._floor_zones.finish())
        self._ways.clear()
        self._here.clear()
        if self._day and self._learner is not None:
            self._adopt(self._learner.end_day())
        self._day = day

    def _adopt(self, tones: Tones) -> None:
        """Looks are seen by the new tones from a cut-off on, when nobody is known by the old ones any more."""
        if not tones.cameras:
            return
        before, self._associator = self._associator, self._new_associator(tones=tones)
        self._associator.learn_from(before)
        self._keep_tones(tones)

    def _took(self, told: Told, at: float) -> list[FloorStay]:
        for correction in told.corrections:
            self._floor_zones.same(correction.old, correction.new)
            self._ways.same(correction.old, correction.new)
            self._here.pop(correction.old, None)
        self._here = {number: spot for number, spot in self._here.items() if at - spot.at <= 2 * HERE_S}
        self._here.update({spot.person: spot for spot in told.spots})
        return self._floor_zones.see(told.spots, at - self._associator.settings.delay_s)

    def _tell(self, stays: list[FloorStay]) -> None:
        if stays:
            self._publish([self._draft(stay) for stay in stays])

    def _draft(self, stay: FloorStay) -> Draft:
        """The platform makes its flows of these; the token is good for this business day and for nothing else."""
        left_at = instant(stay.left_at)
        body = {
            'at': left_at,
            'zone': stay.zone,
            'track': self._tokens.token(stay.person, self._day or ''),
            'entered_at': instant(stay.entered_at),
            'left_at': left_at,
            'staff': [],
        }
        return Channel.VISITS, body

    def _day_of(self, at: float) -> str:
        return (datetime.fromtimestamp(at, self._zone) - self._cutoff).date().isoformat()
