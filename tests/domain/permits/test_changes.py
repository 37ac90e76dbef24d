"""What was filed is revised and taken back; its trail stays, its spaces move along or are given back."""

from dataclasses import replace
from datetime import date, timedelta

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.approvals.commands import Decide, Submit, Withdraw
from domain.approvals.operations import ApprovalClosed, ApprovalUnknown, decide, get_approval, submit, withdraw
from domain.approvals.rounds import list_rounds
from domain.approvals.views import ApprovalView
from domain.permits.changes import (
    release_refused,
    revise_permit,
    revise_promotion,
    withdraw_permit,
    withdraw_promotion,
)
from domain.permits.commands import (
    AskPermit,
    RevisePermit,
    RevisePromotion,
    WithdrawPermit,
    WithdrawPromotion,
)
from domain.permits.errors import (
    FilingClosed,
    FilingInvalid,
    NothingChanged,
    PermitMissing,
    PromotionOutOfReach,
    SpaceTaken,
)
from domain.permits.gate import show_permit
from domain.permits.operations import ask_permit, get_promotion
from domain.permits.permissions import FILE, VIEW
from domain.permits.views import PermitView, PromotionView
from domain.shared.actor import Actor
from domain.shared.operations import ask, perform
from integrations.worker.subscriptions import Delivered, release_spaces
from tests.conftest import Database
from tests.domain.leasing.world import World
from tests.domain.permits.test_permits import MECHANICS, agree_to_all, book, filed, may, space
from tests.domain.permits.test_settlements import settle


def shop(world: World, tenant_id: int) -> Actor:
    rights = frozenset({VIEW.code, FILE.code})
    return replace(world.actor, name='店长', tenant_id=tenant_id, permissions=rights)  # type: ignore[arg-type]


def say(world: World, approval: ApprovalView, verdict: str, comment: str = '') -> ApprovalView:
    return perform(decide, actor=replace(world.actor, name='林悦'), command=Decide(
        approval_id=approval.id, content_hash=approval.content_hash, verdict=verdict, comment=comment,  # type: ignore[arg-type]
    ))  # fmt: skip


def works(world: World, text: str = '更换灯具') -> PermitView:
    return perform(ask_permit, actor=world.actor, command=AskPermit(
        tenant_id=world.tenant(), kind='works', starts_at=may(10), ends_at=may(12), text=text,
        insured_until=date(2026, 6, 1),
    ))  # fmt: skip


def revised(permit: PermitView, **changes: object) -> RevisePermit:
    facts = {
        'permit_id': permit.id, 'kind': permit.kind, 'starts_at': permit.starts_at, 'ends_at': permit.ends_at,
        'text': permit.text, 'insured_until': permit.insured_until, 'goods': permit.goods,
    }  # fmt: skip
    return RevisePermit(**(facts | changes))  # type: ignore[arg-type]


def take_back(world: World, filing: PromotionView, why: str = '') -> PromotionView:
    command = WithdrawPromotion(promotion_id=filing.id, reason=why)
    return perform(withdraw_promotion, actor=shop(world, filing.tenant_id), command=command)


def test_a_filing_that_waits_is_taken_back_with_its_spaces_and_its_trail_stays(world: World) -> None:
    filing, atrium = filed(world), space(world)
    book(world, atrium, may(10), may(12), filing)
    say(world, filing.approval, 'agree', '可以')

    back = take_back(world, filing, '总部取消')

    assert (back.approval.status, [one.is_cancelled for one in back.bookings]) == ('withdrawn', [True])
    assert back.approval.withdrawal is not None
    assert (back.approval.withdrawal.by, back.approval.withdrawal.why) == ('店长', '总部取消')
    assert [one.comment for one in back.approval.trail] == ['可以']
    assert book(world, atrium, may(10), may(12), filed(world)).space_id == atrium


@pytest.mark.parametrize('ending', ['approved', 'rejected', 'withdrawn'])
def test_what_is_over_is_not_taken_back(world: World, ending: str) -> None:
    filing = filed(world)
    if ending == 'approved':
        agree_to_all(world, filing.approval)
    elif ending == 'rejected':
        say(world, filing.approval, 'reject')
    else:
        take_back(world, filing)
    with pytest.raises(FilingClosed):
        take_back(world, filing)


