"""Sales take from stock before anything is charged: IN-R4 with two tills, returns, abandoned baskets."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.inventory.commands import TakeBack
from domain.inventory.errors import ItemInvalid, NotEnough
from domain.inventory.taking_back import take_back
from domain.payments.queries import get_order
from domain.sales import pricing, selling
from domain.sales.commands import BasketItem, Price, SetPrices
from domain.sales.errors import BasketInvalid
from domain.shared.actor import MallId
from domain.shared.errors import DomainError
from tests.domain.sales.conftest import NOON
from tests.domain.sales.stocked import StockedShop


@pytest.fixture
def shop(mall: MallId) -> StockedShop:
    return StockedShop(mall)


def of(sku: str, quantity: int = 1, fen: int = 800) -> BasketItem:
    return BasketItem(sku=sku, name='青岛啤酒', category='food', quantity=quantity, unit_fen=fen)


def a_sku() -> str:
    return f'b{uuid4().hex[:10]}'


def test_a_sale_takes_from_the_tills_shelf_and_a_return_brings_it_back(shop: StockedShop) -> None:
    sku = a_sku()
    item = shop.stock(sku, 10)
    sale = shop.sell(of(sku, 3), of('not stocked', 2))
    assert shop.there(item) == 7
    shop.take_back(sale, (0, 2), (1, 1), till=1)
    assert shop.there(item) == 9
    shop.take_back(sale, (0, 1))
    assert shop.there(item) == 10


def test_IN_R4_two_tills_at_the_same_second_sell_the_last_one_once(shop: StockedShop) -> None:
    for _ in range(5):
        sku = a_sku()
        item = shop.stock(sku, 1)
        baskets = [shop.ring(of(sku), till=till) for till in (0, 1)]

        def pay(number: int, baskets: list = baskets) -> str:
            try:
                return shop.cash(baskets[number], 800, till=number).state
            except NotEnough as refusal:
                return refusal.code

        with ThreadPoolExecutor(2) as pool:
            outcomes = sorted(pool.map(pay, range(2)))
        assert outcomes == ['inventory.not_enough', 'paid']
        assert shop.there(item) == 0
        paid = [shop.ask(get_order, key=basket.key).paid_fen for basket in baskets]
        assert sorted(paid) == [0, 800], 'the refused basket was charged nothing'


def test_IN_R4_where_the_item_allows_it_the_second_is_oversold_on_record(shop: StockedShop) -> None:
    sku = a_sku()
    item = shop.stock(sku, 1, allows_negative=True)
    assert [shop.sell(of(sku), till=till).state for till in (0, 1)] == ['paid', 'paid']
    assert shop.there(item) == -1


def test_an_abandoned_basket_gives_back_what_it_had_taken(shop: StockedShop) -> None:
    sku = a_sku()
    item = shop.stock(sku, 5)
    sale = shop.ring(of(sku, 2), of(sku, 1))
    assert shop.there(item) == 5
    shop.cash(sale, 100)
    assert shop.there(item) == 2
    shop.do(selling.abandon_sale, sale_key=sale.key)
    assert shop.there(item) == 5


def test_more_cannot_come_back_than_a_receipt_took(shop: StockedShop) -> None:
    sku = a_sku()
    item = shop.stock(sku, 5)
    sale = shop.sell(of(sku, 2))
    command = TakeBack(key=str(uuid4()), sale_key=f'sale:{sale.key}', quantities={item: 3}, occurred_at=NOON)
    with pytest.raises(ItemInvalid):
        shop.do(take_back, command=command)
    assert shop.there(item) == 3


def test_articles_are_found_by_barcode_name_and_pinyin(shop: StockedShop) -> None:
    beer, tea = a_sku(), a_sku()
    shop.stock(beer, 0, name='青岛啤酒 500ml')
    shop.stock(tea, 0, name='龙井茶')
    articles = shop.ask(pricing.list_articles, till=shop.tills[0], now=NOON)

    found = pricing.scanned(articles, f'69{beer}')
    assert found is not None
    assert found.sku == beer
    for words in ('qdpj', 'qingdao', '啤酒', 'pijiu'):
        assert beer in {one.sku for one in pricing.matching(articles, words, limit=99)}, words
    assert [one.sku for one in pricing.matching(articles, 'longjing', limit=1)] == [tea]
    assert pricing.matching(articles, ' ') == []
    assert pricing.scanned(articles, '0000') is None


def test_a_price_changes_and_an_absurd_one_is_refused(shop: StockedShop) -> None:
    sku = a_sku()
    shop.stock(sku, 0)
    shop.do(pricing.set_prices, command=SetPrices(shop='l1-01', prices=(
        Price(sku=sku, category='food', unit_fen=950),
    )))  # fmt: skip
    articles = shop.ask(pricing.list_articles, till=shop.tills[0], now=NOON)
    assert {one.sku: one.unit_fen for one in articles}[sku] == 950
    for prices in (
        (Price(sku=sku, category='', unit_fen=-1),),
        (Price(sku=sku, category='', unit_fen=1), Price(sku=sku, category='', unit_fen=2)),
    ):
        with pytest.raises(BasketInvalid) as refusal:
            shop.do(pricing.set_prices, command=SetPrices(shop='l1-01', prices=prices))
        assert isinstance(refusal.value, DomainError)


def test_a_price_holds_from_a_day_on_and_the_earlier_ones_stay_on_record(shop: StockedShop) -> None:
    sku, tomorrow = a_sku(), (NOON + timedelta(days=1)).date()
    shop.stock(sku, 0)

    def put(fen: int, *, now: datetime = NOON, from_on: date | None = None) -> int:
        prices = (Price(sku=sku, category='food', unit_fen=fen),)
        new: int = shop.do(pricing.set_prices, now, command=SetPrices(shop='l1-01', prices=prices, from_on=from_on))
        return new

    def costs(now: datetime) -> int:
        return {one.sku: one.unit_fen for one in shop.ask(pricing.list_articles, till=shop.tills[0], now=now)}[sku]

    assert (put(900, from_on=tomorrow), put(880, from_on=tomorrow), put(880, from_on=tomorrow)) == (1, 1, 0)
    assert (costs(NOON), costs(NOON + timedelta(days=1))) == (800, 880)
    assert put(800) == 0, 'what is priced so already changes nothing'
    assert put(850, now=NOON + timedelta(hours=1)) == 1
    with pytest.raises(BasketInvalid):
        put(1, from_on=NOON.date() - timedelta(days=1))

    versions = shop.ask(pricing.list_price_versions, shop='l1-01', sku=sku)
    assert [one.unit_fen for one in versions] == [880, 850, 800]
    assert [one.until_at for one in versions] == [None, *(one.from_at for one in versions[:-1])]
    assert {one.set_by for one in versions} == {shop.actor.name}
    [row] = [one for one in shop.ask(pricing.list_prices, now=NOON, shop='l1-01') if one.article.sku == sku]
    assert (row.unit_fen, row.next_fen, row.article.initials) == (800, 850, 'qdpj')
    later = NOON + timedelta(days=2)
    [row] = [one for one in shop.ask(pricing.list_prices, now=later) if one.article.sku == sku]
    assert (row.unit_fen, row.next_fen, row.next_at) == (880, None, None)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(fens=st.lists(st.integers(0, 5), min_size=1, max_size=6))
def test_law_versions_follow_each_other_without_a_gap(shop: StockedShop, fens: list[int]) -> None:
    sku = a_sku()
    for hour, fen in enumerate(fens):
        command = SetPrices(shop='l1-01', prices=(Price(sku=sku, category='', unit_fen=fen),))
        shop.do(pricing.set_prices, NOON + timedelta(hours=hour), command=command)
    versions = shop.ask(pricing.list_price_versions, shop='l1-01', sku=sku)[::-1]
    assert [one.unit_fen for one in versions] == [fen for fen, _ in groupby(fens)]
    for hour, fen in enumerate(fens):
        at = NOON + timedelta(hours=hour)
        [held] = [one for one in versions if one.from_at <= at and (one.until_at is None or at < one.until_at)]
        assert held.unit_fen == fen
