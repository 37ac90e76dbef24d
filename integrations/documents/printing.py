"""A paper on A4: letterhead, title, facts, tables that go over pages with their heads, small print, page numbers."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from functools import cache
from pathlib import Path

import segno
from fpdf import FPDF
from fpdf.fonts import FontFace

from domain.shared.documents import Cell, Kind, Paper, PaperTable
from domain.shared.money import Money

FONTS = Path(__file__).parents[2] / 'assets' / 'fonts'
SLICES = ('ui', 'han', 'rare')
INK, QUIET, LINE, HEAD = (30, 36, 48), (104, 112, 128), (210, 215, 224), (241, 243, 247)
MARGIN, ROW = 16.0, 6.2
RIGHT: frozenset[Kind] = frozenset({'money', 'number', 'percent'})
FACTS_IN_A_ROW = 2
CODE_MM, CODE_GAP_MM = 30.0, 6.0


class _Sheets(FPDF):
    """A document whose pages end with their number."""

    def __init__(self, paper: Paper) -> None:
        super().__init__(format='A4')
        self._paper = paper
        for name in SLICES:
            for style, weight in (('', 400), ('B', 700)):
                self.add_font(name, style, _face(f'noto-sans-sc-{weight}-{name}.woff2'))
        self.set_fallback_fonts(list(SLICES[1:]), exact_match=False)
        self._drawn = frozenset().union(*(self.fonts[name].cmap for name in SLICES))
        self.set_margins(MARGIN, MARGIN)
        self.set_auto_page_break(True, MARGIN + 6)
        self.set_title(paper.title)
        self.set_author(paper.issuer)
        self.set_draw_color(*LINE)

    def printable(self, text: str) -> str:
        """The text with 〓 for what the bundled typeface cannot draw: a gap that is seen, as printers mark it."""
        return ''.join(letter if ord(letter) in self._drawn else '〓' for letter in text)

    def footer(self) -> None:
        """Whose paper, and which page."""
        self.set_y(-MARGIN)
        self.write_line(self._paper.issuer, 8, color=QUIET, width=120)
        words = self._paper.page_words.format(page=self.page_no(), pages='{nb}')
        self.set_xy(self.w - MARGIN - 40, -MARGIN)
        self.write_line(words, 8, color=QUIET, width=40, align='R')

    def write_line(
        self, text: str, size: float, *, color: Sequence[int] = INK, style: str = '', width: float = 0, align: str = 'L'
    ) -> None:
        """One line, and the cursor under it."""
        self.set_font('ui', style, size)
        self.set_text_color(*color)
        self.cell(width, size * 0.55, self.printable(text), align=align, new_x='LMARGIN', new_y='NEXT')


@contextmanager
def opened(paper: Paper) -> Iterator[_Sheets]:
    """A document to draw on; the files of its typeface are closed behind it."""
    sheets = _Sheets(paper)
    try:
        yield sheets
    finally:
        for font in sheets.fonts.values():
            font.close()


def print_paper(paper: Paper) -> bytes:
    """The paper as a PDF."""
    with opened(paper) as sheets:
        return _drawn(sheets, paper)


def _drawn(sheets: _Sheets, paper: Paper) -> bytes:
    sheets.add_page()
    sheets.write_line(paper.issuer, 10, color=QUIET)
    sheets.ln(3)
    sheets.write_line(paper.title, 18, style='B')
    if paper.subtitle:
        sheets.ln(1)
        sheets.set_font('ui', '', 10)
        beside = CODE_MM + CODE_GAP_MM if paper.code else 0.0
        sheets.multi_cell(sheets.epw - beside, 5.5, sheets.printable(paper.subtitle), new_x='LMARGIN', new_y='NEXT')
    if paper.code:
        _code(sheets, paper.code)
    sheets.ln(4)
    _facts(sheets, paper.facts)
    for table in paper.tables:
        _table(sheets, table)
    for note in paper.notes:
        sheets.set_font('ui', '', 8)
        sheets.set_text_color(*QUIET)
        sheets.multi_cell(0, 4.4, sheets.printable(note), new_x='LMARGIN', new_y='NEXT')
        sheets.ln(1)
    return bytes(sheets.output())


def _code(sheets: _Sheets, content: str) -> None:
    """A QR code at the right of the title, as squares: it stays sharp at any size. What follows begins under it."""
    rows = list(segno.make_qr(content, error='m').matrix)
    square, left = CODE_MM / len(rows), sheets.w - MARGIN - CODE_MM
    sheets.set_fill_color(0)
    for down, row in enumerate(rows):
        for across, is_dark in enumerate(row):
            if is_dark:
                sheets.rect(left + across * square, MARGIN + down * square, square, square, style='F')
    sheets.set_y(max(sheets.get_y(), MARGIN + CODE_MM))


def _facts(sheets: _Sheets, facts: Sequence[tuple[str, str]]) -> None:
    half = sheets.epw / FACTS_IN_A_ROW
    for start in range(0, len(facts), FACTS_IN_A_ROW):
        top = sheets.get_y()
        for place, (term, value) in enumerate(facts[start : start + FACTS_IN_A_ROW]):
            sheets.set_xy(MARGIN + place * half, top)
            sheets.set_font('ui', '', 9)
            sheets.set_text_color(*QUIET)
            sheets.cell(26, ROW, sheets.printable(term))
            sheets.set_text_color(*INK)
            sheets.cell(half - 26, ROW, sheets.printable(value))
        sheets.set_y(top + ROW)
    sheets.ln(3)


def _table(sheets: _Sheets, table: PaperTable) -> None:
    sheets.write_line(table.title, 11, style='B')
    sheets.ln(1.5)
    sheets.set_font('ui', '', 8.5)
    sheets.set_text_color(*INK)
    with sheets.table(
        col_widths=tuple(column.width for column in table.columns),
        text_align=tuple('RIGHT' if column.kind in RIGHT else 'LEFT' for column in table.columns),
        headings_style=FontFace(emphasis='BOLD', color=INK, fill_color=HEAD), borders_layout='HORIZONTAL_LINES',
        line_height=ROW, padding=(0.4, 1.2),
    ) as grid:  # fmt: skip
        grid.row([sheets.printable(column.label) for column in table.columns])
        for row in table.rows:
            grid.row(_row(sheets, table, row))
        if table.total is not None:
            grid.row(_row(sheets, table, table.total), style=FontFace(emphasis='BOLD', fill_color=HEAD))
    sheets.ln(5)


def _row(sheets: _Sheets, table: PaperTable, row: Sequence[Cell]) -> list[str]:
    return [sheets.printable(_words(cell, column.kind)) for cell, column in zip(row, table.columns, strict=True)]


def _words(cell: Cell, kind: Kind) -> str:
    if cell is None:
        return ''
    if kind == 'money' and isinstance(cell, int):
        return str(Money(cell))
    if kind == 'percent' and isinstance(cell, int | float):
        return f'{cell:.1%}'
    if isinstance(cell, date):
        return f'{cell:%Y-%m-%d}'
    return f'{cell:,}' if isinstance(cell, int | float) else str(cell)


@cache
def _face(name: str) -> Path:
    """:raises FileNotFoundError: when the installation lacks its typeface."""
    path = FONTS / name
    if not path.exists():
        raise FileNotFoundError(path)
    return path
