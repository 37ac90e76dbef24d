"""PETS 2009 S2L1 view 1: annotations, calibration, and the lines drawn on it."""

import xml.etree.ElementTree as ElementTree
from collections import defaultdict
from pathlib import Path

import numpy as np

from vision_service.cameras import CalibrationConfig, LineConfig
from vision_service.evaluation.truth import Feet
from vision_service.models.detections import Array

SHRINK = 480 / 768  # the clip's width by the annotation's
SIZE = (480, 360)

# Drawn before anything was counted on them: across the walk, aslant over it, and along it where it is hard.
ACROSS = ('west', 'middle', 'east')
ASLANT = ('aslant-1', 'aslant-2')
HARD = ('road', 'kerb', 'far')
LINES = {
    'west': ((140, 105), (140, 190)),
    'middle': ((225, 120), (225, 240)),
    'east': ((365, 100), (365, 280)),
    'aslant-1': ((180, 110), (310, 275)),
    'aslant-2': ((420, 110), (290, 275)),
    'road': ((330, 115), (465, 175)),
    'kerb': ((150, 165), (330, 250)),
    'far': ((290, 130), (440, 100)),
}


def lines(names: tuple[str, ...] = tuple(LINES)) -> tuple[LineConfig, ...]:
    return tuple(LineConfig(code=name, points=LINES[name]) for name in names)


def read_people(path: Path) -> list[Feet]:
    """Foot points in pixels of the clip."""
    found: defaultdict[int, list[tuple[float, float, float]]] = defaultdict(list)
    for frame in ElementTree.parse(path).getroot().iter('frame'):  # noqa: S314 - a file of ours, not of strangers
        number = float(frame.get('number', '0'))
        for person in frame.iter('object'):
            box = {key: float(value) for key, value in person[0].attrib.items()}
            found[int(person.get('id', '0'))].append((number, box['xc'], box['yc'] + box['h'] / 2))
    people = []
    for person, rows in sorted(found.items()):
        table = np.array(sorted(rows))
        people.append(Feet(person, table[:, 0], table[:, 1:] * SHRINK))
    return people


def read_calibration(path: Path) -> CalibrationConfig:
    """The published Tsai camera as a handful of marked points, as a person would click them."""
    corners = np.array([[-12.0, -10.0], [-4, -10], [4, -8], [-14, 0], [-6, 0], [2, 0], [-8, 6], [-2, 4]])
    pixels = tsai_pixels(path, corners)
    inside = ((pixels > 0) & (pixels < SIZE)).all(axis=1)
    chosen = [tuple(map(float, row)) for row in pixels[inside]]
    return CalibrationConfig(points=tuple(chosen), metres=tuple(tuple(map(float, row)) for row in corners[inside]))


def tsai_pixels(path: Path, metres: Array) -> Array:
    """Where floor points appear in the clip, lens distortion included."""
    camera = {key: float(text) for part in ElementTree.parse(path).getroot() for key, text in part.attrib.items()}  # noqa: S314
    turn = _rotation(camera['rx'], camera['ry'], camera['rz'])
    world = np.column_stack((metres, np.zeros(len(metres)))) * 1000.0
    seen = world @ turn.T + [camera['tx'], camera['ty'], camera['tz']]
    straight = camera['focal'] * seen[:, :2] / seen[:, 2:]
    bent = straight.copy()
    for _ in range(20):
        bent = straight / (1 + camera['kappa1'] * (bent**2).sum(axis=1, keepdims=True))
    scale = [camera['sx'] / camera['dpx'], 1 / camera['dpy']]
    return np.asarray((bent * scale + [camera['cx'], camera['cy']]) * SHRINK)


def _rotation(x: float, y: float, z: float) -> Array:
    sa, ca, sb, cb, sg, cg = np.sin(x), np.cos(x), np.sin(y), np.cos(y), np.sin(z), np.cos(z)
    return np.array(
        [
            [cb * cg, cg * sa * sb - ca * sg, sa * sg + ca * cg * sb],
            [cb * sg, sa * sb * sg + ca * cg, ca * sb * sg - cg * sa],
            [-sb, cb * sa, ca * cb],
        ]
    )
