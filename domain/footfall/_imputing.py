"""Finding gaps and estimating what they hid, one business day at a time. Repeating it replaces what it said before."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from domain.footfall._figures import days_between
from domain.footfall._learning import DayHours, Usual, hour_of, hours_of, usual_of
from domain.footfall._mall import clock_of, profile_weekday
from domain.footfall._rebuilding import apply_silences
from domain.footfall._rules.gaps import Silence, find_silences
from domain.footfall._rules.imputation import Estimate, day_coverage, impute_day, learn_profile
from domain.footfall._tables import GAP, IMPUTATION, LINE_DAY
from domain.footfall.commands import ImputeGaps, Window
from domain.footfall.permissions import RECORD
from domain.footfall.recording import TOPIC, lock
from domain.footfall.views import Imputed
from domain.shared.actor import Actor
from domain.shared.live import notify
from domain.shared.operations import operation

LAG = timedelta(minutes=2)  # readings of the last minutes may still be on their way
HOUR = timedelta(hours=1)
QUARTER = timedelta(minutes=15)


@dataclass(frozen=True, slots=True)
class _Version:
    id: int
    valid_from: datetime
    valid_until: datetime | None


@dataclass(frozen=True, slots=True)
class _Sightings:
    """When a line saw anybody on a day, and when its device was looking."""

    people: list[tuple[datetime, datetime]]
    quarters: dict[datetime, tuple[int, int]]  # observed and frozen milliseconds


@operation(RECORD, name='footfall.impute_gaps', is_audited=False)
def impute_gaps(session: Session, *, actor: Actor, command: ImputeGaps, now: datetime) -> Imputed:
    """Finds gaps and estimates what they hid, for every business day that the window touches."""
    assert actor.mall_id is not None, 'the session could not have been opened'
    clock = clock_of(session, actor.mall_id)
    last = clock.business_on(max(command.window.started_at, min(command.window.ended_at, now) - LAG))
    days = days_between(clock.business_on(command.window.started_at), last + timedelta(days=1))
    found = impute_days(session, actor.mall_id, days, now)
    notify(session, TOPIC, actor.mall_id)
    return found


def impute_days(session: Session, mall_id: int, days: Sequence[date], now: datetime) -> Imputed:
    """Judges days, as far as they have come. What takes long is read before the recording lock is taken."""
    usual = {day: usual_of(session, mall_id, day, profile_weekday(session, mall_id, day)) for day in days}
    lock(session, mall_id)
    found = [_impute_one_day(session, mall_id, day, usual[day], now) for day in days]
    return Imputed(gaps=sum(one.gaps for one in found), hours=sum(one.hours for one in found))


def _impute_one_day(session: Session, mall_id: int, day: date, usual: dict[int, Usual], now: datetime) -> Imputed:
    """Judges one day. A day that was closed stays final."""
    clock = clock_of(session, mall_id)
    start, end = clock.bounds(day)
    until = max(start, min(end, now - LAG))
    versions = _versions(session, mall_id, start, until)
    gaps = _write_gaps(session, mall_id, versions, usual, Window(started_at=start, ended_at=until))
    apply_silences(session, mall_id, day, day + timedelta(days=1))
    hours = _write_estimates(session, mall_id, day, versions, usual, until)
    return Imputed(gaps=gaps, hours=hours)


def _write_gaps(
    session: Session, mall_id: int, versions: Iterable[_Version], usual: dict[int, Usual], day: Window
) -> int:
    session.execute(
        GAP.delete().where(
            GAP.c.mall_id == mall_id, GAP.c.started_at >= day.started_at, GAP.c.started_at < day.ended_at
        )
    )
    sightings = _sightings(session, mall_id, day)
    rows = []
    for version in versions:
        habits = usual.get(version.id)
        seen = sightings.get(version.id, _Sightings([], {}))
        if habits is None or not habits.rates:
            continue
        span = Window(
            started_at=max(day.started_at, version.valid_from),
            ended_at=max(day.started_at, version.valid_from, min(day.ended_at, version.valid_until or day.ended_at)),
        )
        rows += [{'mall_id': mall_id, 'line_version_id': version.id, **gap} for gap in _gaps(span, day, habits, seen)]
    if rows:
        session.execute(GAP.insert(), rows)
    return len(rows)


def _gaps(span: Window, day: Window, habits: Usual, seen: _Sightings) -> list[dict[str, Any]]:
    def rate(moment: datetime) -> float:
        return habits.rates.get(int((moment - day.started_at) / QUARTER), 0.0)

    silences = find_silences(seen.people, window=span, rate=rate)
    gaps = [_as_gap(silence.window, _cause(silence, seen), silence) for silence in silences]
    covered = [silence.window for silence in silences]
    for window in _unobserved(span, day, habits, seen):
        if not any(other.started_at < window.ended_at and other.ended_at > window.started_at for other in covered):
            gaps.append(_as_gap(window, _cause_of(window, seen), None))
    return gaps


def _unobserved(span: Window, day: Window, habits: Usual, seen: _Sightings) -> list[Window]:
    """Stretches of quarters in which the device looked for less than half of the time, where people usually come."""
    found: list[Window] = []
    for index in sorted(habits.rates):
        start = day.started_at + index * QUARTER
        observed, _ = seen.quarters.get(start, (0, 0))
        if (
            habits.rates[index] <= 0
            or start < span.started_at
            or start + QUARTER > span.ended_at
            or observed >= 450_000
        ):
            continue
        if found and found[-1].ended_at == start:
            found[-1] = Window(started_at=found[-1].started_at, ended_at=start + QUARTER)
        else:
            found.append(Window(started_at=start, ended_at=start + QUARTER))
    return found


def _cause(silence: Silence, seen: _Sightings) -> str:
    return _cause_of(silence.window, seen)


def _cause_of(window: Window, seen: _Sightings) -> str:
    touched = [
        ms for start, ms in seen.quarters.items() if start < window.ended_at and start + QUARTER > window.started_at
    ]
    observed, frozen = sum(ms[0] for ms in touched), sum(ms[1] for ms in touched)
    if frozen > observed:
        return 'frozen'
    return 'silence' if observed * 2 >= (window.ended_at - window.started_at).total_seconds() * 1000 else 'device'


def _as_gap(window: Window, cause: str, silence: Silence | None) -> dict[str, Any]:
    return {
        'started_at': window.started_at,
        'ended_at': window.ended_at,
        'cause': cause,
        'tolerance_min': silence.tolerance.total_seconds() / 60 if silence else None,
    }


def _write_estimates(
    session: Session, mall_id: int, day: date, versions: Iterable[_Version], usual: dict[int, Usual], until: datetime
) -> int:
    same_day = (IMPUTATION.c.mall_id == mall_id, IMPUTATION.c.business_on == day)
    session.execute(IMPUTATION.delete().where(*same_day))
    final = set(
        session.execute(
            text('SELECT line_version_id FROM footfall_line_day WHERE mall_id = :m AND business_on = :d AND is_final'),
            {'m': mall_id, 'd': day},
        ).scalars()
    )
    session.execute(LINE_DAY.delete().where(LINE_DAY.c.mall_id == mall_id, LINE_DAY.c.business_on == day))
    seen = hours_of(session, mall_id, day)
    estimates, days = [], []
    for version in versions:
        rows, summary = _judged(session, mall_id, day, version, usual.get(version.id), seen.get(version.id), until)
        estimates += rows
        days.append({**summary, 'is_final': version.id in final})
    if estimates:
        session.execute(IMPUTATION.insert(), estimates)
    if days:
        session.execute(LINE_DAY.insert(), days)
    return len(estimates)


def _judged(
    session: Session,
    mall_id: int,
    day: date,
    version: _Version,
    usual: Usual | None,
    seen: DayHours | None,
    until: datetime,
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """One line's estimates for one day, and the day's summary."""
    key = {'mall_id': mall_id, 'business_on': day, 'line_version_id': version.id}
    start = clock_of(session, mall_id).bounds(day)[0]
    hours = seen or DayHours({}, {})
    span = range(
        _hour(session, mall_id, day, max(start, version.valid_from)),
        _hour(session, mall_id, day, min(until, version.valid_until or until)),
    )
    profile_in, typical_in = _within(learn_profile(list(usual.ins.values())) if usual else ({}, None), span)
    profile_out, typical_out = _within(learn_profile(list(usual.outs.values())) if usual else ({}, None), span)
    whole_hours = {hour: count for hour, count in hours.ins.items() if hour in span}
    ins = {e.hour: e for e in impute_day(whole_hours, profile_in, typical=typical_in)}
    outs = {
        e.hour: e
        for e in impute_day({h: c for h, c in hours.outs.items() if h in span}, profile_out, typical=typical_out)
    }
    rows = [
        {**key, 'bucket_at': start + hour * HOUR, **_estimate_columns(ins.get(hour), outs.get(hour))}
        for hour in sorted(ins.keys() | outs.keys())
    ]
    summary = {
        **key,
        'coverage': day_coverage(whole_hours, profile_in),
        'imputed_in': sum(estimate.imputed for estimate in ins.values()),
        'imputed_out': sum(estimate.imputed for estimate in outs.values()),
    }
    return rows, summary


def _estimate_columns(of_ins: Estimate | None, of_outs: Estimate | None) -> dict[str, Any]:
    either = of_ins or of_outs
    assert either is not None
    return {
        'observed_in': of_ins.observed if of_ins else 0,
        'observed_out': of_outs.observed if of_outs else 0,
        'imputed_in': of_ins.imputed if of_ins else 0.0,
        'imputed_out': of_outs.imputed if of_outs else 0.0,
        'coverage': either.coverage,
        'method': either.method.value,
    }


def _within(learnt: tuple[dict[int, float], float | None], span: range) -> tuple[dict[int, float], float | None]:
    """A profile cut to the hours that can be judged, with the part of the typical volume that falls into them."""
    profile, typical = learnt
    cut = {hour: share for hour, share in profile.items() if hour in span}
    return cut, None if typical is None else typical * sum(cut.values())


def _hour(session: Session, mall_id: int, day: date, moment: datetime) -> int:
    return hour_of(clock_of(session, mall_id), day, moment)


def _versions(session: Session, mall_id: int, start: datetime, until: datetime) -> list[_Version]:
    rows = session.execute(
        text(
            'SELECT id, valid_from, valid_until FROM footfall_line_version WHERE mall_id = :m AND valid_from < :until'
            ' AND (valid_until IS NULL OR valid_until > :start) ORDER BY id'
        ),
        {'m': mall_id, 'start': start, 'until': until},
    )
    return [_Version(row.id, row.valid_from, row.valid_until) for row in rows]


def _sightings(session: Session, mall_id: int, day: Window) -> dict[int, _Sightings]:
    """By the minute where there are minutes, by the quarter where history was loaded coarser."""
    found: defaultdict[int, _Sightings] = defaultdict(lambda: _Sightings([], {}))
    by_minute: set[int] = set()
    parameters = {'m': mall_id, 'since': day.started_at, 'until': day.ended_at}
    for row in session.execute(text(_SEEN), parameters):
        seen = found[row.line_version_id]
        if row.grain == 1:
            by_minute.add(row.line_version_id)
        else:
            seen.quarters[row.bucket_at] = (row.observed_ms, row.frozen_ms)
        if row.people and (row.grain == 1 or row.line_version_id not in by_minute):
            seen.people.append((row.bucket_at, row.bucket_at + timedelta(minutes=row.grain)))
    return found


_SEEN = """
    SELECT grain, line_version_id, bucket_at, observed_ms, frozen_ms,
        ins + outs + masked_in + masked_out + staff_in + staff_out AS people
    FROM footfall_line_rollup
    WHERE mall_id = :m AND grain IN (1, 15) AND bucket_at >= :since AND bucket_at < :until
    ORDER BY grain, bucket_at
"""
