"""An acquirer as `integrations.payments.acquirer` speaks with it: JSON and HMAC, both ways."""

import hmac
import secrets
import time
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from integrations.payments.acquirer import signature
from integrations.simulator.paygate.merchant import Merchant
from integrations.simulator.paygate.orders import Behaviour, Order, Orders, fee_of

CHINA = ZoneInfo('Asia/Shanghai')


class AcquirerGateway:
    """One merchant's orders."""

    def __init__(self, merchant: Merchant) -> None:
        self._merchant = merchant
        self.orders = Orders('62')

    def mount(self, path: str) -> Mount:
        return Mount(path, routes=[Route('/{what}', self._answer, methods=['POST'])])

    def notice(self, order: Order, **changes: Any) -> tuple[dict[str, str], bytes]:
        """Headers and body of a payment notice; changes are signed too."""
        body = orjson.dumps(self._told(order) | {'currency': 'CNY'} | changes)
        path, stamp, nonce = urlsplit(order.notify_url).path, str(int(time.time())), secrets.token_hex(16)
        signed = signature(self._merchant.keys.acquirer_secret, 'POST', path, stamp, nonce, body)
        return {'content-type': 'application/json', 'x-timestamp': stamp, 'x-nonce': nonce, 'x-signature': signed}, body

    async def _answer(self, request: Request) -> Response:
        body, path = await request.body(), request.url.path
        stamp, nonce = request.headers.get('x-timestamp', ''), request.headers.get('x-nonce', '')
        wanted = signature(self._merchant.keys.acquirer_secret, 'POST', path, stamp, nonce, body)
        if not hmac.compare_digest(wanted, request.headers.get('x-signature', '')):
            return Response(status_code=401)
        told = self._do(request.path_params['what'], orjson.loads(body))
        if told is None:
            return Response(status_code=502)
        answer = orjson.dumps(told)
        signed = signature(self._merchant.keys.acquirer_secret, 'ANSWER', path, stamp, nonce, answer)
        return Response(answer, headers={'x-signature': signed}, media_type='application/json')

    def _do(self, what: str, asked: dict[str, Any]) -> dict[str, Any] | None:
        if what == 'bill':
            return self._bill(asked['day'])
        if what == 'pay':
            return self._pay(asked)
        order = self.orders.find(asked['out_no'])
        if order is None:
            return {'state': 'closed' if what == 'cancel' else 'unknown'}
        if what == 'query':
            self.orders.ask(order)
        elif what == 'cancel':
            self.orders.cancel(order)
        elif what == 'refund' and self.orders.refund(order, asked['out_refund_no'], asked['fen']):
            return {'state': 'refunded'}
        return self._told(order)

    def _pay(self, asked: dict[str, Any]) -> dict[str, Any] | None:
        if 'auth_code' not in asked:
            order = self.orders.show(
                asked['out_no'], asked['fen'], asked['subject'], asked['notify_url'], scheme='https://qr.95516.com/'
            )
            return {'state': 'created', 'qr': order.show}
        order = self.orders.charge(asked['out_no'], asked['fen'], asked['subject'], asked['auth_code'])
        return None if order.behaviour is Behaviour.GATEWAY_TIMES_OUT else self._told(order)

    def _bill(self, day: str) -> dict[str, Any]:
        lines = []
        for order in self.orders.all():
            if order.paid_at is not None and order.paid_at.astimezone(CHINA).date().isoformat() == day:
                lines.append({'out_no': order.out_no, 'fen': order.fen, 'fee_fen': fee_of(order.fen)})
                for number, fen in order.refunds.items():
                    lines.append({'out_no': number, 'fen': -fen, 'fee_fen': -fee_of(fen)})
        return {'lines': lines, 'settled_fen': sum(line['fen'] - line['fee_fen'] for line in lines)}

    def _told(self, order: Order) -> dict[str, Any]:
        told: dict[str, Any] = {
            'merchant': self._merchant.acquirer_merchant, 'out_no': order.out_no, 'fen': order.fen,
            'state': order.state.value,
        }  # fmt: skip
        if order.paid_at is not None:
            told |= {'transaction_id': order.transaction_no, 'paid_at': order.paid_at.astimezone(CHINA).isoformat()}
        return told
