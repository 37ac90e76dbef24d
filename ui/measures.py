"""From the domain's measures to what the kit shows: a figure never loses its coverage and its status on the way."""

from datetime import datetime

from domain.shared.measure import Measure, Status
from ui.kit.figure import Completeness
from ui.kit.format import number


def completeness(measure: Measure, fresh_at: datetime | None = None) -> Completeness:
    """How far a measure can be trusted; `fresh_at` is in the mall's own time."""
    return Completeness(
        coverage=measure.coverage,
        is_provisional=measure.status is Status.PROVISIONAL,
        is_imputed=measure.imputed > 0,
        as_of=fresh_at,
    )


def count(measure: Measure) -> str:
    """A whole number of people, or the dash of the unknown."""
    return number(measure.value)
