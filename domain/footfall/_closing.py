"""Closing a business day: staff by habit out, gaps filled, drift measured, figures final (FT-R5, FT-R8, FT-R10)."""

from datetime import date, datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session

from domain.footfall._imputing import impute_days
from domain.footfall._mall import clock_of
from domain.footfall._rebuilding import TOKEN_DAYS, rebuild_lines
from domain.footfall._rules.occupancy import out_scale
from domain.footfall._rules.staff import BITS, MOST_SHOPPER_ENTRIES
from domain.footfall.commands import CloseBusinessDay, StaffMethod
from domain.footfall.events import BusinessDayClosed
from domain.footfall.permissions import RECORD
from domain.footfall.recording import TOPIC, lock
from domain.footfall.views import ClosedDay, DayClose
from domain.shared.actor import Actor
from domain.shared.errors import DomainError
from domain.shared.events import emit
from domain.shared.live import notify
from domain.shared.operations import operation

WHOLE_MALL = 0  # the floor number of the mall's own row


class DayNotOver(DomainError):
    code = 'footfall.day_not_over'
    status = 409
    zh = '营业日 {day} 尚未结束，不能关账。'
    en = 'Business day {day} is not over and cannot be closed.'


@operation(RECORD, name='footfall.close_business_day')
def close_business_day(session: Session, *, actor: Actor, command: CloseBusinessDay, now: datetime) -> ClosedDay:
    """Makes a day's figures final. Closing again, after late data, says it anew.

    :raises DayNotOver:
    """
    assert actor.mall_id is not None, 'the session could not have been opened'
    mall_id, day = actor.mall_id, command.business_on
    clock = clock_of(session, mall_id)
    if clock.bounds(day)[1] > now:
        raise DayNotOver(day=day.isoformat())
    lock(session, mall_id)
    repeaters = 0
    if day >= clock.business_on(now) - timedelta(days=TOKEN_DAYS):
        repeaters = _take_out_repeat_entrants(session, mall_id, day)
    imputed = impute_days(session, mall_id, [day], now)
    session.execute(text(_FINALISE), {'mall': mall_id, 'day': day})
    closes = _measure_drift(session, mall_id, day, now)
    emit(
        session,
        BusinessDayClosed(mall_id=mall_id, occurred_at=now, business_on=day.isoformat(), footfall=closes[0].ins),
    )
    notify(session, TOPIC, mall_id)
    return ClosedDay(business_on=day, closes=closes, imputed_hours=imputed.hours, repeat_entrants=repeaters)


def _take_out_repeat_entrants(session: Session, mall_id: int, day: date) -> int:
    """Staff go in and out all day: whoever entered through one line more often than shoppers do was one of them."""
    since, until = clock_of(session, mall_id).bounds(day)
    parameters = {
        'mall': mall_id,
        'since': since,
        'until': until,
        'most': MOST_SHOPPER_ENTRIES,
        'bit': BITS[StaffMethod.FREQUENCY],
    }
    tracks = session.execute(text(_MARK_REPEAT_ENTRANTS), parameters).scalar_one()
    if tracks:
        rebuild_lines(session, mall_id, day, day + timedelta(days=1))
    return int(tracks)


_MARK_REPEAT_ENTRANTS = """
    WITH days AS (
        SELECT line_version_id, track, direction, staff_mask FROM footfall_crossing
        WHERE mall_id = :mall AND occurred_at >= :since AND occurred_at < :until AND track IS NOT NULL
    ), repeaters AS (
        SELECT line_version_id, track, bool_or(staff_mask & :bit = 0) AS is_new FROM days
        GROUP BY 1, 2 HAVING count(*) FILTER (WHERE direction = 1) > :most
    ), marked AS (
        UPDATE footfall_crossing c SET staff_mask = c.staff_mask | :bit FROM repeaters r
        WHERE c.mall_id = :mall AND c.occurred_at >= :since AND c.occurred_at < :until
            AND c.line_version_id = r.line_version_id AND c.track = r.track AND r.is_new
        RETURNING c.track
    )
    SELECT count(DISTINCT track) FROM marked
"""
_FINALISE = """
    UPDATE footfall_line_day SET is_final = true WHERE mall_id = :mall AND business_on = :day
"""
_FLOORS = """
    SELECT floor_id, sum(ins)::int AS ins, sum(outs)::int AS outs FROM (
        SELECT l.floor_id, r.ins + r.masked_in AS ins, r.outs + r.masked_out AS outs
        FROM footfall_line_rollup r JOIN footfall_line_version v ON v.mall_id = r.mall_id AND v.id = r.line_version_id
            JOIN footfall_line l ON l.mall_id = v.mall_id AND l.id = v.line_id
        WHERE r.mall_id = :mall AND r.grain = 1440 AND r.bucket_at = :start AND l.role IN ('entrance', 'passage')
        UNION ALL
        SELECT l.outer_floor_id, r.outs + r.masked_out, r.ins + r.masked_in
        FROM footfall_line_rollup r JOIN footfall_line_version v ON v.mall_id = r.mall_id AND v.id = r.line_version_id
            JOIN footfall_line l ON l.mall_id = v.mall_id AND l.id = v.line_id
        WHERE r.mall_id = :mall AND r.grain = 1440 AND r.bucket_at = :start AND l.role = 'passage'
            AND l.outer_floor_id IS NOT NULL
        UNION ALL
        SELECT 0, r.ins + r.masked_in, r.outs + r.masked_out
        FROM footfall_line_rollup r JOIN footfall_line_version v ON v.mall_id = r.mall_id AND v.id = r.line_version_id
            JOIN footfall_line l ON l.mall_id = v.mall_id AND l.id = v.line_id
        WHERE r.mall_id = :mall AND r.grain = 1440 AND r.bucket_at = :start AND l.role = 'entrance'
    ) AS moved GROUP BY floor_id
"""
_KEEP_CLOSE = """
    INSERT INTO footfall_closed_day (mall_id, business_on, floor_id, ins, outs, closed_at)
    VALUES (:mall, :day, :floor, :ins, :outs, :now)
    ON CONFLICT (mall_id, business_on, floor_id) DO UPDATE
        SET ins = excluded.ins, outs = excluded.outs, closed_at = excluded.closed_at
"""


def _measure_drift(session: Session, mall_id: int, day: date, now: datetime) -> tuple[DayClose, ...]:
    """Keeps the day's ins and outs per floor, the mall's first; their difference is drift."""
    start = clock_of(session, mall_id).bounds(day)[0]
    found = {row.floor_id: row for row in session.execute(text(_FLOORS), {'mall': mall_id, 'start': start})}
    counts = {floor: (row.ins, row.outs) for floor, row in found.items()}
    counts.setdefault(WHOLE_MALL, (0, 0))
    for floor, (ins, outs) in counts.items():
        session.execute(
            text(_KEEP_CLOSE), {'mall': mall_id, 'day': day, 'floor': floor, 'ins': ins, 'outs': outs, 'now': now}
        )
    return tuple(
        DayClose(
            floor_id=floor or None,
            business_on=day,
            ins=ins,
            outs=outs,
            residual=ins - outs,
            out_scale=out_scale(ins, outs),
        )
        for floor, (ins, outs) in sorted(counts.items())
    )
