"""What the slice answers: frozen."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.devices.commands import AlarmId, DeviceId, DeviceKind, DeviceState, NumberedReading, QuarantineId

FLAPPING_FROM = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceView:
    """A device, and what is known of it from its messages."""

    id: DeviceId
    code: str
    name: str
    kind: DeviceKind
    model: str
    firmware: str
    floor_id: int | None
    x_m: float | None
    y_m: float | None
    parent_id: DeviceId | None
    state: DeviceState
    silence_after_s: int
    epoch: int
    is_online: bool
    last_seen_at: datetime | None
    picture: str
    clock_skew: timedelta
    committed_through: int
    missing: int
    readings: int
    open_alarms: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisteredDevice:
    """A new device or a new secret; the secret is shown this once and kept only as a hash."""

    id: DeviceId
    code: str
    username: str
    secret: str

    def __repr__(self) -> str:
        return f'RegisteredDevice(id={self.id}, code={self.code!r}, secret=…)'


@dataclass(frozen=True, slots=True, kw_only=True)
class AlarmView:
    """An alarm; open while `cleared_at` is None."""

    id: AlarmId
    device_id: DeviceId
    device_code: str
    device_name: str
    floor_id: int | None
    kind: str
    detail: str
    started_at: datetime
    opened_at: datetime
    occurrences: int
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    cleared_at: datetime | None

    @property
    def is_flapping(self) -> bool:
        """It came and went again and again within minutes."""
        return self.occurrences >= FLAPPING_FROM


@dataclass(frozen=True, slots=True, kw_only=True)
class FleetView:
    """Device health in a line: how many are meant to work, and how many do."""

    active: int
    online: int
    silent: int
    open_alarms: int
    quarantined: int

    @property
    def is_well(self) -> bool:
        return self.open_alarms == 0 and self.online == self.active


@dataclass(frozen=True, slots=True, kw_only=True)
class QuarantinedView:
    """A message kept aside."""

    id: QuarantineId
    device_code: str
    topic: str
    reason: str
    detail: str
    payload: bytes
    payload_bytes: int
    skew: timedelta
    occurrences: int
    state: str
    received_at: datetime
    last_received_at: datetime

    @property
    def is_truncated(self) -> bool:
        return len(self.payload) < self.payload_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Released:
    """How many quarantined messages an operation touched."""

    count: int


@dataclass(slots=True)
class Admitted:
    """A reading to be recorded now: it is fresh, and its time is corrected by `correction`."""

    device_id: DeviceId
    key: int
    reading: NumberedReading
    correction: timedelta


@dataclass(frozen=True, slots=True)
class Refused:
    """A message, or these readings of it, to be kept in quarantine.

    `is_counted`: their numbers count as received, so that the device may forget them.
    """

    key: int
    reason: str
    detail: str
    seqs: frozenset[int] | None
    is_counted: bool
    skew: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """What became of a batch of messages; `acknowledged` is what each device may forget after the commit.

    `repeated`: the keys of unreadable messages whose numbers had all been received before.
    """

    admitted: list[Admitted]
    refused: list[Refused]
    repeated: frozenset[int]
    duplicates: int
    acknowledged: dict[str, int]
