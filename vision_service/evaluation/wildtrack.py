"""WILDTRACK's people from its annotations: seven overlapping cameras, boxes made as bad as a detector's on purpose."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import cv2
import numpy as np

from vision_service.contracts import Observation
from vision_service.evaluation.identities import Identities, compared_on_floor
from vision_service.models.detections import Array, Detections
from vision_service.tracking.association.associator import Associator, Spot
from vision_service.tracking.motion import FloorMotion
from vision_service.tracking.placing import placed
from vision_service.tracking.projection import FloorProjection
from vision_service.tracking.tracker import Tracker

NAMES = ('CVLab1', 'CVLab2', 'CVLab3', 'CVLab4', 'IDIAP1', 'IDIAP2', 'IDIAP3')
RATE = 2.0
ACROSS, STEP_M, CORNER_M = 480, 0.025, (-3.0, -9.0)
SIZE_M = (12.0, 36.0)
PICTURE = (1920, 1080)


@dataclass(frozen=True, slots=True)
class Level:
    """How bad the boxes are: share missed, jitter of the edges as a share of the size, false ones per picture."""

    missed: float
    jitter: float
    false: float


LEVELS = {
    'oracle': Level(0, 0, 0),
    '10 %': Level(0.1, 0.02, 0.5),
    '25 %': Level(0.25, 0.04, 1.0),
    '40 %': Level(0.4, 0.06, 2.0),
}


@dataclass(frozen=True, slots=True)
class Moment:
    """One annotated instant: who truly stands where, and each camera's boxes."""

    at: float
    people: Array  # id, x, y
    boxes: tuple[Array, ...]
    owners: tuple[Array, ...]


def moments(folder: Path) -> list[Moment]:
    files = sorted((folder / 'annotations_positions').glob('*.json'))
    return [_moment(number / RATE, json.loads(file.read_bytes())) for number, file in enumerate(files)]


def projections(folder: Path) -> list[FloorProjection]:
    """Pixels to metres of the annotated plan, per camera, from the published calibration."""
    return [FloorProjection(np.linalg.inv(_to_picture(folder, name))) for name in NAMES]


def detected(
    moment: Moment, level: Level, views: list[FloorProjection], rng: np.random.Generator
) -> Iterator[Detections]:
    """What detectors of that quality would have told of the moment, camera by camera."""
    for boxes, view in zip(moment.boxes, views, strict=True):
        seen = boxes[rng.random(len(boxes)) >= level.missed]
        size = np.tile(seen[:, 2:] - seen[:, :2], 2)
        shaken = seen + rng.normal(0, 1, seen.shape) * level.jitter * size
        yield Detections.of(np.concatenate((shaken, _false_ones(level, view, rng))))


def _false_ones(level: Level, view: FloorProjection, rng: np.random.Generator) -> Array:
    """Boxes of a person's size on the floor in view where nobody is."""
    made: list[list[float]] = []
    wanted = rng.poisson(level.false) if level.false else 0
    for _ in range(200):
        if len(made) >= wanted:
            break
        place = rng.uniform(CORNER_M, np.add(CORNER_M, SIZE_M))[None]
        (x, y), across = view.unproject(place)[0], float(np.linalg.norm(view.jacobian(view.unproject(place))[0, :, 0]))
        height = 1.7 / max(across, 1e-6)
        if 0 <= x < PICTURE[0] and height / 2 <= y < PICTURE[1] and height < PICTURE[1]:
            made.append([x - 0.17 * height, y - height, x + 0.17 * height, y])
    return np.array(made).reshape(-1, 4)


def _moment(at: float, people: list[dict]) -> Moment:
    places = [(p['personID'], *_place(p['positionID'])) for p in people]
    boxes: list[list[list[float]]] = [[] for _ in NAMES]
    owners: list[list[int]] = [[] for _ in NAMES]
    for person in people:
        for view in person['views']:
            if view['xmin'] != -1:
                boxes[view['viewNum']].append([view['xmin'], view['ymin'], view['xmax'], view['ymax']])
                owners[view['viewNum']].append(person['personID'])
    arrays = tuple(np.array(each, dtype=np.float64).reshape(-1, 4) for each in boxes)
    return Moment(at, np.array(places), arrays, tuple(np.array(each, dtype=np.float64) for each in owners))


