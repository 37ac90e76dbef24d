"""What each line usually sees, learnt from the last 60 days of roll-ups of the same kind of day (FT-R9, FT-R10)."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from domain.footfall._mall import clock_of
from domain.footfall._rules.gaps import LOOK_BACK_DAYS
from domain.footfall._rules.imputation import Seen
from domain.shared.business_time import BusinessClock

HOUR_MS = 3_600_000

HourDays = dict[date, dict[int, Seen]]


@dataclass(slots=True)
class Usual:
    """One line's habits on one kind of weekday."""

    rates: dict[int, float] = field(default_factory=dict)  # people per minute by quarter of the business day
    ins: HourDays = field(default_factory=dict)
    outs: HourDays = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DayHours:
    """One line's hours of one day."""

    ins: dict[int, Seen]
    outs: dict[int, Seen]


def usual_of(session: Session, mall_id: int, day: date, weekday: int) -> dict[int, Usual]:
    """Every line version's habits on such a weekday, from the days before `day`."""
    clock = clock_of(session, mall_id)
    found: defaultdict[int, Usual] = defaultdict(Usual)
    parameters = {
        'mall': mall_id,
        'since': clock.bounds(day - timedelta(days=LOOK_BACK_DAYS))[0],
        'until': clock.bounds(day)[0],
        'weekday': weekday,
    }
    for row in session.execute(text(_RATES), {**parameters, 'cutoff': clock.cutoff, 'zone': clock.zone}):
        found[row.line_version_id].rates[row.quarter] = row.people / row.observed_min
    for version, days in hours_by_day(session, clock, parameters).items():
        found[version].ins = {on: hours.ins for on, hours in days.items()}
        found[version].outs = {on: hours.outs for on, hours in days.items()}
    return dict(found)


def hours_of(session: Session, mall_id: int, day: date) -> dict[int, DayHours]:
    """Every line version's hours of one day."""
    clock = clock_of(session, mall_id)
    since, until = clock.bounds(day)
    parameters = {'mall': mall_id, 'since': since, 'until': until, 'weekday': None}
    return {version: days[day] for version, days in hours_by_day(session, clock, parameters).items() if day in days}


def hours_by_day(session: Session, clock: BusinessClock, parameters: dict[str, Any]) -> dict[int, dict[date, DayHours]]:
    """Hours as seen, per line version and day."""
    found: defaultdict[int, dict[date, DayHours]] = defaultdict(dict)
    for row in session.execute(text(_HOURS), parameters):
        day = found[row.line_version_id].setdefault(row.business_on, DayHours({}, {}))
        hour = hour_of(clock, row.business_on, row.bucket_at)
        coverage = min(1.0, max(0.0, row.seen_ms / HOUR_MS))
        day.ins[hour] = Seen(row.ins, coverage)
        day.outs[hour] = Seen(row.outs, coverage)
    return found


def hour_of(clock: BusinessClock, day: date, moment: datetime) -> int:
    """The number of an hour within its business day."""
    return int((moment - clock.bounds(day)[0]) / timedelta(hours=1))


_RATES = """
    SELECT line_version_id,
        (extract(epoch FROM bucket_at - ((business_on + CAST(:cutoff AS time)) AT TIME ZONE :zone)) / 900)::int
            AS quarter,
        sum(ins + outs + masked_in + masked_out + staff_in + staff_out)::float AS people,
        sum(observed_ms)::float / 60000 AS observed_min
    FROM footfall_line_rollup
    WHERE mall_id = :mall AND grain = 15 AND bucket_at >= :since AND bucket_at < :until
        AND extract(isodow FROM business_on) = :weekday
    GROUP BY 1, 2 HAVING sum(observed_ms) > 0
"""
_HOURS = """
    SELECT line_version_id, business_on, bucket_at, ins, outs, observed_ms - silent_ms AS seen_ms
    FROM footfall_line_rollup
    WHERE mall_id = :mall AND grain = 60 AND bucket_at >= :since AND bucket_at < :until
        AND (CAST(:weekday AS int) IS NULL OR extract(isodow FROM business_on) = CAST(:weekday AS int))
"""
