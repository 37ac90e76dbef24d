"""Partitions and retention.

| what | kept |
|---|---|
| tokens of persons and groups, stays, presence | 8 days (late data may come for 7) |
| raw crossings and health, without tokens | 100 days, dropped by the month |
| roll-ups by minute | 90 days |
| heat by hour | 90 days |
| every other roll-up, gaps, imputations, audits | for ever |
"""

from datetime import date, datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session

from domain.footfall._mall import clock_of
from domain.footfall._rebuilding import TOKEN_DAYS
from domain.footfall._tables import RAW_TABLES
from domain.footfall.commands import EnsurePartitions, ForgetTokens
from domain.footfall.permissions import RECORD
from domain.footfall.views import Forgotten, Partitions
from domain.shared.actor import Actor
from domain.shared.operations import operation

RAW_DAYS = 100
MINUTE_DAYS = 90


@operation(RECORD, name='footfall.ensure_partitions', is_audited=False)
def ensure_partitions(session: Session, *, actor: Actor, command: EnsurePartitions, now: datetime) -> Partitions:
    """Makes the monthly partitions round now that are not there yet; rows that came too early move over."""
    created = []
    for table in RAW_TABLES:
        for month in _months(now.date(), command.months_back, command.months_ahead):
            name = session.execute(
                text('SELECT footfall_make_partition(:table, :month)'), {'table': table, 'month': month}
            ).scalar_one()
            if name is not None:
                created.append(name)
    return Partitions(created=tuple(created))


@operation(RECORD, name='footfall.forget_tokens')
def forget_tokens(session: Session, *, actor: Actor, command: ForgetTokens, now: datetime) -> Forgotten:
    """Removes what could link one person's movements, and what is past its retention. Figures stay what they were."""
    assert actor.mall_id is not None, 'the session could not have been opened'
    today = clock_of(session, actor.mall_id).business_on(now)
    before = today - timedelta(days=max(command.keep_days, TOKEN_DAYS))
    minutes = today - timedelta(days=MINUTE_DAYS)
    parameters = {'mall': actor.mall_id, 'before': before, 'minutes': minutes}
    changed = [session.execute(text(statement), parameters) for statement in _FORGETTING]
    dropped = [
        name
        for table in RAW_TABLES
        for name in session.execute(
            text('SELECT footfall_drop_partitions(:table, :before)'),
            {'table': table, 'before': today - timedelta(days=RAW_DAYS)},
        ).scalars()
    ]
    return Forgotten(tokens=sum(result.rowcount for result in changed[:2]), partitions=tuple(dropped))  # type: ignore[attr-defined]


_FORGETTING = (
    'UPDATE footfall_crossing SET track = NULL, group_token = NULL WHERE mall_id = :mall AND business_on < :before'
    ' AND (track IS NOT NULL OR group_token IS NOT NULL)',
    'DELETE FROM footfall_stay WHERE mall_id = :mall AND business_on < :before',
    'DELETE FROM footfall_group WHERE mall_id = :mall AND business_on < :before',
    'DELETE FROM footfall_presence WHERE mall_id = :mall AND business_on < :before',
    'DELETE FROM footfall_line_rollup WHERE mall_id = :mall AND grain = 1 AND business_on < :minutes',
    'DELETE FROM footfall_heat_rollup WHERE mall_id = :mall AND grain = 60 AND bucket_at < CAST(:minutes AS date)',
)


def _months(today: date, back: int, ahead: int) -> list[date]:
    index = today.year * 12 + today.month - 1
    return [date(month // 12, month % 12 + 1, 1) for month in range(index - back, index + ahead + 1)]
