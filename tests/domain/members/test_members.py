"""People: enrolment, sealed phones, consent, PT-R12 and PT-R13, closing."""

from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest
from pydantic import SecretStr

from domain.members import accounts, adjusting, enrolment, loyalty, merging, queries
from domain.members.commands import (
    Channel,
    DecideAdjustment,
    DecideConsent,
    Identity,
    MemberId,
    MergeMembers,
    ProposeAdjustment,
    Purpose,
    ReviseMember,
    SaveBenefit,
    SplitMember,
    UseBenefit,
)
from domain.members.errors import (
    AdjustmentDecided,
    BenefitUnavailable,
    CodeExpired,
    GuardianNeeded,
    IdentityTaken,
    MemberClosed,
    MergeImpossible,
    PhoneInvalid,
    SecondPersonNeeded,
)
from domain.members.permissions import APPROVE_ADJUSTMENT, PROPOSE_ADJUSTMENT, VIEW
from domain.shared.errors import PermissionDenied
from domain.shared.operations import ask, perform
from tests.conftest import Database
from tests.domain.members.conftest import EPOCH, NOON, Desk

SOON = timedelta(seconds=1)


def test_one_person_is_one_member_whatever_the_channel(desk: Desk) -> None:
    wechat = Identity(kind='wechat', subject=SecretStr('openid-1'))
    first = desk.enrol(phone=SecretStr('139 0000 1111'), channel=Channel.POS)
    second = desk.enrol(phone=SecretStr('+86 13900001111'), channel=Channel.MINI_PROGRAM, identity=wechat)
    third = desk.enrol(phone=None, identity=wechat)
    assert first == second == third
    assert desk.ask(queries.find_by_identity, identity=wechat, now=NOON).id == first
    with pytest.raises(IdentityTaken):
        desk.enrol(identity=wechat)


@pytest.mark.parametrize('phone', ['', '12345', '23900001111', '139000011112', '+0123456789', "139'; DROP"])
def test_a_phone_number_must_be_one(desk: Desk, phone: str) -> None:
    with pytest.raises(PhoneInvalid):
        desk.enrol(phone=SecretStr(phone))


def test_a_phone_number_is_stored_sealed_and_found_by_a_blind_index(desk: Desk, database: Database) -> None:
    member = desk.enrol(phone=SecretStr('13712345678'), name=SecretStr('林悦'))

    with psycopg.connect(database.owner_url) as owner:
        stored = owner.execute('SELECT to_jsonb(m)::text FROM member m WHERE id = %s', [member]).fetchone()
        audited = owner.execute("SELECT string_agg(facts::text, '') FROM audit_entry").fetchone()
    assert stored is not None
    assert audited is not None
    for secret in ('13712345678', '12345678', '林悦', b'13712345678'.hex()):
        assert secret not in stored[0]
        assert secret not in audited[0]
    found = desk.ask(queries.find_by_phone, phone=SecretStr('13712345678'), now=NOON)
    assert (found.id, found.phone_masked, found.name) == (member, '137****5678', '林悦')
    assert [view.id for view in desk.ask(queries.find_by_tail, tail='5678', now=NOON)] == [member]
    assert desk.ask(queries.get_personal, member_id=member).phone == '+8613712345678'
    assert desk.ask(queries.find_by_phone, phone=SecretStr('13712345679'), now=NOON) is None


def test_a_member_code_lives_for_half_a_minute_to_a_minute(desk: Desk) -> None:
    member = desk.enrol()
    code = desk.ask(queries.show_member_code, member_id=member, now=NOON)
    for age in (0, 29, 59):
        assert desk.ask(queries.find_by_code, code=code, now=NOON + timedelta(seconds=age)).id == member
    bad = (code[:-1] + ('A' if code[-1] != 'A' else 'B'), f'{member + 1}.{code.split(".")[1]}', '', 'x.y', f'{member}.')
    for forged in bad:
        with pytest.raises(CodeExpired):
            desk.ask(queries.find_by_code, code=forged, now=NOON)
    with pytest.raises(CodeExpired):
        desk.ask(queries.find_by_code, code=code, now=NOON + timedelta(seconds=60))


def test_consent_is_by_purpose_and_the_last_word_counts(desk: Desk) -> None:
    member = desk.enrol()
    for purpose, granted, hours in (
        (Purpose.MARKETING, True, 0),
        (Purpose.PROFILING, True, 1),
        (Purpose.MARKETING, False, 2),
    ):
        command = DecideConsent(
            member_id=member, purpose=purpose, is_granted=granted, wording='v3', source=Channel.MINI_PROGRAM
        )
        desk.do(enrolment.decide_consent, NOON + timedelta(hours=hours), command=command)
    decided = {view.purpose: view.is_granted for view in desk.ask(queries.list_consents, member_id=member)}
    assert decided == {'marketing': False, 'profiling': True}


