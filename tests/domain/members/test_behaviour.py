"""Behavioural tags: they stand on what members did, in whatever order it became known."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.members import acting, enrolment, merging, queries, tagging
from domain.members._rules.behaviour import BehaviourRule, borne_until
from domain.members.commands import (
    Act,
    Channel,
    DecideConsent,
    DefineTag,
    MemberId,
    MergeMembers,
    Purpose,
    RecordAct,
    SplitMember,
    TagMember,
)
from domain.members.errors import MemberUnknown
from domain.shared.actor import MallId
from domain.shared.errors import Invalid
from tests.conftest import Database
from tests.domain.footfall.conftest import insert_unit
from tests.domain.leasing.world import build_world
from tests.domain.members.conftest import EPOCH, NOON, Desk

DAY = timedelta(days=1)


def define(desk: Desk, rule: dict[str, Any], *, hours: int = 24 * 365, code: str = '', now: datetime = NOON) -> str:
    code = code or f'b-{uuid4()}'
    desk.do(tagging.define_tag, now, command=DefineTag(
        code=code, name_zh='行为', name_en='Behaved', kind='behavioural', owner='marketing', source='events',
        lifetime_hours=hours, rule={'needs_consent': False} | rule,
    ))  # fmt: skip
    return code


def act(
    desk: Desk, member: MemberId, at: datetime = NOON, kind: Act = Act.COUPON_USED, now: datetime | None = None,
    **more: Any,
) -> RecordAct:  # fmt: skip
    command = RecordAct(
        member_id=member, act=kind, happened_at=at, **{'reference': str(uuid4())} | more
    )  # fmt: skip
    desk.do(acting.record_act, now or at, command=command)
    return command


def bears(desk: Desk, member: MemberId, code: str, now: datetime = NOON) -> bool:
    return code in {tag.code for tag in desk.ask(queries.list_tags, member_id=member, now=now)}


def consent(desk: Desk, member: MemberId, *, is_granted: bool, now: datetime = EPOCH) -> None:
    desk.do(enrolment.decide_consent, now, command=DecideConsent(
        member_id=member, purpose=Purpose.PROFILING, is_granted=is_granted, wording='v1', source=Channel.MINI_PROGRAM
    ))  # fmt: skip


@pytest.mark.parametrize(
    ('days_ago', 'until_days'),
    [
        ([], None),
        ([1], None),
        ([1, 5], 5),  # the second of the last two leaves the window of 10 days
        ([5, 1], 5),
        ([1, 5, 2], 6),
        ([8, 8], -1),
        ([40, 39], -32),
        ([0, 0], 7),  # the last one is older than the tag lives
    ],
)
def test_a_tag_is_borne_until_the_window_empties_or_it_is_too_old(days_ago: list[int], until_days: int | None) -> None:
    rule = BehaviourRule(act=Act.COUPON_USED, at_least=2, window_days=10)
    until = borne_until(rule, 7 * DAY, [NOON - days * DAY for days in days_ago])
    assert until == (None if until_days is None else NOON + until_days * DAY)


@pytest.mark.parametrize(
    'rule',
    [
        {'act': 'sneezed'}, {'act': 'coupon_used', 'at_least': 0}, {'act': 'coupon_used', 'window_days': 731},
        {'act': 'coupon_used', 'categories': ['dining']}, {'act': 'points_spent', 'coupon_kinds': ['parking']},
        {'metric': 'spend_fen'}, {'act': 'coupon_used', 'sql': '1'},
    ],
)  # fmt: skip
def test_rules_that_do_not_hold_are_refused(desk: Desk, rule: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        define(desk, rule)
    with pytest.raises(Invalid):
        desk.ask(acting.preview_behaviour, rule=rule, lifetime_hours=1, now=NOON)


def test_a_tag_is_set_by_the_act_that_completes_it_and_a_replay_changes_nothing(desk: Desk) -> None:
    code, member = define(desk, {'act': 'coupon_used', 'at_least': 2, 'window_days': 10}), desk.enrol()
    first = act(desk, member, NOON - 3 * DAY)
    assert desk.do(acting.record_act, command=first) is False
    assert not bears(desk, member, code)

    act(desk, member, NOON)

    assert bears(desk, member, code)
    assert not bears(desk, member, code, NOON + 7 * DAY)  # 10 days after the first of the two


def test_filters_narrow_what_counts(desk: Desk) -> None:
    member = desk.enrol()
    parking = define(desk, {'act': 'coupon_used', 'coupon_kinds': ['parking', 'exchange']})
    dining = define(desk, {'act': 'receipt_claimed', 'categories': ['no-such-trade']})
    act(desk, member, coupon_kind='discount')
    act(desk, member, kind=Act.RECEIPT_CLAIMED, shop='f1-01')
    assert not bears(desk, member, parking)
    act(desk, member, coupon_kind='parking')
    assert bears(desk, member, parking)
    assert not bears(desk, member, dining)


def test_the_trade_of_the_shop_counts(desk: Desk, mall: MallId, database: Database) -> None:
    with psycopg.connect(database.owner_url) as owner:
        insert_unit(owner, mall, build_world(mall).floor_id, 'tea-1')
    member, other = desk.enrol(), desk.enrol()
    code = define(desk, {'act': 'goods_returned', 'categories': ['tea', 'food']})
    act(desk, member, kind=Act.GOODS_RETURNED, shop='tea-1')
    act(desk, other, kind=Act.GOODS_RETURNED, shop='on no plan')
    assert (bears(desk, member, code), bears(desk, other, code)) == (True, False)


def test_what_was_undone_does_not_count_whichever_word_came_first(desk: Desk) -> None:
    code, members = define(desk, {'act': 'coupon_used'}), [desk.enrol() for _ in range(2)]
    done = act(desk, members[0], reference=f'o:{uuid4()}')
    assert bears(desk, members[0], code)
    desk.do(acting.record_act, command=replace(done, is_undone=True))
    assert not bears(desk, members[0], code)

    undone = act(desk, members[1], reference=f'o:{uuid4()}', is_undone=True)
    desk.do(acting.record_act, command=replace(undone, is_undone=False))
    assert not bears(desk, members[1], code)


def test_a_new_rule_counts_what_was_done_before_it_and_the_preview_said_so(desk: Desk) -> None:
    kind = f'only-{uuid4()}'  # nobody else in this mall
    rule = {'act': 'coupon_used', 'coupon_kinds': [kind], 'at_least': 2, 'window_days': 30, 'needs_consent': False}
    members = [desk.enrol() for _ in range(3)]
    for member, times in zip(members, (3, 2, 1), strict=True):
        for _ in range(times):
            act(desk, member, NOON - DAY, coupon_kind=kind)
    hours = {'lifetime_hours': 24 * 30, 'now': NOON}

    assert desk.ask(acting.preview_behaviour, rule=rule, **hours) == 2
    assert desk.ask(acting.preview_behaviour, rule=rule | {'at_least': 4}, **hours) == 0
    code = define(desk, rule)
    assert [bears(desk, member, code) for member in members] == [True, True, False]

    define(desk, rule | {'at_least': 3}, code=code)
    assert [bears(desk, member, code) for member in members] == [True, False, False]


def test_the_night_run_takes_what_has_lapsed_out_of_the_table(desk: Desk) -> None:
    code, member = define(desk, {'act': 'coupon_used', 'window_days': 5}), desk.enrol()
    act(desk, member, NOON)
    assert desk.ask(tagging.still_tagged, tag=code, member_ids=[member], now=NOON) == [member]

    desk.do(tagging.refresh_tags, NOON + 4 * DAY, is_full=True)
    assert bears(desk, member, code, NOON + 4 * DAY)
    desk.do(tagging.refresh_tags, NOON + 5 * DAY, is_full=True)

    assert not bears(desk, member, code, NOON)  # gone, not only over
    assert desk.ask(tagging.still_tagged, tag=code, member_ids=[member], now=NOON + 5 * DAY) == []


def test_acts_make_no_tag_of_who_did_not_agree_to_profiling(desk: Desk) -> None:
    code = define(desk, {'act': 'points_spent', 'needs_consent': True})
    agrees, silent = desk.enrol(), desk.enrol()
    consent(desk, agrees, is_granted=True)
    for member in (agrees, silent):
        act(desk, member, kind=Act.POINTS_SPENT)
    assert (bears(desk, agrees, code), bears(desk, silent, code)) == (True, False)

    consent(desk, agrees, is_granted=False, now=NOON + DAY)
    consent(desk, silent, is_granted=True, now=NOON + DAY)
    desk.do(tagging.refresh_tags, NOON + 2 * DAY)

    assert [bears(desk, member, code, NOON + 2 * DAY) for member in (agrees, silent)] == [False, True]


def test_a_tag_with_a_rule_is_given_by_nobody_and_one_without_by_a_system(desk: Desk) -> None:
    ruled, member = define(desk, {'act': 'coupon_used'}), desk.enrol()
    desk.do(tagging.define_tag, command=DefineTag(
        code='brought', name_zh='外部', name_en='Brought', kind='behavioural', owner='it', source='wifi',
        lifetime_hours=24,
    ))  # fmt: skip
    give = TagMember(member_id=member, tag='brought', value='yes', source='wifi')
    desk.do(tagging.tag_member, command=give)
    desk.do(tagging.refresh_tags, NOON, is_full=True)
    assert bears(desk, member, 'brought')
    with pytest.raises(Invalid):
        desk.do(tagging.tag_member, command=replace(give, tag=ruled))
    with pytest.raises(Invalid):
        desk.do(tagging.define_tag, command=DefineTag(
            code='said', name_zh='申报', name_en='Said', kind='declared', owner='it', source='form',
            lifetime_hours=24, rule={'act': 'coupon_used'},
        ))  # fmt: skip


def test_acts_move_with_a_merge_and_return_with_a_split(desk: Desk) -> None:
    code = define(desk, {'act': 'coupon_used', 'at_least': 2})
    kept, absorbed = desk.enrol(), desk.enrol()
    for member in (kept, absorbed):
        act(desk, member, NOON - DAY)
    desk.do(merging.merge_members, command=MergeMembers(kept_id=kept, absorbed_id=absorbed, reason='same'))
    assert bears(desk, kept, code)
    act(desk, absorbed, NOON)  # an event that was on its way

    desk.do(merging.split_member, NOON + DAY, command=SplitMember(absorbed_id=absorbed, reason='twins'))

    assert (bears(desk, kept, code, NOON + DAY), bears(desk, absorbed, code, NOON + DAY)) == (False, True)


def test_closing_erases_acts_and_no_late_event_brings_one_back(desk: Desk) -> None:
    code, member = define(desk, {'act': 'coupon_used'}), desk.enrol()
    act(desk, member)
    desk.do(enrolment.request_closing, EPOCH, member_id=member)
    desk.do(enrolment.close_due_members, EPOCH + 15 * DAY)
    assert not bears(desk, member, code)
    late = RecordAct(member_id=member, act=Act.COUPON_USED, reference=str(uuid4()), happened_at=NOON)
    assert desk.do(acting.record_act, command=late) is False
    with pytest.raises(MemberUnknown):
        act(desk, MemberId(2**60))


def test_acts_that_no_rule_looks_back_to_are_forgotten(desk: Desk) -> None:
    member = desk.enrol()
    old = act(desk, member, NOON - 731 * DAY, now=NOON)
    recent = act(desk, member, NOON - 729 * DAY, now=NOON)
    assert desk.do(acting.forget_acts) >= 1
    assert desk.do(acting.record_act, command=old) is True
    assert desk.do(acting.record_act, command=recent) is False


def test_two_acts_at_the_same_moment_are_both_counted(desk: Desk) -> None:
    code, member = define(desk, {'act': 'coupon_used', 'at_least': 8}), desk.enrol()
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: act(desk, member), range(8)))
    assert bears(desk, member, code)


def test_a_night_run_beside_arriving_events_loses_none_of_them(desk: Desk) -> None:
    code, members = define(desk, {'act': 'message_read', 'at_least': 2}), [desk.enrol() for _ in range(6)]
    with ThreadPoolExecutor(3) as pool:
        nights = pool.submit(lambda: [desk.do(tagging.refresh_tags, NOON, is_full=True) for _ in range(6)])
        list(pool.map(lambda n: act(desk, members[n % 6], kind=Act.MESSAGE_READ), range(12)))
        assert len(nights.result()) == 6
    assert [bears(desk, member, code) for member in members] == [True] * 6


# The law: after any stream of events, in any order and twice, the tags are what a recomputation from scratch says.


@dataclass(frozen=True)
class Happening:
    who: int
    act: Act
    hours_ago: int
    coupon_kind: str | None
    is_undone: bool


RULES: tuple[tuple[dict[str, Any], int], ...] = (
    ({'act': 'coupon_used', 'at_least': 2, 'window_days': 3}, 24 * 30),
    ({'act': 'coupon_used', 'at_least': 1, 'window_days': 10, 'coupon_kinds': ['parking']}, 48),
    ({'act': 'message_read', 'at_least': 3, 'window_days': 5}, 24 * 4),
)
happenings = st.builds(
    Happening, who=st.integers(0, 1), act=st.sampled_from([Act.COUPON_USED, Act.MESSAGE_READ]),
    hours_ago=st.integers(0, 24 * 12), coupon_kind=st.sampled_from(['parking', 'discount', None]),
    is_undone=st.sampled_from([False, False, False, True]),
)  # fmt: skip


def expected(stream: Sequence[Happening], who: int, rule: BehaviourRule, hours: int) -> bool:
    """From scratch, on paper."""
    acts = [
        NOON - timedelta(hours=one.hours_ago) for one in stream
        if one.who == who and one.act is rule.act and not one.is_undone
        and (not rule.coupon_kinds or one.coupon_kind in rule.coupon_kinds)
    ]  # fmt: skip
    until = borne_until(rule, timedelta(hours=hours), acts)
    return until is not None and until > NOON


@given(stream=st.lists(happenings, max_size=9), data=st.data())
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_X_R4_tags_do_not_depend_on_the_order_or_the_number_of_deliveries(
    mall: MallId, stream: list[Happening], data: st.DataObject
) -> None:
    desk = Desk(mall)
    desk.tiers()
    desk.rules()
    codes = [define(desk, rule, hours=hours, code=f'law-{n}') for n, (rule, hours) in enumerate(RULES)]
    members = [desk.enrol() for _ in range(2)]
    commands = [
        RecordAct(
            member_id=members[one.who], act=one.act, reference=str(uuid4()), coupon_kind=one.coupon_kind,
            happened_at=NOON - timedelta(hours=one.hours_ago), is_undone=one.is_undone,
        )
        for one in stream
    ]  # fmt: skip
    # What was undone was done first; the two words come in any order.
    told = commands + [replace(command, is_undone=False) for command in commands if command.is_undone]
    deliveries = data.draw(st.permutations(told * 2))
    for number, command in enumerate(deliveries):
        late = NOON - timedelta(minutes=len(deliveries) - number)
        desk.do(acting.record_act, max(late, command.happened_at), command=command)

    by_events = [[bears(desk, member, code) for code in codes] for member in members]
    desk.do(tagging.refresh_tags, NOON, is_full=True)
    by_night = [[bears(desk, member, code) for code in codes] for member in members]

    on_paper = [
        [expected(stream, who, BehaviourRule.model_validate(rule), hours) for rule, hours in RULES] for who in range(2)
    ]
    assert by_events == on_paper
    assert by_night == on_paper
