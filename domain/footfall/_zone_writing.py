"""Writes what people's days add to the roll-ups of zones."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from domain.footfall import _copying as wire
from domain.footfall import _zone_statements as sql
from domain.footfall._copying import copy_rows
from domain.footfall._places import Timeline, ZoneVersionFact
from domain.footfall._rules.sessions import Stay
from domain.footfall._statements import statement
from domain.footfall._temporary import columns_of, prepare
from domain.footfall._zone_rollups import Contribution, KnownStay, ZoneKey

_COUNTS = ('visits', 'dwell_s', 'short_stays', 'staff_visits', 'staff_dwell_s', 'observed_ms')


def add_fresh_stays(session: Session, mall_id: int, fresh: list[KnownStay], contribution: Contribution) -> None:
    """Works out anew the days of the people whom the fresh stays belong to, and writes the difference."""
    if not fresh:
        return
    identities = {known.identity for known in fresh}
    people = {(known.business_on, known.track) for known in fresh}
    stays = [known for known in _stays_of(session, mall_id, people) if (known.business_on, known.track) in people]
    contribution.add((known for known in stays if known.identity not in identities), -1)
    contribution.add(stays, +1)
    write(session, mall_id, contribution)


def write(session: Session, mall_id: int, contribution: Contribution) -> int:
    """Adds a contribution to the tables and returns how many roll-ups it touched."""
    prepare(session, 'zone_delta', 'dwell_delta', 'flow_delta')
    parameters = {'mall': mall_id}
    zones = list(_zone_rows(contribution.counts))
    dwells = [_dwell_row(*key, count) for key, count in contribution.dwells.items() if count]
    flows = [_flow_row(*key, count) for key, count in contribution.flows.items() if count]
    for table, rows, sql_text in (
        ('zone_delta', zones, sql.ADD_ZONE_DELTAS),
        ('dwell_delta', dwells, sql.ADD_DWELL_DELTAS),
        ('flow_delta', flows, sql.ADD_FLOW_DELTAS),
    ):
        if rows:
            copy_rows(session, f'pg_temp.{table}', columns_of(table), rows)
            session.execute(statement(sql_text), parameters)
    return len(zones) + len(dwells) + len(flows)


def by_version(zones: Mapping[str, Timeline[ZoneVersionFact]]) -> dict[int, ZoneVersionFact]:
    """Zone versions by id."""
    return {fact.id: fact for timeline in zones.values() for fact in timeline.versions}


def known_stay(row: Any) -> KnownStay:
    """A stay as the statements return it."""
    return KnownStay(
        (row.device_id, row.seq, row.reported_at),
        row.business_on,
        row.track,
        row.zone_version_id,
        Stay(row.entered_at, row.left_at, row.staff_mask),
    )


def _stays_of(session: Session, mall_id: int, people: Iterable[tuple[date, int]]) -> list[KnownStay]:
    days, tracks = zip(*people, strict=True)
    parameters = {'mall': mall_id, 'days': sorted(set(days)), 'tracks': sorted(set(tracks))}
    return [known_stay(row) for row in session.execute(statement(sql.STAYS_OF_PEOPLE), parameters)]


def _zone_rows(counts: Mapping[ZoneKey, int]) -> Iterable[bytes]:
    grouped: dict[tuple[int, int, datetime, date], dict[str, int]] = {}
    for (grain, zone_version_id, bucket, business_on, name), count in counts.items():
        if count:
            grouped.setdefault((grain, zone_version_id, bucket, business_on), {})[name] = count
    for (grain, zone_version_id, bucket, business_on), named in grouped.items():
        visits, dwell_s, short, staff, staff_dwell_s, observed_ms = (named.get(name, 0) for name in _COUNTS)
        yield wire.row(
            wire.int2(grain),
            wire.int8(zone_version_id),
            wire.int8(wire.microseconds(bucket)),
            wire.int4(wire.days(business_on)),
            wire.int4(visits),
            wire.int8(dwell_s),
            wire.int4(short),
            wire.int4(staff),
            wire.int8(staff_dwell_s),
            wire.int8(observed_ms),
        )


def _dwell_row(grain: int, zone_version_id: int, bucket: datetime, index: int, count: int) -> bytes:
    return wire.row(
        wire.int2(grain),
        wire.int8(zone_version_id),
        wire.int8(wire.microseconds(bucket)),
        wire.int2(index),
        wire.int4(count),
    )


def _flow_row(grain: int, bucket: datetime, origin: int, target: int, count: int) -> bytes:
    return wire.row(
        wire.int2(grain), wire.int8(wire.microseconds(bucket)), wire.int8(origin), wire.int8(target), wire.int4(count)
    )
