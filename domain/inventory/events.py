"""What happened to stock."""

from dataclasses import dataclass
from typing import ClassVar

from domain.shared.events import Event


@dataclass(frozen=True, kw_only=True)
class StockOversold(Event):
    """More was sold than there was: somebody should look."""

    name: ClassVar[str] = 'inventory.stock_oversold'

    key: str
    item_id: int
    quantity: int


@dataclass(frozen=True, kw_only=True)
class LotRecalled(Event):
    name: ClassVar[str] = 'inventory.lot_recalled'

    lot_id: int
    item_id: int


@dataclass(frozen=True, kw_only=True)
class CountValidated(Event):
    name: ClassVar[str] = 'inventory.count_validated'

    count_id: int
    adjusted: int
