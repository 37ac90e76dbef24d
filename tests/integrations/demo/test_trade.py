"""The demo's own tills: a plausible trade, told once, with books that hold."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from domain.aftersales.queries import list_all_requests, rank_shops
from domain.inventory.queries import total_on_hand
from domain.members.directory import list_members
from domain.payments.overview import list_channel_days
from domain.payments.queries import list_exceptions
from domain.payments.statements import list_credits
from domain.sales import pricing, queries
from domain.sales.shifts import list_receipts
from domain.shared.actor import Actor, MallId, system_actor
from domain.shared.operations import ask, perform
from domain.shared.upkeep import check_books
from integrations.demo import trade
from integrations.demo.articles import GROCERIES, SHOPS
from integrations.demo.membership import enrol_some, lay_down_rules
from integrations.demo.tills import PIECES
from tests.domain.sales.conftest import keys

__all__ = ['keys']

NOW = datetime(2026, 11, 27, 8, tzinfo=UTC)  # four in the afternoon
TODAY = NOW.date()
A_DAY = timedelta(days=1)


@pytest.fixture(scope='module')
def traded(mall: MallId, keys: None) -> Actor:
    seeder = system_actor('seeder', mall)
    perform(lay_down_rules, actor=seeder, since=NOW - timedelta(days=400))
    perform(enrol_some, actor=seeder, shops=[{'code': 'f1-01', 'category': 'fashion'}], first=0, count=8, now=NOW)
    for _ in range(2):  # told twice, it is told once
        trade.open_trade(mall, NOW, say=lambda _: None)
    return system_actor('test', mall)


def test_the_day_so_far_was_sold_and_yesterday_was_counted(traded: Actor) -> None:
    assert ask(queries.summarise_day, actor=traded, day=TODAY)['receipts'] > 15
    listed = ask(queries.list_shifts, actor=traded, from_on=TODAY - A_DAY, until_on=TODAY + A_DAY)
    shifts = [shift for shift in listed if shift.report.till in trade.NOW_AT]  # the others tell of the past
    assert Counter(shift.report.closed_at is None for shift in shifts) == {True: 2, False: 1}
    assert all(shift.report.variance_fen in (None, 0, 100, -450) for shift in shifts)


def test_some_customers_are_members_and_earn(traded: Actor) -> None:
    found = ask(list_members, actor=traded, now=NOW, limit=50).rows
    receipts = [sale for row in found for sale in ask(list_receipts, actor=traded, member_id=row.member.id)]
    assert 5 < len(receipts) < ask(queries.summarise_day, actor=traded, day=TODAY)['receipts'] * 2
    assert sum(sale.earned_points for sale in receipts) > 0


def test_stock_fell_by_what_was_sold_and_the_books_hold(traded: Actor) -> None:
    rows = [row for ago in range(3) for row in ask(queries.list_day, actor=traded, day=TODAY - ago * A_DAY)]
    back = [one for row in rows for one in ask(queries.list_returns, actor=traded, sale_id=row.id)]
    sold = sum(row.pieces for row in rows) - sum(quantity for one in back for _, quantity in one.lines)
    articles = sum(map(len, SHOPS.values()))
    assert sum(ask(total_on_hand, actor=traded).values()) == articles * PIECES - sold
    assert ask(check_books, actor=traded).are_sound


def test_finance_and_customer_service_find_something_to_do(traded: Actor) -> None:
    kinds = {one.kind for one in ask(list_exceptions, actor=traded)}
    assert {'missing_in_bill', 'unknown_here', 'amount_differs'} <= kinds
    days = ask(list_channel_days, actor=traded, from_on=TODAY - A_DAY, until_on=TODAY)
    assert {day.channel for day in days} == {'wechat', 'alipay', 'cash'}
    assert any(day.difference_fen for day in days)
    states = Counter(request.state for request in ask(list_all_requests, actor=traded))
    assert states['escalated'] >= 1
    assert states['answered'] == 2
    [record] = ask(rank_shops, actor=traded)
    assert (record.shop, record.requests, record.in_time) == ('b1-01', len(trade.COMPLAINTS), 2)


def test_articles_are_scanned_and_typed(traded: Actor) -> None:
    articles = ask(pricing.list_articles, actor=traded, till='T01', now=NOW)
    assert pricing.scanned(articles, GROCERIES[0].barcode) is not None
    assert pricing.matching(articles, 'qdpj')[0].name_zh.startswith('青岛啤酒')
    assert len({one.barcode for shop in SHOPS.values() for one in shop}) == sum(map(len, SHOPS.values()))


def test_the_days_before_are_told_behind_the_running_mall(traded: Actor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trade, 'PAST_DAYS', 2)
    monkeypatch.setattr(trade, 'A_DAY', 5)
    assert traded.mall_id is not None
    for _ in range(2):
        trade.tell_past_trade(traded.mall_id, NOW, say=lambda _: None)
    rows = ask(queries.list_day, actor=traded, day=TODAY - timedelta(days=2))
    assert len(rows) == 10
    credits = ask(list_credits, actor=traded, from_on=TODAY - 20 * A_DAY, until_on=TODAY)
    assert [one.is_exact for one in credits] == [True, True]
