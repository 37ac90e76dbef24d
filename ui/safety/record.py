"""How often each camera was right among what people looked at, and how long they took: the open scorecard."""

from datetime import UTC, datetime, timedelta
from typing import Any

from domain.safety.queries import camera_records
from domain.safety.views import CameraRecord
from domain.shared.operations import run_query
from ui.kit.data_table import Column, DataTable, TablePage, TableQuery
from ui.kit.format import MISSING, duration, number, percent
from ui.kit.i18n import t
from ui.kit.row_paging import page_of
from ui.kit.section import section
from ui.safety.frame import Place

DAYS = 30


class RecordPage:
    """One line per camera."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._records: list[CameraRecord] = []
        with section(t('safety.record'), t('safety.record_hint', days=DAYS)):
            self._table = DataTable(
                _columns(),
                self._page,
                address=place.address,
                empty_title=t('safety.no_record'),
                empty_help=t('safety.no_record_help'),
            )
            self._table.mark('safety.record')

    async def load(self) -> list[CameraRecord]:
        since = datetime.now(UTC) - timedelta(days=DAYS)
        return await run_query(camera_records, actor=self._place.actor, since=since)

    def show(self, records: list[CameraRecord]) -> None:
        self._records = records
        self._table.show(self._rows(self._table.query))

    async def _page(self, query: TableQuery) -> TablePage:
        return self._rows(query)

    def _rows(self, query: TableQuery) -> TablePage:
        keys = {name: lambda row, name=name: row[f'{name}_count'] for name in ('confirmed', 'dismissed', 'waiting')}
        return page_of([_row(record) for record in self._records], query, searched=('camera',), keys=keys)


def _columns() -> list[Column]:
    counts = [
        Column(name=name, label=t(f'safety.{name}_column'), kind='number', is_sortable=True)
        for name in ('confirmed', 'dismissed', 'waiting')
    ]
    return [
        Column(name='camera', label=t('safety.camera')),
        *counts,
        Column(name='false', label=t('safety.false_share'), kind='number'),
        Column(name='took', label=t('safety.took'), kind='number'),
    ]


def _row(record: CameraRecord) -> dict[str, Any]:
    judged = record.confirmed + record.dismissed
    took = record.median_seconds_to_verify
    return {
        'id': record.device_code,
        'camera': record.device_code,
        'confirmed': number(record.confirmed),
        'dismissed': number(record.dismissed),
        'waiting': number(record.waiting),
        'confirmed_count': record.confirmed,
        'dismissed_count': record.dismissed,
        'waiting_count': record.waiting,
        'false': percent(record.dismissed / judged) if judged else MISSING,
        'took': duration(timedelta(seconds=took)) if took is not None else MISSING,
    }
