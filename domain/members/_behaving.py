"""Behavioural tags of any number of members, as their acts stand: `_rules.behaviour` as one statement."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session, col, select

from domain.members._rules.behaviour import BehaviourRule
from domain.members.commands import Act
from domain.members.models import TagDefinition

SOURCE = 'behaviour'

_BORNE = text("""
WITH chosen AS (
    SELECT m.id FROM member m WHERE m.mall_id = app_mall() AND m.state IN ('active', 'closing')
        AND (CAST(:members AS bigint[]) IS NULL OR m.id = ANY(:members))
        AND (NOT :needs_consent OR coalesce((
            SELECT c.is_granted FROM member_consent c WHERE c.mall_id = m.mall_id AND c.member_id = m.id
                AND c.purpose = 'profiling' ORDER BY c.decided_at DESC, c.id DESC LIMIT 1), false))
), done AS (
    SELECT a.member_id, a.happened_at, row_number() OVER (PARTITION BY a.member_id ORDER BY a.happened_at DESC) AS place
    FROM member_act a JOIN chosen ON chosen.id = a.member_id
    WHERE a.mall_id = app_mall() AND a.act = :act AND NOT a.is_undone AND a.happened_at > :since
        AND (cardinality(CAST(:categories AS text[])) = 0 OR a.category = ANY(:categories))
        AND (cardinality(CAST(:kinds AS text[])) = 0 OR a.coupon_kind = ANY(:kinds))
), borne AS (
    SELECT member_id, least(
        max(happened_at) + CAST(:lifetime AS interval),
        max(happened_at) FILTER (WHERE place = :least) + CAST(:span AS interval)
    ) AS until FROM done GROUP BY member_id HAVING count(*) >= :least
)
SELECT member_id, until FROM borne WHERE until > :now ORDER BY member_id
""")
_DROP = text("""
DELETE FROM member_tag t WHERE t.mall_id = app_mall() AND t.code = :code
    AND (CAST(:members AS bigint[]) IS NULL OR t.member_id = ANY(:members))
    AND NOT EXISTS (SELECT FROM unnest(CAST(:bearers AS bigint[])) AS b(member) WHERE b.member = t.member_id)
""")
# What stands already is not written again: a night run finds most of it so.
_WRITE = text("""
INSERT INTO member_tag (mall_id, member_id, code, value, source, computed_at, expires_at)
SELECT app_mall(), t.member, CAST(:code AS text), 'yes', CAST(:source AS text), CAST(:now AS timestamptz), t.ends
FROM unnest(CAST(:bearers AS bigint[]), CAST(:ends AS timestamptz[])) AS t(member, ends)
LEFT JOIN member_tag x ON x.mall_id = app_mall() AND x.member_id = t.member AND x.code = :code
WHERE (x.value, x.source, x.expires_at) IS DISTINCT FROM ('yes', CAST(:source AS text), t.ends)
ON CONFLICT (mall_id, member_id, code) DO UPDATE SET value = excluded.value, source = excluded.source,
    computed_at = excluded.computed_at, expires_at = excluded.expires_at
""")


def bearers(
    session: Session, rule: BehaviourRule, *, lifetime_hours: int, now: datetime, members: Sequence[int] | None = None
) -> dict[int, datetime]:
    """Who bears such a tag now, and until when; among these members, or among all."""
    rows = session.execute(_BORNE, {
        'members': None if members is None else list(members), 'needs_consent': rule.needs_consent,
        'act': rule.act.value, 'since': now - rule.window, 'categories': list(rule.categories),
        'kinds': list(rule.coupon_kinds), 'lifetime': timedelta(hours=lifetime_hours), 'span': rule.window,
        'least': rule.at_least, 'now': now,
    })  # fmt: skip
    return {row.member_id: row.until for row in rows}


def rewrite(session: Session, tag: TagDefinition, *, now: datetime, members: Sequence[int] | None = None) -> int:
    """Makes a behavioural tag of these members (or of all) what their acts say; returns how many bear it."""
    rule = BehaviourRule.model_validate(tag.rule)
    found = bearers(session, rule, lifetime_hours=tag.lifetime_hours, now=now, members=members)
    facts: dict[str, Any] = {
        'code': tag.code, 'members': None if members is None else list(members), 'source': SOURCE, 'now': now,
        'bearers': list(found), 'ends': list(found.values()),
    }  # fmt: skip
    session.execute(_DROP, facts)
    session.execute(_WRITE, facts)
    return len(found)


def settle(session: Session, members: Sequence[int], *, now: datetime, act: Act | None = None) -> None:
    """Brings these members' behavioural tags up to date: those about one act, or all.

    The members' rows are locked by the caller. The definitions are locked against a run over all members, which would
    otherwise write what it had read before these acts.
    """
    session.flush()
    rows = select(TagDefinition).where(TagDefinition.kind == 'behavioural').order_by(col(TagDefinition.code))
    locked = rows.with_for_update(read=True).execution_options(populate_existing=True)
    for tag in session.exec(locked).all():
        if tag.rule is not None and act in (None, tag.rule['act']):
            rewrite(session, tag, now=now, members=members)
