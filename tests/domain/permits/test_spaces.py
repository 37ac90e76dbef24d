"""The calendar of the spaces: what stands there, the mall's own blocks, and what a shop learns of them."""

from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from domain.permits.commands import BlockSpace, CancelBooking, SpaceId
from domain.permits.errors import FilingInvalid, SpaceTaken, SpaceUnknown
from domain.permits.permissions import FILE, VIEW
from domain.permits.spaces import (
    block_space,
    list_bookings,
    list_calendar,
    list_conflicts,
    list_taken,
    unblock_space,
)
from domain.permits.views import BookingView
from domain.shared.actor import Actor
from domain.shared.database import Scope, reading
from domain.shared.errors import NotFound, PermissionDenied
from domain.shared.operations import ask, perform
from tests.conftest import Database
from tests.domain.leasing.world import World
from tests.domain.permits.test_permits import agree_to_all, book, filed, may, space


def blocked(world: World, where: SpaceId, first: int, last: int, reason: str = '吊顶检修') -> BookingView:
    command = BlockSpace(space_id=where, starts_at=may(first), ends_at=may(last), reason=reason)
    return perform(block_space, actor=world.actor, command=command)


def shop(world: World, tenant_id: int) -> Actor:
    rights = frozenset({VIEW.code, FILE.code})
    return replace(world.actor, name='店长', tenant_id=tenant_id, permissions=rights)  # type: ignore[arg-type]


def test_the_calendar_says_what_is_held_approved_and_blocked(world: World) -> None:
    atrium, held, approved = space(world, 240), filed(world), filed(world)
    agree_to_all(world, approved.approval)
    book(world, atrium, may(1), may(2), held)
    book(world, atrium, may(3), may(4), approved)
    blocked(world, atrium, 5, 6)

    found = [one for one in ask(list_calendar, actor=world.actor, starts_at=may(1), ends_at=may(10))
             if one.booking.space_id == atrium]  # fmt: skip

    assert [(one.standing, one.title, one.tenant_id) for one in found] == [
        ('held', '五月满减', held.tenant_id), ('approved', '五月满减', approved.tenant_id),
        ('blocked', '吊顶检修', None),
    ]  # fmt: skip
    assert [one.booking.starts_at - one.booking.occupied_from for one in found] == [
        timedelta(hours=4), timedelta(hours=4), timedelta(0)
    ]  # fmt: skip


def test_a_block_neither_overlaps_nor_undoes_what_is_booked(world: World) -> None:
    atrium, promotion = space(world), filed(world)
    booking = book(world, atrium, may(10), may(12), promotion)
    with pytest.raises(SpaceTaken):
        blocked(world, atrium, 11, 13)
    block = blocked(world, atrium, 12, 14)
    with pytest.raises(SpaceTaken):
        book(world, atrium, may(13), may(15), promotion)
    with pytest.raises(NotFound):
        perform(unblock_space, actor=world.actor, command=CancelBooking(booking_id=booking.id))
    for _ in range(2):
        assert perform(unblock_space, actor=world.actor, command=CancelBooking(booking_id=block.id)).is_cancelled
    assert book(world, atrium, may(13), may(15), promotion).space_id == atrium


def test_a_block_of_nothing_is_refused(world: World) -> None:
    with pytest.raises(SpaceUnknown):
        blocked(world, SpaceId(10**9), 1, 2)
    with pytest.raises(FilingInvalid):
        blocked(world, space(world), 2, 2)
    with pytest.raises(SpaceUnknown):
        ask(list_conflicts, actor=world.actor, space_id=SpaceId(10**9), starts_at=may(1), ends_at=may(2))
    with pytest.raises(PermissionDenied):
        perform(block_space, actor=shop(world, world.tenant()), command=BlockSpace(
            space_id=space(world), starts_at=may(1), ends_at=may(2), reason='x'
        ))  # fmt: skip


def test_TA_R2_a_shop_learns_when_and_never_by_whom(world: World) -> None:
    atrium, promotion, stranger = space(world, 60), filed(world), shop(world, world.tenant())
    book(world, atrium, may(20), may(21), promotion)
    blocked(world, atrium, 22, 23, '不外传')

    taken = [one for one in ask(list_taken, actor=stranger, starts_at=may(19), ends_at=may(25))
             if one.space_id == atrium]  # fmt: skip

    assert [(one.occupied_from, one.ends_at) for one in taken] == [
        (may(19, 23), may(21)), (may(22), may(23)),
    ]  # fmt: skip
    assert ask(list_bookings, actor=stranger, starts_at=may(19), ends_at=may(25)) == []
    assert ask(list_calendar, actor=stranger, starts_at=may(19), ends_at=may(25)) == []
    with reading(Scope.of(stranger)) as session:
        assert session.execute(text('SELECT id FROM space_booking')).all() == []
        assert list(session.execute(text('SELECT * FROM taken_spaces(now(), now())')).keys()) == [
            'space_id', 'occupied_from', 'starts_at', 'ends_at',
        ]  # fmt: skip


def test_nobody_learns_of_another_malls_spaces(world: World) -> None:
    book(world, space(world), may(20), may(21), filed(world))
    elsewhere = replace(world.actor, mall_id=10**6)  # type: ignore[arg-type]
    assert ask(list_taken, actor=elsewhere, starts_at=may(1), ends_at=may(31)) == []


def test_the_database_wants_either_a_promotion_or_a_reason(database: Database, world: World) -> None:
    booking = book(world, space(world), may(20), may(21), filed(world))
    with psycopg.connect(database.owner_url) as owner, pytest.raises(psycopg.errors.CheckViolation):
        owner.execute("UPDATE space_booking SET reason = 'both' WHERE id = %s", [booking.id])


@settings(deadline=None, max_examples=25)
@given(
    times=st.lists(st.tuples(st.integers(0, 40), st.integers(1, 10)), min_size=1, max_size=6), buffer=st.integers(0, 8)
)
def test_PF_R1_conflicts_foretell_what_the_database_refuses(
    world: World, times: list[tuple[int, int]], buffer: int
) -> None:
    where, promotion = space(world, buffer * 60), filed(world)
    for start, length in times:
        begins = may(1) + timedelta(hours=6 * start)
        ends = begins + timedelta(hours=6 * length)
        foretold = ask(list_conflicts, actor=world.actor, space_id=where, starts_at=begins, ends_at=ends)
        try:
            book(world, where, begins, ends, promotion)
        except SpaceTaken:
            assert foretold
        else:
            assert not foretold
