"""Inputs of purchasing, validated and frozen."""

from datetime import date
from typing import Annotated, NewType

from pydantic import AwareDatetime, Field
from pydantic.dataclasses import dataclass

from domain.inventory.commands import ItemId, LocationId, NewLot

SupplierId = NewType('SupplierId', int)
OrderId = NewType('OrderId', int)
RequestId = NewType('RequestId', int)

Code = Annotated[str, Field(pattern=r'^[A-Za-z0-9._-]{1,64}$')]
Words = Annotated[str, Field(min_length=1, max_length=200)]
Quantity = Annotated[int, Field(gt=0, le=10**9)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Closure:
    """Days on which a supplier does not work; the end is exclusive."""

    from_on: date
    until_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterSupplier:
    code: Code
    name_zh: Words
    name_en: Words
    lead_days: Annotated[int, Field(ge=0, le=365)]
    closures: tuple[Closure, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderLine:
    item_id: ItemId
    quantity: Quantity
    unit_cost_fen: Annotated[int, Field(ge=0)] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceOrder:
    """An order; `over_tolerance_bp` is how much more than ordered may be received."""

    number: Code
    supplier_id: SupplierId
    ordered_on: date
    lines: Annotated[tuple[OrderLine, ...], Field(min_length=1)]
    over_tolerance_bp: Annotated[int, Field(ge=0, le=10_000)] = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiveOrder:
    """Goods of one line that came. They wait at `location_id`: a quality location holds them until released."""

    key: Words
    order_id: OrderId
    item_id: ItemId
    quantity: Quantity
    location_id: LocationId
    occurred_at: AwareDatetime
    lot: NewLot | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseOrder:
    """Nothing more is expected of it."""

    order_id: OrderId


@dataclass(frozen=True, slots=True, kw_only=True)
class SetReorderRule:
    """At or below the reorder point, order up to the other level."""

    item_id: ItemId
    supplier_id: SupplierId
    reorder_point: Annotated[int, Field(ge=0)]
    order_up_to: Quantity


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposeReplenishment:
    on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleRequest:
    """A request was ordered, or dropped; either way it is no longer open."""

    request_id: RequestId
    is_ordered: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SetLimit:
    """Orders worth more than this need somebody else's approval."""

    limit_fen: Annotated[int, Field(ge=0)]


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideOrder:
    """A decision about the order as it was looked at."""

    order_id: OrderId
    content_hash: str
    is_agreed: bool
    comment: Annotated[str, Field(max_length=500)] = ''
