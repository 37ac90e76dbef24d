"""Law X-R9 after every step of random commerce: coupons, points, tenders of three kinds, cards, returns, repeats."""

import os
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)
from pydantic import SecretStr
from sqlalchemy import text

from domain.coupons import granting, redeeming
from domain.coupons.commands import CreateTemplate, GrantCoupons
from domain.members import upkeep
from domain.members.commands import MemberId
from domain.payments import paying
from domain.payments.cards import SwitchCard, switch_card
from domain.payments.commands import IssueCard, OpenAttempt, PaymentNotice
from domain.payments.reconciling import issue_card
from domain.sales import selling, tendering
from domain.sales.commands import TenderCard
from domain.sales.views import SaleView
from domain.shared import journal
from domain.shared.actor import MallId
from domain.shared.database import Scope, transaction
from domain.shared.errors import DomainError
from tests.domain.members.test_laws import _BROKEN as BROKEN_POINTS
from tests.domain.sales.conftest import NOON, Shop, item

STEPS = int(os.environ.get('ATRIUM_LAW_STEPS', '300'))  # `make laws` runs 10,000
EXAMPLE = 50
MERCHANT = 'm-law'
PRICES = st.lists(st.sampled_from([2_600, 1_150, 90]), min_size=1, max_size=3)

_BROKEN = {
    'an order takes what it asks for, and gives back no more': """
        SELECT key FROM pay_order WHERE refunded_fen > paid_fen OR paid_fen > total_fen""",
    'an attempt gives back no more than it took': """
        SELECT a.out_no FROM pay_attempt a WHERE a.refunded_fen > a.fen OR a.refunded_fen <>
            (SELECT coalesce(sum(r.fen), 0) FROM pay_refund r WHERE r.attempt_id = a.id)""",
    'what an order has is what its attempts brought': """
        SELECT o.key FROM pay_order o WHERE o.paid_fen <> (SELECT coalesce(sum(a.fen), 0) FROM pay_attempt a
            WHERE a.order_id = o.id AND a.state = 'paid' AND NOT a.is_surplus)""",
    'a sale that is done has its money': """
        SELECT s.key FROM sale s JOIN pay_order o ON o.key = s.key
        WHERE s.state = 'paid' AND (o.paid_fen <> s.money_fen OR o.state <> 'fulfilled')""",
    'price is money, discount and points': """
        SELECT key FROM sale WHERE money_fen + discount_fen + points_fen <> price_fen OR money_fen < 0""",
    'returns give back no more than was paid': """
        SELECT s.key FROM sale s JOIN sale_return r ON r.sale_id = s.id GROUP BY s.key, s.money_fen, s.points
        HAVING sum(r.money_fen + r.deducted_fen) > s.money_fen OR sum(r.points) > s.points""",
    'stock of coupons is what is left and what was given': """
        SELECT t.code FROM coupon_template t WHERE t.stock <>
            (SELECT coalesce(sum(c.left_count), 0) FROM coupon_stock c WHERE c.template_id = t.id)
            + (SELECT count(*) FROM coupon c WHERE c.template_id = t.id)""",
    'a budget is spent by used coupons': """
        SELECT t.code FROM coupon_template t WHERE t.budget_fen IS NOT NULL AND (t.spent_fen > t.budget_fen OR
            t.spent_fen <> (SELECT coalesce(sum(c.used_fen), 0) FROM coupon c WHERE c.template_id = t.id))""",
    'a coupon is used by a sale that went on, for what the sale took off': """
        SELECT c.order_key FROM coupon c JOIN sale s ON s.key = c.order_key WHERE c.state = 'used'
        GROUP BY c.order_key, s.state, s.discount_fen
        HAVING s.state NOT IN ('confirmed', 'paid') OR sum(c.used_fen) <> s.discount_fen""",
    'a card holds what it was charged with less what it paid': """
        SELECT c.tail FROM prepaid_card c JOIN ledger_account a ON a.id = c.account_id WHERE a.balance < 0""",
    'points held are of sales that are open': """
        SELECT r.key FROM point_redemption r JOIN sale s ON s.key = r.key
        WHERE r.state = 'held' AND s.state <> 'open' OR r.restored > r.points""",
}


