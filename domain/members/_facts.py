"""Facts for tags, as they are now: one statement for any number of members."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session

from domain.members._rules.tags import MemberFacts, TagRule, tag_value

_FACTS = text("""
WITH chosen AS (
    SELECT m.id, m.born_on FROM member m
    WHERE m.mall_id = app_mall() AND m.id = ANY(:members) AND m.state IN ('active', 'closing')
        AND (NOT :needs_consent OR coalesce((
            SELECT c.is_granted FROM member_consent c WHERE c.mall_id = m.mall_id AND c.member_id = m.id
                AND c.purpose = 'profiling' ORDER BY c.decided_at DESC, c.id DESC LIMIT 1), false))
), bought AS (
    SELECT r.member_id, r.id, r.fen - r.refunded_fen AS fen, r.occurred_at, r.business_on, r.lines
    FROM point_receipt r JOIN chosen ON chosen.id = r.member_id
    WHERE r.mall_id = app_mall() AND r.state = 'earned' AND r.fen > r.refunded_fen
        AND r.occurred_at > :since AND r.occurred_at <= :now
), sums AS (
    SELECT member_id, CAST(sum(fen) AS bigint) AS spend, count(*) AS receipts, count(DISTINCT business_on) AS visits,
        max(occurred_at) AS last_at FROM bought GROUP BY member_id
), categories AS (
    SELECT DISTINCT ON (member_id) member_id, category FROM (
        SELECT member_id, line ->> 0 AS category, sum(CAST(line ->> 2 AS bigint)) AS fen
        FROM bought, jsonb_array_elements(lines) AS line GROUP BY 1, 2
    ) AS c WHERE fen > 0 ORDER BY member_id, fen DESC, category
)
SELECT chosen.id, chosen.born_on, coalesce(s.spend, 0) AS spend, coalesce(s.receipts, 0) AS receipts,
    coalesce(s.visits, 0) AS visits, s.last_at, c.category
FROM chosen LEFT JOIN sums s ON s.member_id = chosen.id LEFT JOIN categories c ON c.member_id = chosen.id
""")


def tag_values(session: Session, rule: TagRule, members: Sequence[int], *, now: datetime) -> dict[int, str]:
    """Which of the members bear a tag at this moment, and with what value."""
    rows = session.execute(_FACTS, {
        'members': list(members), 'needs_consent': rule.needs_consent, 'now': now,
        'since': now - timedelta(days=rule.window_days),
    })  # fmt: skip
    found = (
        (row.id, tag_value(rule, MemberFacts(
            spend_fen=row.spend, receipts=row.receipts, visits=row.visits, last_at=row.last_at,
            top_category=row.category, born_on=row.born_on,
        ), now=now))
        for row in rows
    )  # fmt: skip
    return {member_id: value for member_id, value in found if value is not None}


def write_tags(
    session: Session, code: str, members: Iterable[int], values: dict[int, str], *, source: str, now: datetime,
    lifetime_hours: int,
) -> None:  # fmt: skip
    """Replaces a tag of these members by what was computed."""
    facts = {
        'code': code, 'gone': [member for member in members if member not in values], 'source': source, 'now': now,
        'members': list(values), 'values': list(values.values()), 'until': now + timedelta(hours=lifetime_hours),
    }  # fmt: skip
    session.execute(
        text('DELETE FROM member_tag WHERE mall_id = app_mall() AND code = :code AND member_id = ANY(:gone)'), facts
    )
    session.execute(
        text(
            'INSERT INTO member_tag (mall_id, member_id, code, value, source, computed_at, expires_at)'
            ' SELECT app_mall(), t.member, :code, t.value, :source, :now, :until'
            ' FROM unnest(CAST(:members AS bigint[]), CAST(:values AS text[])) AS t(member, value)'
            ' ON CONFLICT (mall_id, member_id, code) DO UPDATE SET value = excluded.value, source = excluded.source,'
            ' computed_at = excluded.computed_at, expires_at = excluded.expires_at'
        ),
        facts,
    )
