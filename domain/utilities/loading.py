"""Registers of the past, taken over in bulk: those of another system, or those that a demonstration tells."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session

from domain.shared.actor import Actor
from domain.shared.operations import operation
from domain.shared.permissions import UPKEEP
from domain.utilities.commands import MeterId


@operation(UPKEEP, name='utilities.load_registers', is_audited=False)
def load_registers(
    session: Session, *, actor: Actor, registers: Mapping[MeterId, Sequence[tuple[datetime, int]]], now: datetime
) -> int:
    """Actual readings of many meters at once. What a meter showed at an instant is never replaced, so it can be told
    again; whoever tells it answers for it that registers rise. Returns how many were new.
    """
    rows = [(meter, at, milli) for meter, told in registers.items() for at, milli in told]
    done = session.execute(
        text("""
            INSERT INTO meter_reading
                   (mall_id, meter_id, read_at, register_milli, kind, source, photo, is_held, read_by, received_at)
            SELECT app_mall(), r.meter, r.at, r.milli, 'actual', 'mqtt', '', false, :by, :now
              FROM unnest(CAST(:meters AS bigint[]), CAST(:ats AS timestamptz[]), CAST(:millis AS bigint[]))
                   AS r (meter, at, milli)
            ON CONFLICT DO NOTHING RETURNING id
        """),
        {
            'by': actor.name, 'now': now, 'meters': [row[0] for row in rows], 'ats': [row[1] for row in rows],
            'millis': [row[2] for row in rows],
        },
    )  # fmt: skip
    return len(done.all())
