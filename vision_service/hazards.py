"""What a camera watches for besides people who come and go: crowds and hazards (人群与险情), each with its limits.

Every kind measures one number, and one hysteresis raises and clears it. Flame, smoke, falls and left things are hints
for a person to look at: vision never drives fire equipment.
"""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Self
from zoneinfo import ZoneInfo

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from vision_service.analytics.crowd import CounterFlowWatch, DensityWatch, InflowWatch, area_of
from vision_service.analytics.falls import FallWatch
from vision_service.analytics.flame import Patch
from vision_service.analytics.guarding import IntrusionWatch, LoiteringWatch
from vision_service.analytics.hysteresis import Edge, Hysteresis, Limits
from vision_service.analytics.left_behind import AbandonedWatch
from vision_service.analytics.scene import Scene, SceneLook
from vision_service.analytics.slow_flame import FlameAtAnyRate
from vision_service.analytics.smoke import SmokeWatch
from vision_service.contracts import Code, HazardKind
from vision_service.errors import ConfigurationInvalid
from vision_service.models.detections import Array, Image
from vision_service.tracking.projection import FloorProjection
from vision_service.tracking.tracker import Tracks

Box = tuple[float, float, float, float]

# value: density people/m², inflow people/min, counter-flow and intrusion people, all else seconds (of evidence)
USUAL = {
    HazardKind.DENSITY: Limits(raise_at=4.0, raise_after_s=30.0, clear_at=3.0, clear_after_s=60.0),
    HazardKind.INFLOW: Limits(raise_at=60.0, raise_after_s=5.0, clear_at=40.0, clear_after_s=60.0),
    HazardKind.COUNTERFLOW: Limits(raise_at=1.0, raise_after_s=1.5, clear_at=0.0, clear_after_s=10.0),
    HazardKind.LOITERING: Limits(raise_at=180.0, raise_after_s=0.0, clear_at=1.0, clear_after_s=5.0),
    HazardKind.INTRUSION: Limits(raise_at=1.0, raise_after_s=1.0, clear_at=0.0, clear_after_s=10.0),
    HazardKind.ABANDONED: Limits(raise_at=60.0, raise_after_s=1.0, clear_at=5.0, clear_after_s=5.0),
    HazardKind.FALL: Limits(raise_at=4.0, raise_after_s=0.5, clear_at=0.5, clear_after_s=5.0),
    HazardKind.FLAME: Limits(raise_at=1.5, raise_after_s=0.2, clear_at=0.2, clear_after_s=10.0),
    HazardKind.SMOKE: Limits(raise_at=4.0, raise_after_s=0.4, clear_at=0.5, clear_after_s=15.0),
}
WHOLE_PICTURE = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))
WITHOUT_ZONES = (HazardKind.FLAME, HazardKind.SMOKE, HazardKind.ABANDONED, HazardKind.FALL)


class HazardConfig(BaseModel):
    """One thing to watch for; what is not said stays usual. Points are shares of the picture, hours the mall's."""

    model_config = ConfigDict(frozen=True, extra='forbid')

    code: Code
    kind: HazardKind
    points: Annotated[tuple[tuple[float, float], ...], Field(min_length=3, max_length=64)] = WHOLE_PICTURE
    direction: tuple[float, float] | None = None
    hours: tuple[Annotated[int, Field(ge=0, le=24)], Annotated[int, Field(ge=0, le=24)]] | None = None
    raise_at: float | None = None
    raise_after_s: Annotated[float, Field(ge=0)] | None = None
    clear_at: float | None = None
    clear_after_s: Annotated[float, Field(ge=0)] | None = None

    @model_validator(mode='after')
    def _makes_sense(self) -> Self:
        if self.kind is HazardKind.COUNTERFLOW and not self.direction:
            raise ValueError('counterflow needs the direction that is allowed, as x and y in the picture')
        if self.limits().clear_at > self.limits().raise_at:
            raise ValueError('clear_at must not lie above raise_at')
        return self

    def limits(self) -> Limits:
        usual = USUAL[self.kind]
        names = ('raise_at', 'raise_after_s', 'clear_at', 'clear_after_s')
        return Limits(**{name: _said(getattr(self, name), getattr(usual, name)) for name in names})

    def is_on(self, local: datetime) -> bool:
        """Within its hours, which may span midnight."""
        if self.hours is None:
            return True
        begin, end = self.hours
        return begin <= local.hour < end if begin <= end else local.hour >= begin or local.hour < end


@dataclass(frozen=True, slots=True)
class HazardEvent:
    """An alarm began or is over; `alarm` names it in both. `at` is the stream's second."""

    alarm: str
    code: str
    kind: HazardKind
    edge: Edge
    at: float
    value: float
    box: Box | None


@dataclass(slots=True)
class _Watched:
    config: HazardConfig
    measure: Callable[['_Moment'], float | None]
    box: Callable[[], Box | None]
    hysteresis: Hysteresis
    alarm: str = ''


@dataclass(frozen=True, slots=True)
class _Moment:
    image: Image
    tracks: Tracks
    at: float
    look: SceneLook | None


