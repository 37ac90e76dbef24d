"""A till whose customers pay by a scanned code at the simulated gateway, over the wire."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from domain.payments import checkout
from domain.payments.ports import Outcome, PayAnswer, PayChannel, PayRequest, RefundRequest
from domain.sales import tendering
from domain.sales.commands import Charge
from domain.sales.views import SaleView
from integrations.payments.gateway import channels_of
from integrations.simulator.paygate.keys import kept_keys
from integrations.simulator.paygate.merchant import Merchant
from tests.domain.sales.conftest import NOON, Shop

PAYS, TYPES = '131234567890123400', '131234567890123401'
T = TypeVar('T')
NOBODY_LISTENS = 'http://127.0.0.1:9'
LATER, A_MOMENT, MOST_QUESTIONS = timedelta(minutes=2), timedelta(seconds=6), 8


class CountedChannel:
    """A channel, and before and after everything said to it a moment at which the process may die."""

    def __init__(self, channel: PayChannel, one_more: Callable[..., None]) -> None:
        self._channel, self._one_more = channel, one_more
        self.name, self.merchant = channel.name, channel.merchant

    def pay(self, request: PayRequest) -> PayAnswer:
        return self._counted(lambda: self._channel.pay(request))

    def query(self, out_no: str) -> PayAnswer:
        return self._counted(lambda: self._channel.query(out_no))

    def cancel(self, out_no: str) -> PayAnswer:
        return self._counted(lambda: self._channel.cancel(out_no))

    def refund(self, request: RefundRequest) -> Outcome:
        return self._counted(lambda: self._channel.refund(request))

    def _counted(self, say: Callable[[], T]) -> T:
        self._one_more()
        answer = say()
        self._one_more()
        return answer


class CodeTill:
    """Every other customer types a password first; whoever tries again asks before he charges."""

    def __init__(self, gateway: str, keys: Path) -> None:
        self._settings = Merchant(kept_keys(keys)).settings(gateway, NOBODY_LISTENS)

    def open(self, shop: Shop, one_more: Callable[..., None], *, is_second_try: bool) -> None:
        assert shop.actor.mall_id is not None
        self._channel = CountedChannel(channels_of(self._settings)(shop.actor.mall_id)['wechat'], one_more)
        self._now = NOON + LATER if is_second_try else NOON

    def take_rest(self, shop: Shop, sale: SaleView, number: int) -> SaleView:
        found = self._asked(shop, sale)
        if found.due_fen:
            code = TYPES if number % 2 else PAYS
            command = Charge(sale_key=sale.key, fen=found.due_fen, auth_code=code)
            found = tendering.charge(self._channel, actor=shop.actor, command=command, now=self._now)
        for _ in range(MOST_QUESTIONS):
            if found.sale.state == 'paid':
                return found.sale
            self._now += A_MOMENT
            found = self._asked(shop, sale)
        raise AssertionError(f'{sale.key} is never paid: {found}')

    def give_back(self, shop: Shop) -> None:
        checkout.refund_open(self._channel, actor=shop.actor, now=self._now)

    def _asked(self, shop: Shop, sale: SaleView) -> tendering.Checkout:
        return tendering.ask_again(self._channel, actor=shop.actor, sale_key=sale.key, now=self._now)
