"""Tags and segments (标签与人群): define, declare, refresh; who is in a segment right now. Rule PT-R14."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict
from sqlalchemy import text
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from domain.members import _behaving
from domain.members._facts import tag_values, write_tags
from domain.members._loading import load_open_member, mall_of, save, validated
from domain.members._rules.behaviour import BehaviourRule
from domain.members._rules.tags import TagRule
from domain.members.commands import DefineTag, MemberId, Purpose, SaveSegment, TagMember
from domain.members.errors import SegmentUnknown, TagUnknown
from domain.members.models import Member, Segment, TagDefinition
from domain.members.permissions import MANAGE_RULES, RUN_LOYALTY, VIEW
from domain.members.views import RunReport
from domain.shared.actor import Actor
from domain.shared.errors import Invalid
from domain.shared.operations import operation, query

BATCH = 5_000

_CONSENTED = (
    'coalesce((SELECT c.is_granted FROM member_consent c WHERE c.mall_id = m.mall_id AND c.member_id = m.id'
    ' AND c.purpose = :purpose ORDER BY c.decided_at DESC, c.id DESC LIMIT 1), false)'
)


class Condition(BaseModel):
    """One condition of a segment: exactly one of tier, tag or consent; all conditions must hold."""

    model_config = ConfigDict(frozen=True, extra='forbid')

    tiers: tuple[str, ...] = ()
    tag: str | None = None
    values: tuple[str, ...] = ()
    consent: Purpose | None = None
    is_negated: bool = False


@operation(MANAGE_RULES, name='members.define_tag')
def define_tag(session: Session, *, actor: Actor, command: DefineTag, now: datetime) -> None:
    """Adds a tag or revises its definition. A behavioural tag is given at once to whoever has behaved so.

    :raises Invalid: when a computed tag has no rule, a declared one has one, or the rule does not hold.
    """
    rule = _rule_of(command)
    facts = asdict(command) | {'rule': None if rule is None else rule.model_dump(mode='json'), 'refreshed_at': None}
    tag = session.exec(select(TagDefinition).where(TagDefinition.code == command.code)).one_or_none()
    tag = tag or TagDefinition(mall_id=mall_of(actor), **facts)
    save(session, tag, facts)
    if isinstance(rule, BehaviourRule):
        session.flush()
        _behaving.rewrite(session, tag, now=now)
        tag.refreshed_at = now


@operation(MANAGE_RULES, name='members.tag_member')
def tag_member(session: Session, *, actor: Actor, command: TagMember, now: datetime) -> None:
    """Gives a member a tag that somebody declared or a system observed.

    :raises TagUnknown:
    :raises Invalid: for a tag with a rule, which nobody gives by hand.
    """
    tag = _tag(session, command.tag)
    if tag.rule is not None:
        raise Invalid(field='tag', reason='a tag with a rule follows its rule')
    member = load_open_member(session, command.member_id)
    write_tags(
        session, tag.code, [member.id], {member.id: command.value}, source=command.source, now=now,
        lifetime_hours=tag.lifetime_hours,
    )  # fmt: skip


@operation(RUN_LOYALTY, name='members.refresh_tags')
def refresh_tags(session: Session, *, actor: Actor, now: datetime, is_full: bool = False) -> RunReport:
    """Recomputes tags with a rule: of members whose facts changed since the last time, or of all (the night run).

    A change that commits while a refresh runs may be missed by the next one; the night run finds it.
    """
    done = 0
    for code in session.exec(_in_turn()).all():
        tag = _tag(session, code, is_locked=True)
        if tag.rule is None:
            continue
        done += _refresh(session, tag, now, is_full=is_full)
        tag.refreshed_at = now
    return RunReport(done=done)


@operation(MANAGE_RULES, name='members.save_segment')
def save_segment(session: Session, *, actor: Actor, command: SaveSegment, now: datetime) -> None:
    """Saves a set of conditions under a name.

    :raises Invalid: when a condition does not hold.
    """
    conditions = [_checked(raw).model_dump(mode='json') for raw in command.conditions]
    facts = asdict(command) | {'conditions': conditions, 'saved_at': now}
    segment = session.exec(select(Segment).where(Segment.code == command.code)).one_or_none()
    save(session, segment or Segment(mall_id=mall_of(actor), **facts), facts)


@query(VIEW)
def count_segment(session: Session, *, actor: Actor, code: str, now: datetime) -> int:
    """How many members are in a segment at this moment.

    :raises SegmentUnknown:
    """
    return count_conditions(session, actor=actor, conditions=_conditions(session, code), now=now)


@query(VIEW)
def count_conditions(session: Session, *, actor: Actor, conditions: Sequence[dict[str, Any]], now: datetime) -> int:
    """How many members meet conditions that are not saved yet: the live count of an editor.

    :raises Invalid: when a condition does not hold.
    """
    where, facts = _where(conditions, now)
    return int(session.execute(text(f'SELECT count(*) FROM member m WHERE {where}'), facts).scalar_one())  # noqa: S608


@query(VIEW)
def still_tagged(
    session: Session, *, actor: Actor, tag: str, member_ids: Sequence[MemberId], now: datetime
) -> list[MemberId]:
    """Which members bear a tag *now*, recomputed from today's receipts, not as of the last run (PT-R14).

    :raises TagUnknown:
    """
    definition = _tag(session, tag)
    if definition.kind == 'behavioural' and definition.rule is not None:
        rule, hours = BehaviourRule.model_validate(definition.rule), definition.lifetime_hours
        bearing = _behaving.bearers(session, rule, lifetime_hours=hours, now=now, members=member_ids)
        return [member_id for member_id in member_ids if member_id in bearing]
    if definition.rule is not None:
        values = tag_values(session, TagRule.model_validate(definition.rule), member_ids, now=now)
        return [member_id for member_id in member_ids if member_id in values]
    rows = session.execute(
        text(
            'SELECT member_id FROM member_tag WHERE mall_id = app_mall() AND code = :code AND expires_at > :now'
            ' AND member_id = ANY(:members) ORDER BY member_id'
        ),
        {'code': tag, 'now': now, 'members': list(member_ids)},
    )
    return [MemberId(row.member_id) for row in rows]


def segment_sql(session: Session, code: str | None, now: datetime) -> tuple[str, dict[str, object]]:
    """A segment as a further condition on `member m`, with its parameters; nothing without a segment.

    :raises SegmentUnknown:
    """
    if code is None:
        return '', {}
    where, facts = _where(_conditions(session, code), now)
    return f' AND {where}', facts


def _rule_of(command: DefineTag) -> TagRule | BehaviourRule | None:
    """What a tag's kind makes of its rule: computed ones have one, behavioural ones may, declared ones do not."""
    if command.kind == 'declared' and command.rule is not None:
        raise Invalid(field='rule', reason='a declared tag has no rule: somebody declares it')
    if command.kind == 'computed' and command.rule is None:
        raise Invalid(field='rule', reason='a computed tag has a rule')
    if command.rule is None:
        return None
    if command.kind == 'behavioural':
        return validated(BehaviourRule, command.rule)
    return validated(TagRule, command.rule)


