"""A finished sale and a return reach the member whose they are, once."""

import pytest

from domain.members.commands import MemberId, MergeMembers
from domain.members.inbox import list_messages
from domain.members.merging import merge_members
from domain.members.views import MessageView
from domain.shared.actor import MallId
from tests.conftest import Database
from tests.domain.sales.conftest import NOON, Shop, item, keys
from tests.integrations.worker.outbox import deliver, waiting

__all__ = ['keys']

SOLD, RETURNED = 'sales.sale_finished', 'sales.goods_returned'


@pytest.fixture
def shop(mall: MallId) -> Shop:
    return Shop(mall)


def told(shop: Shop, member: MemberId) -> list[MessageView]:
    found: list[MessageView] = shop.ask(list_messages, member_id=member)
    return found


def test_AF_R7_a_sale_is_told_once_however_often_its_event_comes(shop: Shop, database: Database) -> None:
    member = shop.member()
    sale = shop.sell(item(4_200), member_id=member)

    deliver(*waiting(database, SOLD, sale_key=sale.key), times=2)

    [message] = told(shop, member)
    assert (message.kind, message.receipt_key, message.told.money_fen) == ('receipt', sale.key, 4_200)
    assert message.told.points == 42
    assert message.told.number == sale.id


def test_a_return_is_told_too(shop: Shop, database: Database) -> None:
    member = shop.member()
    sale = shop.sell(item(4_200, quantity=2), member_id=member)
    shop.take_back(sale, (0, 1))

    deliver(*waiting(database, SOLD, RETURNED, sale_key=sale.key), times=2)

    assert [(one.kind, one.told.money_fen) for one in told(shop, member)] == [('return', 4_200), ('receipt', 8_400)]


def test_a_return_may_be_told_before_its_receipt(shop: Shop, database: Database) -> None:
    member = shop.member()
    sale = shop.sell(item(4_200), member_id=member)
    shop.take_back(sale, (0, 1))

    deliver(*reversed(waiting(database, SOLD, RETURNED, sale_key=sale.key)))

    assert sorted(one.kind for one in told(shop, member)) == ['receipt', 'return']


def test_nobody_is_told_of_a_guests_sale_or_return(shop: Shop, database: Database) -> None:
    sale = shop.sell(item(4_200))
    shop.take_back(sale, (0, 1))
    events = waiting(database, SOLD, RETURNED, sale_key=sale.key)

    deliver(*events)

    assert [event.facts['member_id'] for event in events] == [None, None]


def test_who_was_merged_meanwhile_is_told_as_whom_they_became(shop: Shop, database: Database) -> None:
    kept, absorbed = shop.member(), shop.member()
    sale = shop.sell(item(4_200), member_id=absorbed)
    shop.do(merge_members, NOON, command=MergeMembers(kept_id=kept, absorbed_id=absorbed, reason='same'))

    deliver(*waiting(database, SOLD, sale_key=sale.key))

    assert [one.receipt_key for one in told(shop, kept)] == [sale.key]
