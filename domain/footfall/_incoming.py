"""Readings as rows to copy: resolved to versions and business days, or rejected with a reason."""

import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar

import orjson

from domain.footfall import _copying as wire
from domain.footfall._places import LineVersionFact, Masks, Timeline, ZoneVersionFact
from domain.footfall._rules.flicker import is_confirmed
from domain.footfall._rules.heat import to_floor_grid
from domain.footfall._rules.staff import StaffMethodUnknown, mask_of
from domain.footfall._rules.tokens import day_key, stored_token
from domain.footfall.commands import CrossingReading, DeviceState, HealthReading, PresenceReading, VisitReading
from domain.footfall.views import Rejected
from domain.shared.business_time import BusinessClock

R = TypeVar('R', CrossingReading, VisitReading, PresenceReading, HealthReading)

LONGEST_STAY = timedelta(hours=24)
LONGEST_MINUTE_S = 60.0
LARGEST_CELL_M = 20.0
FARTHEST_CELL = 1_600  # times the largest cell this still is a small integer of metres
MOST_PERSON_SECONDS = 1_000_000.0
_EIGHT_BYTES = struct.pack('>i', 8)
_BANDS = {None: 0, 'adult': 1, 'child': 2}
_DIRECTIONS = {'in': 1, 'out': -1}
# A crossing's row but for its two tokens, packed at one go: this is the hottest line of the platform.
_CROSSING = struct.Struct('>h' + 'iq' * 5 + 'ii' + 'iq' + 'ih' * 3 + 'i?').pack


class Unrecordable(ValueError):
    """A reading that cannot be recorded, with the code of the reason."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code


@dataclass(slots=True)
class Batch(Generic[R]):
    """What became of encoding a batch."""

    rows: list[bytes] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)


def encode(readings: Sequence[R], one: Callable[[R], bytes]) -> Batch[R]:
    """Encodes each reading; one that cannot be recorded does not hold up the others."""
    batch: Batch[R] = Batch()
    for reading in readings:
        try:
            batch.rows.append(one(reading))
        except (Unrecordable, StaffMethodUnknown) as problem:
            code = getattr(problem, 'code', 'footfall.reading_invalid')
            batch.rejected.append(
                Rejected(device_id=reading.device_id, seq=reading.seq, code=code, reason=str(problem))
            )
    return batch


class Days:
    """The business day of an instant and its token key, remembered from reading to reading."""

    def __init__(self, clock: BusinessClock, mall_id: int) -> None:
        self._clock = clock
        self._mall_id = mall_id
        self._start = self._end = 0
        self.number = 0
        self.encoded = b''
        self.key = b''

    def enter(self, moment: int) -> None:
        """Moves to the business day that holds a moment."""
        if self._start <= moment < self._end:
            return
        day = self._clock.business_on(wire.from_microseconds(moment))
        self._start, self._end = (wire.microseconds(bound) for bound in self._clock.bounds(day))
        self.number = wire.days(day)
        self.encoded = wire.int4(self.number)
        self.key = day_key(self._mall_id, day)

    def token(self, token: str | None) -> bytes:
        """A token as it is stored on this day."""
        return wire.NULL if token is None else _EIGHT_BYTES + stored_token(token, self.key)


class CrossingEncoder:
    """Crossings as rows of `INCOMING_CROSSING`."""

    def __init__(self, days: Days, lines: dict[str, Timeline[LineVersionFact]], masks: Masks) -> None:
        self._days = days
        self._lines = lines
        self._masks = masks

    def __call__(self, reading: CrossingReading) -> bytes:
        occurred = wire.microseconds(reading.occurred_at)
        line = self._line(reading.line, occurred)
        if not is_confirmed(reading.track):
            raise Unrecordable('footfall.reading_invalid', f'track {reading.track!r} is not confirmed')
        self._days.enter(occurred)
        reported = reading.reported_at
        whole = _CROSSING(
            13,  # fields; before each of them stands its size in bytes
            *(8, reading.device_id, 8, reading.seq),
            *(8, occurred if reported is None else wire.microseconds(reported)),
            *(8, wire.microseconds(reading.received_at), 8, occurred, 4, self._days.number, 8, line.id),
            *(2, _DIRECTIONS[reading.direction], 2, _BANDS[reading.band]),
            *(2, mask_of(reading.staff) if reading.staff else 0),
            *(1, bool(self._masks) and self._masks.cover(occurred, line)),
        )
        return whole + self._days.token(reading.track) + self._days.token(reading.group)

    def _line(self, code: str, moment: int) -> LineVersionFact:
        timeline = self._lines.get(code)
        line = timeline.at(moment) if timeline else None
        if line is None:
            raise Unrecordable(
                'footfall.line_unknown', f'no counting line {code!r} at {wire.from_microseconds(moment)}'
            )
        return line


class StayEncoder:
    """Stays as rows of `INCOMING_STAY`. A stay belongs to the day on which it began."""

    def __init__(self, days: Days, zones: dict[str, Timeline[ZoneVersionFact]]) -> None:
        self._days = days
        self._zones = zones

    def __call__(self, reading: VisitReading) -> bytes:
        if not timedelta(0) <= reading.left_at - reading.entered_at <= LONGEST_STAY:
            raise Unrecordable('footfall.reading_invalid', f'stay from {reading.entered_at} to {reading.left_at}')
        if not is_confirmed(reading.track):
            raise Unrecordable('footfall.reading_invalid', f'track {reading.track!r} is not confirmed')
        entered = wire.microseconds(reading.entered_at)
        timeline = self._zones.get(reading.zone)
        zone = timeline.at(entered) if timeline else None
        if zone is None:
            raise Unrecordable('footfall.zone_unknown', f'no counting zone {reading.zone!r} at {reading.entered_at}')
        self._days.enter(entered)
        return wire.row(
            *_envelope(reading, reading.left_at),
            self._days.encoded,
            wire.int8(zone.id),
            self._days.token(reading.track),
            wire.int8(entered),
            wire.int8(wire.microseconds(reading.left_at)),
            wire.int2(mask_of(reading.staff)),
        )


class PresenceEncoder:
    """Presence as rows of `INCOMING_PRESENCE`, on the floor's grid."""

    def __init__(self, days: Days, floors: Mapping[str, int]) -> None:
        self._days = days
        self._floors = floors

    def __call__(self, reading: PresenceReading) -> bytes:
        floor_id = self._floors.get(reading.floor)
        if floor_id is None:
            raise Unrecordable('footfall.floor_unknown', f'no floor {reading.floor!r}')
        if not (0 < reading.cell_m <= LARGEST_CELL_M and all(_is_on_a_floor(*cell) for cell in reading.cells)):
            raise Unrecordable('footfall.reading_invalid', f'cells of {reading.cell_m} m, or one off any floor')
        occurred = wire.microseconds(reading.occurred_at)
        self._days.enter(occurred)
        cells = [[ix, iy, round(seconds * 100)] for ix, iy, seconds in to_floor_grid(reading.cells, reading.cell_m)]
        return wire.row(
            *_envelope(reading, reading.occurred_at),
            wire.int8(occurred),
            self._days.encoded,
            wire.int8(floor_id),
            wire.jsonb(orjson.dumps(cells)),
        )


