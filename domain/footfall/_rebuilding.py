"""Making roll-ups anew from what was recorded: after a mask or a staff decision changed the past, or to prove them."""

from datetime import date, datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session

from domain.footfall import _line_rollups as lines
from domain.footfall import _zone_statements as zones
from domain.footfall import _zone_writing
from domain.footfall._mall import clock_of
from domain.footfall._places import zones_by_code
from domain.footfall._zone_rollups import Contribution
from domain.footfall.commands import RebuildRollups
from domain.footfall.permissions import RECORD
from domain.footfall.recording import TOPIC, lock, span_parameters
from domain.footfall.views import Rebuilt
from domain.shared.actor import Actor
from domain.shared.errors import DomainError
from domain.shared.live import notify
from domain.shared.operations import operation

TOKEN_DAYS = 8  # how long persons and groups of a day stay linkable within that day; late data may come for seven


class TooLongAgo(DomainError):
    code = 'footfall.too_long_ago'
    status = 409
    zh = '{day} 的原始记录已按保存期限清除，无法重新汇总。'
    en = 'What {day} was made of has been removed when its retention ended. It cannot be made anew.'


@operation(RECORD, name='footfall.rebuild_rollups')
def rebuild_rollups(session: Session, *, actor: Actor, command: RebuildRollups, now: datetime) -> Rebuilt:
    """Makes every roll-up of whole business days anew. The numbers stay what they were.

    :raises TooLongAgo: when what they were made of is gone.
    """
    assert actor.mall_id is not None, 'the session could not have been opened'
    require_tokens(session, actor.mall_id, command.first_on, now)
    written = rebuild_lines(session, actor.mall_id, command.first_on, command.until_on)
    written += rebuild_zones(session, actor.mall_id, command.first_on, command.until_on)
    written += _rebuild_heat(session, actor.mall_id, command.first_on, command.until_on)
    notify(session, TOPIC, actor.mall_id)
    return Rebuilt(days=(command.until_on - command.first_on).days, rollups=written)


def require_tokens(session: Session, mall_id: int, first_on: date, now: datetime) -> None:
    """:raises TooLongAgo: when the day's tokens may have been forgotten."""
    today = clock_of(session, mall_id).business_on(now)
    if first_on < today - timedelta(days=TOKEN_DAYS):
        raise TooLongAgo(day=first_on.isoformat())


def rebuild_lines(session: Session, mall_id: int, first_on: date, until_on: date, *, finest_min: int = 1) -> int:
    """The roll-ups of lines, anew, of `finest_min` minutes and coarser; returns how many."""
    lock(session, mall_id)
    span = {**_span(session, mall_id, first_on, until_on), 'finest': finest_min}
    session.execute(
        text(
            'DELETE FROM footfall_group WHERE mall_id = :mall AND business_on >= :first_on AND business_on < :until_on'
        ),
        span,
    )
    _delete(session, 'footfall_line_rollup', span)
    statements = (lines.REBUILD_CROSSINGS, lines.REBUILD_LINE_HEALTH, lines.REBUILD_IMPORTED_LINES)
    written = sum(session.execute(text(statement), span).one().written for statement in statements)
    apply_silences(session, mall_id, first_on, until_on)
    return int(written)


def rebuild_zones(session: Session, mall_id: int, first_on: date, until_on: date) -> int:
    """The roll-ups of zones, dwell and flows, anew; returns how many."""
    lock(session, mall_id)
    span = _span(session, mall_id, first_on, until_on)
    for table in ('footfall_zone_rollup', 'footfall_dwell_rollup', 'footfall_transition_rollup'):
        _delete(session, table, span)
    contribution = Contribution(clock_of(session, mall_id), _zone_writing.by_version(zones_by_code(session, mall_id)))
    contribution.add((_zone_writing.known_stay(row) for row in session.execute(text(zones.STAYS_OF_DAYS), span)), +1)
    for row in session.execute(text(zones.IMPORTED_ZONES_OF_DAYS), span):
        contribution.add_imported(row.business_on, row.zone_version_id, row.bucket_at, row.dwells, row.observed_ms)
    written = _zone_writing.write(session, mall_id, contribution)
    return written + int(session.execute(text(zones.REBUILD_ZONE_HEALTH), span).one().written)


def apply_silences(session: Session, mall_id: int, first_on: date, until_on: date) -> None:
    """Takes silent stretches out of the observed time of each bucket they touch."""
    span = _span(session, mall_id, first_on, until_on)
    session.execute(text(_RESET_SILENCES), span)
    session.execute(text(_APPLY_SILENCES), span)


_RESET_SILENCES = """
    UPDATE footfall_line_rollup SET silent_ms = 0
    WHERE mall_id = :mall AND grain IN (15, 60, 1440) AND bucket_at >= :since AND bucket_at < :until AND silent_ms <> 0
"""
_APPLY_SILENCES = """
    WITH ends AS (
        SELECT r.grain, r.line_version_id, r.bucket_at,
            CASE WHEN r.grain = 1440 THEN (r.business_on + 1 + CAST(:cutoff AS time)) AT TIME ZONE :zone
                ELSE r.bucket_at + r.grain * interval '1 minute' END AS ends_at
        FROM footfall_line_rollup r
        WHERE r.mall_id = :mall AND r.grain IN (15, 60, 1440) AND r.bucket_at >= :since AND r.bucket_at < :until
    ), silent AS (
        SELECT e.grain, e.line_version_id, e.bucket_at, sum(extract(epoch FROM
            least(g.ended_at, e.ends_at) - greatest(g.started_at, e.bucket_at)) * 1000)::bigint AS silent_ms
        FROM ends e JOIN footfall_gap g ON g.mall_id = :mall AND g.line_version_id = e.line_version_id
            AND g.cause = 'silence' AND g.started_at < e.ends_at AND g.ended_at > e.bucket_at
        GROUP BY 1, 2, 3
    )
    UPDATE footfall_line_rollup r SET silent_ms = least(s.silent_ms, r.observed_ms)
    FROM silent s WHERE r.mall_id = :mall AND r.grain = s.grain AND r.line_version_id = s.line_version_id
        AND r.bucket_at = s.bucket_at
"""


def _rebuild_heat(session: Session, mall_id: int, first_on: date, until_on: date) -> int:
    span = _span(session, mall_id, first_on, until_on)
    _delete(session, 'footfall_heat_rollup', span)
    return int(session.execute(text(zones.REBUILD_HEAT), span).one().written)


def _span(session: Session, mall_id: int, first_on: date, until_on: date) -> dict[str, object]:
    clock = clock_of(session, mall_id)
    return {
        **span_parameters(session, mall_id),
        'first_on': first_on,
        'until_on': until_on,
        'since': clock.bounds(first_on)[0],
        'until': clock.bounds(until_on)[0],
    }


def _delete(session: Session, table: str, span: dict[str, object]) -> None:
    statement = f'DELETE FROM {table} WHERE mall_id = :mall AND bucket_at >= :since AND bucket_at < :until'  # noqa: S608
    session.execute(text(statement), span)