class HazardMonitor:
    """Watches one camera for all that is configured; pure over its pictures, so that a replay raises the same."""

    def __init__(
        self,
        camera: str,
        hazards: tuple[HazardConfig, ...],
        size: tuple[int, int],
        projection: FloorProjection | None = None,
        *,
        timezone: str = 'Asia/Shanghai',
    ) -> None:
        """:raises ConfigurationInvalid: density without a calibrated floor"""
        self._camera = camera
        self._size = size
        self._projection = projection
        self._zone = ZoneInfo(timezone)
        self._scene = Scene()
        self._looks = any(each.kind in (HazardKind.ABANDONED, HazardKind.FALL) for each in hazards)
        self._patches: dict[str, Callable[[], Patch | None]] = {}
        self._watched = [self._build(config) for config in hazards]

    def see(self, image: Image, tracks: Tracks, at: float, *, wall_time: float | None = None) -> list[HazardEvent]:
        """`wall_time` (epoch seconds) decides whether a hazard's hours are on."""
        local = datetime.fromtimestamp(at if wall_time is None else wall_time, UTC).astimezone(self._zone)
        moment = _Moment(image, tracks, at, self._scene.look(image, at) if self._looks else None)
        return [event for each in self._watched if (event := self._judged(each, moment, local))]

    @property
    def raised(self) -> list[str]:
        """Alarms that are on."""
        return [each.alarm for each in self._watched if each.hysteresis.is_raised]

    def evidence(self, code: str) -> Patch | None:
        """Where flame or smoke was seen last: what a person must see of it, and nothing else."""
        return self._patches[code]() if code in self._patches else None

    def _judged(self, each: _Watched, moment: _Moment, local: datetime) -> HazardEvent | None:
        value = each.measure(moment)
        if value is not None and not each.config.is_on(local):
            value = 0.0
        edge = each.hysteresis.judge(value, moment.at) if value is not None else None
        if edge is None:
            return None
        if edge == 'raised':
            each.alarm = _name(self._camera, each.config.code, moment.at, local)
        return HazardEvent(
            each.alarm, each.config.code, each.config.kind, edge, moment.at, round(value or 0.0, 2), each.box()
        )

    def _build(self, config: HazardConfig) -> _Watched:
        hysteresis = Hysteresis(config.limits())
        polygon = np.array(config.points) * self._size
        match config.kind:
            case HazardKind.FLAME | HazardKind.SMOKE:
                watch = FlameAtAnyRate() if config.kind is HazardKind.FLAME else SmokeWatch()
                self._patches[config.code] = lambda: watch.patch
                return _Watched(config, lambda now: watch.measure(now.image, now.at), _boxed(watch), hysteresis)
            case HazardKind.ABANDONED:
                left = AbandonedWatch()
                return _Watched(config, lambda now: _left(left, now), lambda: left.box, hysteresis)
            case HazardKind.FALL:
                falls = FallWatch()
                return _Watched(
                    config, lambda now: falls.measure(now.look) if now.look else None, lambda: falls.box, hysteresis
                )
            case _:
                people = self._people_watch(config, polygon)
                outline = _outline(config.points)
                return _Watched(config, lambda now: people.measure(now.tracks, now.at), lambda: outline, hysteresis)

    def _people_watch(
        self, config: HazardConfig, polygon: Array
    ) -> DensityWatch | InflowWatch | CounterFlowWatch | LoiteringWatch | IntrusionWatch:
        match config.kind:
            case HazardKind.DENSITY:
                return DensityWatch(polygon, self._floor_area(config, polygon))
            case HazardKind.INFLOW:
                return InflowWatch(polygon)
            case HazardKind.COUNTERFLOW:
                return CounterFlowWatch(polygon, config.direction or (1.0, 0.0))
            case HazardKind.LOITERING:
                return LoiteringWatch(polygon)
            case _:
                return IntrusionWatch(polygon)

    def _floor_area(self, config: HazardConfig, polygon: Array) -> float:
        if self._projection is None:
            raise ConfigurationInvalid(
                f'Hazard {config.code}: density counts people per square metre of floor, and the camera has none.',
                'Calibrate the camera.',
            )
        area = area_of(self._projection.project(polygon))
        if not 0.5 <= area <= 1e5:
            raise ConfigurationInvalid(
                f'Hazard {config.code}: its zone covers {area:.1f} m² of floor.',
                'Draw it on the floor, below the horizon.',
            )
        return area


def _left(watch: AbandonedWatch, now: _Moment) -> float | None:
    return watch.measure(now.look, now.tracks.boxes[now.tracks.confirmed]) if now.look else None


def _boxed(watch: FlameAtAnyRate | SmokeWatch) -> Callable[[], Box | None]:
    return lambda: watch.patch.box if watch.patch else None


def _outline(points: tuple[tuple[float, float], ...]) -> Box:
    xs, ys = zip(*points, strict=True)
    return min(xs), min(ys), max(xs), max(ys)


def _said(value: float | None, usual: float) -> float:
    return usual if value is None else value


def _name(camera: str, code: str, at: float, local: datetime) -> str:
    """The same for the same moment of the same clip, never the same for two alarms."""
    text = f'{camera}/{code}/{local.timestamp():.3f}/{at:.3f}'
    return hashlib.blake2b(text.encode(), digest_size=10).hexdigest()
