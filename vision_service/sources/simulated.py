"""Cameras of the simulated mall (模拟摄像机): pictures rendered of where its people truly are.

`sim:POSITIONS?x=10&y=4&z=3.2&yaw=90&pitch=30` names a file or an http address of JSON lines, one instant each:
{"t": 0.1, "floor": "F1", "people": [[7, 12.5, 3.0, 1.7], …]} with number, metres and height.
"""

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from vision_service.errors import SourceUnavailable
from vision_service.sources.frames import Frame
from vision_service.sources.rendering import Figure, PinholeCamera, Renderer

PREFIX = 'sim:'
TIMEOUT_S = 10.0
CHOICES = {'x': 'x_m', 'y': 'y_m', 'z': 'z_m', 'yaw': 'yaw', 'pitch': 'pitch', 'view': 'view'}
SIZES = {'width': 'width', 'height': 'height'}
LARGEST = 4096

Instant = tuple[float, list[Figure]]


class SimulatedSource:
    """One camera's pictures of the positions, in order; nothing is dropped, so a replay counts the same."""

    is_live = False
    dropped = 0

    def __init__(self, text: str, *, paced: bool = False) -> None:
        """:raises SourceUnavailable: when the address says no camera"""
        self._address, self.camera, self._floor = parsed(text)
        self._paced = paced
        self._closed = threading.Event()

    @property
    def hurries_by_s(self) -> float:
        """NOTE: positions come without an end, from a simulator that runs on; they are dated from now."""
        return 0.0

    def close(self) -> None:
        self._closed.set()

    def frames(self) -> Iterator[Frame]:
        renderer, began, first = Renderer(self.camera), time.monotonic(), None
        index = -1
        for index, (at, figures) in enumerate(self._instants()):
            first = at if first is None else first
            if not self._wait_until(began + at - first):
                return
            yield Frame(index, at - first, renderer.picture(figures, index))
        if index < 0 and not self._closed.is_set():
            raise SourceUnavailable(f'{self._address} tells no positions.', 'Let the simulator write some.')

    def _instants(self) -> Iterator[Instant]:
        last = float('-inf')
        with closing(_lines(self._address)) as lines:
            for number, line in enumerate(lines, 1):
                at, figures = _instant(self._address, number, line, self._floor)
                if at > last:  # a clock that jumps back tells nothing new
                    last = at
                    yield at, figures

    def _wait_until(self, moment: float) -> bool:
        if not self._paced:
            return not self._closed.is_set()
        return not self._closed.wait(max(moment - time.monotonic(), 0.0))


def parsed(text: str) -> tuple[str, PinholeCamera, str | None]:
    """The positions' address, the camera and the floor it hangs over.

    :raises SourceUnavailable: when the text says none
    """
    address, _, query = text.removeprefix(PREFIX).rpartition('?')
    given = dict(parse_qsl(query))
    try:
        numbers = {name: float(given[short]) for short, name in CHOICES.items() if short in given}
        sizes = {name: int(given[short]) for short, name in SIZES.items() if short in given}
        if any(not 32 <= size <= LARGEST for size in sizes.values()) or not address:
            raise ValueError('no address, or a picture of that size')
        return address, PinholeCamera(**numbers, **sizes), given.get('floor')
    except (TypeError, ValueError, KeyError) as error:
        raise SourceUnavailable(
            f'{text} is no simulated camera: {error}.', 'Write sim:FILE?x=10&y=4&z=3.2&yaw=90&pitch=30.'
        ) from error


def _lines(address: str) -> Iterator[str]:
    try:
        if address.startswith(('http://', 'https://')):
            with urllib.request.urlopen(address, timeout=TIMEOUT_S) as answer:  # noqa: S310 - http only, as checked
                for line in answer:
                    yield line.decode()
        else:
            with Path(address).open(encoding='utf-8') as file:
                yield from file
    except (OSError, urllib.error.URLError, UnicodeDecodeError) as error:
        raise SourceUnavailable(f'{address} cannot be read: {error}.', 'Is the simulator at work?') from error


def _instant(address: str, number: int, line: str, floor: str | None) -> Instant:
    try:
        told: dict[str, Any] = json.loads(line)
        here = floor is None or told.get('floor') in (None, floor)
        rows: Iterable[Any] = told['people'] if here else ()
        return float(told['t']), [Figure(int(row[0]), *map(float, row[1:])) for row in rows]
    except (ValueError, TypeError, KeyError, IndexError) as error:
        raise SourceUnavailable(
            f'{address}, line {number}, tells no positions: {error}.', 'Expected {"t": 0.1, "people": [[7, 1.0, 2.0]]}.'
        ) from error
