"""What coupons take off a basket (优惠计算), pure. Rules CP-R3, CP-R4, CP-R5.

Amounts are integer fen; a discount is spread over the lines in scope by largest remainder and never below zero. Where
the rules declare no order, every legal selection in every order is tried: with six coupons fewer than two thousand.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

from domain.coupons.terms import CouponKind, StackingRules, Terms, ThresholdBase
from domain.shared.money import split_largest_remainder


@dataclass(frozen=True, slots=True, kw_only=True)
class BasketLine:
    """A line at the price before coupons; `points_fen` is the part of it that points pay for."""

    shop: str
    category: str
    fen: int
    points_fen: int = 0


@dataclass(frozen=True, slots=True)
class Offered:
    """A coupon that may be used; `value_fen` is what was drawn for a random one."""

    coupon_id: int
    terms: Terms
    value_fen: int = 0


@dataclass(frozen=True, slots=True)
class Applied:
    """What one coupon took, and from which lines."""

    coupon_id: int
    fen: int
    by_line: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Combination:
    """The coupons in the order in which they apply; `left_out` says for each other one why it does not."""

    steps: tuple[Applied, ...]
    left_out: tuple[tuple[int, str], ...]
    tried: int

    @property
    def fen(self) -> int:
        return sum(step.fen for step in self.steps)


def best_combination(lines: Sequence[BasketLine], offered: Sequence[Offered], rules: StackingRules) -> Combination:
    """The legal combination that takes most off; of equals, the one with fewer coupons, then the smaller numbers."""
    usable = [coupon for coupon in offered if coupon.terms.kind is not CouponKind.PARKING]
    best: tuple[Applied, ...] = ()
    tried = 0
    for chosen in _selections(usable, rules):
        tried += 1
        steps = apply_all(lines, chosen)
        if steps is not None and _rank(steps) > _rank(best):
            best = steps
    used = {step.coupon_id for step in best}
    left_out = tuple(
        (coupon.coupon_id, _why_not(lines, coupon, [c for c in offered if c.coupon_id in used], rules))
        for coupon in offered if coupon.coupon_id not in used
    )  # fmt: skip
    return Combination(best, left_out, tried)


def apply_all(lines: Sequence[BasketLine], chosen: Sequence[Offered]) -> tuple[Applied, ...] | None:
    """Applies coupons one after the other; None when one of them takes nothing there."""
    left = [line.fen for line in lines]
    steps = []
    for coupon in chosen:
        applied = apply_one(lines, left, coupon)
        if applied is None:
            return None
        left = [rest - part for rest, part in zip(left, applied.by_line, strict=True)]
        steps.append(applied)
    return tuple(steps)


def apply_one(lines: Sequence[BasketLine], left: Sequence[int], coupon: Offered) -> Applied | None:
    """What one coupon takes from what is left of the lines; None when its minimum is not met or nothing is in scope."""
    terms = coupon.terms
    scope = [is_in_scope(line, terms) for line in lines]
    weights = [rest if inside else 0 for rest, inside in zip(left, scope, strict=True)]
    whole = sum(weights)
    if whole <= 0 or _threshold_base(lines, weights, scope, terms) < terms.threshold_fen:
        return None
    if terms.kind is CouponKind.EXCHANGE:
        return _exchanged(coupon, weights)
    fen = min(whole, _reduction(terms, coupon, whole))
    return Applied(coupon.coupon_id, fen, tuple(split_largest_remainder(fen, weights))) if fen else None


def is_in_scope(line: BasketLine, terms: Terms) -> bool:
    """Whether a coupon looks at a line."""
    return (
        (not terms.shops or line.shop in terms.shops)
        and (not terms.categories or line.category in terms.categories)
        and line.category not in terms.excluded_categories
    )


def _threshold_base(lines: Sequence[BasketLine], left: Sequence[int], scope: Sequence[bool], terms: Terms) -> int:
    """The amount a minimum looks at: before or after other coupons, with or without what points pay for (CP-R4)."""
    before = sum(line.fen for line, inside in zip(lines, scope, strict=True) if inside)
    points = sum(line.points_fen for line, inside in zip(lines, scope, strict=True) if inside)
    base = before if terms.threshold_base is ThresholdBase.BEFORE else sum(left)
    return base if terms.counts_points else base - points


def _reduction(terms: Terms, coupon: Offered, whole: int) -> int:
    if terms.kind is CouponKind.DISCOUNT:
        fen = (whole * (100 - terms.percent) + 50) // 100  # half a fen goes to the customer
    elif terms.kind is CouponKind.RANDOM:
        fen = coupon.value_fen
    else:
        times = whole // terms.threshold_fen if terms.is_repeating else 1
        fen = terms.reduce_fen * max(1, times)
    return fen if terms.most_fen is None else min(fen, terms.most_fen)


def _exchanged(coupon: Offered, weights: Sequence[int]) -> Applied:
    """One line is free: the dearest in scope that the coupon still covers, else its most off the dearest."""
    most = coupon.terms.most_fen
    within = [fen for fen in weights if fen > 0 and (most is None or fen <= most)]
    target = weights.index(max(within) if within else max(weights))
    fen = weights[target] if most is None else min(weights[target], most)
    return Applied(coupon.coupon_id, fen, tuple(fen if number == target else 0 for number in range(len(weights))))


def _selections(usable: Sequence[Offered], rules: StackingRules) -> Iterator[tuple[Offered, ...]]:
    rank = {kind: number for number, kind in enumerate(rules.order)}
    for size in range(1, min(rules.most_coupons, len(usable)) + 1):
        for chosen in permutations(usable, size):
            if _is_legal(chosen, rules) and _is_in_order(chosen, rank):
                yield chosen


def _is_legal(chosen: Sequence[Offered], rules: StackingRules) -> bool:
    groups = [coupon.terms.stack_group for coupon in chosen]
    return all(rules.may_meet(one, other) for number, one in enumerate(groups) for other in groups[number + 1 :])


def _is_in_order(chosen: Sequence[Offered], rank: dict[CouponKind, int]) -> bool:
    places = [rank.get(coupon.terms.kind, len(rank)) for coupon in chosen]
    return not rank or places == sorted(places)


def _rank(steps: Sequence[Applied]) -> tuple[int, int, tuple[int, ...]]:
    return sum(step.fen for step in steps), -len(steps), tuple(-step.coupon_id for step in steps)


def _why_not(lines: Sequence[BasketLine], coupon: Offered, used: Sequence[Offered], rules: StackingRules) -> str:
    terms = coupon.terms
    if terms.kind is CouponKind.PARKING:
        return 'for_parking'
    if not any(is_in_scope(line, terms) for line in lines):
        return 'out_of_scope'
    if apply_one(lines, [line.fen for line in lines], coupon) is None:
        return 'below_minimum'
    if not all(rules.may_meet(terms.stack_group, other.terms.stack_group) for other in used):
        return 'excluded_by_another'
    return 'too_many_coupons' if len(used) >= rules.most_coupons else 'takes_less'
