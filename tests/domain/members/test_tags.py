"""Tags and segments: PT-R14, and tags on paper."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from domain.members import directory, enrolment, queries, tagging
from domain.members._rules.tags import MemberFacts, Metric, TagRule, tag_value
from domain.members.commands import Channel, DecideConsent, DefineTag, MemberId, Purpose, SaveSegment, TagMember
from domain.members.errors import SegmentUnknown, TagUnknown
from domain.shared.errors import Invalid
from tests.domain.members.conftest import EPOCH, NOON, Desk

FACTS = MemberFacts(
    spend_fen=450_000, receipts=6, visits=5, last_at=NOON - timedelta(days=45), top_category='kids',
    born_on=date(1980, 1, 1),
)  # fmt: skip


@pytest.mark.parametrize(
    ('rule', 'value'),
    [
        ({'metric': 'spend_fen', 'at_least': 450_000}, 'yes'),
        ({'metric': 'spend_fen', 'at_least': 450_001}, None),
        ({'metric': 'recency_days', 'at_most': 44}, None),
        ({'metric': 'average_ticket_fen'}, '75000'),
        ({'metric': 'top_category'}, 'kids'),
        ({'metric': 'age_band'}, '45-54'),
        ({'metric': 'rfm'}, '434'),
    ],
)
def test_a_rule_makes_a_tag_of_facts(rule: dict[str, Any], value: str | None) -> None:
    assert tag_value(TagRule.model_validate(rule), FACTS, now=NOON) == value


def _define(desk: Desk, code: str, **rule: Any) -> None:
    desk.do(tagging.define_tag, EPOCH, command=DefineTag(
        code=code, name_zh='标签', name_en='Tag', kind='computed', owner='marketing', source='receipts',
        lifetime_hours=48, rule=rule,
    ))  # fmt: skip


def _consenting(desk: Desk) -> MemberId:
    member = desk.enrol()
    desk.do(enrolment.decide_consent, EPOCH, command=DecideConsent(
        member_id=member, purpose=Purpose.PROFILING, is_granted=True, wording='v1', source=Channel.MINI_PROGRAM
    ))  # fmt: skip
    return member


def test_PT_R14_exclusions_are_checked_on_the_moment_not_on_the_night_run(desk: Desk) -> None:
    _define(desk, 'high-value', metric=Metric.SPEND, at_least=500_000)
    stays, returns, silent = _consenting(desk), _consenting(desk), desk.enrol()
    for number, member in enumerate((stays, returns, silent)):
        desk.buy(member, 600_000, at=NOON - timedelta(days=1), shop=f'tag-{number}', key=f'pt14-{number}')
    night = datetime(2026, 11, 21, 19, tzinfo=UTC)
    desk.do(tagging.refresh_tags, night, is_full=True)
    desk.refund('pt14-1', (0, 200_000), now=night + timedelta(hours=7))
    noon = night + timedelta(hours=9)

    tags = _tags(desk, returns, noon)
    still = desk.ask(tagging.still_tagged, tag='high-value', member_ids=[stays, returns, silent], now=noon)

    assert 'high-value' in tags
    assert still == [stays]
    desk.do(tagging.refresh_tags, noon)
    assert 'high-value' not in _tags(desk, returns, noon)
    assert 'high-value' in _tags(desk, stays, noon)
    assert _tags(desk, stays, noon + timedelta(hours=48)) == set()


def _tags(desk: Desk, member: MemberId, at: datetime) -> set[str]:
    return {view.code for view in desk.ask(queries.list_tags, member_id=member, now=at)}


def test_refreshing_touches_only_those_whose_facts_changed(desk: Desk) -> None:
    _define(desk, 'visits', metric=Metric.VISITS)
    member = _consenting(desk)
    desk.do(tagging.refresh_tags, NOON)
    assert desk.do(tagging.refresh_tags, NOON + timedelta(hours=1)).done == 0
    desk.buy(member, 1_000, at=NOON, now=NOON + timedelta(hours=2), shop='vis')
    desk.do(tagging.refresh_tags, NOON + timedelta(hours=3))
    values = {t.code: t.value for t in desk.ask(queries.list_tags, member_id=member, now=NOON + timedelta(hours=3))}
    assert values['visits'] == '1'


def test_a_segment_counts_who_meets_all_its_conditions_now(desk: Desk) -> None:
    desk.do(tagging.define_tag, command=DefineTag(
        code='parent', name_zh='有孩家庭', name_en='Parent', kind='declared', owner='service', source='form',
        lifetime_hours=24,
    ))  # fmt: skip
    members = [_consenting(desk) for _ in range(3)]
    for member, value in zip(members, ('baby', 'baby', 'teen'), strict=True):
        desk.do(tagging.tag_member, command=TagMember(member_id=member, tag='parent', value=value, source='form'))
    desk.buy(members[0], 1_000_000, shop='seg')
    conditions: tuple[dict[str, Any], ...] = ({'tag': 'parent', 'values': ['baby']}, {'consent': 'profiling'})
    desk.do(tagging.save_segment, command=SaveSegment(
        code='baby', name_zh='母婴', name_en='Babies', owner='marketing', conditions=conditions
    ))  # fmt: skip

    assert desk.ask(tagging.count_segment, code='baby', now=NOON) == 2
    listed = desk.ask(directory.list_members, segment='baby', now=NOON, sort='id', is_descending=False)
    assert [row.member.id for row in listed.rows] == members[:2]
    gold = ({'tiers': ['gold'], 'is_negated': True},)
    assert desk.ask(tagging.count_conditions, conditions=(*conditions, *gold), now=NOON) == 1
    assert desk.ask(tagging.count_segment, code='baby', now=NOON + timedelta(hours=24)) == 0
    with pytest.raises(SegmentUnknown):
        desk.ask(tagging.count_segment, code='nobody', now=NOON)


@pytest.mark.parametrize('condition', [{}, {'tag': 'a', 'tiers': ['b']}, {'sql': '1=1'}, {'consent': 'everything'}])
def test_conditions_that_do_not_hold_are_refused(desk: Desk, condition: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        desk.ask(tagging.count_conditions, conditions=(condition,), now=NOON)


def test_tags_are_defined_before_they_are_given_and_computed_ones_never_by_hand(desk: Desk) -> None:
    _define(desk, 'rfm', metric=Metric.RFM)
    member = desk.enrol()
    for tag, error in (('nothing', TagUnknown), ('rfm', Invalid)):
        with pytest.raises(error):
            desk.do(tagging.tag_member, command=TagMember(member_id=member, tag=tag, value='x', source='me'))
    with pytest.raises(Invalid):
        _define(desk, 'wrong', metric='rfm', at_least=3)
