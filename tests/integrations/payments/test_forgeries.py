"""What is not signed by the channel for this merchant is refused, and leaves no trace but an audit entry."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from sqlalchemy import text

from domain.payments.paying import close_order
from domain.shared.database import Scope, reading
from domain.shared.journal import trial_balance
from domain.shared.operations import perform
from integrations.simulator.paygate.keys import Keys
from integrations.simulator.paygate.orders import Order
from integrations.simulator.paygate.wechat import WechatGateway
from tests.integrations.payments.conftest import Mall

Forgery = Callable[[WechatGateway, Order, Keys], tuple[dict[str, str], bytes]]
OLD_S = 301


def unsigned(gateway: WechatGateway, order: Order, keys: Keys) -> tuple[dict[str, str], bytes]:
    headers, body = gateway.notice(order)
    return {name: value for name, value in headers.items() if not name.startswith('wechatpay')}, body


def of_an_unknown_key(gateway: WechatGateway, order: Order, keys: Keys) -> tuple[dict[str, str], bytes]:
    headers, body = gateway.notice(order)
    return headers | {'wechatpay-serial': '5157F09EFDC096DE15EBE81A47057A7232F1B8E1'}, body


def signed_by_the_merchant(gateway: WechatGateway, order: Order, keys: Keys) -> tuple[dict[str, str], bytes]:
    _, body = gateway.notice(order)
    return gateway.sealed_headers(body, private_key=keys.merchant.private), body


def serialised_anew(gateway: WechatGateway, order: Order, keys: Keys) -> tuple[dict[str, str], bytes]:
    headers, body = gateway.notice(order)
    return headers, body.replace(b'":"', b'": "')


def too_old(gateway: WechatGateway, order: Order, keys: Keys) -> tuple[dict[str, str], bytes]:
    _, body = gateway.notice(order)
    return gateway.sealed_headers(body, at=int(time.time()) - OLD_S), body


def of_another_merchant(gateway: WechatGateway, order: Order, keys: Keys) -> tuple[dict[str, str], bytes]:
    return gateway.notice(order, mchid='1900009999')


def of_another_application(gateway: WechatGateway, order: Order, keys: Keys) -> tuple[dict[str, str], bytes]:
    return gateway.notice(order, appid='wx1111111111111111')


def in_dollars(gateway: WechatGateway, order: Order, keys: Keys) -> tuple[dict[str, str], bytes]:
    return gateway.notice(order, amount={'total': order.fen, 'currency': 'USD'})


def test_signature(gateway: WechatGateway, order: Order, keys: Keys) -> tuple[dict[str, str], bytes]:
    """WeChat probes merchants with signatures that begin with WECHATPAY/SIGNTEST/; they must be refused."""
    headers, body = gateway.notice(order)
    return headers | {'wechatpay-signature': 'WECHATPAY/SIGNTEST/' + headers['wechatpay-signature']}, body


test_signature.__test__ = False  # type: ignore[attr-defined]

FORGERIES: tuple[Forgery, ...] = (
    unsigned, of_an_unknown_key, signed_by_the_merchant, serialised_anew, too_old, of_another_merchant,
    of_another_application, in_dollars, test_signature,
)  # fmt: skip


def paid_at_the_gateway(shop: Mall, channel: str = 'wechat') -> tuple[str, Order]:
    key = shop.order()
    shop.pay(channel, key)
    order = shop.theirs(channel, key)
    shop.gateway(channel).orders.pay(order)
    return key, order


def audited(shop: Mall) -> int:
    with reading(Scope(mall_id=shop.actor.mall_id)) as session:
        found = text("SELECT count(*) FROM audit_entry WHERE action = 'payments.report_exception'")
        return int(session.execute(found).scalar_one())


@pytest.mark.parametrize('forge', FORGERIES, ids=lambda forge: forge.__name__)
def test_a_forged_notice_changes_nothing(shop: Mall, keys: Keys, forge: Forgery) -> None:
    key, order = paid_at_the_gateway(shop)
    gateway = shop.gateway('wechat')
    assert isinstance(gateway, WechatGateway)
    before = audited(shop)

    assert shop.notify('wechat', *forge(gateway, order, keys)) == 401

    assert (shop.read(key).state, shop.read(key).paid_fen) == ('pending', 0)
    assert audited(shop) == before + 1
    assert 'notice_forged' in {kind for kind, _ in shop.exceptions()}


@pytest.mark.parametrize('changes', [{'amount': {'total': 1, 'currency': 'CNY'}}])
def test_a_genuine_notice_of_other_money_goes_before_a_person(shop: Mall, changes: dict[str, object]) -> None:
    key, order = paid_at_the_gateway(shop)

    assert shop.notify('wechat', *shop.gateway('wechat').notice(order, **changes)) == 422  # type: ignore[arg-type]

    assert shop.read(key).state == 'pending'
    assert ('notice_differs', 1) in shop.exceptions()


@pytest.mark.parametrize('changes', [{'total_amount': '0.01'}, {'seller_id': '2088999999999999'}, {'app_id': '1'}])
def test_alipay_notices_are_compared_too(shop: Mall, changes: dict[str, str]) -> None:
    key, order = paid_at_the_gateway(shop, 'alipay')

    assert shop.notify('alipay', *shop.gateway('alipay').notice(order, **changes)) in (401, 422)

    assert shop.read(key).state == 'pending'


def test_alipay_notices_signed_by_the_merchant_are_refused(shop: Mall, keys: Keys) -> None:
    key, order = paid_at_the_gateway(shop, 'alipay')
    headers, body = shop.gateway('alipay').notice(order, private_key=keys.merchant.private)  # type: ignore[call-arg]

    assert shop.notify('alipay', headers, body) == 401
    assert shop.read(key).state == 'pending'


def test_PO_R2_a_notice_of_an_unknown_order_is_asked_for_again(shop: Mall) -> None:
    _, order = paid_at_the_gateway(shop)
    headers, body = shop.gateway('wechat').notice(order, out_trade_no='nobody-knows')  # type: ignore[arg-type]

    assert [shop.notify('wechat', headers, body) for _ in range(3)] == [503, 503, 503]
    assert ('notice_unknown', 3) in shop.exceptions()


def test_PO_R1_the_same_notice_at_once_from_many_hands_pays_once(shop: Mall) -> None:
    key, order = paid_at_the_gateway(shop)
    headers, body = shop.gateway('wechat').notice(order)

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda _: shop.notify('wechat', headers, body), range(15)))

    assert said == [204] * 15
    assert shop.read(key).paid_fen == 12_300
    with reading(Scope(mall_id=shop.actor.mall_id)) as session:
        assert set(trial_balance(session).values()) <= {0}


@pytest.mark.parametrize('path', ['/callbacks/payments/1/nobody', '/callbacks/payments/999999/cash'])
def test_there_is_no_such_channel(shop: Mall, path: str) -> None:
    assert httpx.post(f'{shop.address}{path}', content=b'{}').status_code == 404


@pytest.mark.parametrize('body', [b'', b'{}', b'\xff\xfe', b'[' * 1000, b'null'])
@pytest.mark.parametrize('channel', ['wechat', 'alipay', 'unionpay'])
def test_anything_else_is_refused_and_breaks_nothing(shop: Mall, channel: str, body: bytes) -> None:
    assert shop.notify(channel, {'content-type': 'application/json'}, body) == 401


def test_PO_R3_money_that_comes_after_the_order_was_given_up_goes_back(shop: Mall) -> None:
    key, order = paid_at_the_gateway(shop)
    perform(close_order, actor=shop.actor, order_key=key)

    assert shop.notify('wechat', *shop.gateway('wechat').notice(order)) == 204
    shop.chores.give_back(shop.actor)

    assert (shop.read(key).state, order.refunded) == ('closed', order.fen)
    assert ('paid_after_close', 1) in shop.exceptions()