def test_a_child_needs_a_guardian_to_join_and_to_agree(desk: Desk) -> None:
    parent, child_born = desk.enrol(), date(2015, 5, 5)
    with pytest.raises(GuardianNeeded):
        desk.enrol(NOON, born_on=child_born)
    child = desk.enrol(NOON, born_on=child_born, guardian_id=parent)
    command = DecideConsent(
        member_id=child, purpose=Purpose.MARKETING, is_granted=True, wording='v1', source=Channel.FRONT_DESK
    )
    with pytest.raises(GuardianNeeded):
        desk.do(enrolment.decide_consent, command=command)
    with pytest.raises(GuardianNeeded):
        desk.enrol(NOON, born_on=date(2016, 1, 1), guardian_id=child)
    assert desk.ask(queries.get_member, member_id=child, now=NOON).is_minor


def _gift(desk: Desk, member: MemberId, key: str, at: datetime) -> int:
    return int(desk.do(loyalty.use_benefit, at, command=UseBenefit(member_id=member, benefit='gift', key=key)).used)


def _gift_for_all(desk: Desk) -> None:
    desk.do(loyalty.save_benefit, command=SaveBenefit(
        code='gift', name_zh='生日礼', name_en='Birthday gift', tiers=('silver', 'gold', 'black'), quota=1,
        is_birthday_gift=True,
    ))  # fmt: skip


def test_PT_R12_a_merge_keeps_the_higher_tier_all_lots_and_gifts_used(desk: Desk) -> None:
    _gift_for_all(desk)
    kept, absorbed = (desk.enrol(born_on=date(1990, 11, 20)) for _ in range(2))
    desk.buy(absorbed, 1_100_000, at=NOON - timedelta(days=2), key='pt12')
    desk.grant(kept, 400, date(2027, 1, 1))
    desk.grant(absorbed, 150, date(2026, 12, 1))
    _gift(desk, absorbed, 'gift-absorbed', NOON)

    view = desk.do(
        merging.merge_members, NOON + SOON, command=MergeMembers(kept_id=kept, absorbed_id=absorbed, reason='same')
    )

    assert (view.id, view.tier) == (kept, 'gold')
    then = NOON + 2 * SOON
    assert desk.balance(kept, then).available == desk.balance(absorbed, then).available == 400 + 150 + 11_000
    assert [lot.remaining for lot in desk.ask(accounts.list_lots, member_id=kept)] == [150, 400, 11_000]
    with pytest.raises(BenefitUnavailable):
        _gift(desk, kept, 'gift-kept', then)
    assert desk.refund('pt12', (0, 100_000), now=then).clawed == 1_000
    desk.spend(absorbed, 160, then)
    assert desk.balance(kept, then + SOON).available == 11_550 - 1_160


def test_PT_R12_a_split_gives_back_what_is_left(desk: Desk) -> None:
    kept = desk.enrol()
    absorbed = desk.enrol(identity=Identity(kind='card', subject=SecretStr('77')))
    desk.grant(kept, 100, date(2027, 1, 1))
    desk.grant(absorbed, 60, date(2026, 12, 1))
    desk.do(merging.merge_members, command=MergeMembers(kept_id=kept, absorbed_id=absorbed, reason='same'))
    spent = desk.spend(kept, 70, NOON + SOON)

    desk.do(merging.split_member, NOON + 2 * SOON, command=SplitMember(absorbed_id=absorbed, reason='twins'))

    then = NOON + 3 * SOON
    assert (desk.balance(kept, then).available, desk.balance(absorbed, then).available) == (90, 0)
    found = desk.ask(queries.find_by_identity, identity=Identity(kind='card', subject=SecretStr('77')), now=then)
    assert found.id == absorbed
    desk.restore(spent.key, 70, then)  # each lot's points to whoever holds the lot
    later = then + SOON
    assert (desk.balance(kept, later).available, desk.balance(absorbed, later).available) == (100, 60)
    with pytest.raises(MergeImpossible):
        desk.do(merging.split_member, command=SplitMember(absorbed_id=absorbed, reason='again'))


def test_PT_R12_merges_that_cannot_be_are_refused(desk: Desk) -> None:
    one, two, three = (desk.enrol() for _ in range(3))
    desk.grant(two, 10)
    held = desk.hold(two, 5)
    for kept, absorbed in ((one, one), (one, two)):
        with pytest.raises(MergeImpossible):
            desk.do(merging.merge_members, command=MergeMembers(kept_id=kept, absorbed_id=absorbed, reason='x'))
    desk.release(held.key)
    desk.do(merging.merge_members, command=MergeMembers(kept_id=two, absorbed_id=three, reason='x'))
    desk.do(merging.merge_members, command=MergeMembers(kept_id=one, absorbed_id=two, reason='x'))
    with pytest.raises(MergeImpossible):
        desk.do(merging.split_member, command=SplitMember(absorbed_id=three, reason='too early'))
    desk.do(merging.split_member, command=SplitMember(absorbed_id=two, reason='x'))
    assert desk.balance(two, NOON + SOON).available == 10


