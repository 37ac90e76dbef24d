"""What is measured, between its markers on a page whose other words are written by hand."""

from collections.abc import Sequence
from pathlib import Path


def put_between(page: Path, begin: str, end: str, lines: Sequence[str]) -> None:
    """Replaces what stands between two markers, which stay.

    :raises ValueError: when the page has no such markers
    """
    text = page.read_text(encoding='utf-8')
    if begin not in text or end not in text:
        raise ValueError(f'{page} has no place for what was measured: add the lines {begin} and {end}')
    before, _, rest = text.partition(begin)
    page.write_text(before + '\n'.join([begin, *lines, end]) + rest.partition(end)[2], encoding='utf-8')
