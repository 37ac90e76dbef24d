"""Every event that says what a member did becomes an act, however often it comes, and a tag."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.aftersales.claiming import decide_claim, submit_claim
from domain.aftersales.commands import DecideClaim, OpenRequest, SubmitClaim
from domain.aftersales.servicing import open_request
from domain.coupons.commands import RedeemByCode
from domain.coupons.queries import show_coupon_code
from domain.coupons.redeeming import redeem_by_code
from domain.members import inbox, points
from domain.members.commands import DefineTag, MemberId, RestorePoints, TakePoints
from domain.members.queries import list_tags
from domain.members.tagging import define_tag
from domain.shared.actor import MallId
from integrations.worker import loyalty
from integrations.worker.subscriptions import Delivered
from tests.conftest import Database
from tests.domain.sales.conftest import NOON, Shop, item, keys
from tests.integrations.worker.outbox import deliver, waiting

__all__ = ['keys']

ALL = (
    'coupons.coupons_used', 'coupons.coupons_rolled_back', 'members.points_spent', 'members.points_given_back',
    'aftersales.receipt_claimed', 'aftersales.request_opened', 'sales.goods_returned', 'members.message_read',
    'sales.sale_finished',
)  # fmt: skip


@pytest.fixture
def shop(mall: MallId) -> Shop:
    made = Shop(mall)
    for act in ('coupon_used', 'points_spent', 'receipt_claimed', 'request_opened', 'goods_returned', 'message_read'):
        tag(made, act, act=act)
    tag(made, 'parks', act='coupon_used', coupon_kinds=['parking'])
    return made


def tag(shop: Shop, code: str, **rule: Any) -> None:
    shop.do(define_tag, command=DefineTag(
        code=code, name_zh=code, name_en=code, kind='behavioural', owner='marketing', source='events',
        lifetime_hours=24 * 365, rule={'needs_consent': False, **rule},
    ))  # fmt: skip


def events(database: Database, member: MemberId) -> list[Delivered]:
    return waiting(database, *ALL, member_id=member)


def tags(shop: Shop, database: Database, member: MemberId) -> set[str]:
    deliver(*reversed(events(database, member)), times=2)
    return {one.code for one in shop.ask(list_tags, member_id=member, now=NOON + timedelta(hours=1))}


def test_a_coupon_used_at_a_till_and_rolled_back_with_the_goods(shop: Shop, database: Database) -> None:
    member = shop.member()
    shop.coupon(member, kind='full_reduction', threshold_fen=1_000, reduce_fen=100)
    sale = shop.sell(item(4_200), member_id=member)
    assert tags(shop, database, member) == {'coupon_used'}

    shop.take_back(sale, (0, 1))

    assert tags(shop, database, member) == {'goods_returned'}


def test_a_parking_coupon_used_by_its_code(shop: Shop, database: Database) -> None:
    member = shop.member()
    coupon = shop.coupon(member, kind='parking', parking_minutes=120)
    code = shop.ask(show_coupon_code, coupon_id=coupon, now=NOON)
    for _ in range(2):
        shop.do(redeem_by_code, command=RedeemByCode(code=code, order_key=f'gate-{coupon}'))

    assert len(events(database, member)) == 1
    assert tags(shop, database, member) == {'coupon_used', 'parks'}


@pytest.mark.parametrize(('back', 'expected'), [(0, {'points_spent'}), (30, {'points_spent'}), (50, set())])
def test_points_spent_and_wholly_given_back(shop: Shop, database: Database, back: int, expected: set[str]) -> None:
    member, key = shop.member(200), str(uuid4())
    for _ in range(2):
        shop.do(points.redeem_points, command=TakePoints(member_id=member, key=key, points=50, purpose='gift'))
    for part in (back - back // 2, back // 2):
        if part:
            command = RestorePoints(redemption_key=key, key=str(uuid4()), points=part)
            shop.do(points.restore_points, command=command)

    assert tags(shop, database, member) == expected


def test_points_that_pay_at_a_till_count_when_the_sale_is_made(shop: Shop, database: Database) -> None:
    member = shop.member(1_000)
    shop.ring(item(9_900), member_id=member, points=100)
    assert events(database, member) == []  # held, not spent
    shop.sell(item(9_900), member_id=member, points=100)

    assert tags(shop, database, member) == {'points_spent'}


def test_a_receipt_claimed_by_photograph_when_it_is_accepted(shop: Shop, database: Database) -> None:
    member, other = shop.member(), shop.member()

    def claim(who: MemberId, photo: str) -> Any:
        command = SubmitClaim(
            key=str(uuid4()), member_id=who, shop='f1-01', bought_at=NOON, fen=77_700, receipt_no='', photo_hash=photo
        )
        return shop.do(submit_claim, command=command)

    claim(member, uuid4().hex)
    held = claim(other, uuid4().hex)
    assert tags(shop, database, member) == {'receipt_claimed'}
    assert tags(shop, database, other) == set()

    shop.do(decide_claim, command=DecideClaim(claim_id=held.id, is_genuine=True))

    assert held.state == 'held'
    assert tags(shop, database, other) == {'receipt_claimed'}


def test_a_request_after_sales_of_a_member_and_none_of_a_guest(shop: Shop, database: Database) -> None:
    member = shop.member()
    for sale in (shop.sell(item(4_200), member_id=member), shop.sell(item(4_200))):
        shop.do(open_request, command=OpenRequest(key=str(uuid4()), sale_key=sale.key, line=0, complaint='开线'))

    assert tags(shop, database, member) == {'request_opened'}
    deliver(*waiting(database, 'aftersales.request_opened', member_id=None))


def test_a_message_read(shop: Shop, database: Database) -> None:
    member = shop.member()
    shop.sell(item(4_200), member_id=member)
    assert tags(shop, database, member) == set()
    [message] = shop.ask(inbox.list_messages, member_id=member)
    for _ in range(2):
        shop.do(inbox.read_message, member_id=member, message_id=message.id)

    assert tags(shop, database, member) == {'message_read'}


def test_events_of_before_they_named_their_member_are_left_alone(shop: Shop) -> None:
    facts = {'mall_id': shop.actor.mall_id, 'occurred_at': NOON.isoformat(), 'order_key': 'o', 'coupon_ids': [1]}
    deliver(Delivered(event_id=str(uuid4()), name='coupons.coupons_used', version=1, facts=facts))


def test_the_night_run_does_acts_and_tags(shop: Shop, database: Database) -> None:
    member = shop.member()
    tag(shop, 'brief', act='coupon_used', window_days=1)
    loyalty.run_by_night(shop.actor)
    assert 'brief' not in tags(shop, database, member)
