"""Permits at the gate, what stands in the way of a booking, and filings that come back."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.approvals.commands import Decide
from domain.approvals.operations import decide
from domain.approvals.rounds import list_rounds
from domain.approvals.views import ApprovalView
from domain.permits.changes import revise_promotion
from domain.permits.commands import (
    AskPermit,
    BookSpace,
    CheckPermit,
    FilePromotion,
    Mechanics,
    OpenSpace,
    RevisePromotion,
)
from domain.permits.gate import PermitNotValid, PermitUnknown, check_permit, list_permits, show_permit
from domain.permits.operations import ask_permit, book_space, file_promotion, open_space
from domain.permits.spaces import list_bookings, list_conflicts
from domain.permits.views import PermitView
from domain.shared.errors import PermissionDenied
from domain.shared.operations import ask, perform
from tests.domain.leasing.world import World

NOON = datetime(2026, 6, 5, 4, tzinfo=UTC)
HOUR = timedelta(hours=1)
MECHANICS = Mechanics(title='满减', text='满 300 减 50', starts_on=date(2026, 6, 6), ends_on=date(2026, 6, 8))


def settle(world: World, approval: ApprovalView, verdict: str = 'agree') -> ApprovalView:
    while approval.status == 'pending':
        actor = replace(world.actor, name=f'reviewer {approval.step}')
        command = Decide(approval_id=approval.id, content_hash=approval.content_hash, verdict=verdict)  # type: ignore[arg-type]
        approval = perform(decide, actor=actor, command=command)
    return approval


def permit(world: World, kind: str = 'goods_out', *, is_approved: bool = True) -> PermitView:
    asked = perform(ask_permit, actor=world.actor, command=AskPermit(
        tenant_id=world.tenant(), kind=kind, starts_at=NOON, ends_at=NOON + 4 * HOUR,  # type: ignore[arg-type]
        text='搬运样品', goods=('人台 6 个',), insured_until=date(2027, 1, 1),
    ))  # fmt: skip
    if is_approved:
        settle(world, asked.approval)
    return asked


def check(world: World, code: str, verdict: str = 'passed', at: datetime = NOON + HOUR) -> str:
    command = CheckPermit(code=code, verdict=verdict)  # type: ignore[arg-type]
    return perform(check_permit, actor=world.actor, command=command, now=at).standing


def test_a_code_is_read_as_it_is_typed_and_nobody_else_may_look(world: World) -> None:
    asked = permit(world)
    assert len(asked.code) == 8
    shown = ask(show_permit, actor=world.actor, code=f' {asked.code.lower()} ', now=NOON + HOUR)
    assert (shown.permit.goods, shown.standing) == (('人台 6 个',), 'valid')
    with pytest.raises(PermitUnknown):
        ask(show_permit, actor=world.actor, code='00000000', now=NOON)
    viewer = replace(world.actor, permissions=frozenset({'permits.view'}))
    assert asked.id in {one.id for one in ask(list_permits, actor=viewer)}
    with pytest.raises(PermissionDenied):
        ask(show_permit, actor=viewer, code=asked.code, now=NOON)


@pytest.mark.parametrize(
    ('at', 'is_approved', 'standing'),
    [
        (NOON - HOUR, True, 'early'),
        (NOON, True, 'valid'),
        (NOON + 4 * HOUR, True, 'late'),
        (NOON + HOUR, False, 'not_approved'),
    ],
)
def test_a_permit_holds_from_its_beginning_until_before_its_end(
    world: World, at: datetime, is_approved: bool, standing: str
) -> None:
    asked = permit(world, is_approved=is_approved)
    assert ask(show_permit, actor=world.actor, code=asked.code, now=at).standing == standing
    if standing != 'valid':
        with pytest.raises(PermitNotValid):
            check(world, asked.code, at=at)
        assert check(world, asked.code, 'stopped', at) == standing


def test_goods_leave_once_even_when_two_guards_look_and_works_go_in_and_out(world: World) -> None:
    asked = permit(world)
    with ThreadPoolExecutor(2) as guards:
        futures = [guards.submit(check, world, asked.code) for _ in range(2)]
    refused = [future.exception() for future in futures if future.exception()]
    assert [type(one) for one in refused] == [PermitNotValid]
    works = permit(world, 'works')
    assert [check(world, works.code), check(world, works.code)] == ['valid', 'valid']


def test_what_stands_in_the_way_of_a_booking_is_named_with_its_reason(world: World) -> None:
    space = perform(open_space, actor=world.actor, command=OpenSpace(
        code='atrium-x', name_zh='中庭', name_en='Atrium', kind='atrium', buffer_minutes=240
    ))  # fmt: skip
    filed = perform(
        file_promotion, actor=world.actor, command=FilePromotion(tenant_id=world.tenant(), mechanics=MECHANICS)
    )
    booking = perform(book_space, actor=world.actor, command=BookSpace(
        promotion_id=filed.id, space_id=space.id, starts_at=NOON, ends_at=NOON + 8 * HOUR
    ))  # fmt: skip

    def whys(starts: int, ends: int) -> list[str]:
        window = {'starts_at': NOON + starts * HOUR, 'ends_at': NOON + ends * HOUR}
        return [one.why for one in ask(list_conflicts, actor=world.actor, space_id=space.id, **window)]

    assert whys(4, 6) == ['event']
    assert whys(10, 14) == ['own_setup']
    assert whys(12, 14) == []
    assert whys(-8, -2) == ['their_setup']
    assert whys(-8, -4) == []
    seen = ask(list_bookings, actor=world.actor, starts_at=NOON - 5 * HOUR, ends_at=NOON - 3 * HOUR)
    assert [one.id for one in seen if one.space_id == space.id] == [booking.id]


def test_a_returned_filing_is_put_right_and_both_texts_stay(world: World) -> None:
    filed = perform(
        file_promotion, actor=world.actor, command=FilePromotion(tenant_id=world.tenant(), mechanics=MECHANICS)
    )
    assert settle(world, filed.approval, 'return').status == 'returned'
    better = replace(MECHANICS, text='满 300 减 50，特价商品除外')
    again = perform(revise_promotion, actor=world.actor, command=RevisePromotion(
        promotion_id=filed.id, mechanics=better
    ))  # fmt: skip
    assert (again.approval.status, again.approval.round) == ('pending', 2)
    rounds = ask(list_rounds, actor=world.actor, approval_id=filed.approval.id)
    assert [one.content['text'] for one in rounds] == ['满 300 减 50', '满 300 减 50，特价商品除外']
    assert rounds[0].content_hash != rounds[1].content_hash
