"""Promotions: filed, reviewed, frozen; spaces booked without conflict; costs shared."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime
from itertools import count

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.approvals.commands import Decide
from domain.approvals.operations import decide
from domain.approvals.views import ApprovalView
from domain.permits.changes import revise_promotion
from domain.permits.commands import (
    AskPermit,
    BookSpace,
    CancelBooking,
    FilePromotion,
    Mechanics,
    OpenSpace,
    PriceProof,
    RevisePromotion,
    SpaceId,
)
from domain.permits.errors import (
    CodeTaken,
    FilingInvalid,
    PromotionOutOfReach,
    PromotionUnknown,
    SpaceTaken,
    SpaceUnknown,
)
from domain.permits.operations import (
    ask_permit,
    book_space,
    cancel_booking,
    file_promotion,
    get_promotion,
    list_promotions,
    open_space,
)
from domain.permits.permissions import FILE, VIEW
from domain.permits.views import BookingView, PromotionView
from domain.shared.actor import Actor, MallId, TenantId
from domain.shared.errors import NotFound
from domain.shared.money import split_largest_remainder
from domain.shared.operations import ask, perform
from tests.conftest import Database
from tests.domain.leasing.world import World

MECHANICS = Mechanics(
    title='五月满减', text='满 200 减 50', starts_on=date(2026, 5, 10), ends_on=date(2026, 5, 14),
    prices=(PriceProof(item='衬衫', regular_fen=39_900, promoted_fen=29_900, proof='小票.jpg'),), is_loud=True,
    shared_cost_fen=1_000_000, brand_share_bp=6_000,
)  # fmt: skip
_numbers = count(1)


def may(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 5, day, hour, tzinfo=UTC)


def space(world: World, buffer_minutes: int = 0) -> SpaceId:
    command = OpenSpace(
        code=f's{next(_numbers)}', name_zh='中庭', name_en='Atrium', kind='atrium', buffer_minutes=buffer_minutes
    )
    return perform(open_space, actor=world.actor, command=command).id


def filed(world: World, mechanics: Mechanics = MECHANICS) -> PromotionView:
    return perform(
        file_promotion, actor=world.actor, command=FilePromotion(tenant_id=world.tenant(), mechanics=mechanics)
    )


def book(world: World, where: SpaceId, starts: datetime, ends: datetime, what: PromotionView) -> BookingView:
    command = BookSpace(promotion_id=what.id, space_id=where, starts_at=starts, ends_at=ends)
    return perform(book_space, actor=world.actor, command=command)


def agree_to_all(world: World, approval: ApprovalView) -> ApprovalView:
    for number in range(len(approval.steps)):
        command = Decide(approval_id=approval.id, content_hash=approval.content_hash, verdict='agree')
        approval = perform(decide, actor=replace(world.actor, name=f'reviewer {number}'), command=command)
    return approval


def test_PF_R1_bookings_that_touch_do_not_conflict_without_a_buffer(world: World) -> None:
    atrium, one, other = space(world), filed(world), filed(world)

    book(world, atrium, may(10), may(12), one)

    assert book(world, atrium, may(12), may(14), other).occupied_from == may(12)
    with pytest.raises(SpaceTaken):
        book(world, atrium, may(13, 23), may(15), one)
    assert book(world, space(world), may(13), may(15), one).starts_at == may(13)


@pytest.mark.parametrize(('gap_hours', 'is_free'), [(0, False), (3, False), (4, True), (5, True)])
def test_PF_R1_a_buffer_of_four_hours_keeps_them_apart(world: World, gap_hours: int, is_free: bool) -> None:
    atrium, one, other = space(world, buffer_minutes=240), filed(world), filed(world)
    book(world, atrium, may(10), may(12), one)

    def attempt() -> bool:
        try:
            book(world, atrium, may(12, gap_hours), may(14), other)
        except SpaceTaken:
            return False
        return True

    assert attempt() == is_free


def test_PF_R1_a_cancelled_booking_frees_the_space(world: World) -> None:
    atrium, promotion = space(world), filed(world)
    booking = book(world, atrium, may(10), may(12), promotion)

    assert perform(cancel_booking, actor=world.actor, command=CancelBooking(booking_id=booking.id)).is_cancelled
    assert book(world, atrium, may(11), may(13), promotion).space_id == atrium
    with pytest.raises(NotFound):
        perform(cancel_booking, actor=world.actor, command=CancelBooking(booking_id=10**9))


def test_PF_R1_of_many_who_book_at_once_one_gets_the_space(world: World) -> None:
    atrium, promotions = space(world, 60), [filed(world) for _ in range(10)]

    def attempt(number: int) -> bool:
        try:
            book(world, atrium, may(10, number), may(12, number), promotions[number])
        except SpaceTaken:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(attempt, range(10))) == 1


def test_PF_R1_the_database_refuses_it_without_the_code(database: Database, world: World) -> None:
    atrium, promotion = space(world), filed(world)
    book(world, atrium, may(10), may(12), promotion)
    later = book(world, atrium, may(12), may(14), promotion)

    with psycopg.connect(database.owner_url) as owner, pytest.raises(psycopg.errors.ExclusionViolation):
        owner.execute('UPDATE space_booking SET occupied_from = %s WHERE id = %s', [may(11), later.id])


def test_PF_R2_an_edit_after_approval_opens_it_again_and_the_approved_text_stays(
    database: Database, world: World
) -> None:
    promotion = filed(world)
    approved = agree_to_all(world, promotion.approval)
    cheaper = replace(MECHANICS, prices=(replace(MECHANICS.prices[0], promoted_fen=19_900),))

    same = perform(
        revise_promotion, actor=world.actor, command=RevisePromotion(promotion_id=promotion.id, mechanics=MECHANICS)
    )
    edited = perform(
        revise_promotion, actor=world.actor, command=RevisePromotion(promotion_id=promotion.id, mechanics=cheaper)
    )

    assert approved.is_approved
    assert same.approval.is_approved
    assert (edited.approval.status, edited.approval.round) == ('pending', 2)
    assert edited.approval.content_hash != approved.content_hash
    with psycopg.connect(database.owner_url) as owner:
        (kept,) = owner.execute(
            "SELECT content -> 'prices' -> 0 ->> 'promoted_fen' FROM approval_round"
            ' WHERE approval_id = %s AND round = 1',
            [approved.id],
        ).fetchone() or ('',)
    assert kept == '29900'


def test_the_review_has_the_steps_that_the_filing_needs(world: World) -> None:
    plain = filed(world, replace(MECHANICS, prices=(), is_loud=False))

    assert len(plain.approval.steps) == 1
    assert len(filed(world).approval.steps) == 3


@pytest.mark.parametrize(
    'wrong',
    [
        replace(MECHANICS, ends_on=MECHANICS.starts_on),
        replace(MECHANICS, prices=(replace(MECHANICS.prices[0], promoted_fen=39_900),)),
    ],
)
def test_an_unsound_filing_is_refused(world: World, wrong: Mechanics) -> None:
    with pytest.raises(FilingInvalid):
        filed(world, wrong)


@given(st.integers(0, 10**10), st.integers(0, 10_000))
def test_the_parts_of_a_shared_cost_sum_to_it(cost: int, share: int) -> None:
    assert sum(split_largest_remainder(cost, [share, 10_000 - share])) == cost


def test_works_need_insurance_and_goods_out_need_goods(world: World) -> None:
    works = AskPermit(
        tenant_id=world.tenant(), kind='works', starts_at=may(10), ends_at=may(12), text='更换灯具',
        insured_until=date(2026, 5, 12),
    )  # fmt: skip

    permit = perform(ask_permit, actor=world.actor, command=works)

    assert len(permit.approval.steps) == 2
    goods = replace(works, kind='goods_out')
    for wrong in (replace(works, insured_until=date(2026, 5, 11)), replace(works, ends_at=may(10)), goods):
        with pytest.raises(FilingInvalid):
            perform(ask_permit, actor=world.actor, command=wrong)
    out = perform(ask_permit, actor=world.actor, command=replace(goods, goods=('模特道具 2 个',)))
    assert agree_to_all(world, out.approval).is_approved


def test_unknown_things_are_said(world: World) -> None:
    promotion = filed(world)
    with pytest.raises(SpaceUnknown):
        book(world, SpaceId(10**9), may(1), may(2), promotion)
    with pytest.raises(FilingInvalid):
        book(world, space(world), may(2), may(2), promotion)
    with pytest.raises(PromotionUnknown):
        ask(get_promotion, actor=world.actor, promotion_id=10**9)
    with pytest.raises(NotFound):
        perform(file_promotion, actor=world.actor, command=FilePromotion(
            tenant_id=TenantId(10**9), mechanics=MECHANICS,
        ))  # fmt: skip
    code = OpenSpace(code='twice', name_zh='位', name_en='Spot', kind='advertising')
    perform(open_space, actor=world.actor, command=code)
    with pytest.raises(CodeTaken):
        perform(open_space, actor=world.actor, command=code)


def test_TA_R2_a_tenant_files_and_sees_its_own_alone(world: World, mall: MallId) -> None:
    own, foreign = filed(world), filed(world)
    clerk = Actor(
        name='店长', kind='person', mall_id=mall, tenant_id=own.tenant_id,
        permissions=frozenset({VIEW.code, FILE.code}),
    )  # fmt: skip

    mine = perform(file_promotion, actor=clerk, command=FilePromotion(tenant_id=own.tenant_id, mechanics=MECHANICS))

    assert {one.id for one in ask(list_promotions, actor=clerk)} == {own.id, mine.id}
    with pytest.raises(PromotionOutOfReach):
        ask(get_promotion, actor=clerk, promotion_id=foreign.id)
    with pytest.raises(NotFound):
        perform(file_promotion, actor=clerk, command=FilePromotion(tenant_id=foreign.tenant_id, mechanics=MECHANICS))
