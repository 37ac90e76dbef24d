"""What inventory answers: frozen views. Quantities in pieces, amounts in fen."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from domain.inventory.commands import CountId, ItemId, LocationId, LotId
from domain.shared.actor import TenantId
from domain.shared.measure import Ratio


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemView:
    id: ItemId
    sku: str
    name_zh: str
    name_en: str
    size: str
    colour: str
    ownership: str
    owner_id: TenantId | None
    has_lots: bool
    allows_negative: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueRow:
    """An item as a till wants it."""

    id: ItemId
    sku: str
    name_zh: str
    name_en: str
    size: str
    colour: str
    barcodes: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LocationView:
    id: LocationId
    code: str
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MoveView:
    """One signed change of what lies somewhere."""

    item_id: ItemId
    location_id: LocationId
    lot_id: LotId
    quantity: int
    reason: str
    occurred_at: datetime
    business_on: date
    is_oversold: bool
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A posting's moves; `is_replay`: the key had posted them before."""

    key: str
    moves: tuple[MoveView, ...]
    is_replay: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OnHandRow:
    """What lies at a location. Expired and recalled goods are on hand and not sellable."""

    location_id: LocationId
    location_code: str
    lot_id: LotId
    lot_code: str
    expires_on: date | None
    quantity: int
    is_sellable: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CountLineView:
    """A place's counts beside what was expected at the instant of counting. `variance` None: count again."""

    location_id: LocationId
    item_id: ItemId
    lot_id: LotId
    counted: int
    expected: int
    counters: tuple[str, ...]
    variance: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CountSheet:
    """What a counter sees: where to count and what he counted himself, and no expectation."""

    id: CountId
    location_ids: tuple[LocationId, ...]
    is_validated: bool
    own: tuple[tuple[LocationId, ItemId, LotId, int], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountReview:
    id: CountId
    is_validated: bool
    lines: tuple[CountLineView, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LotRecall:
    """Where a recalled lot still lies, and how much of it was sold on which receipts."""

    id: LotId
    code: str
    on_hand: Mapping[LocationId, int]
    sold: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class ConcessionStatement:
    """What the mall remits to one brand for some days."""

    owner_id: TenantId
    pieces: int
    list_fen: int
    paid_fen: int
    base_fen: int
    commission_fen: int
    remitted_fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AssortmentRow:
    """How an item did over some days. `is_dead`: it lies there and nobody bought it."""

    item_id: ItemId
    sku: str
    on_hand: int
    sold: int
    revenue_fen: int
    abc: str
    days_of_cover: float | None
    is_dead: bool
    out_of_stock: Ratio
