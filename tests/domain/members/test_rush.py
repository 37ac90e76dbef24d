"""Points for many who come at one moment: each its own entry, and nobody pays for his neighbour's mistake."""

from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.members import accounts, points
from domain.members._rush import grant_together
from domain.members.commands import GrantPoints, MemberId
from domain.members.errors import MemberUnknown
from domain.members.permissions import POST_POINTS
from domain.members.views import RunReport
from domain.shared import journal
from domain.shared.actor import Actor, MallId
from domain.shared.database import Scope, transaction
from domain.shared.errors import PermissionDenied
from domain.shared.idempotency import IdempotencyConflict
from domain.shared.operations import perform
from domain.shared.together import Call
from tests.domain.members.conftest import EPOCH, NOON, Desk

LATER = NOON + timedelta(hours=1)
NOBODY = MemberId(10**9)


def give(desk: Desk, wishes: Sequence[tuple[MemberId, int, str]]) -> list[RunReport | None]:
    """A shared transaction, as it is when these meet."""
    calls = [Call(desk.actor, GrantPoints(member_id=m, points=n, key=key, source='rush'), NOON) for m, n, key in wishes]
    with transaction(Scope.of(desk.actor)) as session:
        return grant_together(session, calls)


def test_X_R9_each_grant_of_a_shared_transaction_is_a_lot_and_an_entry_of_its_own(desk: Desk, mall: MallId) -> None:
    one, other = desk.enrol(), desk.enrol()
    given = give(desk, [(one, 7, 'a1'), (other, 11, 'a2'), (one, 7, 'a3'), (one, 13, 'a4')])

    assert [report.points for report in given if report] == [7, 11, 7, 13]
    assert (desk.balance(one, LATER).available, desk.balance(other, LATER).available) == (27, 11)
    lots = [lot for lot in desk.ask(accounts.list_lots, member_id=one) if lot.remaining]
    assert sorted(lot.remaining for lot in lots) == [7, 7, 13]
    with transaction(Scope(mall_id=mall)) as session:
        assert journal.drifted_accounts(session) == []
        assert set(journal.trial_balance(session).values()) == {0}


def test_what_is_not_plain_is_left_over(desk: Desk) -> None:
    member = desk.enrol()
    desk.grant(member, 5, key='known')
    given = give(desk, [
        (NOBODY, 3, 'b1'), (member, 5, 'known'), (member, 0, 'b2'), (member, 9, 'b3'), (member, 9, 'b3'),
        (member, 2, 'b4'),
    ])  # fmt: skip

    assert [report is not None for report in given] == [False, False, False, True, False, True]
    assert desk.balance(member, LATER).available == 5 + 9 + 2


def test_each_lot_lasts_as_long_as_its_own_grant_says(desk: Desk) -> None:
    member = desk.enrol()
    calls = [
        Call(desk.actor, GrantPoints(member_id=member, points=n, key=f'c{n}', source='rush', expires_on=until), NOON)
        for n, until in ((1, date(2026, 12, 24)), (2, date(2027, 6, 1)), (3, None))
    ]
    with transaction(Scope.of(desk.actor)) as session:
        grant_together(session, calls)

    at = datetime(2026, 12, 25, 4, tzinfo=UTC)
    assert desk.balance(member, at).available == 5
    assert desk.balance(member, datetime(2027, 6, 2, 4, tzinfo=UTC)).available == 3


def test_X_R4_two_hundred_who_meet_get_what_is_theirs_once(desk: Desk, mall: MallId) -> None:
    members = [desk.enrol(EPOCH) for _ in range(5)]
    wishes = [(members[n % 5], n % 7 + 1, f'rush-{n % 180}') for n in range(200)]  # twenty keys come twice
    wishes += [(NOBODY, 1, f'lost-{n}') for n in range(10)]

    def wish(asked: tuple[MemberId, int, str]) -> str:
        try:
            desk.grant(asked[0], asked[1], key=asked[2])
        except (MemberUnknown, IdempotencyConflict) as refusal:
            return refusal.code
        return 'given'

    with ThreadPoolExecutor(32) as pool:
        answers = Counter(pool.map(wish, wishes))

    assert answers[MemberUnknown.code] == 10
    with transaction(Scope(mall_id=mall)) as session:
        assert journal.drifted_accounts(session) == []
    kept = {lot.source for member in members for lot in desk.ask(accounts.list_lots, member_id=member)}
    assert kept == {'grant'}
    entries = sum(len(desk.ask(accounts.list_lots, member_id=member)) for member in members)
    assert entries == 180


def test_nobody_shares_without_the_right(desk: Desk, mall: MallId) -> None:
    stranger = Actor(name='x', kind='person', mall_id=mall, permissions=frozenset())
    command = GrantPoints(member_id=desk.enrol(), points=1, key='d1', source='rush')
    with pytest.raises(PermissionDenied, match=POST_POINTS.code):
        perform(points.grant_points, actor=stranger, command=command)
