"""Which debts a payment settles (核销), rule LS-R11. The order is stated on the payment, never guessed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from domain.billing.commands import AllocationOrder

COSTS = ('fine', 'cost')
INTEREST = ('late_fee',)


@dataclass(frozen=True, slots=True)
class OpenItem:
    """What is still open of a charge."""

    charge_id: int
    kind: str
    due_on: date
    open_fen: int


@dataclass(frozen=True, slots=True)
class Allocated:
    """Parts of a payment by charge, and what no debt needed."""

    parts: dict[int, int]
    unapplied_fen: int


def allocate(amount: int, items: Sequence[OpenItem], order: AllocationOrder, paid_on: date) -> Allocated:
    """Settles debts in the stated order until the money is used up."""
    parts: dict[int, int] = {}
    left = amount
    for item in sorted(items, key=lambda one: _rank(one, order, paid_on)):
        part = min(left, item.open_fen)
        if part > 0:
            parts[item.charge_id] = part
            left -= part
    return Allocated(parts, left)


def _rank(item: OpenItem, order: AllocationOrder, paid_on: date) -> tuple[int, date, int]:
    """Oldest first within a class; the classes are the order's."""
    if order is AllocationOrder.OLDEST_FIRST:
        return 0, item.due_on, item.charge_id
    if order is AllocationOrder.COST_INTEREST_PRINCIPAL:
        level = 0 if item.kind in COSTS else 1 if item.kind in INTEREST else 2
        return level, item.due_on, item.charge_id
    is_current = item.kind not in (*COSTS, *INTEREST) and item.due_on >= paid_on.replace(day=1)
    return 0 if is_current else 1, item.due_on, item.charge_id
