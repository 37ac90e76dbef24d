"""What happened to devices."""

from dataclasses import dataclass
from typing import ClassVar

from domain.shared.events import Event


@dataclass(frozen=True, kw_only=True)
class DeviceRegistered(Event):
    """A device became known."""

    name: ClassVar[str] = 'devices.device_registered'
    device_id: int
    code: str


@dataclass(frozen=True, kw_only=True)
class DeviceFellSilent(Event):
    """Nothing was heard of a device for longer than it may be silent."""

    name: ClassVar[str] = 'devices.device_fell_silent'
    device_id: int
