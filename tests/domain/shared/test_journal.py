"""Laws X-R5, X-R6 and X-R9 on the double-entry journal."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlmodel import Session

from domain.shared import journal
from domain.shared.actor import MallId
from domain.shared.database import Scope, transaction
from domain.shared.idempotency import IdempotencyConflict
from domain.shared.journal import AccountKind, EntryId, LedgerAccountId, NewEntry
from tests.conftest import Database

NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)
TODAY = date(2026, 11, 22)
STEPS = int(os.environ.get('ATRIUM_LAW_STEPS', '500'))  # `make laws` runs 10,000
InMall = Callable[[], AbstractContextManager[Session]]


def _open(session: Session, *, running: bool = True, floor: int | None = 0, unit: str = 'points') -> LedgerAccountId:
    return journal.open_account(
        session, code=f'a-{uuid4()}', kind=AccountKind.LIABILITY, unit=unit, is_running=running, floor=floor
    )


def _entry(amounts: dict[LedgerAccountId, int], key: str = '', at: datetime = NOW) -> NewEntry:
    return NewEntry(kind='test', key=key or str(uuid4()), amounts=amounts, occurred_at=at, business_on=TODAY)


@pytest.fixture
def pair(in_mall: InMall) -> tuple[LedgerAccountId, LedgerAccountId]:
    """A member's account that may not go below zero, and the mall's side that is never a hot row."""
    with in_mall() as session:
        return _open(session), _open(session, running=False, floor=None)


def _post(in_mall: InMall, entry: NewEntry) -> journal.Posted:
    with in_mall() as session:
        return journal.post(session, entry, now=NOW)


def test_X_R9_every_posting_balances_and_moves_the_account(in_mall: InMall, pair: tuple[LedgerAccountId, ...]) -> None:
    member, mall_side = pair

    _post(in_mall, _entry({member: 250, mall_side: -250}))

    with in_mall() as session:
        assert journal.balance_at(session, member, moment=NOW + timedelta(seconds=1)) == 250
        assert journal.balance_at(session, member, moment=NOW) == 0
        assert set(journal.trial_balance(session).values()) == {0}
        assert journal.drifted_accounts(session) == []


def test_X_R9_an_entry_that_does_not_balance_is_refused(in_mall: InMall, pair: tuple[LedgerAccountId, ...]) -> None:
    with pytest.raises(journal.UnbalancedEntry):
        _post(in_mall, _entry({pair[0]: 5, pair[1]: -4}))


def test_X_R9_units_balance_each_on_their_own(in_mall: InMall) -> None:
    with in_mall() as session:
        points, fen = _open(session), _open(session, unit='fen', floor=None)
    with pytest.raises(journal.UnbalancedEntry):
        _post(in_mall, _entry({points: 5, fen: -5}))


def test_X_R5_a_correction_is_a_linked_opposite_entry_made_once(
    in_mall: InMall, pair: tuple[LedgerAccountId, ...]
) -> None:
    member, mall_side = pair
    first = _post(in_mall, _entry({member: 30, mall_side: -30}))

    with in_mall() as session:
        journal.reverse(session, first.entry_id, key=f'undo-{first.entry_id}', now=NOW, business_on=TODAY)
    with pytest.raises(journal.AlreadyReversed), in_mall() as session:
        journal.reverse(session, first.entry_id, key='undo-again', now=NOW, business_on=TODAY)

    with in_mall() as session:
        assert journal.balance_at(session, member, moment=NOW + timedelta(days=1)) == 0


def test_X_R5_postings_are_never_edited(database: Database, in_mall: InMall, pair: tuple[LedgerAccountId, ...]) -> None:
    _post(in_mall, _entry({pair[0]: 1, pair[1]: -1}))

    for statement in ('UPDATE ledger_posting SET amount = 2', 'DELETE FROM ledger_entry'):
        with psycopg.connect(database.owner_url) as owner, pytest.raises(psycopg.Error, match='never edited'):
            owner.execute(statement)


def test_X_R4_the_same_key_posts_once(in_mall: InMall, pair: tuple[LedgerAccountId, ...]) -> None:
    entry = _entry({pair[0]: 7, pair[1]: -7}, key='receipt-77')

    first, second = _post(in_mall, entry), _post(in_mall, entry)

    assert first.entry_id == second.entry_id
    assert (first.is_replay, second.is_replay) == (False, True)
    with pytest.raises(IdempotencyConflict):
        _post(in_mall, _entry({pair[0]: 8, pair[1]: -8}, key='receipt-77'))


def test_X_R6_a_balance_cannot_fall_below_its_floor_and_nothing_is_posted(
    in_mall: InMall, pair: tuple[LedgerAccountId, ...]
) -> None:
    member, mall_side = pair
    _post(in_mall, _entry({member: 10, mall_side: -10}))

    with pytest.raises(journal.InsufficientBalance):
        _post(in_mall, _entry({member: -11, mall_side: 11}))

    with in_mall() as session:
        assert journal.balance_at(session, member, moment=NOW + timedelta(days=1)) == 10


def test_X_R6_two_hundred_threads_spend_exactly_fifty(in_mall: InMall, pair: tuple[LedgerAccountId, ...]) -> None:
    member, mall_side = pair
    _post(in_mall, _entry({member: 50, mall_side: -50}))

    def spend(_: int) -> bool:
        try:
            _post(in_mall, _entry({member: -1, mall_side: 1}))
        except journal.InsufficientBalance:
            return False
        return True

    with ThreadPoolExecutor(200) as pool:
        assert sum(pool.map(spend, range(200))) == 50
    with in_mall() as session:
        assert journal.drifted_accounts(session) == []


def test_X_R8_an_account_of_another_mall_is_unknown(
    in_mall: InMall, another_mall: MallId, pair: tuple[LedgerAccountId, ...]
) -> None:
    with transaction(Scope(mall_id=another_mall)) as session:
        foreign = _open(session)

    with pytest.raises(journal.UnknownAccount):
        _post(in_mall, _entry({foreign: 5, pair[1]: -5}))


def test_crossing_transfers_do_not_deadlock(in_mall: InMall) -> None:
    with in_mall() as session:
        one, two = _open(session, floor=None), _open(session, floor=None)

    def transfer(number: int) -> None:
        amount = 1 if number % 2 else -1
        _post(in_mall, _entry({one: amount, two: -amount} if number % 3 else {two: -amount, one: amount}))

    with ThreadPoolExecutor(16) as pool:
        list(pool.map(transfer, range(160)))
    with in_mall() as session:
        assert journal.drifted_accounts(session) == []


@pytest.mark.usefixtures('database')
def test_X_R9_random_steps_keep_the_books(mall: MallId) -> None:
    class Books(RuleBasedStateMachine):
        accounts = Bundle('accounts')
        posted = Bundle('posted')

        @initialize()
        def begin(self) -> None:
            with transaction(Scope(mall_id=mall)) as session:
                self.source = _open(session, running=False, floor=None)

        @rule(target=accounts, floor=st.sampled_from([0, -50, None]))
        def open(self, floor: int | None) -> LedgerAccountId:
            with transaction(Scope(mall_id=mall)) as session:
                return _open(session, floor=floor)

        @rule(target=posted, account=accounts, amount=st.integers(-60, 80).filter(bool))
        def post(self, account: LedgerAccountId, amount: int) -> EntryId | None:
            try:
                with transaction(Scope(mall_id=mall)) as session:
                    return journal.post(session, _entry({account: amount, self.source: -amount}), now=NOW).entry_id
            except journal.InsufficientBalance:
                return None

        @rule(entry=posted)
        def reverse(self, entry: EntryId | None) -> None:
            if entry is None:
                return
            try:
                with transaction(Scope(mall_id=mall)) as session:
                    journal.reverse(session, entry, key=f'reverse-{entry}-{uuid4()}', now=NOW, business_on=TODAY)
            except (journal.AlreadyReversed, journal.InsufficientBalance):
                return

        @invariant()
        def books_hold(self) -> None:
            with transaction(Scope(mall_id=mall)) as session:
                assert set(journal.trial_balance(session).values()) <= {0}
                assert journal.drifted_accounts(session) == []

    steps = settings(
        max_examples=STEPS // 25, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
    )
    run_state_machine_as_test(Books, settings=steps)
