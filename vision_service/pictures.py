"""`atrium vision embed` and `detect`: folders of pictures in, files of other people's formats out."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np

from vision_service.errors import ConfigurationInvalid
from vision_service.models.detections import Detector, Image
from vision_service.models.embedder import PersonEmbedder

KINDS = frozenset({'.jpg', '.jpeg', '.png', '.bmp', '.webp'})
PERSON = 1
"""COCO's number of the category."""
PIECE = 64
TILES = re.compile(r'([1-6])x([1-6])')


def pictures_of(folder: Path) -> list[Path]:
    """The pictures of a folder and of those within it, by name.

    :raises ConfigurationInvalid: it is no folder, or has none.
    """
    found = sorted(each for each in folder.rglob('*') if each.suffix.lower() in KINDS) if folder.is_dir() else []
    if not found:
        raise ConfigurationInvalid(
            f'There is no picture in {folder}.', 'Name a folder with jpg, png, bmp or webp files.'
        )
    return found


def read(files: list[Path]) -> Iterator[tuple[Path, Image | None]]:
    """Each picture as it comes, or nothing for a file that is none."""
    for each in files:
        yield each, cv2.imdecode(np.fromfile(each, np.uint8), cv2.IMREAD_COLOR) if each.stat().st_size else None


def embed_folder(folder: Path, out: Path, embedder: PersonEmbedder) -> tuple[int, list[str]]:
    """Writes `names` and `vectors` (float32, unit length); returns how many, and the names of unreadable files.

    :raises ConfigurationInvalid: no picture there, or none of them can be read.
    """
    names, parts, broken = [], [], []
    crops: list[Image] = []
    for file, picture in read(pictures_of(folder)):
        if picture is None:
            broken.append(str(file.relative_to(folder)))
            continue
        names.append(str(file.relative_to(folder)))
        crops.append(picture)
        if len(crops) == PIECE:
            parts.append(embedder.embed(crops))
            crops = []
    if crops:
        parts.append(embedder.embed(crops))
    if not parts:
        raise ConfigurationInvalid(f'None of the {len(broken)} pictures in {folder} can be read.', 'Check the files.')
    with out.open('wb') as file_out:
        np.savez(file_out, names=np.array(names), vectors=np.concatenate(parts))
    return len(names), broken


def parse_tiles(text: str) -> tuple[int, int]:
    """:raises ConfigurationInvalid: it is not like 3x1, or more than a picture can be cut into"""
    match = TILES.fullmatch(text)
    if not match:
        raise ConfigurationInvalid(f'{text} is no number of tiles.', 'Say columns x rows, such as 3x1; at most 6x6.')
    return int(match[1]), int(match[2])


def detect_folder(folder: Path, out: Path, detector: Detector) -> tuple[int, int, list[str]]:
    """Writes COCO results: `image_id` is the number in the file's name, or its place from 1 where one has none.

    :raises ConfigurationInvalid: no picture there.
    """
    files = pictures_of(folder)
    ids = image_ids(files)
    rows, broken = [], []
    for file, picture in read(files):
        if picture is None:
            broken.append(str(file.relative_to(folder)))
            continue
        found = detector.detect(picture)
        for (x1, y1, x2, y2), score in zip(found.boxes.tolist(), found.scores.tolist(), strict=True):
            box = [round(value, 2) for value in (x1, y1, x2 - x1, y2 - y1)]
            rows.append({'image_id': ids[file], 'category_id': PERSON, 'bbox': box, 'score': round(score, 4)})
    out.write_text(json.dumps(rows))
    return len(files) - len(broken), len(rows), broken


def image_ids(files: list[Path]) -> dict[Path, int]:
    """COCO names its files by their ids; where names are not all different numbers the place counts."""
    if all(each.stem.isdecimal() for each in files):
        numbers = {each: int(each.stem) for each in files}
        if len(set(numbers.values())) == len(files):
            return numbers
    return {each: place for place, each in enumerate(files, 1)}
