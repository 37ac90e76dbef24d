"""What a camera really saw (覆盖率): seconds observed per minute, and whether its picture is alive (FT-R12)."""

import math
import zlib
from dataclasses import dataclass

import cv2
import numpy as np

from vision_service.contracts import State
from vision_service.models.detections import Image

FROZEN_AFTER_S = 60.0
BLIND_AFTER_S = 10.0
DARKEST_CONTRAST = 3.0  # grey levels; a covered lens or no light at all


class Liveness:
    """Tells a living picture from one that repeats itself and from one that shows nothing.

    A real sensor is never silent: two pictures of an empty hall differ in their noise. The same bytes for a minute
    are a camera that hangs.
    """

    def __init__(self, *, frozen_after_s: float = FROZEN_AFTER_S, blind_after_s: float = BLIND_AFTER_S) -> None:
        self._frozen_after_s = frozen_after_s
        self._blind_after_s = blind_after_s
        self._print: int | None = None
        self._same_since = 0.0
        self._dark_since: float | None = None

    def judge(self, image: Image, seconds: float) -> State:
        mark = zlib.adler32(np.ascontiguousarray(image).data)
        if mark != self._print:
            self._print, self._same_since = mark, seconds
        self._watch_light(image, seconds)
        if seconds - self._same_since >= self._frozen_after_s:
            return 'frozen'
        if self._dark_since is not None and seconds - self._dark_since >= self._blind_after_s:
            return 'blind'
        return 'ok'

    def _watch_light(self, image: Image, seconds: float) -> None:
        contrast = float(cv2.meanStdDev(image[::4, ::4])[1].max())
        if contrast >= DARKEST_CONTRAST:
            self._dark_since = None
        elif self._dark_since is None:
            self._dark_since = seconds


@dataclass(frozen=True, slots=True)
class ObservedMinute:
    """`minute` counts minutes since the epoch."""

    minute: int
    observed_s: float
    frames: int
    state: State


@dataclass(slots=True)
class _Minute:
    seconds: set[int]
    frames: int = 0
    worst: State = 'ok'


class HealthMeter:
    """Adds up, minute by minute, the seconds in which at least one living picture came."""

    def __init__(self, *, most_back_fill: int = 60) -> None:
        self._most_back_fill = most_back_fill
        self._minute: int | None = None
        self._open = _Minute(set())

    def see(self, at: float, state: State) -> list[ObservedMinute]:
        """A picture came at epoch second `at`; answers the minutes that are over."""
        finished = self.tick(at)
        self._open.frames += 1
        if state == 'ok':
            self._open.seconds.add(math.floor(at))
        else:
            self._open.worst = state
        return finished

    def tick(self, at: float) -> list[ObservedMinute]:
        """Time passes, with or without pictures: a minute without any is a minute of blindness, not of nobody."""
        minute = math.floor(at / 60)
        if self._minute is None or minute <= self._minute:
            self._minute = minute if self._minute is None else self._minute
            return []
        finished = [self._close(self._minute)]
        missed = range(max(self._minute + 1, minute - self._most_back_fill), minute)
        finished += [ObservedMinute(missing, 0.0, 0, 'blind') for missing in missed]
        self._minute, self._open = minute, _Minute(set())
        return finished

    def flush(self) -> list[ObservedMinute]:
        """The minute that was cut short by the end."""
        if self._minute is None or not self._open.frames:
            return []
        minute, self._minute = self._minute, None
        finished, self._open = [self._close(minute)], _Minute(set())
        return finished

    def _close(self, minute: int) -> ObservedMinute:
        now = self._open
        state: State = now.worst if now.frames else 'blind'
        return ObservedMinute(minute, float(len(now.seconds)), now.frames, state)
