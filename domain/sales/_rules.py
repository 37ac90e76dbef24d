"""A basket on paper: what a line costs, what pays for it, and what returns of it."""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.sales.commands import BasketItem
from domain.shared.money import split_largest_remainder


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a receipt: price = discount + points' worth + money."""

    sku: str
    name: str
    category: str
    quantity: int
    price_fen: int
    discount_fen: int
    points_fen: int
    points: int
    money_fen: int
    returned: int = 0
    override_reason: str = ''


@dataclass(frozen=True, slots=True)
class Share:
    """What comes back for a part of a line."""

    money_fen: int
    points: int


def price_fen(item: BasketItem) -> int:
    """What a line costs before coupons and points."""
    return item.quantity * (item.unit_fen if item.override_fen is None else item.override_fen)


def spread(total: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Splits by weight to the unit; nothing over nothing is nothing."""
    return tuple(split_largest_remainder(total, weights)) if any(weights) else tuple(0 for _ in weights)


def make_lines(
    items: Sequence[BasketItem], discounts: Sequence[int], *, points: int, points_fen: int
) -> tuple[Line, ...]:
    """The receipt's lines; what points pay is spread over what coupons left.

    :raises ValueError: when coupons and points are worth more than the basket.
    """
    prices = [price_fen(item) for item in items]
    left = [price - discount for price, discount in zip(prices, discounts, strict=True)]
    if points_fen > sum(left) or min(left, default=0) < 0:
        raise ValueError('coupons and points are worth more than the basket')
    worth = spread(points_fen, left)
    counts = spread(points, worth)
    return tuple(
        Line(
            sku=item.sku, name=item.name, category=item.category, quantity=item.quantity, price_fen=price,
            discount_fen=discount, points_fen=paid, points=count, money_fen=rest - paid,
            override_reason=item.override_reason,
        )
        for item, price, discount, rest, paid, count in zip(items, prices, discounts, left, worth, counts, strict=True)
    )  # fmt: skip


def returning(line: Line, quantity: int) -> Share:
    """What `quantity` more of a line brings back: reckoned from all that returned, the last takes the rest (PO-R8).

    :raises ValueError: when fewer are left.
    """
    before, after = line.returned, line.returned + quantity
    if quantity <= 0 or after > line.quantity:
        raise ValueError('more is returned than was bought')

    def part(whole: int) -> int:
        return whole * after // line.quantity - whole * before // line.quantity

    return Share(part(line.money_fen), part(line.points))


def expected_cash(*, float_fen: int, taken: int, given_back: int, moved: int) -> int:
    """What the drawer should hold at the end of a shift."""
    return float_fen + taken - given_back + moved
