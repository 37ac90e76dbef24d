"""What a basket would cost is what it costs, and the reasons are named."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.sales import paycodes, previewing
from domain.sales.errors import ChannelUnknown
from tests.domain.sales.conftest import NOON, Shop, item

LATER = NOON + timedelta(hours=1)


def test_a_preview_prices_as_ringing_up_does_and_names_the_reasons(shop: Shop) -> None:
    member = shop.member(3_000)
    good = shop.coupon(member, kind='full_reduction', threshold_fen=20_000, reduce_fen=2_000)
    far = shop.coupon(member, kind='full_reduction', threshold_fen=90_000, reduce_fen=9_000)
    items = (item(15_000), item(10_000))
    facts = {'till': shop.tills[0], 'items': items, 'member_id': member, 'now': LATER}
    preview = shop.ask(previewing.preview_basket, points=1_000, **facts)
    assert (preview.price_fen, preview.discount_fen, preview.points_fen) == (25_000, 2_000, 1_000)
    assert {use.id: use.reason for use in preview.coupons} == {good: '', far: 'below_minimum'}
    sale = shop.ring(*items, member_id=member, points=1_000)
    assert preview.money_fen == sale.money_fen == 22_000
    by_hand = shop.ask(previewing.preview_basket, coupons=(), **facts)
    assert (by_hand.discount_fen, by_hand.coupons) == (0, ())


@pytest.mark.parametrize(('points', 'spent'), [(0, 0), (500, 500), (99_999, 1_000)])
def test_points_are_worth_no_more_than_what_is_left(shop: Shop, points: int, spent: int) -> None:
    member = shop.member(5_000)
    preview = shop.ask(
        previewing.preview_basket, till=shop.tills[0], items=(item(1_000),), member_id=member, points=points, now=LATER
    )
    assert (preview.points, preview.most_points, preview.balance) == (spent, 1_000, 5_000)
    assert preview.money_fen == 1_000 - preview.points_fen


def test_without_a_member_there_is_only_a_sum(shop: Shop) -> None:
    preview = shop.ask(previewing.preview_basket, till=shop.tills[0], items=(item(300, 3),), now=LATER, points=5)
    assert (preview.money_fen, preview.points, preview.line_fen) == (900, 0, (900,))
    assert previewing.total_fen([item(300, 3)]) == previewing.line_fen(item(300, 3)) == 900


@given(st.integers(0, 10_000), st.integers(0, 10_000))
def test_change_is_never_below_zero(given_fen: int, due: int) -> None:
    assert previewing.change_fen(given_fen, due) == max(0, given_fen - due)


@pytest.mark.parametrize(
    ('code', 'channel'),
    [('134567890123456789', 'wechat'), ('2812345678901234', 'alipay'), ('6212345678901234567', 'unionpay')],
)
def test_a_payment_code_names_its_channel(code: str, channel: str) -> None:
    assert paycodes.channel_of(f' {code}\n') == channel
    assert paycodes.is_paycode(code)


@pytest.mark.parametrize('code', ['', '6901234567892', '16' + '0' * 16, '13456789012345678a', '9' * 18])
def test_what_is_no_payment_code_belongs_to_no_channel(code: str) -> None:
    assert not paycodes.is_paycode(code)
    with pytest.raises(ChannelUnknown):
        paycodes.channel_of(code)
