"""Hanging cameras: one with the line that it will count, or the demo's own, which are drawn by code and watch alone."""

from dataclasses import dataclass
from datetime import datetime

from domain.devices.commands import DeviceKind, RegisterDevice
from domain.devices.operations import register_device
from domain.footfall.commands import DefineLine, EntranceKind, LineRole
from domain.footfall.operations import define_line
from domain.mall.queries import get_floor_plan, list_floors
from domain.shared.actor import Actor
from domain.shared.database import Session
from domain.shared.errors import Invalid
from domain.shared.operations import operation
from domain.shared.permissions import UPKEEP

LINE_M = 4.0
LINE_AHEAD_M = 12.0  # before the drawn cameras


@dataclass(frozen=True, slots=True)
class DrawnCamera:
    """A demo camera: its code, its name, the floor it hangs on, where, and what it watches for."""

    code: str
    name: str
    floor: str
    at: tuple[float, float]
    options: str
    hazards: tuple[tuple[str, str], ...]


# They look up the sheet from where they hang; one bin burns every half hour, so that somebody has something to verify.
DRAWN = (
    DrawnCamera(
        'view-f1-atrium',
        'F1 中庭',
        'F1',
        (92.0, 70.0),
        'people=10',
        (('atrium-density', 'density'), ('smoke', 'smoke')),
    ),
    DrawnCamera(
        'view-f2-gallery', 'F2 连廊', 'F2', (60.0, 62.0), 'people=6', (('left', 'abandoned'), ('fall', 'fall'))
    ),
    DrawnCamera(
        'view-b1-metro', 'B1 地铁口', 'B1', (103.0, 55.0), 'people=12', (('smoke', 'smoke'), ('flame', 'flame'))
    ),
    DrawnCamera(
        'view-f4-food',
        'F4 餐饮街',
        'F4',
        (92.0, 60.0),
        'people=7&flame=1800',
        (('kitchen-flame', 'flame'), ('kitchen-smoke', 'smoke')),
    ),
)


@dataclass(frozen=True, slots=True)
class Hung:
    """The camera as the broker knows it; the secret is shown this once."""

    id: int
    camera: str
    line: str
    username: str
    secret: str

    def __repr__(self) -> str:
        return f'Hung(camera={self.camera!r}, line={self.line!r}, secret=…)'


@operation(UPKEEP, name='demo.hang_drawn_cameras')
def hang_drawn_cameras(session: Session, *, actor: Actor, now: datetime) -> int:
    """Registers the demo's drawn cameras on the floors that there are; answers how many."""
    floors = {floor.code: floor.id for floor in list_floors(session, actor=actor)}
    hung = [camera for camera in DRAWN if camera.floor in floors]
    for camera in hung:
        x, y = camera.at
        command = RegisterDevice(
            code=camera.code, name=camera.name, kind=DeviceKind.CAMERA, floor_id=floors[camera.floor], x_m=x, y_m=y
        )
        device = register_device(session, actor=actor, command=command, now=now)
        line = DefineLine(
            code=_line_of(camera),
            name_zh=f'{camera.name} 通道',
            name_en=f'Way at {camera.code}',
            role=LineRole.PASSING,  # people who pass by here enter nothing: the mall's own figures stay as they are
            floor_id=floors[camera.floor],
            device_id=device.id,
            start=(x - LINE_M, y - LINE_AHEAD_M),
            end=(x + LINE_M, y - LINE_AHEAD_M),
        )
        define_line(session, actor=actor, command=line, now=now)
    return len(hung)


def drawn_cameras_file() -> str:
    """The vision service's configuration of the drawn cameras, as TOML."""
    return '\n'.join(['# Cameras of the vision service; see docs/vision.md.', *(_drawn(camera) for camera in DRAWN)])


def _drawn(camera: DrawnCamera) -> str:
    zone = '[[0.1, 0.45], [0.9, 0.45], [0.95, 0.95], [0.05, 0.95]]'
    hazards = ',\n'.join(
        f'  {{ code = "{code}", kind = "{kind}"{", points = " + zone if kind in ("density", "inflow") else ""} }}'
        for code, kind in camera.hazards
    )
    points, metres = _floor_under(camera)
    return (
        f'\n[[cameras]]\ncode = "{camera.code}"\nsource = "drawn:{camera.code}?{camera.options}"\n'
        f'lines = [{{ code = "{_line_of(camera)}", points = [[0.1, 0.67], [0.9, 0.67]] }}]\n'
        f'hazards = [\n{hazards},\n]\n[cameras.calibration]\npoints = {points}\nmetres = {metres}\n'
    )


def _line_of(camera: DrawnCamera) -> str:
    return f'way-{camera.code}'


def _floor_under(camera: DrawnCamera) -> tuple[list[list[float]], list[list[float]]]:
    """Five points of the drawn floor, as a person would click them (see `vision_service/sources/drawn.py`)."""
    seen = ((-4.0, 8.0), (4.0, 8.0), (4.0, 20.0), (-4.0, 20.0), (0.0, 12.0))
    points = [[round(0.5 + 520 * x / z / 640, 5), round(0.16 + 520 * 4.2 / z / 360, 5)] for x, z in seen]
    return points, [[camera.at[0] + x, camera.at[1] - z] for x, z in seen]


@operation(UPKEEP, name='demo.hang_camera')
def hang_camera(session: Session, *, actor: Actor, camera: str, line: str, floor: str, now: datetime) -> Hung:
    """Registers a camera and starts its line as an entrance, drawn across the middle of the floor.

    :raises Invalid: when there is no such floor.
    :raises CodeTaken: when the line's code is in use.
    """
    found = next((each for each in list_floors(session, actor=actor) if each.code == floor), None)
    if found is None:
        raise Invalid(field='floor', reason=f'there is no floor {floor}')
    left, top, right, bottom = get_floor_plan(session, actor=actor, floor_id=found.id).extent
    x, y = (left + right) / 2, (top + bottom) / 2
    device = register_device(
        session,
        actor=actor,
        command=RegisterDevice(code=camera, kind=DeviceKind.CAMERA, floor_id=found.id, x_m=x, y_m=y),
        now=now,
    )
    command = DefineLine(
        code=line,
        name_zh=f'摄像机 {camera}',
        name_en=f'Camera {camera}',
        role=LineRole.ENTRANCE,
        entrance_kind=EntranceKind.STREET,
        floor_id=found.id,
        device_id=device.id,
        start=(x - LINE_M / 2, y),
        end=(x + LINE_M / 2, y),
    )
    define_line(session, actor=actor, command=command, now=now)
    return Hung(device.id, device.code, line, device.username, device.secret)
