"""What utilities answers. Usage in thousandths of the unit, prices in ten-thousandths of a yuan, amounts in fen."""

from dataclasses import dataclass
from datetime import date, datetime

from domain.shared.actor import TenantId
from domain.utilities.commands import MeterId, ReadingId, ReadingKind, Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class MeterView:
    id: MeterId
    code: str
    utility: str
    digits: int
    multiplier: int
    parent_id: MeterId | None
    loss_policy: str
    place: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingView:
    id: ReadingId
    meter_id: MeterId
    read_at: datetime
    register_milli: int
    kind: ReadingKind
    source: str
    photo: str
    is_held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """How a batch was taken: a reading that was there already is repeated, one that fell is held."""

    recorded: int
    repeated: int
    held: tuple[ReadingId, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLine:
    valid_from: date
    slot: Slot
    usage_milli: int
    price_e4: int


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageBill:
    """One holder's usage of one meter in a window, and the readings that prove it."""

    meter_id: MeterId
    meter_code: str
    utility: str
    tenant_id: TenantId
    lease_id: int
    first: ReadingView
    last: ReadingView
    usage_milli: int
    loss_milli: int
    amount_fen: int
    is_estimated: bool
    is_estimated_split: bool
    lines: tuple[PriceLine, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldMeter:
    """A meter that cannot be billed yet. Reasons: `reading_held`, `no_reading`, `no_tariff`, `subs_exceed_main`,
    `main_held`.
    """

    meter_id: MeterId
    meter_code: str
    lease_id: int
    reason: str
    reading_id: ReadingId | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UsageBills:
    """What can be billed for a window, and what must wait."""

    bills: tuple[UsageBill, ...]
    held: tuple[HeldMeter, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HourView:
    starts_at: datetime
    usage_milli: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AnomalyView:
    """Something odd that a person should look at."""

    meter_id: MeterId
    meter_code: str
    kind: str
    since: datetime
    usage_milli: int
