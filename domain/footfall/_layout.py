"""Drawing counting lines and zones. A redraw closes one version and opens the next: a new series (FT-R15)."""

import math
from datetime import datetime

from shapely.geometry import Polygon
from sqlmodel import Session, col, func, select

from domain.footfall._line_views import line_view, zone_view
from domain.footfall._rules.sessions import SHORTEST_STAY_S
from domain.footfall.commands import DefineLine, DefineZone, Point, RedrawLine, RedrawZone, RetireLine, RetireZone
from domain.footfall.events import LineRedrawn, ZoneRedrawn
from domain.footfall.models import Line, LineVersion, Zone, ZoneVersion
from domain.footfall.permissions import EDIT_LAYOUT
from domain.footfall.views import LineView, ZoneView
from domain.shared.actor import Actor
from domain.shared.errors import DomainError
from domain.shared.events import emit
from domain.shared.operations import operation

SHORTEST_LINE_M = 0.3


class LineUnknown(DomainError):
    code = 'footfall.line_unknown'
    status = 404
    zh = '没有编号为 {line} 的计数线，或它已停用。'
    en = 'There is no counting line {line}, or it is retired.'


class ZoneUnknown(DomainError):
    code = 'footfall.zone_unknown'
    status = 404
    zh = '没有编号为 {zone} 的计数区，或它已停用。'
    en = 'There is no counting zone {zone}, or it is retired.'


class CodeTaken(DomainError):
    code = 'footfall.code_taken'
    status = 409
    zh = '代码“{taken}”已被使用，请换一个。'
    en = 'The code "{taken}" is in use. Choose another.'


class GeometryInvalid(DomainError):
    code = 'footfall.geometry_invalid'
    status = 422
    zh = '图形不正确：{reason}。'
    en = 'The geometry is not valid: {reason}.'


@operation(EDIT_LAYOUT, name='footfall.define_line')
def define_line(session: Session, *, actor: Actor, command: DefineLine, now: datetime) -> LineView:
    """Starts a counting line.

    :raises CodeTaken:
    :raises GeometryInvalid: when the line is too short to be crossed.
    """
    _require_line(command.start, command.end)
    _require_free(session, Line, actor, command.code)
    line = Line(
        mall_id=_mall(actor),
        code=command.code,
        name_zh=command.name_zh,
        name_en=command.name_en,
        role=command.role.value,
        entrance_kind=command.entrance_kind.value if command.entrance_kind else None,
        floor_id=command.floor_id,
        outer_floor_id=command.outer_floor_id,
        door_id=command.door_id,
        unit_id=command.unit_id,
        created_at=now,
    )
    session.add(line)
    session.flush()
    first = _line_version(line, 1, command.start, command.end, command.device_id, command.valid_from or now, '')
    session.add(first)
    session.flush()
    return line_view(line, first, None)


@operation(EDIT_LAYOUT, name='footfall.redraw_line')
def redraw_line(session: Session, *, actor: Actor, command: RedrawLine, now: datetime) -> LineView:
    """Gives a line a new geometry or camera from now on. What was counted keeps its old version.

    :raises LineUnknown:
    :raises GeometryInvalid:
    """
    _require_line(command.start, command.end)
    line, current = _line_for_update(session, actor, command.line_id)
    current.valid_until = max(now, current.valid_from)
    session.flush()
    version = _line_version(
        line, current.version + 1, command.start, command.end, command.device_id, current.valid_until, command.reason
    )
    session.add(version)
    session.flush()
    emit(session, LineRedrawn(mall_id=line.mall_id, occurred_at=now, line_id=line.id, series=version.version))
    return line_view(line, version, None)


@operation(EDIT_LAYOUT, name='footfall.retire_line')
def retire_line(session: Session, *, actor: Actor, command: RetireLine, now: datetime) -> LineView:
    """Ends a line's counting; readings that happened later are rejected, its history stays.

    :raises LineUnknown:
    """
    line, current = _line_for_update(session, actor, command.line_id)
    line.retired_at = now
    current.valid_until = max(now, current.valid_from)
    session.flush()
    return line_view(line, current, None)


@operation(EDIT_LAYOUT, name='footfall.define_zone')
def define_zone(session: Session, *, actor: Actor, command: DefineZone, now: datetime) -> ZoneView:
    """Starts a counting zone.

    :raises CodeTaken:
    :raises GeometryInvalid: when the polygon crosses itself or encloses nothing.
    """
    _require_free(session, Zone, actor, command.code)
    zone = Zone(
        mall_id=_mall(actor),
        code=command.code,
        name_zh=command.name_zh,
        name_en=command.name_en,
        kind=command.kind.value,
        floor_id=command.floor_id,
        unit_id=command.unit_id,
        min_stay_s=SHORTEST_STAY_S[command.kind] if command.min_stay_s is None else command.min_stay_s,
        created_at=now,
    )
    session.add(zone)
    session.flush()
    first = _zone_version(zone, 1, command.polygon, command.device_id, command.valid_from or now, '')
    session.add(first)
    session.flush()
    return zone_view(zone, first)


