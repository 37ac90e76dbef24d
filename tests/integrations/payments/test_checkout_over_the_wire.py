"""The checkout against gateways that speak the real protocols."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from domain.payments import refunding
from domain.payments.commands import RequestRefund
from domain.payments.ports import Outcome
from domain.shared.operations import perform
from integrations.payments.client import CHINA
from integrations.payments.routing import channel_of_code
from tests.integrations.payments.conftest import Mall, code

CHANNELS = ('wechat', 'alipay', 'unionpay')
SOON, LATER = timedelta(seconds=6), timedelta(seconds=50)


@pytest.mark.parametrize('channel', CHANNELS)
def test_a_scanned_code_pays_at_once(shop: Mall, channel: str) -> None:
    key = shop.order()

    order, answer = shop.pay(channel, key, code=code(channel, '00'))

    assert (order.state, answer.outcome, order.may_hand_over) == ('paid', Outcome.PAID, True)
    assert order.attempts[0].transaction_no == shop.theirs(channel, key).transaction_no


@pytest.mark.parametrize('channel', CHANNELS)
def test_PO_R5_a_payer_who_types_is_asked_again(shop: Mall, channel: str) -> None:
    key = shop.order()
    order, _ = shop.pay(channel, key, code=code(channel, '01'))
    assert (order.state, order.may_hand_over) == ('pending', False)

    shop.resolve(channel, SOON)
    shop.resolve(channel, 3 * SOON)

    assert shop.read(key).state == 'paid'


@pytest.mark.parametrize('channel', CHANNELS)
def test_PO_R5_who_never_ends_typing_is_cancelled_after_45_seconds(shop: Mall, channel: str) -> None:
    key = shop.order()
    shop.pay(channel, key, code=code(channel, '02'))

    shop.resolve(channel, SOON)
    shop.resolve(channel, LATER)

    assert [attempt.state for attempt in shop.read(key).attempts] == ['closed']
    order, _ = shop.pay(channel, key, code=code(channel, '00'))  # and may be charged anew
    assert order.state == 'paid'


@pytest.mark.parametrize('channel', CHANNELS)
def test_PO_R5_cancelling_that_is_unclear_hands_nothing_over_until_it_is_known(shop: Mall, channel: str) -> None:
    key = shop.order()
    shop.pay(channel, key, code=code(channel, '03'))
    shop.resolve(channel, SOON)
    shop.resolve(channel, LATER)
    unclear = shop.read(key)
    assert (unclear.is_unresolved, unclear.may_hand_over) == (True, False)

    shop.resolve(channel, timedelta(minutes=20))

    assert shop.read(key).state == 'paid'


@pytest.mark.parametrize('channel', CHANNELS)
def test_who_has_too_little_is_refused_for_certain(shop: Mall, channel: str) -> None:
    key = shop.order()
    order, _ = shop.pay(channel, key, code=code(channel, '04'))

    assert [attempt.state for attempt in order.attempts] == ['closed']


@pytest.mark.parametrize('channel', CHANNELS)
def test_an_answer_that_was_lost_is_asked_for(shop: Mall, channel: str) -> None:
    key = shop.order()
    order, _ = shop.pay(channel, key, code=code(channel, '05'))
    assert order.state == 'pending'

    shop.resolve(channel, SOON)

    assert shop.read(key).state == 'paid'


@pytest.mark.parametrize('channel', CHANNELS)
@pytest.mark.parametrize('times', [1, 3])
def test_PO_R1_a_shown_code_is_paid_by_its_notice_once(shop: Mall, channel: str, times: int) -> None:
    key = shop.order()
    _, answer = shop.pay(channel, key)
    assert answer.show == shop.theirs(channel, key).show != ''

    asyncio.run(shop.paygate.pay(shop.gateway(channel), shop.theirs(channel, key), times=times))

    order = shop.read(key)
    assert (order.state, order.paid_fen, len(order.attempts)) == ('paid', 12_300, 1)


@pytest.mark.parametrize('channel', CHANNELS)
def test_a_notice_that_was_lost_is_made_up_for_by_asking(shop: Mall, channel: str) -> None:
    key = shop.order()
    shop.pay(channel, key)
    shop.gateway(channel).orders.pay(shop.theirs(channel, key))

    shop.resolve(channel, SOON)

    assert shop.read(key).state == 'paid'


@pytest.mark.parametrize('channel', CHANNELS)
def test_a_shown_code_that_nobody_scans_is_closed(shop: Mall, channel: str) -> None:
    key = shop.order()
    shop.pay(channel, key)
    shop.resolve(channel, SOON)
    shop.resolve(channel, LATER)

    assert [attempt.state for attempt in shop.read(key).attempts] == ['closed']
    assert not shop.gateway(channel).orders.pay(shop.theirs(channel, key))


def test_PO_R4_both_channels_paid_and_the_second_goes_back_by_itself(shop: Mall) -> None:
    key = shop.order()
    shop.pay('wechat', key)
    shown = shop.theirs('wechat', key)
    shop.pay('alipay', key, code=code('alipay', '00'))

    asyncio.run(shop.paygate.pay(shop.gateway('wechat'), shown))
    shop.chores.give_back(shop.actor)

    assert (shop.read(key).paid_fen, shown.refunded) == (12_300, 12_300)
    assert ('paid_twice', 1) in shop.exceptions()


@pytest.mark.parametrize('channel', CHANNELS)
def test_refunds_go_back_over_the_channel_once(shop: Mall, channel: str) -> None:
    key = shop.order()
    shop.pay(channel, key, code=code(channel, '00'))
    for _ in range(2):
        perform(refunding.request_refund, actor=shop.actor, command=RequestRefund(order_key=key, key='r-1', fen=2_300))
        shop.chores.give_back(shop.actor)

    assert (shop.theirs(channel, key).refunded, shop.read(key).refunded_fen) == (2_300, 2_300)


@pytest.mark.parametrize('channel', CHANNELS)
def test_PO_R6_the_bill_of_the_day_holds_what_our_books_hold(shop: Mall, channel: str) -> None:
    key, unknown = shop.order(9_999), shop.order(500)
    shop.pay(channel, key, code=code(channel, '00'), fen=9_999)
    perform(refunding.request_refund, actor=shop.actor, command=RequestRefund(order_key=key, key='r', fen=999))
    shop.chores.give_back(shop.actor)
    shop.gateway(channel).orders.charge('never-heard-of', 4_200, 'x', code(channel, '00'))

    bill = shop.channel(channel).bill(datetime.now(UTC).astimezone(CHINA).date())

    assert bill is not None
    out_no = shop.read(key).attempts[0].out_no
    lines = {line.out_no: (line.fen, line.fee_fen) for line in bill.lines}
    assert lines[out_no] == (9_999, 38)  # 0.38 % of ¥99.99 is ¥0.38
    assert lines['never-heard-of'] == (4_200, 16)
    assert sorted(fen for fen, _ in lines.values()) == [-999, 4_200, 9_999]
    assert shop.read(unknown).state == 'created'


@pytest.mark.parametrize(
    ('scanned', 'channel'),
    [
        ('101234567890123456', 'wechat'),
        ('159999999999999999', 'wechat'),
        ('161234567890123456', None),
        ('2512345678901234', 'alipay'),
        ('301234567890123456789012', 'alipay'),
        ('6212345678901234567', 'unionpay'),
        ('6901234567892', None),
        ('', None),
    ],
)
def test_a_code_says_whose_it_is(scanned: str, channel: str | None) -> None:
    assert channel_of_code(scanned) == channel
