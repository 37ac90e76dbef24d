"""After-sales on paper: refunds below a threshold, the SLA clock, what is advertising. AF-R4 … AF-R8."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.shared.money import split_largest_remainder


class RefundPolicy(StrEnum):
    """How a return counts that falls below the minimum of a discount; printed on the receipt (AF-R5)."""

    PRO_RATA = 'pro_rata'
    REQUALIFY = 'requalify'


@dataclass(frozen=True, slots=True, kw_only=True)
class Discount:
    """What a bill got: so much percent off, or an amount, from a minimum on."""

    threshold_fen: int = 0
    percent_off: int = 0
    reduce_fen: int = 0

    def off(self, fen: int) -> int:
        """What it takes off a bill of an amount."""
        if fen < self.threshold_fen or fen == 0:
            return 0
        return min(fen, self.reduce_fen + (fen * self.percent_off + 50) // 100)


def refund_fen(units: Sequence[int], discount: Discount, returned: Collection[int], policy: RefundPolicy) -> int:
    """What the units that return bring, of a bill of units at list prices.

    Pro rata, every unit brings its share of what was paid (AF-R6). Requalifying, the units that stay are priced anew,
    and the customer pays for them what they cost alone (AF-R5); never less than nothing comes back.
    """
    if not returned:
        return 0
    paid = sum(units) - discount.off(sum(units))
    if policy is RefundPolicy.PRO_RATA:
        if not any(units):
            return 0
        return sum(part for number, part in enumerate(split_largest_remainder(paid, units)) if number in returned)
    kept = sum(fen for number, fen in enumerate(units) if number not in returned)
    return max(0, paid - (kept - discount.off(kept)))


def due_at(
    asked_at: datetime, minutes: int, open_spans: Sequence[tuple[datetime, datetime]], *, stops_when_closed: bool
) -> datetime:
    """When an answer is due. The clock stops in closed hours only where the contract says so (AF-R8).

    Where it stops and the known opening hours do not suffice, it is due when the last of them ends; where none are
    known, it does not stop.
    """
    if not stops_when_closed or not open_spans:
        return asked_at + timedelta(minutes=minutes)
    left = timedelta(minutes=minutes)
    end = asked_at
    for opens, closes in sorted(open_spans):
        start = max(opens, asked_at)
        if start >= closes:
            continue
        if closes - start >= left:
            return start + left
        left -= closes - start
        end = closes
    return end


@dataclass(frozen=True, slots=True)
class Bought:
    """What a member bought of a category, and when it was wholly returned, if it was."""

    category: str
    quantity: int
    returned: int


def suppressed_categories(bought: Sequence[Bought]) -> frozenset[str]:
    """Categories in which everything a member bought came back: nothing around them is recommended (AF-R4)."""
    kept: dict[str, int] = {}
    for one in bought:
        kept[one.category] = kept.get(one.category, 0) + one.quantity - one.returned
    return frozenset(category for category, left in kept.items() if left == 0)


def counts_as_marketing(*, is_receipt: bool, has_advertising: bool) -> bool:
    """A receipt is sent at any hour and counts for no cap; one that carries advertising is advertising (AF-R7)."""
    return has_advertising or not is_receipt