@operation(EDIT_LAYOUT, name='footfall.redraw_zone')
def redraw_zone(session: Session, *, actor: Actor, command: RedrawZone, now: datetime) -> ZoneView:
    """Gives a zone a new polygon or camera from now on: a new series.

    :raises ZoneUnknown:
    :raises GeometryInvalid:
    """
    zone, current = _zone_for_update(session, actor, command.zone_id)
    current.valid_until = max(now, current.valid_from)
    session.flush()
    version = _zone_version(
        zone, current.version + 1, command.polygon, command.device_id, current.valid_until, command.reason
    )
    session.add(version)
    session.flush()
    emit(session, ZoneRedrawn(mall_id=zone.mall_id, occurred_at=now, zone_id=zone.id, series=version.version))
    return zone_view(zone, version)


@operation(EDIT_LAYOUT, name='footfall.retire_zone')
def retire_zone(session: Session, *, actor: Actor, command: RetireZone, now: datetime) -> ZoneView:
    """Ends a zone's counting.

    :raises ZoneUnknown:
    """
    zone, current = _zone_for_update(session, actor, command.zone_id)
    zone.retired_at = now
    current.valid_until = max(now, current.valid_from)
    session.flush()
    return zone_view(zone, current)


def _mall(actor: Actor) -> int:
    assert actor.mall_id is not None, 'the session could not have been opened'
    return actor.mall_id


def _require_free(session: Session, table: type[Line] | type[Zone], actor: Actor, code: str) -> None:
    taken = session.exec(select(func.count()).where(table.mall_id == actor.mall_id, table.code == code)).one()
    if taken:
        raise CodeTaken(taken=code)


def _require_line(start: Point, end: Point) -> None:
    if not all(math.isfinite(part) for part in (*start, *end)) or math.dist(start, end) < SHORTEST_LINE_M:
        raise GeometryInvalid(reason=f'a line needs at least {SHORTEST_LINE_M} m')


def _line_for_update(session: Session, actor: Actor, line_id: int) -> tuple[Line, LineVersion]:
    line = session.exec(select(Line).where(Line.mall_id == actor.mall_id, Line.id == line_id).with_for_update()).first()
    if line is None or line.retired_at is not None:
        raise LineUnknown(line=line_id)
    version = select(LineVersion).where(LineVersion.line_id == line.id, col(LineVersion.valid_until).is_(None))
    return line, session.exec(version).one()


def _zone_for_update(session: Session, actor: Actor, zone_id: int) -> tuple[Zone, ZoneVersion]:
    zone = session.exec(select(Zone).where(Zone.mall_id == actor.mall_id, Zone.id == zone_id).with_for_update()).first()
    if zone is None or zone.retired_at is not None:
        raise ZoneUnknown(zone=zone_id)
    version = select(ZoneVersion).where(ZoneVersion.zone_id == zone.id, col(ZoneVersion.valid_until).is_(None))
    return zone, session.exec(version).one()


def _line_version(
    line: Line, version: int, start: Point, end: Point, device_id: int | None, valid_from: datetime, reason: str
) -> LineVersion:
    return LineVersion(
        mall_id=line.mall_id,
        line_id=line.id,
        version=version,
        device_id=device_id,
        start_x=start[0],
        start_y=start[1],
        end_x=end[0],
        end_y=end[1],
        valid_from=valid_from,
        reason=reason,
    )


def _zone_version(
    zone: Zone, version: int, points: tuple[Point, ...], device_id: int | None, valid_from: datetime, reason: str
) -> ZoneVersion:
    polygon = _polygon(points)
    middle = polygon.centroid
    return ZoneVersion(
        mall_id=zone.mall_id,
        zone_id=zone.id,
        version=version,
        device_id=device_id,
        polygon=[[x, y] for x, y in points],
        centre_x=middle.x,
        centre_y=middle.y,
        reach_m=max(math.dist((middle.x, middle.y), point) for point in points),
        valid_from=valid_from,
        reason=reason,
    )


def _polygon(points: tuple[Point, ...]) -> Polygon:
    if len(points) < 3 or not all(math.isfinite(part) for point in points for part in point):
        raise GeometryInvalid(reason='a polygon needs three points')
    polygon = Polygon(points)
    if not polygon.is_valid or polygon.area <= 0:
        raise GeometryInvalid(reason='the polygon crosses itself or encloses nothing')
    return polygon
