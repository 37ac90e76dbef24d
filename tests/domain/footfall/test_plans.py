"""No question scans raw rows: PostgreSQL's own plans say which tables it reads."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from domain.footfall import queries
from domain.footfall.commands import Window
from domain.footfall.views import Grain, Mode
from domain.shared.operations import ask
from tests.domain.footfall.conftest import House, local
from tests.domain.footfall.plans import raw_tables_read, tables_read
from tests.domain.footfall.test_recording import a_busy_day, record

NOW = local(2026, 5, 18, 20)
DAY = Window(started_at=local(2026, 5, 18, 4), ended_at=local(2026, 5, 19, 4))
QUESTIONS: dict[str, dict[str, Any]] = {
    'capture_rates': {'now': NOW, 'window': DAY},
    'cockpit_summary': {'now': NOW},
    'compare': {'now': NOW, 'window': DAY, 'mode': Mode.HOLIDAY_ALIGNED},
    'conversion': {'now': NOW, 'window': DAY, 'receipts': 3},
    'coverage_calendar': {'now': NOW, 'first_on': date(2026, 5, 1), 'until_on': date(2026, 5, 19)},
    'curve_15min': {'now': NOW},
    'door_ranking': {'now': NOW},
    'dwell_by_zone': {'now': NOW, 'window': DAY},
    'export_rows': {'now': NOW, 'window': DAY, 'grain': Grain.MINUTE},
    'flows': {'now': NOW, 'window': DAY},
    'heat_map': {'now': NOW, 'window': DAY, 'floor_id': 1},
    'line_versions': {'line_id': 1},
    'list_annotations': {'window': DAY},
    'list_audits': {},
    'list_gaps': {'now': NOW, 'window': DAY},
    'list_imputations': {'now': NOW, 'window': DAY},
    'list_lines': {},
    'list_masks': {'window': DAY},
    'list_zones': {},
    'occupancy_by_floor': {'now': NOW},
    'series': {'now': NOW, 'window': DAY, 'grain': Grain.MINUTE},
    'staff_removed': {'now': NOW, 'window': DAY},
    'zone_versions': {'zone_id': 1},
}


def test_every_question_is_asked_here() -> None:
    assert set(QUESTIONS) == set(queries.__all__)


@pytest.mark.parametrize('name', QUESTIONS)
def test_no_question_reads_raw_rows(house: House, name: str) -> None:
    question: Callable[..., Any] = getattr(queries, name)

    found = raw_tables_read(lambda: ask(question, actor=house.system, **QUESTIONS[name]))

    assert found == set()


def test_reading_raw_rows_would_be_noticed(house: House) -> None:
    for readings in a_busy_day(house, 40, 1).values():
        record(house, readings)

    assert any(table.startswith('footfall_stay') for table in tables_read(lambda: _look(house)))


def _look(house: House) -> None:
    with house.transaction() as session:
        session.execute(text('SELECT count(*) FROM footfall_stay WHERE mall_id = :m'), {'m': house.mall_id})
