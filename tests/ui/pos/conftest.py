"""A till over the real domain: a stocked shop, a cashier's browser, channels that answer as told."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from nicegui.testing import User

from domain.identity.roles import ROLE_BY_CODE
from domain.inventory import items as inventory_items
from domain.inventory import operations as inventory
from domain.inventory.commands import OpenLocation, Receive, RegisterItem
from domain.payments.ports import Outcome, PayAnswer, PayRequest, RefundRequest
from domain.sales import pricing, shifts
from domain.sales.commands import OpenShift, Price, RegisterTill, SetPrices
from domain.shared.actor import Actor, MallId, system_actor
from domain.shared.operations import ask, perform
from tests.domain.sales.conftest import keys
from tests.ui.screens import person, screens
from ui.main import load_pages
from ui.pos import pages

__all__ = ['keys']

CASHIER = '吴小满'
BEER, TEA = '6900000000017', '6900000000024'


class Channel:
    """Answers as told, and remembers what it was asked."""

    name, merchant = 'wechat', 'm1'

    def __init__(self) -> None:
        self.answers: list[Outcome] = []
        self.asked: list[PayRequest] = []

    def pay(self, request: PayRequest) -> PayAnswer:
        self.asked.append(request)
        return self._next()

    def query(self, out_no: str) -> PayAnswer:
        return self._next()

    def cancel(self, out_no: str) -> PayAnswer:
        return self._next()

    def refund(self, request: RefundRequest) -> Outcome:
        return Outcome.PAID

    def _next(self) -> PayAnswer:
        return PayAnswer(outcome=self.answers.pop(0), transaction_no=str(uuid4()), show='weixin://pay/x')


class Counter:
    """A till `code` of its own for every test, with two articles, and a way to look into the domain."""

    def __init__(self, mall: MallId) -> None:
        self.actor = system_actor('test', mall)
        self.code = f'T{uuid4().hex[:6]}'
        self.shop = f's-{uuid4().hex[:6]}'
        place = self.do(inventory_items.open_location, command=OpenLocation(code=self.shop, kind='shelf')).id
        skus = {BEER: f'beer-{self.code}', TEA: f'tea-{self.code}'}
        for (barcode, sku), (zh, en) in zip(skus.items(), (('青岛啤酒', 'Beer'), ('龙井茶', 'Tea')), strict=True):
            own = f'{barcode[-6:]}{self.code[1:]}'
            item = self.do(inventory_items.register_item, command=RegisterItem(
                sku=sku, barcodes=(own,), name_zh=zh, name_en=en
            ))  # fmt: skip
            self.do(inventory.receive, command=Receive(
                key=f'in-{sku}', item_id=item.id, location_id=place, quantity=100,
                occurred_at=datetime.now(UTC) - timedelta(hours=2),
            ))  # fmt: skip
        self.beer, self.tea = skus.values()
        prices = (
            Price(sku=self.beer, category='food', unit_fen=650),
            Price(sku=self.tea, category='food', unit_fen=9_900),
        )
        self.do(pricing.set_prices, command=SetPrices(shop=self.shop, prices=prices))
        self.do(shifts.register_till, command=RegisterTill(code=self.code, shop=self.shop, location=self.shop))

    @property
    def cashier(self) -> Actor:
        return replace(self.actor, name=f'{CASHIER}{self.code}')

    def open(self) -> None:
        perform(shifts.open_shift, actor=self.cashier, command=OpenShift(till=self.code, float_fen=50_000))

    def do(self, operation: Callable[..., Any], **arguments: Any) -> Any:
        return perform(operation, actor=self.actor, **arguments)

    def ask(self, question: Callable[..., Any], **arguments: Any) -> Any:
        return ask(question, actor=self.actor, **arguments)


@pytest.fixture
def counter(mall: MallId) -> Counter:
    return Counter(mall)


@pytest.fixture
def channel(monkeypatch: pytest.MonkeyPatch) -> Channel:
    made = Channel()
    load_pages(('pos',))
    monkeypatch.setattr(pages, 'shell', lambda: SimpleNamespace(channels=lambda _: {'wechat': made}))
    return made


Open = Callable[..., AbstractAsyncContextManager[User]]


@pytest.fixture
def at_till(counter: Counter, channel: Channel) -> Open:
    """Opens the till's page as a cashier; `role` names another one."""

    @asynccontextmanager
    async def opened(role: str = 'cashier', locale: Any = 'zh-CN') -> AsyncIterator[User]:
        session = person(*ROLE_BY_CODE[role].grants, locale=locale)
        actor = replace(session.actor, name=counter.cashier.name, mall_id=counter.actor.mall_id)
        async with screens(replace(session, actor=actor)) as (user, _):
            await user.open('/pos')
            yield user

    return opened
