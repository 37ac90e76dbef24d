"""The CSV file: one line per bucket and line, unknown as empty, no identities."""

import csv
from datetime import UTC, date, datetime
from io import StringIO

from domain.footfall.commands import LineRole
from domain.footfall.views import ExportRow
from ui.footfall.export import BOM, csv_of

ROW = ExportRow(
    bucket_at=datetime(2026, 11, 22, 5, 15, tzinfo=UTC),
    business_on=date(2026, 11, 22),
    outs=7.0,
    line_code='door-f1-"east"',
    line_version=2,
    role=LineRole.ENTRANCE,
    ins=None,
    adults_in=3,
    children_in=1,
    groups_in=2,
    staff_removed=0,
    imputed_in=0.5,
    coverage=0.93,
    status='observed',
)


def test_X_R3_an_unknown_figure_is_an_empty_cell() -> None:
    written = next(csv.DictReader(StringIO(csv_of([ROW]).removeprefix(BOM))))
    assert written['ins'] == ''
    assert written['outs'] == '7.0'
    assert written['line_code'] == 'door-f1-"east"'


def test_a_spreadsheet_reads_it_as_utf8_and_an_empty_day_still_has_its_header() -> None:
    assert csv_of([]).startswith(f'{BOM}bucket_at,business_on,line_code')
    assert csv_of([]).count('\r\n') == 1


def test_there_is_no_column_that_could_name_a_person() -> None:
    header = csv_of([]).removeprefix(BOM).strip().split(',')
    assert not [name for name in header if 'track' in name or 'person' in name or 'group_token' in name]
