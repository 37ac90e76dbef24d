"""When to order, and how much. Pure; rule IN-R3."""

from collections.abc import Sequence
from datetime import date, timedelta
from math import ceil, sqrt

from domain.purchasing.commands import Closure

BASIS = 10_000


def projected(on_hand: int, on_order: int, requested: int) -> int:
    """What there will be: everything ordered counts, also what comes after any window, and open requests as well."""
    return on_hand + on_order + requested


def to_order(projected_stock: int, reorder_point: int, order_up_to: int) -> int:
    """How much to ask for; nothing above the reorder point."""
    return max(0, order_up_to - projected_stock) if projected_stock <= reorder_point else 0


def reorder_point(daily_demand: float, lead_days: float, demand_deviation: float, service_factor: float) -> int:
    """Demand over the lead time, with a safety stock for its spread."""
    return ceil(daily_demand * lead_days + service_factor * demand_deviation * sqrt(lead_days))


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
