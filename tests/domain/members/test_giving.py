"""Points for many at once: one key, one entry, all or none."""

from datetime import timedelta
from uuid import uuid4

import pytest

from domain.members import accounts, enrolment, giving
from domain.members.commands import GrantPointsToMany, MemberId
from domain.members.errors import MemberClosed, MemberUnknown, PointsInvalid
from domain.members.views import LotView, RunReport
from domain.shared import journal
from domain.shared.actor import Actor, MallId
from domain.shared.database import Scope, transaction
from domain.shared.errors import PermissionDenied
from domain.shared.idempotency import IdempotencyConflict
from domain.shared.operations import perform
from tests.domain.members.conftest import NOON, Desk


def give(desk: Desk, *grants: tuple[MemberId, int], key: str = '') -> RunReport:
    command = GrantPointsToMany(key=key or str(uuid4()), grants=grants, source='campaign')
    report: RunReport = desk.do(giving.grant_points_to_many, NOON, command=command)
    return report


def available(desk: Desk, member: MemberId) -> int:
    return desk.balance(member, at=NOON + timedelta(hours=1)).available


def lots(desk: Desk, member: MemberId) -> list[LotView]:
    found: list[LotView] = desk.ask(accounts.list_lots, member_id=member)
    return found


def test_everybody_gets_their_points_and_the_books_balance(desk: Desk, mall: MallId) -> None:
    one, other = desk.enrol(NOON), desk.enrol(NOON)

    report = give(desk, (one, 100), (other, 30), (one, 5))

    assert (report.done, report.points) == (3, 135)
    assert [available(desk, member) for member in (one, other)] == [105, 30]
    assert sorted(lot.granted for lot in lots(desk, one)) == [5, 100]
    with transaction(Scope(mall_id=mall)) as session:
        assert journal.drifted_accounts(session) == []
        assert set(journal.trial_balance(session).values()) <= {0}


def test_the_same_key_gives_once_and_for_other_grants_is_refused(desk: Desk) -> None:
    member, key = desk.enrol(NOON), str(uuid4())
    give(desk, (member, 40), key=key)

    assert give(desk, (member, 40), key=key).done == 0
    with pytest.raises(IdempotencyConflict):
        give(desk, (member, 41), key=key)

    assert available(desk, member) == 40


def test_one_who_has_left_or_never_was_stops_the_batch(desk: Desk) -> None:
    member, gone = desk.enrol(NOON), desk.enrol(NOON)
    desk.do(enrolment.request_closing, NOON, member_id=gone)
    desk.do(enrolment.close_due_members, NOON.replace(year=NOON.year + 1))

    for other, refusal in ((gone, MemberClosed), (MemberId(10**9), MemberUnknown)):
        with pytest.raises(refusal):
            give(desk, (member, 10), (other, 10))

    assert available(desk, member) == 0


def test_what_was_owed_is_filled_first(desk: Desk) -> None:
    member = desk.enrol(NOON)
    key = desk.buy(member, 10_000).key
    desk.spend(member, 100)
    desk.refund(key, (0, 10_000))
    assert available(desk, member) == -100

    give(desk, (member, 130))

    assert available(desk, member) == 30
    assert [lot.remaining for lot in lots(desk, member)] == [30]


@pytest.mark.parametrize('points', [0, -5])
def test_a_grant_of_nothing_is_refused(desk: Desk, points: int) -> None:
    with pytest.raises(PointsInvalid):
        give(desk, (desk.enrol(NOON), points))


def test_an_empty_batch_is_refused_and_so_is_whoever_may_not(desk: Desk, mall: MallId) -> None:
    with pytest.raises(PointsInvalid):
        give(desk)
    nobody = Actor(name='Lin Yue', kind='person', mall_id=mall, permissions=frozenset())
    command = GrantPointsToMany(key='k', grants=((desk.enrol(NOON), 1),), source='campaign')
    with pytest.raises(PermissionDenied):
        perform(giving.grant_points_to_many, actor=nobody, command=command, now=NOON)
