"""`make eval-vision`, the part about several cameras: WILDTRACK's rows into `docs/vision-accuracy.md`."""

import argparse
from pathlib import Path

from vision_service.evaluation.failures import SHEETS, plan_sheet
from vision_service.evaluation.marked import put_between
from vision_service.evaluation.wildtrack import RATE, Row, instants, measured

BEGIN, END = '<!-- association: begin -->', '<!-- association: end -->'
PICTURE = f'![The instants with most mistakes at 10 %]({SHEETS}/wildtrack.png)'
NAIVE = {'oracle': '94.2 / 95.4', '10 %': '69.1 / 83.4', '25 %': '47.4 / 57.4', '40 %': '30.3 / 37.8'}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--data', type=Path, default=Path('../shared/data'))
    parser.add_argument('--page', type=Path, default=Path('docs/vision-accuracy.md'))
    parser.add_argument('--seeds', type=int, default=3)
    given = parser.parse_args()
    runs = [measured(given.data / 'wildtrack', seed=seed) for seed in range(given.seeds)]
    write(given.page, runs)
    plan_sheet(given.page.parent / SHEETS / 'wildtrack.png', *instants(given.data / 'wildtrack', '10 %'), RATE)


def write(page: Path, runs: list[list[Row]]) -> None:
    """Replaces what stands between the markers."""
    put_between(page, BEGIN, END, ['', *_table(runs), '', PICTURE, ''])


def _table(runs: list[list[Row]]) -> list[str]:
    head = [
        '| boxes | doubt of places | IDF1 (of the runs) | MOTA | switches | precision / recall | naive IDF1 / MOTA |',
        '|---|---|---|---|---|---|---|',
    ]
    return head + [_line(rows) for rows in zip(*runs, strict=True)]


def _line(rows: tuple[Row, ...]) -> str:
    found = [row.found for row in rows]
    idf1 = sorted(100 * each.idf1 for each in found)
    mean = {
        name: 100 * sum(getattr(each, name) for each in found) / len(found)
        for name in ('idf1', 'mota', 'precision', 'recall')
    }
    switches = sum(each.switches for each in found) / len(found)
    told = 'from the box and the lens' if rows[0].told else 'learned'
    return (
        f'| {rows[0].level} | {told} | **{mean["idf1"]:.1f}** ({idf1[0]:.1f}–{idf1[-1]:.1f}) | {mean["mota"]:.1f} '
        f'| {switches:.0f} | {mean["precision"]:.1f} / {mean["recall"]:.1f} | {NAIVE[rows[0].level]} |'
    )


if __name__ == '__main__':
    main()
