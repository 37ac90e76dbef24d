"""A small building with lines and zones to count at, and a transaction in its mall."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import psycopg
import pytest
from sqlmodel import Session

from domain.footfall import operations
from domain.footfall.commands import DefineLine, DefineZone, EntranceKind, LineRole, ZoneKind
from domain.footfall.views import LineView, ZoneView
from domain.shared.actor import Actor, MallId, system_actor
from domain.shared.database import Scope, transaction
from domain.shared.operations import perform
from tests.conftest import Database

LONG_AGO = datetime(2024, 1, 1, tzinfo=UTC)
SHANGHAI = ZoneInfo('Asia/Shanghai')


def local(*parts: int) -> datetime:
    """An instant by the mall's clocks."""
    return datetime(*parts, tzinfo=SHANGHAI)


@dataclass(frozen=True)
class House:
    """A mall of two floors: two entrances, an escalator landing, a shop with a door, a passer-by line and zones."""

    mall_id: MallId
    floors: dict[str, int]
    units: dict[str, int]
    devices: dict[str, int]
    lines: dict[str, LineView]
    zones: dict[str, ZoneView]

    @property
    def system(self) -> Actor:
        return system_actor('test', self.mall_id)

    def transaction(self) -> AbstractContextManager[Session]:
        return transaction(Scope(mall_id=self.mall_id, actor_name='test'))


@pytest.fixture
def house(database: Database) -> House:
    """A fresh mall for each test, so that tests cannot see each other's people."""
    return build_house(database)


@pytest.fixture
def make_house(database: Database) -> Callable[[], House]:
    """Makes as many malls as a test (or hypothesis) wants."""
    return lambda: build_house(database)


_numbers = iter(range(1, 1_000_000))


def build_house(database: Database) -> House:
    number = next(_numbers)
    with psycopg.connect(database.owner_url, autocommit=True) as connection:
        mall_id = _insert_mall(connection, f'house-{number}')
        floors = {code: insert_floor(connection, mall_id, code, level) for code, level in (('F1', 1), ('F2', 2))}
        units = {code: insert_unit(connection, mall_id, floors['F1'], code) for code in ('f1-01', 'f1-02')}
    devices = {name: number * 100 + place for place, name in enumerate(('east', 'west', 'stairs', 'shop', 'way'), 1)}
    system = system_actor('test', mall_id)
    lines = {command.code: perform(operations.define_line, actor=system, command=command)
             for command in _line_commands(floors, units, devices)}  # fmt: skip
    zones = {command.code: perform(operations.define_zone, actor=system, command=command)
             for command in _zone_commands(floors, units, devices)}  # fmt: skip
    return House(mall_id, floors, units, devices, lines, zones)


def _line_commands(floors: dict[str, int], units: dict[str, int], devices: dict[str, int]) -> list[DefineLine]:
    def line(code: str, role: LineRole, floor: str, device: str, unit: str | None = None) -> DefineLine:
        return DefineLine(
            code=code, name_zh=code, name_en=code, role=role, floor_id=floors[floor], device_id=devices[device],
            entrance_kind=EntranceKind.STREET if role is LineRole.ENTRANCE else None,
            unit_id=units[unit] if unit else None, start=(0.0, 0.0), end=(4.0, 0.0), valid_from=LONG_AGO,
        )  # fmt: skip

    return [
        line('door-east', LineRole.ENTRANCE, 'F1', 'east'),
        line('door-west', LineRole.ENTRANCE, 'F1', 'west'),
        line('stairs-f2', LineRole.PASSAGE, 'F2', 'stairs'),
        line('shop-a', LineRole.SHOP, 'F1', 'shop', 'f1-01'),
        line('shop-b', LineRole.SHOP, 'F1', 'shop', 'f1-02'),
        line('pass-a', LineRole.PASSING, 'F1', 'way', 'f1-01'),
    ]


def _zone_commands(floors: dict[str, int], units: dict[str, int], devices: dict[str, int]) -> list[DefineZone]:
    def zone(code: str, kind: ZoneKind, floor: str, x: float, unit: str | None = None) -> DefineZone:
        square = ((x, 0.0), (x + 10, 0.0), (x + 10, 10.0), (x, 10.0))
        return DefineZone(
            code=code, name_zh=code, name_en=code, kind=kind, floor_id=floors[floor], polygon=square,
            unit_id=units[unit] if unit else None, device_id=devices['shop'], valid_from=LONG_AGO,
        )  # fmt: skip

    return [
        zone('zone-a', ZoneKind.SHOP, 'F1', 0.0, 'f1-01'),
        zone('zone-b', ZoneKind.SHOP, 'F1', 20.0, 'f1-02'),
        zone('section', ZoneKind.SECTION, 'F1', 40.0),
        zone('far-west', ZoneKind.SECTION, 'F2', 150.0),
        zone('passing-a', ZoneKind.PASSING, 'F1', 5.0, 'f1-01'),
    ]


def _insert_mall(connection: psycopg.Connection, code: str) -> MallId:
    group_id = _one(
        connection,
        'INSERT INTO mall_group (code, name_zh, name_en) VALUES (%(c)s, %(c)s, %(c)s) RETURNING id',
        {'c': code},
    )
    return MallId(
        _one(
            connection,
            'INSERT INTO mall (group_id, code, name_zh, name_en) VALUES (%(g)s, %(c)s, %(c)s, %(c)s) RETURNING id',
            {'g': group_id, 'c': code},
        )
    )


def insert_floor(connection: psycopg.Connection, mall_id: int, code: str, level: int) -> int:
    parameters = {'m': mall_id, 'c': code, 'l': level, 'b': _building(connection, mall_id)}
    return _one(
        connection,
        'INSERT INTO floor (mall_id, building_id, code, name_zh, name_en, level, elevation_m, outline, fixtures, walk)'
        " VALUES (%(m)s, %(b)s, %(c)s, %(c)s, %(c)s, %(l)s, 0, '{}', '[]', '{}') RETURNING id",
        parameters,
    )


def _building(connection: psycopg.Connection, mall_id: int) -> int:
    found = connection.execute('SELECT id FROM building WHERE mall_id = %s', [mall_id]).fetchone()
    if found:
        return int(found[0])
    return _one(
        connection,
        "INSERT INTO building (mall_id, code, name_zh, name_en) VALUES (%(m)s, 'main', '主楼', 'Main') RETURNING id",
        {'m': mall_id},
    )


def insert_unit(connection: psycopg.Connection, mall_id: int, floor_id: int, code: str) -> int:
    connection.execute(
        "INSERT INTO trade_category (mall_id, code, name_zh, name_en) VALUES (%s, 'tea', '茶饮', 'Tea')"
        ' ON CONFLICT DO NOTHING',
        [mall_id],
    )
    return _one(
        connection,
        'INSERT INTO unit (mall_id, floor_id, code, number, kind, category, name_zh, name_en, area_m2, label_x,'
        " label_y, geometry) VALUES (%(m)s, %(f)s, %(c)s, %(c)s, 'shop', 'tea', %(c)s, %(c)s, 100, 0, 0, '{}')"
        ' RETURNING id',
        {'m': mall_id, 'f': floor_id, 'c': code},
    )


def _one(connection: psycopg.Connection, statement: str, parameters: dict[str, object]) -> int:
    row = connection.execute(statement, parameters).fetchone()
    assert row is not None
    return int(row[0])
