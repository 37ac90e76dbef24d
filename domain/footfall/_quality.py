"""Questions about how complete the figures are."""

from datetime import date, datetime

from sqlalchemy import text
from sqlmodel import Session

from domain.footfall._figures import days_between, line_facts
from domain.footfall._mall import clock_of
from domain.footfall.commands import LineId, Window
from domain.footfall.permissions import VIEW
from domain.footfall.views import CoverageDay, GapView, ImputationView
from domain.shared.actor import Actor
from domain.shared.operations import query


@query(VIEW)
def coverage_calendar(
    session: Session, *, actor: Actor, now: datetime, first_on: date, until_on: date
) -> tuple[CoverageDay, ...]:
    """Each line's coverage on each business day of [first_on, until_on), as far as days have come.

    A judged day is weighed by its usual traffic; one that is not judged yet by time, against the best observed line.
    """
    assert actor.mall_id is not None, 'the session could not have been opened'
    clock = clock_of(session, actor.mall_id)
    lines = line_facts(session, actor.mall_id)
    parameters = {
        'mall': actor.mall_id,
        'first_on': first_on,
        'until_on': until_on,
        'since': clock.bounds(first_on)[0],
        'until': min(clock.bounds(until_on)[0], now),
        'versions': [version for line in lines.values() for version in line.version_ids],
    }
    found = {(row[0], row[1]): row for row in session.execute(_COVERAGE, parameters).all()}
    return tuple(
        CoverageDay(
            line_id=line_id, business_on=day, coverage=coverage, has_redraw=redrawn, is_imputed=imputed, is_final=final
        )
        for day in days_between(first_on, min(until_on, _after(clock.business_on(now))))
        for line_id, line in lines.items()
        if (day, line_id) in found or not line.is_retired
        for _, _, coverage, redrawn, imputed, final in (found.get((day, line_id)) or _UNSEEN,)
    )


@query(VIEW)
def list_gaps(session: Session, *, actor: Actor, now: datetime, window: Window) -> tuple[GapView, ...]:
    """Gaps that touch the window, newest first."""
    parameters = {'mall': actor.mall_id, 'since': window.started_at, 'until': min(window.ended_at, now)}
    return tuple(
        GapView(
            line_id=LineId(row.line_id),
            window=Window(started_at=row.started_at, ended_at=row.ended_at),
            cause=row.cause,
            tolerance_min=row.tolerance_min,
        )
        for row in session.execute(_GAPS, parameters).all()
    )


@query(VIEW)
def list_imputations(session: Session, *, actor: Actor, now: datetime, window: Window) -> tuple[ImputationView, ...]:
    """Each estimated hour of the window with its method, in order of time."""
    parameters = {'mall': actor.mall_id, 'since': window.started_at, 'until': min(window.ended_at, now)}
    return tuple(
        ImputationView(
            line_id=LineId(row.line_id),
            bucket_at=row.bucket_at,
            observed=row.observed_in,
            imputed=row.imputed_in,
            coverage=row.coverage,
            method=row.method,
        )
        for row in session.execute(_IMPUTATIONS, parameters).all()
    )


def _after(day: date) -> date:
    return date.fromordinal(day.toordinal() + 1)


_UNSEEN = (None, None, 0.0, False, False, False)
# A judged day says its coverage by traffic; one that is not judged, by time, against the best observed line.
_COVERAGE = text(
    """
    SELECT business_on, line_id,
        coalesce(avg(coverage), least(1.0, sum(seen_ms) / nullif(max(sum(seen_ms)) OVER (PARTITION BY business_on), 0)),
            0)::float AS coverage,
        count(*) > 1 AS has_redraw, coalesce(bool_or(imputed_in > 0), false) AS is_imputed,
        bool_and(coalesce(is_final, false)) AS is_final
    FROM (
        SELECT coalesce(r.business_on, d.business_on) AS business_on, v.line_id,
            greatest(coalesce(r.observed_ms - r.silent_ms, 0), 0) AS seen_ms, d.coverage, d.imputed_in, d.is_final
        FROM (
            SELECT * FROM footfall_line_rollup WHERE mall_id = :mall AND grain = 1440
                AND line_version_id = ANY(:versions) AND bucket_at >= :since AND bucket_at < :until
        ) r FULL JOIN (
            SELECT * FROM footfall_line_day
            WHERE mall_id = :mall AND business_on >= :first_on AND business_on < :until_on
        ) d ON d.business_on = r.business_on AND d.line_version_id = r.line_version_id
        JOIN footfall_line_version v ON v.mall_id = :mall AND v.id = coalesce(r.line_version_id, d.line_version_id)
    ) AS days GROUP BY 1, 2
"""
)
_GAPS = text(
    """
    SELECT v.line_id, g.started_at, g.ended_at, g.cause, g.tolerance_min
    FROM footfall_gap g JOIN footfall_line_version v ON v.mall_id = g.mall_id AND v.id = g.line_version_id
    WHERE g.mall_id = :mall AND g.started_at < :until AND g.ended_at > :since
    ORDER BY g.started_at DESC, v.line_id
"""
)
_IMPUTATIONS = text(
    """
    SELECT v.line_id, i.bucket_at, i.observed_in, i.imputed_in, i.coverage, i.method
    FROM footfall_imputation i JOIN footfall_line_version v ON v.mall_id = i.mall_id AND v.id = i.line_version_id
    WHERE i.mall_id = :mall AND i.business_on BETWEEN CAST(:since AS timestamptz)::date - 1
        AND CAST(:until AS timestamptz)::date + 1 AND i.bucket_at >= :since AND i.bucket_at < :until
    ORDER BY i.bucket_at, v.line_id
"""
)
