"""What happens at a counter beside selling: suspended baskets, cards, channels, receipts found again, lists."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import pytest
from pydantic import SecretStr

from domain.payments import reconciling
from domain.payments.commands import IssueCard
from domain.payments.errors import AttemptUnresolved, CardUnusable
from domain.payments.ports import Outcome, PayAnswer, PayRequest, RefundRequest
from domain.sales import queries, selling, shifts, suspending, tendering
from domain.sales.commands import Charge, CloseShift, EndSuspended, MoveCash, SuspendBasket, TenderCard
from domain.sales.errors import BasketInvalid, BasketTaken, SaleUnknown
from domain.shared.errors import PermissionDenied
from domain.shared.operations import perform
from tests.domain.sales.conftest import NOON, Shop, item

DAY = NOON.date()


class Channel:
    """Answers as told."""

    name, merchant = 'wechat', 'm1'

    def __init__(self, *answers: Outcome) -> None:
        self.answers = list(answers)
        self.asked: list[PayRequest] = []

    def pay(self, request: PayRequest) -> PayAnswer:
        self.asked.append(request)
        return self._next()

    def query(self, out_no: str) -> PayAnswer:
        return self._next()

    def cancel(self, out_no: str) -> PayAnswer:
        return self._next()

    def refund(self, request: RefundRequest) -> Outcome:
        return Outcome.PAID

    def _next(self) -> PayAnswer:
        outcome = self.answers.pop(0)
        return PayAnswer(outcome=outcome, transaction_no=str(uuid4()), show='weixin://x')


def test_a_basket_put_aside_is_taken_up_once_and_at_another_till(shop: Shop) -> None:
    command = SuspendBasket(key=str(uuid4()), till=shop.tills[0], items=(item(500, 2),), label='红衣女士')
    shop.do(suspending.suspend_basket, command=command)
    shop.do(suspending.suspend_basket, command=command)
    waiting = [one for one in shop.ask(suspending.list_suspended, till=shop.tills[1]) if one.key == command.key]
    assert [(one.label, one.items) for one in waiting] == [('红衣女士', command.items)]
    end = EndSuspended(key=command.key, till=shop.tills[1])
    assert shop.do(suspending.resume_basket, command=end).items == command.items
    for operation in (suspending.resume_basket, suspending.drop_basket):
        with pytest.raises(BasketTaken):
            shop.do(operation, command=end)
    with pytest.raises(BasketInvalid):
        shop.do(suspending.suspend_basket, command=SuspendBasket(key='x', till=shop.tills[0], items=()))


def test_a_card_and_cash_pay_together(shop: Shop) -> None:
    number = SecretStr(str(uuid4()))
    shop.do(reconciling.issue_card, command=IssueCard(number=number, fen=3_000, key=str(uuid4())))
    sale = shop.ring(item(5_000))
    card = TenderCard(sale_key=sale.key, till=shop.tills[0], key=str(uuid4()), fen=3_000, card_number=number)
    assert shop.do(tendering.tender_card, command=card).state == 'confirmed'
    assert shop.ask(tendering.get_checkout, sale_key=sale.key).due_fen == 2_000
    with pytest.raises(CardUnusable):
        shop.do(tendering.tender_card, command=TenderCard(
            sale_key=sale.key, till=shop.tills[0], key=str(uuid4()), fen=2_000, card_number=number
        ))  # fmt: skip
    assert shop.cash(sale, 2_000).state == 'paid'


def test_a_scanned_code_pays_and_makes_the_receipt(shop: Shop) -> None:
    sale = shop.ring(item(5_000))
    channel = Channel(Outcome.PAID)
    done = tendering.charge(channel, actor=shop.actor, now=NOON, command=Charge(
        sale_key=sale.key, fen=5_000, auth_code='134567890123456789'
    ))  # fmt: skip
    assert (done.sale.state, done.due_fen) == ('paid', 0)
    assert channel.asked[0].auth_code == '134567890123456789'


def test_PO_R5_an_unknown_attempt_takes_nothing_more_until_it_is_resolved(shop: Shop) -> None:
    sale = shop.ring(item(5_000))
    unsure = Channel(Outcome.UNKNOWN)
    command = Charge(sale_key=sale.key, fen=5_000, auth_code='134567890123456789')
    done = tendering.charge(unsure, actor=shop.actor, now=NOON, command=command)
    assert done.order is not None
    assert (done.order.is_unresolved, done.order.may_hand_over, done.sale.state) == (True, False, 'confirmed')
    attempts: list[Callable[[], object]] = [
        lambda: tendering.charge(Channel(Outcome.PAID), actor=shop.actor, now=NOON, command=command),
        lambda: shop.cash(sale, 5_000),
        lambda: shop.do(selling.abandon_sale, sale_key=sale.key),
    ]
    for attempt in attempts:
        with pytest.raises(AttemptUnresolved):
            attempt()
    assert [row.key for row in shop.ask(queries.list_unfinished, till=shop.tills[0])] == [sale.key]
    later = tendering.ask_again(
        Channel(Outcome.PAID), actor=shop.actor, sale_key=sale.key, now=NOON + timedelta(minutes=20)
    )
    assert later.sale.state == 'paid'


def test_a_receipt_is_found_by_number_and_key_and_its_returns_are_listed(shop: Shop) -> None:
    sale = shop.sell(item(5_000, 2), seconds=21)
    for code in (f'#{sale.id}', str(sale.id), sale.key):
        assert shop.ask(queries.find_receipt, code=code).key == sale.key
    for code in ('0', 'nothing', '9' * 30):
        with pytest.raises(SaleUnknown):
            shop.ask(queries.find_receipt, code=code)
    shop.take_back(sale, (0, 1), till=1)
    [back] = shop.ask(queries.list_returns, sale_id=sale.id)
    assert (back.lines, back.money_fen, back.till) == (((0, 1),), 5_000, shop.tills[1])
    [row] = shop.ask(queries.list_day, day=DAY, words=sale.key)
    assert (row.pieces, row.returned_fen, row.seconds, row.cashier) == (2, 5_000, 21, 'shop')
    assert back in shop.ask(queries.list_returns_of_day, day=DAY)


def test_the_day_its_shifts_and_its_cashiers_are_summed_up(shop: Shop) -> None:
    before = shop.ask(queries.summarise_day, day=DAY)
    for seconds in (10, 30, 50):
        shop.sell(item(1_000), seconds=seconds)
    shop.do(shifts.move_cash, command=MoveCash(till=shop.tills[0], key=str(uuid4()), fen=-500, reason='存款'))
    shop.do(shifts.close_shift, command=CloseShift(till=shop.tills[0], counted_fen=52_000))
    after = shop.ask(queries.summarise_day, day=DAY)
    assert after['receipts'] - before['receipts'] == 3
    assert after['money_fen'] - before['money_fen'] == 3_000
    rows = shop.ask(queries.list_shifts, from_on=DAY, until_on=DAY + timedelta(days=1))
    [mine] = [row for row in rows if row.report.till == shop.tills[0]]
    assert (mine.report.variance_fen, mine.moved_fen, mine.float_fen) == (-500, -500, 50_000)
    [cashier] = shop.ask(queries.rank_cashiers, from_on=DAY, until_on=DAY + timedelta(days=1))
    assert cashier.cashier == 'shop'
    assert cashier.median_seconds is not None
    tills = {till.code: till for till in shop.ask(queries.list_tills)}
    assert tills[shop.tills[0]].cashier is None
    assert tills[shop.tills[1]].cashier == 'shop'


def test_training_posts_nothing_and_is_in_no_list(shop: Shop) -> None:
    before = shop.ask(queries.summarise_day, day=DAY)
    sale = shop.ring(item(9_900), is_training=True)
    assert sale.state == 'training'
    assert shop.ask(queries.summarise_day, day=DAY) == before
    assert not shop.ask(queries.list_day, day=DAY, words=sale.key)


def test_nobody_sells_or_looks_without_the_right(shop: Shop) -> None:
    from dataclasses import replace

    nobody = replace(shop.actor, permissions=frozenset())
    with pytest.raises(PermissionDenied):
        tendering.charge(Channel(), actor=nobody, command=Charge(sale_key='x', fen=1), now=NOON)
    with pytest.raises(PermissionDenied):
        perform(suspending.suspend_basket, actor=nobody, now=NOON, command=SuspendBasket(
            key='x', till=shop.tills[0], items=(item(1),)
        ))  # fmt: skip
