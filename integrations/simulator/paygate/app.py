"""The gateway as one web application, with the wallet of its payers and the text messages they received.

`GET /` is the wallet: the codes that tills show, each with a button that pays it. `POST /pay` with `out_no` pays one
from a terminal. A code that is shown may also be paid by itself after a while, as customers do.
"""

import asyncio
import html
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from integrations.simulator.paygate.acquirer import AcquirerGateway
from integrations.simulator.paygate.alipay import AlipayGateway
from integrations.simulator.paygate.bank import Bank
from integrations.simulator.paygate.district import DistrictGateway
from integrations.simulator.paygate.keys import Keys
from integrations.simulator.paygate.merchant import Merchant
from integrations.simulator.paygate.orders import Order, State
from integrations.simulator.paygate.shopping import Shopping
from integrations.simulator.paygate.telling import deliver
from integrations.simulator.paygate.wechat import WechatGateway
from integrations.simulator.smsgate import SmsGate

Gateway = WechatGateway | AlipayGateway | AcquirerGateway
LOOK_EVERY_S = 0.5


def serve(keys: Keys, *, port: int, pays_by_itself_after_s: float, callback_base: str) -> None:
    """Serves the gateway until the process is told to stop."""
    gate = Paygate(Merchant(keys), pays_by_itself_after_s=pays_by_itself_after_s, callback_base=callback_base)
    uvicorn.run(gate.application(), port=port, log_config=None, access_log=False, ws='none')


class Paygate:
    """Three gateways, the district, the bank, and their payers."""

    def __init__(self, merchant: Merchant, *, pays_by_itself_after_s: float = 0.0, callback_base: str = '') -> None:
        wechat = WechatGateway(merchant)
        self.district = DistrictGateway(merchant, wechat)
        self._shopping = Shopping(self.district, callback_base)
        self.sms = SmsGate(merchant.keys.acquirer_secret)
        self.gateways: dict[str, Gateway] = {
            'wechat': wechat, 'alipay': AlipayGateway(merchant), 'acquirer': AcquirerGateway(merchant),
        }  # fmt: skip
        self.bank = Bank({name: self.gateways[name].orders for name in ('wechat', 'alipay')})
        self._after_s = pays_by_itself_after_s
        self._telling: set[asyncio.Task[None]] = set()

    def application(self) -> Starlette:
        routes = [Route('/', self._wallet), Route('/pay', self._pay, methods=['POST']), *self.bank.routes()]
        mounts = [gateway.mount(f'/{name}') for name, gateway in self.gateways.items()]
        others = [self.district.mount('/district', self._shopping.routes()), self.sms.mount('/sms')]
        return Starlette(routes=[*routes, *mounts, *others], lifespan=self._lifespan)

    async def pay(self, gateway: Gateway, order: Order, *, times: int = 1) -> None:
        """A payer pays a shown code, and the gateway tells the merchant, as often as asked and until it is heard."""
        if await asyncio.to_thread(gateway.orders.pay, order):
            for _ in range(times):
                await self.tell(gateway, order)

    async def tell(self, gateway: Gateway, order: Order) -> None:
        """Notifies once, and again while the merchant does not take it."""
        await deliver(order.notify_url, lambda: gateway.notice(order))

    def waiting(self) -> list[tuple[Gateway, Order]]:
        """The codes that wait to be paid."""
        found = [(gateway, order) for gateway in self.gateways.values() for order in gateway.orders.all()]
        return [(gateway, order) for gateway, order in found if order.show and order.state is State.CREATED]

    @asynccontextmanager
    async def _lifespan(self, _: Starlette) -> AsyncIterator[None]:
        paying = asyncio.create_task(self._pay_by_itself()) if self._after_s else None
        yield
        for task in (*self._telling, *([paying] if paying else [])):
            task.cancel()

    async def _pay_by_itself(self) -> None:
        seen: dict[str, float] = {}
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            for gateway, order in self.waiting():
                if loop.time() - seen.setdefault(order.out_no, loop.time()) >= self._after_s:
                    self._begin(gateway, order)

    def _begin(self, gateway: Gateway, order: Order) -> None:
        task = asyncio.create_task(self.pay(gateway, order))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _pay(self, request: Request) -> Response:
        form = dict([part.split('=', 1) for part in (await request.body()).decode().split('&') if '=' in part])
        wanted = form.get('out_no', '')
        for gateway, order in self.waiting():
            if order.out_no == wanted:
                self._begin(gateway, order)
        return RedirectResponse('/', 303)

    async def _wallet(self, request: Request) -> Response:
        rows = ''.join(
            f'<form method=post action=/pay><input type=hidden name=out_no value="{html.escape(order.out_no)}">'
            f'<b>¥{order.fen / 100:.2f}</b> {html.escape(order.subject)} <small>{html.escape(order.show)}</small> '
            '<button>付款 Pay</button></form>'
            for _, order in self.waiting()
        )
        return HTMLResponse(
            '<!doctype html><meta charset=utf-8><meta http-equiv=refresh content=2><title>钱包 Wallet</title>'
            '<h1>钱包 Wallet</h1><p><a href=/sms/>短信 SMS</a> <a href=/district/>商圈 District</a> '
            '<a href=/bank/statement.csv>银行对账单 Bank statement</a>'
            f'{rows or "没有待付款的收款码。 No code waits to be paid."}'
        )