class HealthEncoder:
    """Health as rows of `INCOMING_HEALTH`. A frozen or blind minute was not observed, whatever it claims (FT-R12)."""

    def __init__(self, days: Days) -> None:
        self._days = days

    def __call__(self, reading: HealthReading) -> bytes:
        if not 0 <= reading.observed_s <= LONGEST_MINUTE_S:
            raise Unrecordable('footfall.reading_invalid', f'{reading.observed_s} s observed of a minute')
        state = DeviceState(reading.state)
        claimed = round(reading.observed_s * 1000)
        observed, frozen = (claimed, 0) if state is DeviceState.OK else (0, round(LONGEST_MINUTE_S * 1000))
        occurred = wire.microseconds(reading.occurred_at)
        self._days.enter(occurred)
        return wire.row(
            *_envelope(reading, reading.occurred_at),
            wire.int8(occurred),
            self._days.encoded,
            wire.int4(observed),
            wire.int4(frozen),
            wire.text(state.value),
        )


def _is_on_a_floor(ix: int, iy: int, seconds: float) -> bool:
    """Whether a cell lies where a floor can be and holds a time that people can spend in a minute."""
    return abs(ix) <= FARTHEST_CELL and abs(iy) <= FARTHEST_CELL and 0 <= seconds <= MOST_PERSON_SECONDS


def _envelope(reading: VisitReading | PresenceReading | HealthReading, default: datetime) -> tuple[bytes, ...]:
    """device_id, seq, reported_at, received_at: the same in every raw table."""
    return (
        wire.int8(reading.device_id),
        wire.int8(reading.seq),
        wire.int8(wire.microseconds(reading.reported_at or default)),
        wire.int8(wire.microseconds(reading.received_at.astimezone(UTC))),
    )
