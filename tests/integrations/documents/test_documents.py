"""Papers become files: a PDF with Chinese in it, a workbook that can be calculated with."""

import re
import zipfile
from datetime import date
from io import BytesIO

import cv2
import numpy as np
import pytest

from domain.shared.documents import Documents, Paper, PaperColumn, PaperTable
from integrations.documents import Office
from integrations.documents.printing import _drawn, opened

OFFICE: Documents = Office()
TABLE = PaperTable(
    title='应收明细 [11/2026]',
    columns=[
        PaperColumn(label='项目', width=2), PaperColumn(label='到期', kind='day'),
        PaperColumn(label='金额', kind='money'), PaperColumn(label='占比', kind='percent'),
        PaperColumn(label='笔数', kind='number'),
    ],
    rows=[
        ['租金 渝宴火锅', date(2026, 11, 5), 5_000_050, 0.75, 3], ['=1+1', None, -1, None, 1_000],
    ],
    total=['合计', None, 5_000_049, 1.0, 1_003],
)  # fmt: skip


def cells(workbook: bytes) -> tuple[str, str]:
    with zipfile.ZipFile(BytesIO(workbook)) as book:
        return book.read('xl/worksheets/sheet1.xml').decode(), book.read('xl/sharedStrings.xml').decode()


def test_a_workbook_holds_numbers_days_and_texts_that_do_not_run() -> None:
    sheet, texts = cells(OFFICE.workbook([TABLE]))
    assert '<v>50000.5</v>' in sheet
    assert '<v>-0.01</v>' in sheet
    assert '<v>0.75</v>' in sheet
    assert f'<v>{(date(2026, 11, 5) - date(1899, 12, 30)).days}</v>' in sheet
    assert '<f>' not in sheet
    assert '=1+1' in texts
    assert '渝宴火锅' in texts


def test_sheet_names_are_made_fit() -> None:
    with zipfile.ZipFile(BytesIO(OFFICE.workbook([TABLE]))) as book:
        assert 'name="应收明细  11 2026"' in book.read('xl/workbook.xml').decode()


def test_the_same_tables_make_the_same_workbook() -> None:
    assert OFFICE.workbook([TABLE]) == OFFICE.workbook([TABLE])


def pages(pdf: bytes) -> int:
    return len(re.findall(rb'/Type /Page\b', pdf))


@pytest.mark.parametrize(('rows', 'expected'), [(1, 1), (120, 4)])
def test_a_paper_goes_over_as_many_pages_as_it_needs(rows: int, expected: int) -> None:
    table = PaperTable(title='明细', columns=TABLE.columns, rows=[TABLE.rows[0]] * rows, total=TABLE.total)
    paper = Paper(
        issuer='云集天地', title='对账单', subtitle='2026 年 11 月',
        facts=[('商户', '渝宴火锅'), ('租约', 'YJ-1'), ('期间', '11 月')],
        tables=[table], notes=['如有疑问，请在 7 日内提出。'], page_words='第 {page} 页，共 {pages} 页',
    )  # fmt: skip
    made = OFFICE.pdf(paper)
    assert made.startswith(b'%PDF-')
    assert pages(made) == expected


@pytest.mark.parametrize('name', ['渝宴火锅 Ærø — ¥', '鑫淼喆彧', '☃'])
def test_nothing_is_printed_as_a_blank(name: str, caplog: pytest.LogCaptureFixture) -> None:
    assert OFFICE.pdf(Paper(issuer=name, title=name, subtitle=name, facts=[(name, name)], tables=[TABLE], notes=[name]))
    assert not [record for record in caplog.records if 'missing' in record.message.lower()]


def test_what_cannot_be_drawn_is_marked() -> None:
    with opened(Paper(issuer='', title='')) as sheets:
        assert sheets.printable('渝宴☃火锅') == '渝宴〓火锅'
        assert sheets.printable('饕餮小馆') == '饕餮小馆', 'the second level of GB2312 is drawn'


@pytest.mark.parametrize('content', ['XK-7Q2M-9F', '出门证 0042 / 云集天地'])
def test_the_code_of_a_paper_can_be_scanned_from_it(content: str) -> None:
    paper = Paper(issuer='云集天地', title='出门证', subtitle='搬出展架两组，' * 20, code=content)
    with opened(paper) as sheets:
        sheets.set_compression(False)
        squares = re.findall(rb'([\d.]+) ([\d.]+) ([\d.]+) -?([\d.]+) re f', _drawn(sheets, paper))
    page = np.full((1684, 1191), 255, np.uint8)  # A4 at twice its points
    for left, top, width, height in ((2 * float(number) for number in square) for square in squares):
        page[round(1684 - top) : round(1684 - top + height), round(left) : round(left + width)] = 0
    assert cv2.QRCodeDetector().detectAndDecode(page)[0] == content
