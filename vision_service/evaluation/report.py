"""The measured figures as a page for people."""

from pathlib import Path
from typing import TYPE_CHECKING

from vision_service.evaluation import pets
from vision_service.evaluation.failures import SHEETS
from vision_service.evaluation.marked import put_between
from vision_service.evaluation.matching import Score

if TYPE_CHECKING:
    from vision_service.evaluation.footage import PetsResult

BEGIN, END = '<!-- measured: begin -->', '<!-- measured: end -->'
HEAD = (
    '| line | true in / out | counted in / out | missed | counted too much | of these double | found (95 % interval) |'
)
RULE = '|---|---|---|---|---|---|---|'
GROUPS = (
    ('across', 'Lines across the walk', pets.ACROSS),
    ('aslant', 'Lines aslant over it', pets.ASLANT),
    ('hard', 'Hard on purpose: along the walk, or at the far end where people are 35 pixels tall', pets.HARD),
)


def write_report(path: Path, results: 'list[PetsResult]', intel: dict[str, dict[str, int]]) -> None:
    """Replaces what stands between the markers; the words around it are written by hand."""
    parts = [part for result in results for part in _pets(result)] + _intel(intel)
    if not path.exists():
        path.write_text(f'{BEGIN}\n{END}\n', encoding='utf-8')
    put_between(path, BEGIN, END, parts)


def _pets(result: 'PetsResult') -> list[str]:
    parts = [f'\n### PETS S2L1: {result.variant.title}\n', HEAD, RULE]
    for _, title, names in GROUPS:
        parts += [_row(outcome.score) for outcome in result.outcomes if outcome.score.line in names]
        parts.append(_row(result.score(names), title=f'**{title}**'))
    regular = result.score(pets.ACROSS + pets.ASLANT)
    share = 100 * (1 - regular.count_error / regular.true)
    parts.append(
        f'\nOf the {regular.true} crossings of the lines across and aslant, {regular.found} were counted, '
        f'{regular.missed} missed, {regular.extra} counted too much; the totals are right to {share:.1f} % '
        f'(100 − Σ|in, out error| / true). It took a second of one core for {result.pictures_per_cpu_second:.0f} '
        f'pictures, decoding included.'
    )
    return [*parts, *_errors(result), *_sheet(f'pets-{result.variant.name}', 'The mistakes')]


def _row(score: Score, *, title: str = '') -> str:
    low, high = score.found_interval
    found = 100 * score.found / score.true
    return (
        f'| {title or score.line} | {score.true_in} / {score.true_out} | {score.counted_in} / {score.counted_out} '
        f'| {score.missed} | {score.extra} | {score.doubled} | {found:.1f} % ({100 * low:.1f}–{100 * high:.1f}) |'
    )


def _errors(result: 'PetsResult') -> list[str]:
    parts = ['\nEach error on those lines (picture, point):\n']
    for outcome in result.outcomes:
        if outcome.score.line in pets.HARD:
            continue
        for missed in outcome.missed:
            where = f'({missed.point.x:.0f}, {missed.point.y:.0f})'
            parts.append(
                f'- {outcome.score.line}: person {missed.person} {missed.direction} missed at {missed.frame} {where}'
            )
        for extra in outcome.extra:
            where = f'({extra.point.x:.0f}, {extra.point.y:.0f})'
            parts.append(f'- {outcome.score.line}: {extra.direction} too much at {extra.at * 10:.0f} {where}')
    return parts


def _intel(intel: dict[str, dict[str, int]]) -> list[str]:
    parts = [
        '\n### One person at a time (hand count)\n',
        '| line | by hand in / out | counted in / out |',
        '|---|---|---|',
    ]
    rows = [f'| {line} | 0 / 6 | {each["in"]} / {each["out"]} |' for line, each in intel.items()]
    return [*parts, *rows, *_sheet('one-by-one', 'What was followed around the exits that were missed'), '']


def _sheet(name: str, words: str) -> list[str]:
    return [f'\n![{words}]({SHEETS}/{name}.png)']
