"""`make eval-vision`, the part on looks: how well the shipped embedder knows real people again, unadapted."""

import os
import sys
from pathlib import Path

from vision_service.errors import VisionError
from vision_service.evaluation.reid import Known, known_again, read_pku, tracklets
from vision_service.models.embedder import chosen_embedder

BEGIN, END = '<!-- looks: begin -->', '<!-- looks: end -->'
PAGE = Path(__file__).parents[2] / 'docs' / 'vision-accuracy.md'
DATA = Path(os.environ.get('ATRIUM_SHARED', Path(__file__).parents[3] / 'shared')) / 'data'


def rows(folder: Path, engines: tuple[str, ...]) -> list[str]:
    """One row of the table an engine and precision; an engine that is not there says so."""
    crops = read_pku(folder)
    found = []
    for wanted in engines:
        try:
            embedder, _ = chosen_embedder(wanted)
        except VisionError as error:
            found.append(f'| {wanted} | not measured: {error.cause} | | |')
            continue
        vectors = embedder.embed(crops.pictures)
        found.append(_row(wanted, known_again(vectors, crops), known_again(*tracklets(vectors, crops))))
    return found


def _row(name: str, image: Known, tracklet: Known) -> str:
    low, high = tracklet.between
    return (
        f'| {name} | {image.rank_1:.1f} / {image.mean_precision:.1f} '
        f'| **{tracklet.rank_1:.1f}** / {tracklet.mean_precision:.1f} | {100 * low:.0f}–{100 * high:.0f} |'
    )


def write(page: Path, table: list[str]) -> None:
    """Replaces what stands between the markers."""
    head = [
        '| engine | a picture: rank-1 / mAP | eight pictures: rank-1 / mAP | 95 % interval of rank-1 |',
        '|---|---|---|---|',
    ]
    text = page.read_text(encoding='utf-8')
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(before + '\n'.join([BEGIN, '', *head, *table, '', END]) + after, encoding='utf-8')


def main() -> None:
    folder = DATA / 'reid' / 'train'
    if not folder.is_dir():
        sys.stderr.write(f'{folder} is not there: looks are not measured; set ATRIUM_SHARED\n')
        return
    write(PAGE, rows(folder, ('onnxruntime-float32', 'onnxruntime-int8', 'deepsparse-int8')))


if __name__ == '__main__':
    main()
