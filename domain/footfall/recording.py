"""Recording what devices say: the hot path of footfall, called by the ingest inside its transaction.

Each function takes a batch of any size (2,000 is good), in any order, with duplicates, late by days. It copies the
batch into a temporary table, inserts what is new and updates every roll-up from the newly inserted rows only, in one
statement of the same transaction: exactly once, and the same roll-ups whatever the order.

Rows are locked in one order (raw, groups, roll-ups, each sorted by key), so concurrent ingest workers wait for each
other but do not deadlock. A transaction that records several kinds calls them in this order: crossings, visits,
presence, health.
"""

from collections.abc import Sequence

from sqlmodel import Session

from domain.footfall.commands import (
    AggregateReading,
    CrossingReading,
    HealthReading,
    PresenceReading,
    VisitReading,
    ZoneAggregateReading,
)
from domain.footfall.views import Recorded


def record_crossings(session: Session, *, mall_id: int, readings: Sequence[CrossingReading]) -> Recorded:
    """Records crossings of counting lines. Readings of unknown lines come back as rejected."""
    raise NotImplementedError


def record_visits(session: Session, *, mall_id: int, readings: Sequence[VisitReading]) -> Recorded:
    """Records stays in zones and makes them into visits, dwell and flows."""
    raise NotImplementedError


def record_presence(session: Session, *, mall_id: int, readings: Sequence[PresenceReading]) -> Recorded:
    """Records where people were, for heat maps."""
    raise NotImplementedError


def record_health(session: Session, *, mall_id: int, readings: Sequence[HealthReading]) -> Recorded:
    """Records how much of each minute a device observed: the coverage of its lines and zones."""
    raise NotImplementedError


def import_minutes(session: Session, *, mall_id: int, source: str, readings: Sequence[AggregateReading]) -> Recorded:
    """Loads history of lines as aggregates, with `source` as its provenance.

    A (line, bucket, source) loads once. `seq` of a rejected reading is its index in the batch.
    """
    raise NotImplementedError


def import_zone_hours(
    session: Session, *, mall_id: int, source: str, readings: Sequence[ZoneAggregateReading]
) -> Recorded:
    """Loads history of zones as visits per hour, with `source` as its provenance."""
    raise NotImplementedError
