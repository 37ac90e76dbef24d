"""After-sales in the database: AF-R1 … AF-R5, AF-R8."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from domain.aftersales import claiming, servicing
from domain.aftersales.commands import AnswerRequest, DecideClaim, OpenRequest, SubmitClaim
from domain.aftersales.errors import ClaimUnknown, LineUnknown, RequestUnknown
from domain.aftersales.views import ClaimView, RequestView
from domain.members import receipts
from domain.members.commands import Channel, ReceiptLine, RecordReceipt
from domain.sales import returning, shifts
from domain.sales.commands import ReturnLines
from domain.sales.errors import SaleUnknown
from domain.shared.errors import Invalid
from tests.domain.sales.conftest import NOON, Shop, item


def claim(at: Shop, member: int, fen: int, number: str, **facts: Any) -> ClaimView:
    facts = {
        'key': str(uuid4()), 'shop': 'l3-08', 'bought_at': NOON, 'photo_hash': str(uuid4()), 'category': 'coffee'
    } | facts  # fmt: skip
    command = SubmitClaim(member_id=member, fen=fen, receipt_no=number, **facts)
    view: ClaimView = at.do(claiming.submit_claim, NOON + timedelta(hours=1), command=command)
    return view


def ask_for(shop: Shop, sale: str, key: str = '', **facts: Any) -> RequestView:
    command = OpenRequest(**({'key': key or str(uuid4()), 'sale_key': sale, 'line': 0, 'complaint': 'torn'} | facts))
    view: RequestView = shop.do(servicing.open_request, command=command)
    return view


def test_AF_R1_the_same_receipt_twice_earns_once_and_points_to_the_first(shop: Shop) -> None:
    one, two = shop.member(), shop.member()
    first = claim(shop, one, 3_800, 'A-17', photo_hash='photo-a')
    cropped = claim(shop, two, 3_800, 'A-17', photo_hash='photo-a-cropped')
    again = claim(shop, two, 9_900, 'A-99', photo_hash='photo-a')
    coffee = claim(shop, one, 3_800, 'A-18')

    assert (first.state, first.points) == ('accepted', 38)
    for duplicate in (cropped, again):
        assert (duplicate.state, duplicate.points, duplicate.duplicate_of_id) == ('rejected', 0, first.id)
    assert (coffee.state, coffee.points) == ('accepted', 38)
    assert (shop.points(one), shop.points(two)) == (76, 0)


def test_AF_R1_eight_photographs_at_once_earn_once(shop: Shop) -> None:
    member = shop.member()
    with ThreadPoolExecutor(8) as pool:
        views = list(pool.map(lambda _: claim(shop, member, 4_100, 'R-1'), range(8)))
    assert sorted(view.state for view in views) == ['accepted'] + ['rejected'] * 7
    assert shop.points(member) == 41


def test_AF_R1_a_number_nobody_can_read_waits_for_a_person(shop: Shop) -> None:
    member = shop.member()
    first = claim(shop, member, 5_200, '', key=f'unread-{member}')
    assert claim(shop, member, 5_200, '', key=f'unread-{member}').id == first.id
    second = claim(shop, member, 5_200, 'B-2')
    assert (first.state, second.state, second.duplicate_of_id) == ('accepted', 'held', first.id)
    assert second.id in [view.id for view in shop.ask(claiming.list_claims_to_review)]
    decided = shop.do(claiming.decide_claim, command=DecideClaim(claim_id=second.id, is_genuine=True))
    assert (decided.state, decided.points) == ('accepted', 52)
    with pytest.raises(ClaimUnknown):
        shop.do(claiming.decide_claim, command=DecideClaim(claim_id=second.id, is_genuine=True))


@pytest.mark.parametrize(('is_genuine', 'points'), [(True, 532), (False, 266)])
def test_AF_R2_what_another_channel_brought_earns_once_unless_a_person_says_otherwise(
    shop: Shop,
    is_genuine: bool,
    points: int,
) -> None:
    member, place = shop.member(), f'district-{uuid4()}'
    shop.do(receipts.record_receipt, command=RecordReceipt(
        key=place, member_id=member, channel=Channel.DISTRICT, shop=place, occurred_at=NOON,
        lines=(ReceiptLine(category='', fen=26_600),),
    ))  # fmt: skip
    photo = claim(shop, member, 26_600, 'D-4', shop=place, bought_at=NOON + timedelta(minutes=2))
    assert (photo.state, shop.points(member)) == ('held', 266)
    shop.do(claiming.decide_claim, command=DecideClaim(claim_id=photo.id, is_genuine=is_genuine))
    assert shop.points(member) == points


@pytest.mark.parametrize('wrong', [{'fen': 0}, {'fen': -5}, {'bought_at': NOON + timedelta(days=1)}])
def test_absurd_claims_are_refused(shop: Shop, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        claim(shop, shop.member(), **({'fen': 100, 'number': 'X'} | wrong))


def test_AF_R3_AF_R4_a_return_on_day_forty_takes_its_points_and_silences_its_category(shop: Shop) -> None:
    member = shop.member()
    sale = shop.sell(item(30_000, category='pram'), item(4_000, category='books'), member_id=member)
    assert shop.points(member) == 340
    command = ReturnLines(sale_key=sale.key, till=shop.tills[0], key=str(uuid4()), lines=((0, 1),))
    back = shop.do(returning.return_lines, NOON + timedelta(days=40), command=command)
    assert (back.money_fen, back.clawed_points) == (30_000, 300)
    assert shop.ask(servicing.list_suppressed, member_id=member) == {'pram'}
    assert [receipt.key for receipt in shop.ask(shifts.list_receipts, member_id=member)] == [sale.key]


def test_AF_R5_both_policies_are_quoted_for_a_receipt(shop: Shop) -> None:
    member = shop.member()
    shop.coupon(member, kind='discount', percent=75, threshold_fen=40_000)
    sale = shop.sell(item(8_000, 5), member_id=member)
    assert sale.money_fen == 30_000
    facts: dict[str, Any] = {'sale_key': sale.key, 'threshold_fen': 40_000, 'percent_off': 25}
    quote = shop.ask(servicing.quote_return, lines=((0, 4),), **facts)
    assert (quote.pro_rata_fen, quote.requalify_fen) == (24_000, 22_000)
    assert shop.take_back(sale, (0, 4)).money_fen == quote.pro_rata_fen
    for lines in (((0, 6),), ((1, 1),), ((0, -1),)):
        with pytest.raises(LineUnknown):
            shop.ask(servicing.quote_return, lines=lines, **facts)


def test_a_request_goes_to_the_shop_and_unanswered_to_the_mall_once(shop: Shop) -> None:
    sale = shop.sell(item(2_000))
    request = ask_for(shop, sale.key, minutes=97)
    assert ask_for(shop, sale.key, key=request.key).id == request.id
    assert (request.shop, request.due_at) == ('l1-01', NOON + timedelta(minutes=97))
    answered = ask_for(shop, sale.key, minutes=60)
    shop.do(servicing.answer_request, command=AnswerRequest(key=answered.key, answer='exchanged'))

    # The first run takes along what other tests left open.
    runs = [shop.do(servicing.escalate_overdue, NOON + timedelta(minutes=minutes)) for minutes in (96, 96, 97, 98)]

    assert runs[1:] == [0, 1, 0]
    states = {view.key: view.state for view in shop.ask(servicing.list_requests, shop='l1-01')}
    assert states[request.key] == 'escalated'
    assert answered.key not in states
    shop.do(servicing.answer_request, command=AnswerRequest(key=request.key, answer='refunded'))
    for key in (request.key, 'unknown'):
        with pytest.raises(RequestUnknown):
            shop.do(servicing.answer_request, command=AnswerRequest(key=key, answer='again'))


def test_AF_R8_a_mall_without_known_hours_has_a_clock_that_never_stops(shop: Shop) -> None:
    sale = shop.sell(item(2_000))
    assert ask_for(shop, sale.key, stops_when_closed=True, minutes=90).due_at == NOON + timedelta(minutes=90)
    with pytest.raises(LineUnknown):
        ask_for(shop, sale.key, line=1)
    with pytest.raises(SaleUnknown):
        ask_for(shop, 'no-such-sale')
