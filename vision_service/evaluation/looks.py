"""`make eval-vision`, the part on looks: how well the shipped embedder knows real people again, adapted and not."""

import os
import sys
from pathlib import Path

from vision_service.errors import VisionError
from vision_service.evaluation.marked import put_between
from vision_service.evaluation.reid import (
    adapted,
    adapted_apart,
    adapted_to_itself,
    as_it_is,
    known_in,
    read_pku,
)
from vision_service.models.embedder import chosen_embedder

BEGIN, END = '<!-- looks: begin -->', '<!-- looks: end -->'
PAGE = Path(__file__).parents[2] / 'docs' / 'vision-accuracy.md'
DATA = Path(os.environ.get('ATRIUM_SHARED', Path(__file__).parents[3] / 'shared')) / 'data'

ADAPTED = {
    'no': as_it_is,
    'by other people': adapted,
    'by other people, none on both cameras': adapted_apart,
    'by the people asked about': adapted_to_itself,
}


def rows(folder: Path, engines: tuple[str, ...]) -> list[str]:
    """The table's rows for every engine and precision; an engine that is not there says so."""
    crops = read_pku(folder)
    found = []
    for wanted in engines:
        try:
            embedder, _ = chosen_embedder(wanted)
        except VisionError as error:
            found.append(f'| {wanted} | not measured: {error.cause} | | | |')
            continue
        vectors = embedder.embed(crops.pictures)
        for name, adapt in ADAPTED.items():
            trials = adapt(vectors, crops)
            image, tracklet = known_in(trials, crops), known_in(trials, crops, by_track=True)
            low, high = tracklet.between
            found.append(
                f'| {wanted} | {name} | {image.rank_1:.1f} / {image.mean_precision:.1f} '
                f'| **{tracklet.rank_1:.1f}** / {tracklet.mean_precision:.1f} | {100 * low:.0f}–{100 * high:.0f} |'
            )
    return found


def write(page: Path, table: list[str]) -> None:
    """Replaces what stands between the markers."""
    head = [
        '| engine | adapted to the site | a picture: rank-1 / mAP | eight pictures: rank-1 / mAP | 95 % interval |',
        '|---|---|---|---|---|',
    ]
    put_between(page, BEGIN, END, ['', *head, *table, ''])


def main() -> None:
    folder = DATA / 'reid' / 'train'
    if not folder.is_dir():
        sys.stderr.write(f'{folder} is not there: looks are not measured; set ATRIUM_SHARED\n')
        return
    write(PAGE, rows(folder, ('onnxruntime-float32', 'onnxruntime-int8', 'deepsparse-int8')))


if __name__ == '__main__':
    main()
