"""Inputs of utilities, validated and frozen."""

from datetime import date, datetime, time
from enum import StrEnum
from typing import Annotated, Literal, NewType

from pydantic import AwareDatetime, Field
from pydantic.dataclasses import dataclass

from domain.shared.actor import TenantId

MeterId = NewType('MeterId', int)
ReadingId = NewType('ReadingId', int)
TariffId = NewType('TariffId', int)

Code = Annotated[str, Field(pattern=r'^[A-Za-z0-9._-]{1,64}$')]
Milli = Annotated[int, Field(ge=0)]
Words = Annotated[str, Field(min_length=1, max_length=200)]
Utility = Literal['electricity', 'water', 'gas', 'heat', 'cooling']


class ReadingKind(StrEnum):
    ACTUAL = 'actual'
    ESTIMATE = 'estimate'
    ROLLOVER = 'rollover'  # an actual reading after the register passed its end
    REMOVED = 'removed'  # the last of the old meter
    INSTALLED = 'installed'  # the first of the new one, seldom zero


class LossPolicy(StrEnum):
    PRO_RATA = 'pro_rata'  # 按分表用量分摊
    LANDLORD = 'landlord'  # 业主承担


class Slot(StrEnum):
    SHARP = 'sharp'
    PEAK = 'peak'
    FLAT = 'flat'
    VALLEY = 'valley'


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterMeter:
    """`digits` before the point tell where the register rolls over; `multiplier` is the CT ratio."""

    code: Code
    utility: Utility
    digits: Annotated[int, Field(ge=3, le=9)] = 6
    multiplier: Annotated[int, Field(ge=1, le=10_000)] = 1
    parent_id: MeterId | None = None
    loss_policy: LossPolicy = LossPolicy.LANDLORD
    place: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class NewReading:
    """What somebody or something read. `photo` names the picture that proves it."""

    meter_code: Code
    read_at: AwareDatetime
    register_milli: Milli
    kind: Literal[ReadingKind.ACTUAL, ReadingKind.ESTIMATE, ReadingKind.ROLLOVER] = ReadingKind.ACTUAL
    photo: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReadings:
    source: Literal['mqtt', 'file', 'hand']
    readings: Annotated[tuple[NewReading, ...], Field(min_length=1, max_length=10_000)]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplaceMeter:
    """The old meter's last register, and the new one's first, digits and ratio."""

    meter_id: MeterId
    at: AwareDatetime
    final_milli: Milli
    initial_milli: Milli
    photo: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOverMeter:
    """From this reading on a tenant's lease uses the meter, or nobody does."""

    meter_id: MeterId
    at: AwareDatetime
    register_milli: Milli
    tenant_id: TenantId | None
    lease_id: int | None
    photo: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideReading:
    """What a held reading is: a true rollover, or a mistake to be voided."""

    reading_id: ReadingId
    verdict: Literal['rollover', 'void']
    reason: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class TariffSlot:
    """A price from one time of the day until another; `until` 00:00 means midnight."""

    slot: Slot
    starts: time
    until: time
    price_e4: Milli


@dataclass(frozen=True, slots=True, kw_only=True)
class SetTariff:
    """Prices from a day on, for the whole day. One flat slot makes it a plain tariff."""

    utility: Utility
    valid_from: date
    slots: Annotated[tuple[TariffSlot, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageWindow:
    """From an instant until another, exclusive."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterReport:
    """A register that a device read and sent, once for ever as (device, seq); told by the ingest, already checked."""

    device_id: int
    seq: int
    occurred_at: datetime
    received_at: datetime
    meter: str
    register_milli: int
