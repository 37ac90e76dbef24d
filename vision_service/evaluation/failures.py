"""Where the counter, the detectors and the association went wrong, drawn on empty canvas, one sheet a scene."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from vision_service.analytics.lines import LineCrossing
from vision_service.evaluation import pets
from vision_service.evaluation.detecting import Found, Precision
from vision_service.evaluation.matching import Outcome
from vision_service.evaluation.sheets import OURS, TRUE, WRONG, Tile, write_sheet
from vision_service.evaluation.truth import Feet
from vision_service.models.detections import Array
from vision_service.pipeline import Seen
from vision_service.tracking.overlap import overlaps

SHEETS = 'vision-errors'
"""Folder beside the page of accuracy."""
MOST_TILES = 12
NEAR = 40
"""Pictures within which a counted exit is the one of the hand count."""
BEFORE, AFTER = 20, 6
"""Pictures of the trail before and after a mistake."""


@dataclass(slots=True)
class Recording:
    """What a clip's tracks were, picture by picture: ids, boxes and feet of the confirmed."""

    pictures: list[tuple[list[int], Array, Array]] = field(default_factory=list)

    def see(self, seen: Seen) -> None:
        tracks = seen.tracks
        shown = tracks.confirmed
        self.pictures.append((tracks.ids[shown].tolist(), tracks.boxes[shown], tracks.feet[shown]))

    def trails(self, first: int, last: int) -> dict[int, Array]:
        """Feet by track within these pictures."""
        found: dict[int, list[Array]] = {}
        for ids, _, feet in self.pictures[max(first, 0) : last + 1]:
            for number, foot in zip(ids, feet, strict=True):
                found.setdefault(number, []).append(foot)
        return {number: np.array(feet) for number, feet in found.items()}


def crossing_sheet(path: Path, outcomes: list[Outcome], recording: Recording, people: list[Feet], rate: float) -> bool:
    """A tile for every missed and every invented crossing."""
    tiles = []
    for outcome in outcomes:
        name = outcome.score.line
        for miss in outcome.missed:
            title = f'{name}: person {miss.person} {miss.direction} missed, picture {miss.frame}'
            tiles.append(_crossing(title, name, miss.point, miss.frame, recording, people))
        for extra in outcome.extra:
            frame = round(extra.at * rate)
            title = f'{name}: {extra.direction} too much, picture {frame}'
            tiles.append(_crossing(title, name, extra.point, frame, recording, people))
    return write_sheet(path, tiles[:MOST_TILES])


def _crossing(
    title: str, line: str, point: tuple[float, float], frame: int, recording: Recording, people: list[Feet]
) -> Tile:
    tile = Tile(title, (point[0], point[1] - 20), 1.8)
    tile.line(*pets.LINES[line])
    for feet in people:
        near = (feet.frames >= frame - BEFORE) & (feet.frames <= frame + AFTER)
        tile.trail(feet.points[near], TRUE)
    for trail in recording.trails(frame - BEFORE, frame + AFTER).values():
        tile.trail(trail, OURS)
    ids, boxes, _ = recording.pictures[min(frame, len(recording.pictures) - 1)]
    for number, box in zip(ids, boxes, strict=True):
        tile.box(box, OURS, str(number))
    tile.cross(point)
    return tile


def exit_sheet(
    path: Path,
    lines: dict[str, tuple[tuple[float, float], tuple[float, float]]],
    exits: tuple[int, ...],
    counted: list[LineCrossing],
    recording: Recording,
) -> bool:
    """A tile for every exit of the hand count without a counted one near it; nobody annotated where people walked."""
    tiles = []
    for name, (start, end) in lines.items():
        times = [round(each.at * 10) for each in counted if each.line == name]
        for frame in exits:
            if any(abs(frame - at) <= NEAR for at in times):
                continue
            tile = Tile(f'{name}: exit near picture {frame} missed', (start[0] - 60, 300), 0.44)
            tile.line(start, end)
            for trail in recording.trails(frame - 2 * NEAR, frame + NEAR).values():
                tile.trail(trail, OURS)
                tile.dot(trail[0], OURS)
            tiles.append(tile)
    return write_sheet(path, tiles)


def detection_sheet(path: Path, found: Found, least: Precision, title: str, size: tuple[int, int], every: int) -> bool:
    """The pictures with most mistakes at the best threshold: annotated, found, and in red what is neither."""
    worst = sorted(range(len(found.truth)), key=lambda place: -_mistakes(found, place, least.threshold))
    tiles = []
    for place in worst[:6]:
        tile = Tile(f'{title}, picture {place * every}', (size[0] / 2, size[1] / 2), 200 / size[1])
        people = found.people[place]
        boxes = people.boxes[people.scores >= least.threshold]
        truth = found.truth[place]
        shared = overlaps(boxes, truth)
        for box in truth:
            tile.box(box, TRUE)
        for row, box in enumerate(boxes):
            right = len(truth) and shared[row].max() >= 0.5
            tile.box(box, OURS if right else WRONG)
        for column, box in enumerate(truth):
            if not len(boxes) or shared[:, column].max() < 0.5:
                tile.cross(((box[0] + box[2]) / 2, (box[1] + box[3]) / 2))
        tiles.append(tile)
    return write_sheet(path, tiles)


def _mistakes(found: Found, place: int, threshold: float) -> int:
    people = found.people[place]
    boxes, truth = people.boxes[people.scores >= threshold], found.truth[place]
    if not len(boxes) or not len(truth):
        return len(boxes) + len(truth)
    shared = overlaps(boxes, truth)
    return int((shared.max(axis=0) < 0.5).sum() + (shared.max(axis=1) < 0.5).sum())


def plan_sheet(path: Path, truth: list[Array], mine: list[Array], rate: float, reach_m: float = 1.0) -> bool:
    """The instants of a floor plan with most mistakes: people, our spots, and in red who is missed or made up."""
    order = sorted(range(len(truth)), key=lambda place: -len(_alone(truth[place], mine[place], reach_m)))
    tiles = []
    for place in order[:6]:
        people, spots = truth[place], mine[place]
        everyone = np.concatenate((people[:, 1:], spots[:, 1:]))
        low, high = everyone.min(axis=0), everyone.max(axis=0)
        scale = min(260 / max(high[1] - low[1], 1), 170 / max(high[0] - low[0], 1))
        tile = Tile(
            f'second {place / rate:.1f}: {len(people)} people, {len(spots)} told', _turned((low + high) / 2), scale
        )
        for row in people:
            tile.dot(_turned(row[1:]), TRUE, size=5)
        for row in spots:
            tile.dot(_turned(row[1:]), OURS, size=2)
        for point in _alone(people, spots, reach_m):
            tile.cross(_turned(point))
        tiles.append(tile)
    return write_sheet(path, tiles)


def _turned(point: Array) -> tuple[float, float]:
    """The long side of the square lies across the tile."""
    return float(point[1]), float(point[0])


def _alone(people: Array, spots: Array, reach_m: float) -> list[Array]:
    """Where somebody is without a spot, or a spot without anybody."""
    if not len(people) or not len(spots):
        return [row[1:] for row in (*people, *spots)]
    gap = np.linalg.norm(people[:, None, 1:] - spots[None, :, 1:], axis=2)
    missed = [people[row, 1:] for row in np.flatnonzero(gap.min(axis=1) > reach_m)]
    return missed + [spots[row, 1:] for row in np.flatnonzero(gap.min(axis=0) > reach_m)]
