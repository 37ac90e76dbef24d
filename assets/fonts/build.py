"""Cuts the bundled Noto Sans SC out of Debian's `fonts-noto-cjk`.

Run `.venv/bin/python assets/fonts/build.py` after new words entered the locale files or the demo data.
Each weight comes in three slices, so that a browser fetches the small one first and the others only when a page shows
a character of theirs: `ui` holds Latin, figures, punctuation and every character the product itself writes, `han` the
rest of GB2312's everyday characters, `rare` those of its second level (known from names of people and places).
"""

import hashlib
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

HERE = Path(__file__).parent
ASSETS = HERE.parent
SOURCES = Path('/usr/share/fonts/opentype/noto')
WEIGHTS = {400: 'NotoSansCJK-Regular.ttc', 700: 'NotoSansCJK-Bold.ttc'}
FACE = 'Noto Sans CJK SC'
FAMILY = 'Atrium Sans SC'

LATIN = {*range(0x20, 0x7F), *range(0xA0, 0x180)}
PUNCTUATION = {*range(0x2010, 0x2028), *range(0x2030, 0x203B), *range(0x3000, 0x3020), *range(0xFF01, 0xFF5F)}
SIGNS = {ord(sign) for sign in '€₂²³℃℉™←↑→↓↗↘⇧⌘−×÷±≈≠≤≥∞√■□▲△▼▽◆◇○●★☆✓✕①②③④⑤⑥⑦⑧⑨⑩'}


def gb2312(first_row: int, last_row: int) -> set[int]:
    """The characters of these rows of GB2312: rows 16–55 are level 1, the 3,755 everyday ones; 56–87 are level 2."""
    cells = ((0xA0 + row, 0xA0 + cell) for row in range(first_row, last_row + 1) for cell in range(1, 95))
    decoded = (bytes(cell).decode('gb2312', errors='ignore') for cell in cells)
    return {ord(character) for character in decoded if character}


def written_by_the_product() -> set[int]:
    """Every Han character in the locale files and the demo data."""
    files = [*ASSETS.glob('locales/*/*.json'), *ASSETS.glob('demo_mall/**/*.json')]
    characters = set().union(*(set(file.read_text(encoding='utf-8')) for file in files))
    return {ord(character) for character in characters if '\u4e00' <= character <= '\u9fff'}


def slices() -> dict[str, set[int]]:
    """The characters of each slice; no character is in two."""
    core = LATIN | PUNCTUATION | SIGNS | written_by_the_product()
    everyday = gb2312(16, 55)
    return {'ui': core, 'han': everyday - core, 'rare': gb2312(56, 87) - everyday - core}


def face(weight: int) -> TTFont:
    """The Simplified Chinese face of this weight."""
    collection = TTCollection(SOURCES / WEIGHTS[weight], lazy=True)
    return next(font for font in collection.fonts if font['name'].getDebugName(4).startswith(FACE))


def cut(weight: int, characters: set[int], target: Path) -> set[int]:
    """Write the glyphs of these characters as WOFF2 and return the characters the face really has."""
    font = face(weight)
    present = characters & set(font.getBestCmap())
    options = subset.Options(
        flavor='woff2',
        layout_features=['ccmp', 'locl', 'kern', 'liga'],
        hinting=False,
        desubroutinize=True,
        name_IDs=[0, 1, 2, 13, 14],
        notdef_outline=True,
    )
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=present)
    cutter.subset(font)
    subset.save_font(font, str(target), options)
    return present


def unicode_range(characters: set[int]) -> str:
    """The characters in the notation of CSS, runs joined."""
    runs: list[list[int]] = []
    for code in sorted(characters):
        if runs and code == runs[-1][1] + 1:
            runs[-1][1] = code
        else:
            runs.append([code, code])
    return ','.join(f'U+{first:X}' if first == last else f'U+{first:X}-{last:X}' for first, last in runs)


def font_face(weight: int, file: Path, characters: set[int]) -> str:
    """The CSS rule for one slice; the digest in its address lets the file be cached for ever."""
    digest = hashlib.sha256(file.read_bytes()).hexdigest()[:12]
    return (
        f'@font-face{{font-family:"{FAMILY}";font-style:normal;font-weight:{weight};font-display:swap;'
        f'src:url("/assets/fonts/{file.name}?v={digest}") format("woff2");'
        f'unicode-range:{unicode_range(characters)}}}\n'
    )


def main() -> None:
    """Write every slice of every weight and the style sheet that names them."""
    rules = []
    for weight in WEIGHTS:
        for name, characters in slices().items():
            file = HERE / f'noto-sans-sc-{weight}-{name}.woff2'
            rules.append(font_face(weight, file, cut(weight, characters, file)))
    (HERE / 'fonts.css').write_text(''.join(rules), encoding='utf-8')


if __name__ == '__main__':
    main()
