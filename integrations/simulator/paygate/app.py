"""The gateway as one web application, with the wallet of its payers and the text messages they received.

`GET /` is the wallet: the codes that tills show, each with a button that pays it. `POST /pay` with `out_no` pays one
from a terminal. A code that is shown may also be paid by itself after a while, as customers do.
"""

import asyncio
import html
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx
import structlog
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from integrations.simulator.paygate.acquirer import AcquirerGateway
from integrations.simulator.paygate.alipay import AlipayGateway
from integrations.simulator.paygate.keys import Keys
from integrations.simulator.paygate.merchant import Merchant
from integrations.simulator.paygate.orders import Order, State
from integrations.simulator.paygate.wechat import WechatGateway
from integrations.simulator.smsgate import SmsGate

log = structlog.get_logger(__name__)

Gateway = WechatGateway | AlipayGateway | AcquirerGateway
# WeChat's own plan begins 15 s, 15 s, 30 s, 3 min …; a demo is not that patient.
AGAIN_AFTER_S = (1, 2, 5, 15, 30)
LOOK_EVERY_S = 0.5


def serve(keys: Keys, *, port: int, pays_by_itself_after_s: float) -> None:
    """Serves the gateway until the process is told to stop."""
    gate = Paygate(Merchant(keys), pays_by_itself_after_s=pays_by_itself_after_s)
    uvicorn.run(gate.application(), port=port, log_config=None, access_log=False, ws='none')


class Paygate:
    """Three gateways and their payers."""

    def __init__(self, merchant: Merchant, *, pays_by_itself_after_s: float = 0.0) -> None:
        self.sms = SmsGate(merchant.keys.acquirer_secret)
        self.gateways: dict[str, Gateway] = {
            'wechat': WechatGateway(merchant), 'alipay': AlipayGateway(merchant), 'acquirer': AcquirerGateway(merchant),
        }  # fmt: skip
        self._after_s = pays_by_itself_after_s
        self._telling: set[asyncio.Task[None]] = set()

    def application(self) -> Starlette:
        routes = [Route('/', self._wallet), Route('/pay', self._pay, methods=['POST'])]
        mounts = [gateway.mount(f'/{name}') for name, gateway in self.gateways.items()]
        return Starlette(routes=[*routes, *mounts, self.sms.mount('/sms')], lifespan=self._lifespan)

    async def pay(self, gateway: Gateway, order: Order, *, times: int = 1) -> None:
        """A payer pays a shown code, and the gateway tells the merchant, as often as asked and until it is heard."""
        if await asyncio.to_thread(gateway.orders.pay, order):
            for _ in range(times):
                await self.tell(gateway, order)

    async def tell(self, gateway: Gateway, order: Order) -> None:
        """Notifies once, and again while the merchant does not take it."""
        for pause_s in (0, *AGAIN_AFTER_S):
            await asyncio.sleep(pause_s)
            headers, body = gateway.notice(order)
            try:
                async with httpx.AsyncClient(timeout=5.0) as client:
                    heard = await client.post(order.notify_url, content=body, headers=headers)
            except httpx.HTTPError as error:
                log.info('the merchant does not hear', why=type(error).__name__)
                continue
            if heard.is_success:
                return
            log.info('the merchant did not take the notice', status=heard.status_code)

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
            '<h1>钱包 Wallet</h1><p><a href=/sms/>短信 SMS</a>'
            f'{rows or "没有待付款的收款码。 No code waits to be paid."}'
        )
