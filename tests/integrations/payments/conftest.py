"""A simulated gateway and the platform's webhook, both served on loopback, and a till between them."""

import contextlib
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from domain.payments import checkout, paying, queries
from domain.payments.commands import OpenAttempt, OpenOrder
from domain.payments.ports import PayAnswer
from domain.payments.views import OrderView
from domain.shared.actor import Actor, MallId, system_actor
from domain.shared.operations import ask, perform
from integrations.payments import webhook
from integrations.payments.chores import Chores
from integrations.payments.client import GatewayChannel
from integrations.payments.gateway import ChannelsOf, channels_of
from integrations.payments.settings import PaymentSettings
from integrations.simulator.paygate.app import Gateway, Paygate
from integrations.simulator.paygate.keys import Keys, make_keys
from integrations.simulator.paygate.merchant import Merchant
from integrations.simulator.paygate.orders import Order
from tests.integrations.brokers import free_port

SIMULATED = {'wechat': 'wechat', 'alipay': 'alipay', 'unionpay': 'acquirer'}
CODES = {'wechat': '1312345678901234', 'alipay': '2812345678901234', 'unionpay': '62123456789012345'}


@contextlib.contextmanager
def serving(app: Starlette, port: int) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_config=None, access_log=False, ws='wsproto'))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        yield f'http://127.0.0.1:{port}'
    finally:
        server.should_exit = True
        thread.join()


@pytest.fixture(scope='session')
def keys() -> Keys:
    return make_keys()


@pytest.fixture
def paygate(keys: Keys) -> Paygate:
    return Paygate(Merchant(keys))


@pytest.fixture
def ports() -> tuple[int, int]:
    return free_port(), free_port()


@pytest.fixture
def settings(keys: Keys, ports: tuple[int, int]) -> PaymentSettings:
    gateway, platform = ports
    return Merchant(keys).settings(f'http://127.0.0.1:{gateway}', f'http://127.0.0.1:{platform}')


@dataclass
class Mall:
    """The platform's side of a mall, and the gateway's side of the same payments."""

    actor: Actor
    channels: ChannelsOf
    paygate: Paygate
    address: str

    def channel(self, name: str) -> GatewayChannel:
        assert self.actor.mall_id is not None
        return self.channels(self.actor.mall_id)[name]

    def gateway(self, name: str) -> Gateway:
        return self.paygate.gateways[SIMULATED[name]]

    @property
    def chores(self) -> Chores:
        return Chores(self.channels)

    def order(self, fen: int = 12_300) -> str:
        key = f'order-{uuid4().hex}'
        perform(paying.open_order, actor=self.actor, command=OpenOrder(key=key, total_fen=fen, subject='云集天地 购物'))
        return key

    def pay(self, channel: str, key: str, *, code: str = '', fen: int = 12_300) -> tuple[OrderView, PayAnswer]:
        return checkout.pay(
            self.channel(channel), actor=self.actor, now=datetime.now(UTC), subject='购物', auth_code=code,
            command=OpenAttempt(order_key=key, channel=channel, fen=fen),
        )  # fmt: skip

    def read(self, key: str) -> OrderView:
        return ask(queries.get_order, actor=self.actor, key=key)

    def resolve(self, channel: str, after: timedelta) -> None:
        """What the worker does, at a later time."""
        checkout.resolve(self.channel(channel), actor=self.actor, now=datetime.now(UTC) + after)

    def theirs(self, channel: str, key: str) -> Order:
        """The gateway's order of our order's last attempt."""
        found = self.gateway(channel).orders.find(self.read(key).attempts[-1].out_no)
        assert found is not None
        return found

    def notify(self, channel: str, headers: dict[str, str], body: bytes) -> int:
        address = f'{self.address}/callbacks/payments/{self.actor.mall_id}/{channel}'
        return httpx.post(address, content=body, headers=headers).status_code

    def exceptions(self) -> list[tuple[str, int]]:
        return [(each.kind, each.times) for each in ask(queries.list_exceptions, actor=self.actor)]


@pytest.fixture
def shop(mall: MallId, settings: PaymentSettings, paygate: Paygate, ports: tuple[int, int]) -> Iterator[Mall]:
    channels = channels_of(settings)
    platform = Starlette(routes=list(webhook.routes(channels)))
    with serving(paygate.application(), ports[0]), serving(platform, ports[1]) as address:
        yield Mall(system_actor('till', mall), channels, paygate, address)


def code(channel: str, ends: str) -> str:
    """A payment code of the channel whose last digits order the payer's behaviour."""
    return CODES[channel] + ends
