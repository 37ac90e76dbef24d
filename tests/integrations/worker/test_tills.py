"""Behind the tills: a payment that became certain finishes its sale, an overdue request goes to the mall."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from domain.aftersales.commands import OpenRequest
from domain.aftersales.queries import list_all_requests
from domain.aftersales.servicing import open_request
from domain.payments import paying
from domain.payments.commands import OpenAttempt
from domain.payments.ports import Outcome, PayAnswer
from domain.sales import selling, shifts
from domain.shared.actor import MallId
from domain.shared.operations import ask, perform
from integrations.worker.subscriptions import Delivered, reactions_to
from integrations.worker.tills import escalate_requests
from tests.domain.sales.conftest import Shop, item


@pytest.fixture
def shop(mall: MallId) -> Shop:
    return Shop(mall)


def paid(shop: Shop, key: str) -> Delivered:
    facts = {'mall_id': shop.actor.mall_id, 'occurred_at': datetime.now(UTC).isoformat(), 'order_key': key, 'fen': 1}
    return Delivered(event_id=str(uuid4()), name='payments.order_paid', version=1, facts=facts)


def test_PO_R5_an_attempt_that_was_unknown_makes_its_receipt_when_it_is_decided(shop: Shop) -> None:
    sale = shop.ring(item(4_200))
    shop.do(selling.confirm_sale, sale_key=sale.key)
    attempt = shop.do(paying.open_attempt, command=OpenAttempt(order_key=sale.key, channel='wechat', fen=4_200))
    for outcome in (Outcome.UNKNOWN, Outcome.PAID):
        answer = PayAnswer(outcome=outcome, transaction_no=str(uuid4()))
        shop.do(paying.record_answer, out_no=attempt.out_no, answer=answer)
    assert shop.ask(shifts.get_sale, key=sale.key).state == 'confirmed'
    for _ in range(2):  # an event may come twice
        for reaction in reactions_to('payments.order_paid'):
            reaction(paid(shop, sale.key))
    assert shop.ask(shifts.get_sale, key=sale.key).state == 'paid'


def test_an_order_of_other_origin_is_none_of_the_tills_business(shop: Shop) -> None:
    for reaction in reactions_to('payments.order_paid'):
        reaction(paid(shop, 'a parking ticket'))


def test_an_overdue_request_goes_to_the_mall(shop: Shop) -> None:
    sale = shop.sell(item(4_200))
    long_ago = datetime.now(UTC) - timedelta(hours=3)
    command = OpenRequest(key=str(uuid4()), sale_key=sale.key, line=0, complaint='开线', minutes=60)
    perform(open_request, actor=shop.actor, command=command, now=long_ago)
    escalate_requests(shop.actor)
    [request] = [row for row in ask(list_all_requests, actor=shop.actor) if row.key == command.key]
    assert (request.state, request.escalated_at is not None) == ('escalated', True)
