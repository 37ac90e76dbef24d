"""Inputs, validated and frozen."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated

from pydantic import AwareDatetime, Field, SecretStr
from pydantic.dataclasses import dataclass as validated


@dataclass(frozen=True, slots=True, kw_only=True)
class RegisterTill:
    """`location` is the code of the stock location that the till sells from; empty where nothing is stocked."""

    code: str
    shop: str
    is_active: bool = True
    location: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class Price:
    sku: str
    category: str
    unit_fen: int
    is_active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SetPrices:
    """Articles of a shop's price list, new or changed; the others stay as they are. `from_on` None: from now on."""

    shop: str
    prices: tuple[Price, ...]
    from_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenShift:
    till: str
    float_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveCash:
    """Cash put into the drawer or (negative) taken out of it."""

    till: str
    key: str
    fen: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseShift:
    """What was counted, without knowing what should be there."""

    till: str
    counted_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketItem:
    """`unit_fen` is the shelf price; another price needs the right and a reason."""

    sku: str
    name: str
    category: str
    quantity: int
    unit_fen: int
    override_fen: int | None = None
    override_reason: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class RingUp:
    """`coupons` None lets the engine choose; a tuple uses just these. `seconds` is how long the basket took."""

    key: str
    till: str
    items: tuple[BasketItem, ...]
    occurred_at: datetime
    member_id: int | None = None
    coupons: tuple[int, ...] | None = None
    points: int = 0
    seconds: int = 0
    is_training: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TenderCash:
    sale_key: str
    till: str
    key: str
    fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnLines:
    """`lines` pairs the number of a line (from 0) with a quantity."""

    sale_key: str
    till: str
    key: str
    lines: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TenderCard:
    """Money from a prepaid card, in the name of a till's running shift."""

    sale_key: str
    till: str
    key: str
    fen: int
    card_number: SecretStr


@dataclass(frozen=True, slots=True, kw_only=True)
class Charge:
    """An amount to be paid over a channel; without a scanned code the customer gets something to scan."""

    sale_key: str
    fen: int
    auth_code: str = ''


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendBasket:
    key: str
    till: str
    items: tuple[BasketItem, ...]
    label: str = ''
    member_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndSuspended:
    key: str
    till: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncOrder:
    """What a till sold offline: the bytes that it signed, and its signature over them."""

    till: str
    payload: str
    signature: str


@validated(frozen=True, slots=True, kw_only=True)
class OfflineItem:
    sku: Annotated[str, Field(min_length=1, max_length=64)]
    name: Annotated[str, Field(max_length=200)]
    category: Annotated[str, Field(max_length=64)]
    quantity: int
    unit_fen: int


@validated(frozen=True, slots=True, kw_only=True)
class OfflineOrder:
    """An order as the till wrote it: cash only, at the prices of the list that it had."""

    key: Annotated[str, Field(pattern=r'^[0-9a-f-]{36}$')]
    till: str
    occurred_at: AwareDatetime
    items: Annotated[tuple[OfflineItem, ...], Field(min_length=1, max_length=500)]
    cash_fen: int
    seconds: Annotated[int, Field(ge=0, le=86_400)] = 0
