"""WeChat Pay v3 as merchants speak with it."""

import re
import secrets
import time
from base64 import b64encode
from collections.abc import Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from integrations.simulator.paygate.keys import certificate_of, serial_of
from integrations.simulator.paygate.merchant import Merchant
from integrations.simulator.paygate.orders import Behaviour, Order, Orders, State, fee_of
from integrations.simulator.paygate.signing import holds, sign

CHINA = ZoneInfo('Asia/Shanghai')
STATES = {State.CREATED: 'NOTPAY', State.PAYING: 'USERPAYING', State.PAID: 'SUCCESS', State.CLOSED: 'CLOSED'}
AUTHORIZATION = re.compile(r'(\w+)="([^"]*)"')


class WechatGateway:
    """One merchant's orders over the v3 interface. Its paths are signed from `/v3` on, wherever it is mounted."""

    def __init__(self, merchant: Merchant) -> None:
        self._merchant = merchant
        self.orders = Orders('42000')
        self.certificates_asked = 0

    def mount(self, path: str) -> Mount:
        order = '/v3/pay/transactions/out-trade-no/{out_no}'
        routes = [
            Route('/v3/pay/transactions/codepay', self.signed(self._codepay), methods=['POST']),
            Route('/v3/pay/transactions/native', self.signed(self._native), methods=['POST']),
            Route('/v3/pay/transactions/jsapi', self.signed(self._jsapi), methods=['POST']),
            Route(order, self.signed(self._query), methods=['GET']),
            Route(f'{order}/reverse', self.signed(self._reverse), methods=['POST']),
            Route(f'{order}/close', self.signed(self._close), methods=['POST']),
            Route('/v3/refund/domestic/refunds', self.signed(self._refund), methods=['POST']),
            Route('/v3/bill/tradebill', self.signed(self._bill), methods=['GET']),
            Route('/v3/billdownload/file', self.signed(self._file), methods=['GET']),
            Route('/v3/certificates', self.signed(self._certificates), methods=['GET']),
        ]
        return Mount(path, routes=routes)

    def notice(self, order: Order, **changes: Any) -> tuple[dict[str, str], bytes]:
        """Headers and body of a payment notice; changes forge what is inside."""
        return self.sealed_notice('TRANSACTION.SUCCESS', 'transaction', self._told(order) | changes)

    def sealed_notice(self, event: str, kind: str, facts: dict[str, Any]) -> tuple[dict[str, str], bytes]:
        """Headers and body of any notice, encrypted for the merchant."""
        body = orjson.dumps({
            'id': secrets.token_hex(16),
            'create_time': datetime.now(CHINA).isoformat(),
            'event_type': event,
            'resource_type': 'encrypt-resource',
            'summary': '通知',
            'resource': {'original_type': kind, **self._sealed(orjson.dumps(facts), kind)},
        })  # fmt: skip
        return self.sealed_headers(body), body

    def _sealed(self, content: bytes, kind: str) -> dict[str, str]:
        nonce = secrets.token_hex(6)
        sealed = AESGCM(self._merchant.keys.api_v3_key.encode()).encrypt(nonce.encode(), content, kind.encode())
        return {
            'algorithm': 'AEAD_AES_256_GCM', 'nonce': nonce, 'associated_data': kind,
            'ciphertext': b64encode(sealed).decode(),
        }  # fmt: skip

    def sealed_headers(self, body: bytes, *, at: int | None = None, private_key: str = '') -> dict[str, str]:
        """The headers that sign a body, now or at another time, with our key or another."""
        stamp, nonce = str(at or int(time.time())), secrets.token_hex(16)
        words = f'{stamp}\n{nonce}\n{body.decode()}\n'
        return {
            'content-type': 'application/json',
            'wechatpay-timestamp': stamp,
            'wechatpay-nonce': nonce,
            'wechatpay-serial': self._merchant.wechat_serial,
            'wechatpay-signature-type': 'WECHATPAY2-SHA256-RSA2048',
            'wechatpay-signature': sign(private_key or self._merchant.keys.gateway.private, words),
        }

    def signed(self, handle: Callable[[dict[str, Any], Request], Response]) -> Callable[[Request], Any]:
        """Refuses what the merchant did not sign."""

        async def answer(request: Request) -> Response:
            body = await request.body()
            path = request.url.path[request.url.path.index('/v3') :]
            path += f'?{request.url.query}' if request.url.query else ''
            given = dict(AUTHORIZATION.findall(request.headers.get('authorization', '')))
            words = '\n'.join([
                request.method, path, given.get('timestamp', ''), given.get('nonce_str', ''), body.decode(), ''
            ])  # fmt: skip
            if given.get('mchid') != self._merchant.mchid or not holds(
                self._merchant.keys.merchant.public, words, given.get('signature', '')
            ):
                return self.answer({'code': 'SIGN_ERROR', 'message': '签名错误'}, 401)
            return handle(orjson.loads(body) if body else {}, request)

        return answer

    def _codepay(self, asked: dict[str, Any], request: Request) -> Response:
        order = self.orders.charge(
            asked['out_trade_no'], asked['amount']['total'], asked['description'], asked['payer']['auth_code']
        )
        if order.behaviour is Behaviour.GATEWAY_TIMES_OUT and order.questions == 0:
            return Response(status_code=502)
        if order.behaviour is Behaviour.IS_BROKE:
            return self.answer({'code': 'NOTENOUGH', 'message': '余额不足'}, 403)
        if order.state is State.PAYING:
            return self.answer({'code': 'USERPAYING', 'message': '需要用户输入支付密码'}, 400)
        return self.answer(self._told(order))

    def _native(self, asked: dict[str, Any], request: Request) -> Response:
        return self.answer({'code_url': self._shown(asked).show})

    def _jsapi(self, asked: dict[str, Any], request: Request) -> Response:
        return self.answer({'prepay_id': self._shown(asked).show.rpartition('=')[2]})

    def _shown(self, asked: dict[str, Any]) -> Order:
        return self.orders.show(
            asked['out_trade_no'], asked['amount']['total'], asked['description'], asked['notify_url'],
            scheme='weixin://wxpay/bizpayurl?pr=',
        )  # fmt: skip

    def _query(self, asked: dict[str, Any], request: Request) -> Response:
        order = self.orders.find(request.path_params['out_no'])
        if order is None:
            return self.answer({'code': 'ORDER_NOT_EXIST', 'message': '订单不存在'}, 404)
        self.orders.ask(order)
        return self.answer(self._told(order))

    def _reverse(self, asked: dict[str, Any], request: Request) -> Response:
        order = self.orders.find(request.path_params['out_no'])
        if order is None:
            return self.answer({'code': 'ORDER_NOT_EXIST', 'message': '订单不存在'}, 404)
        if order.show:
            return self.answer({'code': 'INVALID_REQUEST', 'message': '非付款码订单'}, 400)
        if self.orders.cancel(order) is State.PAYING:
            return self.answer({'code': 'USERPAYING', 'message': '用户支付中'}, 400)
        return self.answer({'out_trade_no': order.out_no})

    def _close(self, asked: dict[str, Any], request: Request) -> Response:
        order = self.orders.find(request.path_params['out_no'])
        if order is None:
            return self.answer({'code': 'ORDER_NOT_EXIST', 'message': '订单不存在'}, 404)
        if order.state is State.PAID:
            return self.answer({'code': 'ORDERPAID', 'message': '订单已支付'}, 400)
        self.orders.cancel(order)
        return self.answer({}, 204)

    def _refund(self, asked: dict[str, Any], request: Request) -> Response:
        order = self.orders.find(asked['out_trade_no'])
        amount = asked['amount']
        if order is None or amount['total'] != order.fen:
            return self.answer({'code': 'RESOURCE_NOT_EXISTS', 'message': '订单不存在'}, 404)
        if not self.orders.refund(order, asked['out_refund_no'], amount['refund']):
            return self.answer({'code': 'INVALID_REQUEST', 'message': '退款金额不正确'}, 400)
        return self.answer({'status': 'SUCCESS', 'out_refund_no': asked['out_refund_no'], 'amount': amount})

    def _bill(self, asked: dict[str, Any], request: Request) -> Response:
        base = str(request.url).partition('/v3/')[0]
        return self.answer({'download_url': f'{base}/v3/billdownload/file?day={request.query_params["bill_date"]}'})

    def _file(self, asked: dict[str, Any], request: Request) -> Response:
        return Response(self.bill_text(request.query_params['day']), media_type='text/plain; charset=utf-8')

    def _certificates(self, asked: dict[str, Any], request: Request) -> Response:
        self.certificates_asked += 1
        certificate = certificate_of(self._merchant.keys.gateway)
        pem = certificate.public_bytes(Encoding.PEM)
        return self.answer({'data': [{
            'serial_no': serial_of(certificate), 'effective_time': certificate.not_valid_before_utc.isoformat(),
            'expire_time': certificate.not_valid_after_utc.isoformat(),
            'encrypt_certificate': self._sealed(pem, 'certificate'),
        }]})  # fmt: skip

    def bill_text(self, day: str) -> str:
        """The day's bill; paid and given back, each with its fee."""
        rows = ['交易时间,商户订单号,交易状态,应结订单金额,商户退款单号,退款金额,手续费']
        for order in self.orders.all():
            if order.paid_at is None or order.paid_at.astimezone(CHINA).date().isoformat() != day:
                continue
            at, fee = order.paid_at.astimezone(CHINA), fee_of(order.fen)
            rows.append(f'`{at:%Y-%m-%d %H:%M:%S},`{order.out_no},`SUCCESS,`{_yuan(order.fen)},`0,`0.00,`{_yuan(fee)}')
            for number, fen in order.refunds.items():
                taken = _yuan(-fee_of(fen))
                rows.append(f'`{at:%Y-%m-%d %H:%M:%S},`{order.out_no},`REFUND,`0.00,`{number},`{_yuan(fen)},`{taken}')
        return '\r\n'.join([*rows, '总交易单数,,,,,,', f'`{len(rows) - 1},,,,,,', ''])

    def _told(self, order: Order) -> dict[str, Any]:
        told: dict[str, Any] = {
            'appid': self._merchant.appid, 'mchid': self._merchant.mchid, 'out_trade_no': order.out_no,
            'trade_state': 'REFUND' if order.state is State.PAID and order.refunds else STATES[order.state],
            'amount': {'total': order.fen, 'currency': 'CNY'},
        }  # fmt: skip
        if order.paid_at is not None:
            told |= {
                'transaction_id': order.transaction_no, 'success_time': order.paid_at.astimezone(CHINA).isoformat(),
                'payer': {'openid': 'o-demo-payer'},
            }  # fmt: skip
        return told

    def answer(self, told: dict[str, Any], status: int = 200) -> Response:
        body = b'' if status == 204 else orjson.dumps(told)
        return Response(body, status, headers=self.sealed_headers(body))


def _yuan(fen: int) -> str:
    return f'{fen / 100:.2f}'