def test_a_withdrawn_filing_is_neither_revised_nor_decided_nor_given_space(world: World) -> None:
    filing = filed(world)
    take_back(world, filing)
    changed = RevisePromotion(promotion_id=filing.id, mechanics=replace(MECHANICS, title='六月'))
    with pytest.raises(FilingClosed):
        perform(revise_promotion, actor=world.actor, command=changed)
    with pytest.raises(ApprovalClosed):
        say(world, filing.approval, 'agree')
    with pytest.raises(FilingClosed):
        book(world, space(world), may(1), may(2), filing)


def test_what_was_sent_back_is_revised_as_a_new_version(world: World) -> None:
    filing = filed(world)
    say(world, filing.approval, 'return', '请写明规则')
    with pytest.raises(NothingChanged):
        perform(revise_promotion, actor=world.actor, command=RevisePromotion(
            promotion_id=filing.id, mechanics=MECHANICS
        ))  # fmt: skip
    again = perform(revise_promotion, actor=world.actor, command=RevisePromotion(
        promotion_id=filing.id, mechanics=replace(MECHANICS, text='满 200 减 50，每人一次')
    ))  # fmt: skip

    assert (again.approval.status, again.approval.round, again.approval.step) == ('pending', 2, 0)
    assert again.approval.content_hash != filing.approval.content_hash
    assert [one.comment for one in again.approval.trail] == ['请写明规则']
    rounds = ask(list_rounds, actor=world.actor, approval_id=again.approval.id)
    assert [one.content['text'] for one in rounds] == ['满 200 减 50', '满 200 减 50，每人一次']
    assert agree_to_all(world, again.approval).is_approved


def test_a_settled_promotion_is_not_revised(world: World) -> None:
    filing = filed(world)
    agree_to_all(world, filing.approval)
    settle(world, filing, 1)
    with pytest.raises(FilingInvalid):
        perform(revise_promotion, actor=world.actor, command=RevisePromotion(
            promotion_id=filing.id, mechanics=replace(MECHANICS, title='改')
        ))  # fmt: skip


def later(filing: PromotionView, days: int, spaces: str) -> RevisePromotion:
    by = timedelta(days=days)
    moved = replace(MECHANICS, starts_on=MECHANICS.starts_on + by, ends_on=MECHANICS.ends_on + by)
    return RevisePromotion(promotion_id=filing.id, mechanics=moved, spaces=spaces)  # type: ignore[arg-type]


@settings(deadline=None, max_examples=20)
@given(days=st.integers(-20, 20).filter(bool), spans=st.lists(st.integers(1, 3), min_size=1, max_size=4))
def test_PF_R1_spaces_move_along_at_the_same_hours_without_meeting_themselves(
    world: World, days: int, spans: list[int]
) -> None:
    filing, atrium, start = filed(world), space(world), may(10, 2)
    for span in spans:
        book(world, atrium, start, start + timedelta(days=span), filing)
        start += timedelta(days=span)
    before = ask(get_promotion, actor=world.actor, promotion_id=filing.id).bookings

    moved = perform(revise_promotion, actor=world.actor, command=later(filing, days, 'move')).bookings

    by = timedelta(days=days)
    assert [(one.starts_at, one.ends_at, one.occupied_from) for one in moved] == [
        (one.starts_at + by, one.ends_at + by, one.occupied_from + by) for one in before
    ]  # fmt: skip


def test_where_the_space_is_taken_nothing_is_changed_and_it_can_be_given_back_instead(world: World) -> None:
    filing, other, atrium = filed(world), filed(world), space(world)
    book(world, atrium, may(10), may(12), filing)
    book(world, atrium, may(17), may(18), other)
    with pytest.raises(SpaceTaken):
        perform(revise_promotion, actor=world.actor, command=later(filing, 7, 'move'))
    kept = ask(get_promotion, actor=world.actor, promotion_id=filing.id)
    assert (kept.mechanics, kept.approval.round, kept.bookings[0].starts_at) == (MECHANICS, 1, may(10))

    released = perform(revise_promotion, actor=world.actor, command=later(filing, 7, 'release'))
    assert ([one.is_cancelled for one in released.bookings], released.approval.round) == ([True], 2)