def _place(position: int) -> tuple[float, float]:
    return CORNER_M[0] + STEP_M * (position % ACROSS), CORNER_M[1] + STEP_M * (position // ACROSS)


def _to_picture(folder: Path, name: str) -> Array:
    """Metres on the floor to pixels; the annotated pictures are free of distortion."""
    inner = _numbers(folder / 'calibrations' / 'intrinsic_zero' / f'intr_{name}.xml', 'camera_matrix').reshape(3, 3)
    outer = folder / 'calibrations' / 'extrinsic' / f'extr_{name}.xml'
    turned, _ = cv2.Rodrigues(_numbers(outer, 'rvec'))
    moved = _numbers(outer, 'tvec')
    centimetres = inner @ np.column_stack((turned[:, 0], turned[:, 1], moved))
    return np.asarray(centimetres @ np.diag([100.0, 100.0, 1.0]))


def _numbers(file: Path, name: str) -> Array:
    element = ElementTree.parse(file).getroot().find(name)  # noqa: S314 - calibration files of our own disk
    assert element is not None
    data = element.find('data')
    return np.array((data if data is not None else element).text.split(), dtype=np.float64)  # type: ignore[union-attr]


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table of `docs/vision-accuracy.md`."""

    level: str
    told: bool
    found: Identities
    ticks_per_second: float


def measured(folder: Path, *, seed: int = 0) -> list[Row]:
    """Each level with and without the cameras' own word on their doubt; own tracks by our tracker, view by view."""
    some, views = moments(folder), projections(folder)
    return [_measured(name, level, told, some, views, seed) for name, level in LEVELS.items() for told in (True, False)]


def _measured(name: str, level: Level, told: bool, some: list[Moment], views: list[FloorProjection], seed: int) -> Row:
    mine, pace = _followed(level, told, some, views, seed)
    return Row(name, told, compared_on_floor([each.people for each in some], mine), pace)


def instants(folder: Path, level: str, *, seed: int = 0) -> tuple[list[Array], list[Array]]:
    """Who was where, and who was told to be where, instant by instant: rows of id, x, y."""
    some, views = moments(folder), projections(folder)
    mine, _ = _followed(LEVELS[level], True, some, views, seed)
    return [each.people for each in some], mine


def _followed(
    level: Level, told: bool, some: list[Moment], views: list[FloorProjection], seed: int
) -> tuple[list[Array], float]:
    rng = np.random.default_rng(seed)
    trackers = [Tracker(FloorMotion(view)) for view in views]
    ticks = [(each.at, _observed(each, level, views, trackers, rng, told)) for each in some]
    associator, spots = Associator(), []
    began = time.process_time()
    for at, observations in ticks:
        spots += associator.take(at, observations).spots
    spots += associator.finish().spots
    pace = len(ticks) / (time.process_time() - began)
    return _by_moment(some, spots), pace


def _observed(
    moment: Moment,
    level: Level,
    views: list[FloorProjection],
    trackers: list[Tracker],
    rng: np.random.Generator,
    told: bool,
) -> list[Observation]:
    found: list[Observation] = []
    for number, detections in enumerate(detected(moment, level, views, rng)):
        tracks = trackers[number].update(detections, moment.at)
        places = placed(views[number], tracks.boxes)
        for track, (x, y), spread in zip(tracks.ids.tolist(), places.metres, places.spread, strict=True):
            if _is_within(x, y):
                doubt = tuple(spread) if told else None
                found.append(Observation(camera=NAMES[number], t=moment.at, track=track, x_m=x, y_m=y, spread=doubt))
    return found


def _is_within(x: float, y: float) -> bool:
    """Only the annotated square is known, and a little around it."""
    return bool(CORNER_M[0] - 1 < x < CORNER_M[0] + SIZE_M[0] + 1 and CORNER_M[1] - 1 < y < CORNER_M[1] + SIZE_M[1] + 1)


def _by_moment(some: list[Moment], spots: list[Spot]) -> list[Array]:
    rows: dict[float, dict[int, tuple[float, float]]] = {each.at: {} for each in some}
    for spot in spots:
        rows[spot.at].setdefault(spot.person, (spot.x_m, spot.y_m))
    return [np.array([(n, *xy) for n, xy in rows[each.at].items()]).reshape(-1, 3) for each in some]