def _refresh(session: Session, tag: TagDefinition, now: datetime, *, is_full: bool) -> int:
    """Recomputes one tag; returns of how many members."""
    if is_full and tag.kind == 'behavioural':
        return _behaving.rewrite(session, tag, now=now)
    members = _to_refresh(session, None if is_full else tag.refreshed_at)
    for start in range(0, len(members), BATCH):
        batch = members[start : start + BATCH]
        if tag.kind == 'behavioural':
            _behaving.rewrite(session, tag, now=now, members=batch)
            continue
        values = tag_values(session, TagRule.model_validate(tag.rule), batch, now=now)
        write_tags(session, tag.code, batch, values, source='computed', now=now, lifetime_hours=tag.lifetime_hours)
    return len(members)


def _to_refresh(session: Session, since: datetime | None) -> list[int]:
    found = select(Member.id).where(col(Member.state).in_(['active', 'closing']))
    if since is not None:
        found = found.where(Member.facts_changed_at > since)
    return list(session.exec(found.order_by(col(Member.id))))


def _where(conditions: Sequence[dict[str, Any]], now: datetime) -> tuple[str, dict[str, object]]:
    """Conditions as SQL; values travel as parameters, never as text."""
    clauses = ["m.mall_id = app_mall() AND m.state = 'active'"]
    bound: dict[str, object] = {'now': now}
    for number, raw in enumerate(conditions):
        condition = _checked(raw)
        clause, more = _clause(condition, number)
        clauses.append(f'NOT ({clause})' if condition.is_negated else clause)
        bound |= more
    return ' AND '.join(clauses), bound


def _clause(condition: Condition, number: int) -> tuple[str, dict[str, object]]:
    name = f'c{number}'
    if condition.tiers:
        return f'm.tier = ANY(:{name})', {name: list(condition.tiers)}
    if condition.consent is not None:
        return _CONSENTED.replace(':purpose', f':{name}'), {name: condition.consent.value}
    any_value = f' AND t.value = ANY(:{name}_values)' if condition.values else ''
    values: dict[str, object] = {f'{name}_values': list(condition.values)} if condition.values else {}
    return (
        'EXISTS (SELECT FROM member_tag t WHERE t.mall_id = m.mall_id AND t.member_id = m.id'
        f' AND t.code = :{name} AND t.expires_at > :now{any_value})',
        {name: condition.tag} | values,
    )


def _checked(raw: dict[str, Any]) -> Condition:
    condition = validated(Condition, raw)
    kinds = [bool(condition.tiers), condition.tag is not None, condition.consent is not None]
    if sum(kinds) != 1:
        raise Invalid(field='conditions', reason='each condition names tiers, a tag or a consent')
    return condition


def _conditions(session: Session, code: str) -> list[dict[str, Any]]:
    segment = session.exec(select(Segment).where(Segment.code == code)).one_or_none()
    if segment is None:
        raise SegmentUnknown(segment=code)
    return [dict(condition) for condition in segment.conditions if isinstance(condition, dict)]


def _in_turn() -> SelectOfScalar[str]:
    """Tags in the order in which a refresh locks them: behavioural ones last, for events wait while theirs are held."""
    return select(TagDefinition.code).order_by(col(TagDefinition.kind) == 'behavioural', col(TagDefinition.code))


def _tag(session: Session, code: str, *, is_locked: bool = False) -> TagDefinition:
    found = select(TagDefinition).where(TagDefinition.code == code)
    if is_locked:
        found = found.with_for_update().execution_options(populate_existing=True)
    tag = session.exec(found).one_or_none()
    if tag is None:
        raise TagUnknown(tag=code)
    return tag