def test_the_spaces_of_a_refused_promotion_are_given_back_once(world: World) -> None:
    filing = filed(world)
    book(world, space(world), may(10), may(12), filing)
    assert perform(release_refused, actor=world.actor, promotion_id=filing.id) == 0  # still in review
    say(world, filing.approval, 'reject')
    event = Delivered(event_id='1', name='approvals.approval_decided', version=1, facts={
        'mall_id': world.actor.mall_id, 'subject': f'permits.promotion:{filing.id}', 'status': 'rejected',
    })  # fmt: skip
    for _ in range(2):
        release_spaces(event)
    [booking] = ask(get_promotion, actor=world.actor, promotion_id=filing.id).bookings
    assert booking.is_cancelled
    release_spaces(replace(event, facts={**event.facts, 'subject': 'purchasing.order:1'}))


def test_a_permit_is_revised_until_it_is_decided_and_shown_at_the_gate_as_it_stands(world: World) -> None:
    permit = works(world)
    say(world, permit.approval, 'return', '请写人数')
    with pytest.raises(NothingChanged):
        perform(revise_permit, actor=world.actor, command=revised(permit))
    with pytest.raises(FilingInvalid):
        perform(revise_permit, actor=world.actor, command=revised(permit, kind='after_hours'))
    with pytest.raises(FilingInvalid):
        perform(revise_permit, actor=world.actor, command=revised(permit, insured_until=date(2026, 5, 11)))

    again = perform(revise_permit, actor=world.actor, command=revised(permit, text='更换灯具，4 人'))

    assert (again.approval.status, again.approval.round, again.code) == ('pending', 2, permit.code)
    assert ask(show_permit, actor=world.actor, code=permit.code, now=may(11)).standing == 'not_approved'
    agree_to_all(world, again.approval)
    assert ask(show_permit, actor=world.actor, code=permit.code, now=may(11)).standing == 'valid'
    with pytest.raises(FilingClosed):
        perform(revise_permit, actor=world.actor, command=revised(permit, text='再改'))


def test_a_permit_is_taken_back_and_opens_no_gate(world: World) -> None:
    permit = works(world)
    command = WithdrawPermit(permit_id=permit.id, reason='改期')
    back = perform(withdraw_permit, actor=shop(world, permit.tenant_id), command=command)
    assert back.approval.status == 'withdrawn'
    assert ask(show_permit, actor=world.actor, code=permit.code, now=may(11)).standing == 'not_approved'
    with pytest.raises(FilingClosed):
        perform(withdraw_permit, actor=world.actor, command=command)


def test_TA_R2_another_shops_filing_and_permit_are_not_there(world: World) -> None:
    filing, permit, stranger = filed(world), works(world), shop(world, world.tenant())
    with pytest.raises(PromotionOutOfReach):
        perform(withdraw_promotion, actor=stranger, command=WithdrawPromotion(promotion_id=filing.id))
    with pytest.raises(PromotionOutOfReach):
        perform(revise_promotion, actor=stranger, command=later(filing, 1, 'keep'))
    with pytest.raises(PermitMissing):
        perform(withdraw_permit, actor=stranger, command=WithdrawPermit(permit_id=permit.id))
    with pytest.raises(PermitMissing):
        perform(revise_permit, actor=stranger, command=revised(permit, text='别人的'))
    found = ask(get_approval, actor=world.actor, subject=f'permits.permit:{permit.id}')
    assert found is not None
    assert found.status == 'pending'


def test_what_was_never_submitted_is_not_withdrawn_and_what_was_is_not_opened_again(world: World) -> None:
    with pytest.raises(ApprovalUnknown):
        perform(withdraw, actor=world.actor, command=Withdraw(subject='test:nothing'))
    filing = filed(world)
    take_back(world, filing)
    with pytest.raises(ApprovalClosed):
        perform(submit, actor=world.actor, command=Submit(
            subject=f'permits.promotion:{filing.id}', content={'x': 1}, steps=filing.approval.steps
        ))  # fmt: skip


def test_the_database_knows_no_withdrawal_by_nobody(world: World, database: Database) -> None:
    filing = filed(world)
    with psycopg.connect(database.owner_url) as owner, pytest.raises(psycopg.errors.CheckViolation):
        owner.execute("UPDATE approval SET status = 'withdrawn' WHERE id = %s", [filing.approval.id])
