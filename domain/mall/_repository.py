"""The statements of an import: one upsert per table, whatever the size of the plan."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import delete, func, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session, SQLModel, select

from domain.mall._document import DoorPart, FloorPart, HoursPart, PlanDocument, UnitPart
from domain.mall.models import (
    Building,
    Connector,
    Door,
    Floor,
    HoursException,
    TradeCategory,
    Unit,
    WeeklyHours,
    Zone,
)

Row = dict[str, Any]
FIRST_DAY = date(2000, 1, 1)


class PlanWriter:
    """Writes one plan into one mall, floor by floor; `retired` counts what the plan no longer names."""

    def __init__(self, session: Session, mall_id: int) -> None:
        self.session = session
        self.mall_id = mall_id
        self.retired = 0

    def write(self, plan: PlanDocument) -> None:
        self._upsert(TradeCategory, [_named(category) for category in plan.categories], returns_id=False)
        floors = self._write_floors(plan)
        units = self._write_units(floors)
        zones = self._upsert(Zone, [
            {**_named(zone), 'kind': zone.kind, 'floor_id': floor_id, 'geometry': zone.geometry.model_dump()}
            for floor_id, floor in floors for zone in floor.zones
        ])  # fmt: skip
        connectors = self._upsert(Connector, [{**_named(c), 'kind': c.kind} for c in plan.connectors])
        doors = self._upsert(Door, [
            _door(door, floor_id, units, connectors) for floor_id, floor in floors for door in floor.doors
        ])  # fmt: skip
        kept = ((Unit, units), (Zone, zones), (Connector, connectors), (Door, doors))
        self.retired = sum(self._retire(model, codes.values()) for model, codes in kept)
        self.retired += self._retire(Floor, [floor_id for floor_id, _ in floors])
        self._write_hours(plan, units)

    def _write_floors(self, plan: PlanDocument) -> list[tuple[int, FloorPart]]:
        buildings = self._upsert(Building, [_named(building) for building in plan.buildings])
        found = []
        for building in plan.buildings:
            rows = [{**_floor(floor), 'building_id': buildings[building.code]} for floor in building.floors]
            ids = self._upsert(Floor, rows, keys=('mall_id', 'building_id', 'code'))
            found += [(ids[floor.code], floor) for floor in building.floors]
        return found

    def _write_units(self, floors: Sequence[tuple[int, FloorPart]]) -> dict[str, int]:
        return self._upsert(Unit, [_unit(unit, floor_id) for floor_id, floor in floors for unit in floor.units])

    def _write_hours(self, plan: PlanDocument, units: Mapping[str, int]) -> None:
        """The plan's hours are the beginning; once there are any, people have the say."""
        known = select(func.count()).select_from(WeeklyHours).where(WeeklyHours.mall_id == self.mall_id)
        if self.session.exec(known).one():
            return
        rows = [self._week_row(None, part, day) for part in plan.hours.weekly for day in part.weekdays]
        for floor in plan.floors():
            for unit in floor.units:
                rows += [self._week_row(units[unit.code], p, day) for p in unit.hours or () for day in p.weekdays]
        self.session.execute(insert(WeeklyHours), rows)
        exceptions = [
            {'mall_id': self.mall_id, 'happens_on': e.on, **e.model_dump(exclude={'on'})} for e in plan.hours.exceptions
        ]
        if exceptions:
            self.session.execute(insert(HoursException).on_conflict_do_nothing(), exceptions)

    def _week_row(self, unit_id: int | None, part: HoursPart, weekday: int) -> Row:
        return {
            'mall_id': self.mall_id, 'unit_id': unit_id, 'valid_from': FIRST_DAY, 'weekday': weekday,
            'opens': part.opens, 'closes': part.closes,
        }  # fmt: skip

    def _upsert(
        self,
        model: type[SQLModel],
        rows: list[Row],
        *,
        keys: Sequence[str] = ('mall_id', 'code'),
        returns_id: bool = True,
    ) -> dict[str, int]:
        """Inserts or updates by code; answers the id of each code."""
        if not rows:
            return {}
        has_flag = hasattr(model, 'is_active')
        full = [{'mall_id': self.mall_id, **row, **({'is_active': True} if has_flag else {})} for row in rows]
        statement = insert(model).values(full)
        changed = {name: statement.excluded[name] for name in full[0] if name not in keys}
        upsert = statement.on_conflict_do_update(index_elements=list(keys), set_=changed)
        table = model.__table__  # type: ignore[attr-defined]
        if not returns_id:
            self.session.execute(upsert)
            return {}
        return {row.code: row.id for row in self.session.execute(upsert.returning(table.c.code, table.c.id))}

    def _retire(self, model: type[SQLModel], kept: Iterable[int]) -> int:
        table = model.__table__  # type: ignore[attr-defined]
        gone = update(table).where(
            table.c.mall_id == self.mall_id, table.c.is_active, table.c.id.not_in(list(kept)),
        ).values(is_active=False)  # fmt: skip
        return int(self.session.execute(gone).rowcount)  # type: ignore[attr-defined]


def replace_week(session: Session, mall_id: int, unit_id: int | None, valid_from: date, rows: list[Row]) -> None:
    """The hours that begin on a day, instead of any entered before for the same day."""
    same_unit = WeeklyHours.unit_id.is_(None) if unit_id is None else WeeklyHours.unit_id == unit_id  # type: ignore[union-attr]
    session.execute(delete(WeeklyHours).where(
        WeeklyHours.mall_id == mall_id, same_unit, WeeklyHours.valid_from == valid_from,  # type: ignore[arg-type]
    ))  # fmt: skip
    session.execute(insert(WeeklyHours), rows)


def put_exceptions(session: Session, rows: list[Row]) -> None:
    """One exception per day and unit; the newest word wins."""
    statement = insert(HoursException).values(rows)
    changed = {name: statement.excluded[name] for name in ('opens', 'closes', 'reason_zh', 'reason_en')}
    session.execute(statement.on_conflict_do_update(
        index_elements=['mall_id', text('coalesce(unit_id, 0)'), 'happens_on'], set_=changed,
    ))  # fmt: skip


def _named(part: Any) -> Row:
    return {'code': part.code, 'name_zh': part.name_zh, 'name_en': part.name_en}


def _floor(floor: FloorPart) -> Row:
    return {
        **_named(floor), 'level': floor.level, 'elevation_m': floor.elevation_m, 'outline': floor.outline.model_dump(),
        'fixtures': floor.fixtures, 'walk': floor.walk.model_dump(),
    }  # fmt: skip


def _unit(unit: UnitPart, floor_id: int) -> Row:
    return {
        **_named(unit), 'floor_id': floor_id, 'number': unit.number, 'kind': unit.kind, 'category': unit.category,
        'area_m2': unit.area_m2, 'label_x': unit.label_at[0], 'label_y': unit.label_at[1],
        'passby_zone': unit.passby_zone, 'geometry': unit.geometry.model_dump(),
    }  # fmt: skip


def _door(door: DoorPart, floor_id: int, units: Mapping[str, int], connectors: Mapping[str, int]) -> Row:
    return {
        **_named(door), 'floor_id': floor_id, 'kind': door.kind, 'x': door.at[0], 'y': door.at[1],
        'line': [list(end) for end in door.line], 'inward': list(door.inward),
        'unit_id': units[door.unit] if door.unit else None,
        'connector_id': connectors[door.connector] if door.connector else None,
    }  # fmt: skip
