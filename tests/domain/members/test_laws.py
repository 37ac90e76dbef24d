"""Law X-R9 after every step of random operations on members' points."""

import os
from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from sqlalchemy import text

from domain.members import enrolment, loyalty, merging, upkeep
from domain.members.commands import MemberId, MergeMembers, SplitMember
from domain.shared import journal
from domain.shared.actor import MallId
from domain.shared.database import Scope, transaction
from domain.shared.errors import DomainError
from tests.domain.members.conftest import NOON, Desk

STEPS = int(os.environ.get('ATRIUM_LAW_STEPS', '500'))  # `make laws` runs 10,000

_BROKEN = text("""
WITH lots AS (
    SELECT member_id, sum(remaining) FILTER (WHERE state = 'available') AS available,
        sum(remaining) FILTER (WHERE state = 'pending') AS pending FROM point_lot GROUP BY member_id
), holds AS (SELECT member_id, sum(points) AS held FROM point_redemption WHERE state = 'held' GROUP BY member_id)
SELECT m.id FROM member m LEFT JOIN lots l ON l.member_id = m.id LEFT JOIN holds h ON h.member_id = m.id
JOIN ledger_account a ON a.id = m.available_account_id JOIN ledger_account p ON p.id = m.pending_account_id
JOIN ledger_account d ON d.id = m.held_account_id
WHERE (a.balance, p.balance, d.balance) <> (coalesce(l.available, 0), coalesce(l.pending, 0), coalesce(h.held, 0))
UNION ALL
SELECT l.id FROM point_lot l LEFT JOIN point_movement m ON m.lot_id = l.id
GROUP BY l.id, l.remaining HAVING l.remaining <> coalesce(sum(m.amount), 0)
UNION ALL
SELECT id FROM point_receipt WHERE refunded_fen > fen OR points < 0
""")


@pytest.mark.usefixtures('database')
@pytest.mark.timeout(1200)
def test_X_R9_random_steps_keep_lots_accounts_and_holds_together(mall: MallId) -> None:
    class Points(RuleBasedStateMachine):
        members = Bundle('members')
        receipts = Bundle('receipts')
        holds = Bundle('holds')
        spent = Bundle('spent')

        @initialize(
            pending=st.sampled_from([0, 3]),
            policy=st.sampled_from(['grace', 'stay_expired']),
            shortfall=st.sampled_from(['go_negative', 'deduct_cash']),
            cap=st.sampled_from([None, 900]),
        )
        def begin(self, **rules: Any) -> None:
            self.desk = Desk(mall)
            self.desk.tiers(grace_days=10)
            self.desk.rules(
                pending_days=rules['pending'],
                expired_lot_policy=rules['policy'],
                shortfall=rules['shortfall'],
                cap_per_day=rules['cap'],
                lifetime_months=1,
            )
            self.now = NOON

        @rule(target=members)
        def enrol(self) -> MemberId:
            return self.desk.enrol(self.now)

        @rule(days=st.sampled_from([0.01, 1, 4, 33]))
        def wait(self, days: float) -> None:
            self.now += timedelta(days=days)

        @rule(member=members, points=st.integers(1, 400), days=st.integers(0, 40))
        def grant(self, member: MemberId, points: int, days: int) -> None:
            self._try(self.desk.grant, member, points, self._today(days), self.now)

        @rule(
            target=receipts,
            member=members,
            fen=st.lists(st.integers(0, 60_000), min_size=1, max_size=3),
            ago=st.sampled_from([0, 1, 20]),
        )
        def buy(self, member: MemberId, fen: list[int], ago: int) -> tuple[str, list[int]]:
            key = str(uuid4())
            self._try(self.desk.buy, member, *fen, at=self.now - timedelta(days=ago), now=self.now, key=key, shop=key)
            return key, fen

        @rule(receipt=receipts, line=st.integers(0, 2), part=st.floats(0.1, 1))
        def refund(self, receipt: tuple[str, list[int]], line: int, part: float) -> None:
            key, fen = receipt
            line = min(line, len(fen) - 1)
            self._try(self.desk.refund, key, (line, max(1, int(fen[line] * part))), now=self.now)

        @rule(target=holds, member=members, points=st.integers(1, 500))
        def hold(self, member: MemberId, points: int) -> str:
            key = str(uuid4())
            self._try(self.desk.hold, member, points, self.now, key)
            return key

        @rule(key=holds)
        def commit(self, key: str) -> None:
            self._try(self.desk.commit, key, self.now)

        @rule(key=holds)
        def release(self, key: str) -> None:
            self._try(self.desk.release, key, self.now)

        @rule(target=spent, member=members, points=st.integers(1, 500))
        def spend(self, member: MemberId, points: int) -> str:
            key = str(uuid4())
            self._try(self.desk.spend, member, points, self.now, key)
            return key

        @rule(key=st.one_of(spent, holds), points=st.integers(1, 300))
        def restore(self, key: str, points: int) -> None:
            self._try(self.desk.restore, key, points, self.now)

        @rule(kept=members, absorbed=members)
        def merge(self, kept: MemberId, absorbed: MemberId) -> None:
            command = MergeMembers(kept_id=kept, absorbed_id=absorbed, reason='law')
            self._try(self.desk.do, merging.merge_members, self.now, command=command)

        @rule(absorbed=members)
        def split(self, absorbed: MemberId) -> None:
            command = SplitMember(absorbed_id=absorbed, reason='law')
            self._try(self.desk.do, merging.split_member, self.now, command=command)

        @rule(member=members)
        def leave(self, member: MemberId) -> None:
            self._try(self.desk.do, enrolment.request_closing, self.now, member_id=member)

        @rule(run=st.sampled_from([
            upkeep.expire_points, upkeep.mature_points, upkeep.release_overdue_holds, loyalty.review_tiers,
            enrolment.close_due_members,
        ]))  # fmt: skip
        def night(self, run: Callable[..., Any]) -> None:
            self.desk.do(run, self.now)

        @invariant()
        def books_hold(self) -> None:
            with transaction(Scope(mall_id=mall)) as session:
                assert session.execute(_BROKEN).all() == []
                assert set(journal.trial_balance(session).values()) <= {0}
                assert journal.drifted_accounts(session) == []

        def _try(self, action: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
            try:
                action(*args, **kwargs)
            except DomainError:
                return

        def _today(self, days: int) -> date:
            moment: datetime = self.now
            return (moment + timedelta(days=days)).date()

    steps = settings(
        max_examples=max(1, STEPS // 50), stateful_step_count=50, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(Points, settings=steps)