def test_PT_R13_a_birthday_gift_comes_once_a_year_however_the_birthday_is_edited(desk: Desk) -> None:
    _gift_for_all(desk)
    desk.rules(leap_birthday='mar_1')
    member = desk.enrol(born_on=date(1996, 2, 29))
    eve, day = datetime(2027, 2, 28, 4, tzinfo=UTC), datetime(2027, 3, 1, 4, tzinfo=UTC)
    with pytest.raises(BenefitUnavailable):
        _gift(desk, member, 'too-early', eve)
    assert _gift(desk, member, 'on-the-day', day) == 1
    assert _gift(desk, member, 'on-the-day', day) == 1
    desk.do(enrolment.revise_member, day, command=ReviseMember(member_id=member, born_on=date(1996, 3, 5)))
    with pytest.raises(BenefitUnavailable):
        _gift(desk, member, 'edited', datetime(2027, 3, 6, 4, tzinfo=UTC))
    assert _gift(desk, member, 'next-year', datetime(2028, 3, 6, 4, tzinfo=UTC)) == 1


def test_benefits_belong_to_tiers_and_have_quotas(desk: Desk) -> None:
    desk.do(loyalty.save_benefit, command=SaveBenefit(
        code='valet', name_zh='代客泊车', name_en='Valet', tiers=('gold',), quota=2, period='month'
    ))  # fmt: skip
    member = desk.enrol()

    def use(key: str, at: datetime = NOON) -> bool:
        return bool(
            desk.do(loyalty.use_benefit, at, command=UseBenefit(member_id=member, benefit='valet', key=key)).is_replay
        )

    with pytest.raises(BenefitUnavailable):
        use('v1')
    desk.buy(member, 1_000_000, at=NOON - SOON)
    assert [use('v1'), use('v1'), use('v2')] == [False, True, False]
    with pytest.raises(BenefitUnavailable):
        use('v3')
    [view] = [b for b in desk.ask(queries.list_benefits, member_id=member, now=NOON) if b.code == 'valet']
    assert (view.used, view.left) == (2, 0)
    assert use('v3', NOON + timedelta(days=10)) is False


def test_closing_warns_cools_and_then_erases(desk: Desk, database: Database) -> None:
    member = desk.enrol(phone=SecretStr('13612340000'), identity=Identity(kind='card', subject=SecretStr('9')))
    desk.grant(member, 80)
    warning = desk.do(enrolment.request_closing, member_id=member)
    assert (warning.points_lost, warning.closes_at) == (80, NOON + timedelta(days=15))
    desk.do(enrolment.close_due_members, NOON + timedelta(days=14))
    assert desk.do(enrolment.cancel_closing, NOON + timedelta(days=14), member_id=member).state == 'active'
    desk.do(enrolment.request_closing, member_id=member)
    held = desk.hold(member, 30)

    desk.do(enrolment.close_due_members, NOON + timedelta(days=15))

    with psycopg.connect(database.owner_url) as owner:
        row = owner.execute(
            'SELECT state, num_nulls(name_sealed, phone_sealed, phone_index, tail_index, born_on)'
            ' FROM member WHERE id = %s',
            [member],
        ).fetchone()
    assert row == ('closed', 5)
    assert desk.balance(member, NOON + timedelta(days=16)).available == 0
    with pytest.raises(MemberClosed):
        desk.grant(member, 1)
    assert desk.ask(queries.find_by_phone, phone=SecretStr('13612340000'), now=NOON) is None
    assert desk.enrol(phone=SecretStr('13612340000')) != member
    assert held.points == 30


def test_an_adjustment_takes_two_people(desk: Desk, actor_with) -> None:  # type: ignore[no-untyped-def]
    member = desk.enrol()
    desk.grant(member, 20)
    maker = actor_with(PROPOSE_ADJUSTMENT, APPROVE_ADJUSTMENT, name='He Qing')
    checker = actor_with(APPROVE_ADJUSTMENT, name='Sun Lei')

    def propose(points: int) -> int:
        command = ProposeAdjustment(member_id=member, points=points, reason='complaint')
        return int(perform(adjusting.propose_adjustment, actor=maker, now=NOON, command=command).id)

    def decide(actor, number: int, *, yes: bool = True):  # type: ignore[no-untyped-def]
        command = DecideAdjustment(adjustment_id=number, is_approved=yes)
        return perform(adjusting.decide_adjustment, actor=actor, now=NOON, command=command)

    given, taken, refused = propose(30), propose(-75), propose(999)
    with pytest.raises(SecondPersonNeeded):
        decide(maker, given)
    assert decide(checker, given).decided_by == 'Sun Lei'
    assert desk.balance(member, NOON + SOON).available == 50
    decide(checker, taken)
    assert desk.balance(member, NOON + SOON).available == -25
    decide(checker, refused, yes=False)
    with pytest.raises(AdjustmentDecided):
        decide(checker, refused)
    assert desk.balance(member, NOON + SOON).available == -25


def test_members_are_seen_and_changed_by_permission_only(desk: Desk, actor_with) -> None:  # type: ignore[no-untyped-def]
    member = desk.enrol()
    assert ask(queries.get_member, actor=actor_with(VIEW), member_id=member, now=EPOCH).id == member
    with pytest.raises(PermissionDenied):
        ask(queries.get_personal, actor=actor_with(VIEW), member_id=member)
    with pytest.raises(PermissionDenied):
        perform(enrolment.request_closing, actor=actor_with(VIEW), member_id=member)
