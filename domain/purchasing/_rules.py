"""When to order, and how much. Pure; rule IN-R3."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, sqrt

from domain.purchasing.commands import Closure

BASIS = 10_000
SERVICE_FACTOR = 1.645  # of a hundred cycles ninety-five end before the stock does
REVIEW_DAYS = 7


def projected(on_hand: int, on_order: int, requested: int) -> int:
    """What there will be: everything ordered counts, also what comes after any window, and open requests as well."""
    return on_hand + on_order + requested


def to_order(projected_stock: int, reorder_point: int, order_up_to: int) -> int:
    """How much to ask for; nothing above the reorder point."""
    return max(0, order_up_to - projected_stock) if projected_stock <= reorder_point else 0


def reorder_point(daily_demand: float, lead_days: float, demand_deviation: float, service_factor: float) -> int:
    """Demand over the lead time, with a safety stock for its spread."""
    return ceil(daily_demand * lead_days + service_factor * demand_deviation * sqrt(lead_days))


@dataclass(frozen=True, slots=True)
class Levels:
    """When to order and up to where. `demand` until the goods come and `safety` say why; None: the rule alone."""

    point: int
    up_to: int
    demand: int | None = None
    safety: int | None = None


def levels(least_point: int, least_up_to: int, demand: float, days: int, deviation: float, review: float) -> Levels:
    """The levels that a forecast asks for, never below those that a person set: the demand of the days until goods
    ordered now come, with safety stock for its spread; up to what sells in the days after that as well.
    """
    point = reorder_point(demand / days if days else 0.0, days, deviation, SERVICE_FACTOR)
    if point <= least_point:
        return Levels(least_point, least_up_to)
    expected = ceil(demand)
    return Levels(point, max(least_up_to, point + max(1, ceil(review))), expected, point - expected)


def arrives_on(ordered_on: date, lead_days: int, closures: Sequence[Closure]) -> date:
    """The day goods come: the lead time counts the supplier's working days alone, and none arrives on a closed day."""
    day, left = ordered_on, lead_days
    while left > 0 or _is_closed(day, closures):
        day += timedelta(days=1)
        left -= 0 if _is_closed(day, closures) else 1
    return day


def most_receivable(ordered: int, tolerance_bp: int) -> int:
    """The most that may come of a line: whole pieces, rounded down."""
    return ordered * (BASIS + tolerance_bp) // BASIS


def _is_closed(day: date, closures: Sequence[Closure]) -> bool:
    return any(closure.from_on <= day < closure.until_on for closure in closures)
