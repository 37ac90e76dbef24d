"""Hanging a camera: its device, and the line that it will count, so that `atrium vision run` can report somewhere."""

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
