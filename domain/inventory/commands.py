"""Inputs of inventory, validated and frozen."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Literal, NewType

from pydantic import AwareDatetime, Field
from pydantic.dataclasses import dataclass

from domain.shared.actor import TenantId

ItemId = NewType('ItemId', int)
LocationId = NewType('LocationId', int)
LotId = NewType('LotId', int)
CountId = NewType('CountId', int)

NO_LOT = LotId(0)

Code = Annotated[str, Field(pattern=r'^[A-Za-z0-9._-]{1,64}$')]
Words = Annotated[str, Field(min_length=1, max_length=200)]
Quantity = Annotated[int, Field(gt=0, le=10**9)]
Fen = Annotated[int, Field(ge=0)]


class Ownership(StrEnum):
    OWN = 'own'  # 自营
    CONCESSION = 'concession'  # 联营
    CONSIGNMENT = 'consignment'  # 代销


class CommissionBasis(StrEnum):
    LIST_LESS_BRAND_SHARE = 'list_less_brand_share'
    CUSTOMER_PAID = 'customer_paid'


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterItem:
    """An item by SKU. Concession and consignment goods name the tenant or supplier whose they are."""

    sku: Code
    barcodes: tuple[Code, ...] = ()
    name_zh: Words
    name_en: Words
    size: str = ''
    colour: str = ''
    ownership: Ownership = Ownership.OWN
    owner_id: TenantId | None = None
    commission_bp: Annotated[int, Field(ge=0, le=10_000)] = 0
    commission_basis: CommissionBasis = CommissionBasis.LIST_LESS_BRAND_SHARE
    has_lots: bool = False
    allows_negative: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenLocation:
    """A bay of a shelf, a stockroom, a place where goods wait for quality control, or the road between two."""

    code: Code
    kind: Literal['shelf', 'stockroom', 'quality', 'transit']


@dataclass(frozen=True, slots=True, kw_only=True)
class NewLot:
    code: Code
    expires_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receive:
    """Goods that came in. `cost_fen` is the whole line's, landed."""

    key: Words
    item_id: ItemId
    location_id: LocationId
    quantity: Quantity
    occurred_at: AwareDatetime
    cost_fen: Fen = 0
    lot: NewLot | None = None
    reference: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class SaleLine:
    """What was sold of an item: its list price, and who paid for what was taken off."""

    item_id: ItemId
    quantity: Quantity
    list_fen: Fen = 0
    brand_funded_fen: Fen = 0
    mall_funded_fen: Fen = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Sell:
    """One receipt's lines, each item once; lots that expire first go first."""

    key: Words
    location_id: LocationId
    lines: Annotated[tuple[SaleLine, ...], Field(min_length=1)]
    occurred_at: AwareDatetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack:
    """Goods of a receipt (the key of its sale) that a customer brings back, by item."""

    key: Words
    sale_key: Words
    quantities: Annotated[dict[ItemId, Quantity], Field(min_length=1)]
    occurred_at: AwareDatetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """From one location to another; through `transit` where it takes time."""

    key: Words
    item_id: ItemId
    lot_id: LotId = NO_LOT
    from_id: LocationId
    to_id: LocationId
    quantity: Quantity
    occurred_at: AwareDatetime


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteOff:
    key: Words
    item_id: ItemId
    lot_id: LotId = NO_LOT
    location_id: LocationId
    quantity: Quantity
    occurred_at: AwareDatetime
    reason: Literal['damaged', 'expired', 'lost', 'tester', 'gift', 'recalled', 'returned_to_supplier']


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCount:
    """A blind count of locations. A variance beyond the tolerance is counted again by somebody else."""

    location_ids: Annotated[tuple[LocationId, ...], Field(min_length=1)]
    tolerance: Annotated[int, Field(ge=0)] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCount:
    """What one person counted at one place at one instant."""

    count_id: CountId
    location_id: LocationId
    item_id: ItemId
    lot_id: LotId = NO_LOT
    counted: Annotated[int, Field(ge=0)]
    counted_at: AwareDatetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidateCount:
    count_id: CountId


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseStockMonth:
    month: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RecallLot:
    lot_id: LotId
    reason: Words
