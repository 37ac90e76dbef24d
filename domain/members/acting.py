"""What members do (会员行为): told by events, kept as acts, and made into behavioural tags at once."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import text
from sqlmodel import Session

from domain.mall import queries as mall
from domain.members import _behaving
from domain.members._loading import load_member, mall_of, validated
from domain.members._rules.behaviour import MOST_DAYS, BehaviourRule
from domain.members.commands import RecordAct
from domain.members.permissions import RUN_LOYALTY, VIEW
from domain.shared.actor import Actor, system_actor
from domain.shared.operations import operation, query

_RECORD = text("""
INSERT INTO member_act AS a
    (mall_id, member_id, origin_id, act, reference, category, coupon_kind, happened_at, is_undone)
VALUES (app_mall(), :member, :origin, :act, :reference, :category, :coupon_kind, :happened_at, :is_undone)
ON CONFLICT (mall_id, act, reference) DO UPDATE SET is_undone = true WHERE excluded.is_undone AND NOT a.is_undone
RETURNING 1
""")
_FORGET = text("""
WITH gone AS (DELETE FROM member_act WHERE mall_id = app_mall() AND happened_at < :before RETURNING 1)
SELECT count(*) FROM gone
""")


@operation(RUN_LOYALTY, name='members.record_act', is_audited=False)
def record_act(session: Session, *, actor: Actor, command: RecordAct, now: datetime) -> bool:
    """Keeps what a member did, once, and sets or takes the tags that stand on it. Answers whether it was new.

    :raises MemberUnknown:
    """
    # Locked, so that of two acts at the same moment the second counts the first.
    member = load_member(session, command.member_id, locked=True)
    if member.state == 'closed':
        return False
    is_new = session.execute(_RECORD, {
        'member': member.id, 'origin': command.member_id, 'act': command.act.value, 'reference': command.reference,
        'category': _category(session, actor, command.shop), 'coupon_kind': command.coupon_kind,
        'happened_at': command.happened_at, 'is_undone': command.is_undone,
    }).first() is not None  # fmt: skip
    if is_new:
        _behaving.settle(session, [member.id], now=now, act=command.act)
    return is_new


@operation(RUN_LOYALTY, name='members.forget_acts', is_audited=False)
def forget_acts(session: Session, *, actor: Actor, now: datetime) -> int:
    """Deletes acts that no rule can look back to."""
    return int(session.execute(_FORGET, {'before': now - timedelta(days=MOST_DAYS)}).scalar_one())


@query(VIEW)
def preview_behaviour(
    session: Session, *, actor: Actor, rule: dict[str, Any], lifetime_hours: int, now: datetime
) -> int:
    """How many members would bear a tag of this rule now.

    :raises Invalid: when the rule does not hold.
    """
    wanted = validated(BehaviourRule, rule)
    return len(_behaving.bearers(session, wanted, lifetime_hours=lifetime_hours, now=now))


def _category(session: Session, actor: Actor, shop: str | None) -> str | None:
    """The trade of a shop; None for a shop that is on no plan."""
    if shop is None:
        return None
    unit = mall.find_unit(session, actor=system_actor('members', mall_of(actor)), code=shop)
    return None if unit is None else unit.category