_HAPPENED = (
    "sale WHERE state = 'paid'", "sale WHERE state = 'abandoned'", "coupon WHERE state = 'used'",
    "pay_attempt WHERE channel = 'wechat' AND state = 'paid'", "pay_attempt WHERE channel = 'card'", 'sale_return',
    "point_redemption WHERE state = 'committed'",
)  # fmt: skip


@pytest.mark.usefixtures('database')
@pytest.mark.timeout(3600)
def test_X_R9_random_commerce_keeps_money_points_coupons_and_cards_together(mall: MallId) -> None:
    class Commerce(RuleBasedStateMachine):
        members = Bundle('members')
        cards = Bundle('cards')
        sales = Bundle('sales')
        done = Bundle('done')

        @initialize(target=members)
        def begin(self) -> Any:
            self.shop = Shop(mall)
            self.now = NOON
            self.code = str(uuid4())
            self.shop.do(granting.create_template, command=CreateTemplate(
                code=self.code, name_zh='满减', name_en='Off', validity={'days_from_grant': 5}, stock=4,
                cap_per_member=3, budget_fen=1_200, uses_per_member_day=2,
                terms={'kind': 'full_reduction', 'threshold_fen': 2_000, 'reduce_fen': 500},
            ))  # fmt: skip
            members = [self.shop.member(1_200), self.shop.member(0)]
            for member in members:
                self.coupon(member, 2)
            self._try_everything_once(members[0])
            return multiple(*members)

        def _try_everything_once(self, member: MemberId) -> None:
            """What chance might leave out, so that no law holds for want of anything to hold for."""
            for tender in ('cash', 'wechat', 'card'):
                sale = self.sell(member, 100, [2_600], tender)
            self.take_back(sale, 0, is_twice=True)
            self.abandon(self.ring(None, 0, [1_150]))

        @rule(target=cards, fen=st.sampled_from([300, 50_000]))
        def issue(self, fen: int) -> tuple[str, int]:
            number = f'{uuid4().int % 10**12:012d}'
            card = self._do(issue_card, command=IssueCard(number=SecretStr(number), fen=fen, key=number))
            return number, card

        @rule(card=cards, is_active=st.booleans())
        def switch(self, card: tuple[str, int], is_active: bool) -> None:
            self._do(switch_card, command=SwitchCard(card_id=card[1], is_active=is_active, reason='law'))

        @rule(member=members, number=st.integers(1, 2))
        def coupon(self, member: MemberId, number: int) -> None:
            command = GrantCoupons(template=self.code, member_id=member, key=str(uuid4()), number=number)
            self._do(granting.grant_coupons, command=command)

        @rule(
            target=sales, member=st.one_of(st.none(), members), points=st.sampled_from([0, 100, 400]),
            fen=PRICES,
        )  # fmt: skip
        def ring(self, member: MemberId | None, points: int, fen: list[int]) -> Any:
            sale = self._rung(member, points, fen)
            return multiple() if sale is None else sale

        @rule(sale=sales, part=st.sampled_from([0.4, 1.0]), is_twice=st.booleans())
        def cash(self, sale: SaleView, part: float, is_twice: bool) -> None:
            key, fen = str(uuid4()), self._part(sale, part)
            for _ in range(1 + is_twice):
                self._try(self.shop.cash, sale, fen, key=key, now=self.now)

        @rule(sale=sales, card=cards, part=st.sampled_from([0.3, 1.0]))
        def card(self, sale: SaleView, card: tuple[str, int], part: float) -> None:
            self._do(tendering.tender_card, command=TenderCard(
                sale_key=sale.key, till=self.shop.tills[0], key=str(uuid4()), fen=self._part(sale, part),
                card_number=SecretStr(card[0]),
            ))  # fmt: skip

        @rule(sale=sales, told=st.integers(0, 2), is_exact=st.booleans())
        def channel(self, sale: SaleView, told: int, is_exact: bool) -> None:
            """A channel that tells late, never, or twice; now and then of another amount."""
            self._do(selling.confirm_sale, sale_key=sale.key)
            attempt = self._do(paying.open_attempt, command=OpenAttempt(
                order_key=sale.key, channel='wechat', fen=self._part(sale, 1.0)
            ))  # fmt: skip
            if attempt is None:
                return
            notice = PaymentNotice(
                channel='wechat', merchant=MERCHANT, out_no=attempt.out_no, transaction_no=attempt.out_no,
                fen=attempt.fen + (not is_exact), paid_at=self.now,
            )  # fmt: skip
            for _ in range(told):
                self._do(paying.receive_notice, command=notice, merchant=MERCHANT)
            self._do(selling.finish_sale, sale_key=sale.key)

        @rule(target=done, member=members, points=st.sampled_from([100, 0]), fen=PRICES,
              tender=st.sampled_from(['cash', 'wechat', 'card']))  # fmt: skip
        def sell(self, member: MemberId, points: int, fen: list[int], tender: str) -> Any:
            """From the first line to the receipt, as most sales go."""
            sale = self._rung(member, points, fen) or self._rung(None, 0, fen)
            if tender == 'cash':
                self.cash(sale, 1.0, False)
            elif tender == 'wechat':
                self.channel(sale, 1, True)
            else:
                self.card(sale, self.issue(50_000), 1.0)
            return sale

        @rule(target=done, sale=consumes(sales))
        def finish(self, sale: SaleView) -> SaleView:
            self._do(selling.finish_sale, sale_key=sale.key)
            return sale

        @rule(sale=st.one_of(sales, done))
        def abandon(self, sale: SaleView) -> None:
            self._do(selling.abandon_sale, sale_key=sale.key)

        @rule(sale=st.one_of(sales, done), line=st.integers(0, 2), is_twice=st.booleans())
        def take_back(self, sale: SaleView, line: int, is_twice: bool) -> None:
            key = str(uuid4())
            for _ in range(1 + is_twice):
                self._try(self.shop.take_back, sale, (min(line, len(sale.lines) - 1), 1), key=key)

        @rule(hours=st.sampled_from([0.1, 1, 9]))
        def wait(self, hours: float) -> None:
            self.now: datetime = self.now + timedelta(hours=hours)

        @rule(run=st.sampled_from([
            redeeming.release_overdue_locks, granting.expire_coupons, upkeep.release_overdue_holds,
            upkeep.expire_points,
        ]))  # fmt: skip
        def night(self, run: Callable[..., Any]) -> None:
            self.shop.do(run, self.now)

        @invariant()
        def books_hold(self) -> None:
            with transaction(Scope(mall_id=mall)) as session:
                for law, broken in _BROKEN.items():
                    assert session.execute(text(broken)).all() == [], law
                assert session.execute(BROKEN_POINTS).all() == []
                assert set(journal.trial_balance(session).values()) <= {0}
                assert journal.drifted_accounts(session) == []

        def _rung(self, member: MemberId | None, points: int, fen: list[int]) -> SaleView | None:
            items = [item(part) for part in fen]
            points = points if member else 0
            sale: SaleView | None = self._try(
                self.shop.ring, *items, member_id=member, points=points, now=self.now
            )  # fmt: skip
            return sale

        def _part(self, sale: SaleView, part: float) -> int:
            """A part of what is still to be paid; a fen where nothing is, which is refused."""
            return max(1, int(self.shop.ask(tendering.get_checkout, sale_key=sale.key).due_fen * part))

        def _do(self, operation: Callable[..., Any], **arguments: Any) -> Any:
            return self._try(self.shop.do, operation, self.now, **arguments)

        def _try(self, action: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
            try:
                return action(*args, **kwargs)
            except DomainError:
                return None

    steps = settings(
        max_examples=max(1, STEPS // EXAMPLE), stateful_step_count=EXAMPLE, deadline=None,
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    run_state_machine_as_test(Commerce, settings=steps)
    with transaction(Scope(mall_id=mall)) as session:
        happened = {what: session.execute(text(f'SELECT count(*) FROM {what}')).scalar_one() for what in _HAPPENED}
    assert all(happened.values()), f'a law that nothing tried proves nothing: {happened}'
