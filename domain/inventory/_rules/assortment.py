"""What stock tells: age, cover, dead stock, ABC, time on the shelf."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.shared.measure import Ratio

A_SHARE, B_SHARE = 0.80, 0.95


def abc_classes(revenue: Mapping[int, int]) -> dict[int, str]:
    """A for the items that make the first 80 % of revenue, B to 95 %, C for the rest and for what sold nothing."""
    total, before, classes = sum(revenue.values()), 0, {}
    for item, amount in sorted(revenue.items(), key=lambda pair: (-pair[1], pair[0])):
        share = before / total if total else 1.0
        classes[item] = 'C' if amount <= 0 else 'A' if share < A_SHARE else 'B' if share < B_SHARE else 'C'
        before += amount
    return classes


def days_of_cover(on_hand: int, sold: int, days: int) -> float | None:
    """How long stock lasts at the pace of the last days; None where nothing was sold."""
    return on_hand * days / sold if sold > 0 and days > 0 else None


@dataclass(frozen=True, slots=True)
class Level:
    """What lay on the shelf from an instant on."""

    since: datetime
    on_hand: int


def out_of_stock_rate(levels: Sequence[Level], until: datetime) -> Ratio:
    """The time on the shelf that was lost: time at zero or below over all time, from the first level on."""
    lost = whole = timedelta(0)
    ends = [level.since for level in levels[1:]] + [until]
    for level, end in zip(levels, ends, strict=True):
        whole += end - level.since
        lost += end - level.since if level.on_hand <= 0 else timedelta(0)
    return Ratio(lost.total_seconds(), whole.total_seconds())


def moving_average_cost(value: int, on_hand: int, quantity: int) -> int:
    """The cost of goods that leave, at the mean cost of what is there; the last ones take all that is left."""
    if on_hand <= 0:
        return 0
    return value if quantity >= on_hand else (2 * value * quantity + on_hand) // (2 * on_hand)
