"""Older merchants of WeChat Pay: answers and notices are signed by a platform certificate, which is downloaded."""

from datetime import timedelta

import pytest

from integrations.payments.settings import PaymentSettings
from integrations.payments.wechat import WechatPayChannel
from integrations.simulator.paygate.app import Paygate
from integrations.simulator.paygate.keys import Keys, make_keys
from integrations.simulator.paygate.merchant import Merchant
from integrations.simulator.paygate.wechat import WechatGateway
from tests.integrations.payments.conftest import CODES, Mall


@pytest.fixture
def paygate(keys: Keys) -> Paygate:
    return Paygate(Merchant(keys, uses_certificates=True))


@pytest.fixture
def settings(keys: Keys, ports: tuple[int, int]) -> PaymentSettings:
    merchant = Merchant(keys, uses_certificates=True)
    return merchant.settings(f'http://127.0.0.1:{ports[0]}', f'http://127.0.0.1:{ports[1]}')


def gateway(shop: Mall) -> WechatGateway:
    found = shop.gateway('wechat')
    assert isinstance(found, WechatGateway)
    return found


def test_a_scanned_code_pays_without_a_public_key(shop: Mall, settings: PaymentSettings) -> None:
    assert settings.wechat.public_key_id == ''
    key = shop.order()
    order, _ = shop.pay('wechat', key, code=f'{CODES["wechat"]}00')
    assert order.state == 'paid'
    assert gateway(shop).certificates_asked == 1


def test_a_notice_is_verified_by_a_certificate_that_is_asked_for_once(shop: Mall) -> None:
    for _ in range(3):
        key = shop.order()
        shop.pay('wechat', key)
        order = shop.theirs('wechat', key)
        gateway(shop).orders.pay(order)
        assert shop.notify('wechat', *gateway(shop).notice(order)) in (200, 204)
        assert shop.read(key).state == 'paid'
    assert gateway(shop).certificates_asked == 1


def test_unknown_keys_are_refused_and_make_us_ask_once_at_most(shop: Mall) -> None:
    key = shop.order()
    shop.pay('wechat', key)
    order = shop.theirs('wechat', key)
    gateway(shop).orders.pay(order)
    headers, body = gateway(shop).notice(order)
    asked = gateway(shop).certificates_asked
    for serial in ('00', 'ABCDEF', 'PUB_KEY_ID_1', '', 'no number'):
        assert shop.notify('wechat', headers | {'wechatpay-serial': serial}, body) == 401
    assert gateway(shop).certificates_asked <= asked + 1
    assert shop.read(key).state != 'paid'


def test_another_key_under_the_certificates_name_is_refused(shop: Mall) -> None:
    key = shop.order()
    shop.pay('wechat', key)
    order = shop.theirs('wechat', key)
    gateway(shop).orders.pay(order)
    _, body = gateway(shop).notice(order)
    forged = gateway(shop).sealed_headers(body, private_key=make_keys().gateway.private)
    assert shop.notify('wechat', forged, body) == 401
    assert shop.read(key).state != 'paid'


def test_without_the_gateway_nothing_is_trusted_and_later_it_is(shop: Mall, settings: PaymentSettings) -> None:
    """The platform restarts while the gateway is away: its notices come again until they can be verified."""
    key = shop.order()
    shop.pay('wechat', key)
    order = shop.theirs('wechat', key)
    gateway(shop).orders.pay(order)
    away = settings.wechat.model_copy(update={'gateway': 'http://127.0.0.1:9'})
    channel = WechatPayChannel(away, notify_url='http://127.0.0.1:9')
    headers, _ = gateway(shop).notice(order)
    assert not channel._v3._knows(headers['wechatpay-serial'])
    channel._v3._settings = settings.wechat
    channel._v3.__dict__.pop('_wx')
    assert not channel._v3._knows(headers['wechatpay-serial']), 'asked a moment ago'
    channel._v3._asked_at -= timedelta(minutes=11).total_seconds()
    assert channel._v3._knows(headers['wechatpay-serial'])
