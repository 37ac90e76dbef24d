"""A cashier in the test mall, and a channel that answers as the test says."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest

from domain.payments import checkout, paying, queries, refunding
from domain.payments.commands import OpenAttempt, OpenOrder, PaymentNotice, RequestRefund, TakeCash
from domain.payments.ports import Outcome, PayAnswer, PayRequest, RefundRequest
from domain.payments.views import OrderView, RefundView
from domain.shared.actor import MallId, system_actor
from domain.shared.operations import ask, perform
from tests.sealing_keys import install_test_keys

NOON = datetime(2026, 11, 22, 4, tzinfo=UTC)


class ScriptedChannel:
    """A channel whose answers are a list; it remembers what it was asked, and forgets no refund number."""

    def __init__(self, name: str = 'wechat', merchant: str = 'm-1') -> None:
        self.name, self.merchant = name, merchant
        self.answers: list[PayAnswer] = []
        self.refund_answers: list[Outcome] = []
        self.asked: list[tuple[str, str]] = []

    def pay(self, request: PayRequest) -> PayAnswer:
        return self._answer('pay', request.out_no)

    def query(self, out_no: str) -> PayAnswer:
        return self._answer('query', out_no)

    def cancel(self, out_no: str) -> PayAnswer:
        return self._answer('cancel', out_no)

    def refund(self, request: RefundRequest) -> Outcome:
        self.asked.append(('refund', request.out_refund_no))
        return self.refund_answers.pop(0) if self.refund_answers else Outcome.PAID

    def _answer(self, what: str, out_no: str) -> PayAnswer:
        self.asked.append((what, out_no))
        return self.answers.pop(0)


class Till:
    """Short words for what the tests do all the time; everything goes through the operations."""

    def __init__(self, mall: MallId) -> None:
        self.actor = system_actor('till', mall)

    def do(self, operation: Callable[..., Any], now: datetime = NOON, **arguments: Any) -> Any:
        return perform(operation, actor=self.actor, now=now, **arguments)

    def ask(self, question: Callable[..., Any], **arguments: Any) -> Any:
        return ask(question, actor=self.actor, **arguments)

    def order(self, fen: int = 9_000, key: str = '') -> str:
        key = key or str(uuid4())
        self.do(paying.open_order, command=OpenOrder(key=key, total_fen=fen, subject='l1-01'))
        return key

    def see(self, key: str) -> OrderView:
        view: OrderView = self.ask(queries.get_order, key=key)
        return view

    def cash(self, order: str, fen: int, key: str = '', now: datetime = NOON) -> OrderView:
        command = TakeCash(order_key=order, key=key or str(uuid4()), fen=fen)
        view: OrderView = self.do(paying.take_cash, now, command=command)
        return view

    def pay(self, channel: ScriptedChannel, order: str, fen: int, now: datetime = NOON) -> OrderView:
        command = OpenAttempt(order_key=order, channel=channel.name, fen=fen)
        return checkout.pay(channel, actor=self.actor, command=command, now=now, subject='l1-01')[0]

    def pending(self, channel: ScriptedChannel, order: str, fen: int) -> str:
        """An attempt whose customer is still typing; returns its number."""
        channel.answers.append(PayAnswer(outcome=Outcome.PENDING))
        return self.pay(channel, order, fen).attempts[-1].out_no

    def notice(self, via: ScriptedChannel, out_no: str, fen: int, number: str = '', **changes: Any) -> OrderView:
        facts = {'channel': via.name, 'merchant': via.merchant, 'paid_at': NOON} | changes
        notice = PaymentNotice(out_no=out_no, transaction_no=number or f'tx-{out_no}', fen=fen, **facts)
        return checkout.accept_notice(via, actor=self.actor, notice=notice, now=NOON)

    def refund(self, order: str, fen: int, key: str = '', now: datetime = NOON) -> list[RefundView]:
        command = RequestRefund(order_key=order, key=key or str(uuid4()), fen=fen)
        views: list[RefundView] = self.do(refunding.request_refund, now, command=command)
        return views

    def exceptions(self) -> dict[str, str]:
        return {view.subject: view.kind for view in self.ask(queries.list_exceptions)}


@pytest.fixture(scope='session', autouse=True)
def keys() -> None:
    """Keys for card numbers, as the composition root would install them."""
    install_test_keys()


@pytest.fixture
def till(mall: MallId) -> Till:
    return Till(mall)


@pytest.fixture
def wechat() -> ScriptedChannel:
    return ScriptedChannel()
