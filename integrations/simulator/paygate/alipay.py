"""Alipay's gateway.do as merchants speak with it: RSA2, JSON answers of which the inner object is signed."""

import io
import zipfile
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Mount, Route

from integrations.simulator.paygate.merchant import Merchant
from integrations.simulator.paygate.orders import Behaviour, Order, Orders, State, fee_of
from integrations.simulator.paygate.signing import holds, sign

CHINA = ZoneInfo('Asia/Shanghai')
STATUS = {
    State.CREATED: 'WAIT_BUYER_PAY', State.PAYING: 'WAIT_BUYER_PAY', State.PAID: 'TRADE_SUCCESS',
    State.CLOSED: 'TRADE_CLOSED',
}  # fmt: skip
Asked = Mapping[str, Any]


class AlipayGateway:
    """One merchant's trades."""

    def __init__(self, merchant: Merchant) -> None:
        self._merchant = merchant
        self.orders = Orders('2026')
        self._apis: dict[str, Callable[[Asked, Mapping[str, str], Request], dict[str, Any]]] = {
            'alipay.trade.pay': self._pay,
            'alipay.trade.precreate': self._precreate,
            'alipay.trade.query': self._query,
            'alipay.trade.cancel': self._cancel,
            'alipay.trade.refund': self._refund,
            'alipay.data.dataservice.bill.downloadurl.query': self._bill,
        }

    def mount(self, path: str) -> Mount:
        return Mount(path, routes=[Route('/gateway.do', self._answer), Route('/bill/{day}', self._file)])

    def notice(self, order: Order, *, private_key: str = '', **changes: str) -> tuple[dict[str, str], bytes]:
        """Headers and body of a payment notice, a signed form; changes are signed too, with our key or another."""
        assert order.paid_at is not None
        paid_at = f'{order.paid_at.astimezone(CHINA):%Y-%m-%d %H:%M:%S}'
        told = {
            'notify_id': f'n{order.transaction_no}', 'notify_time': paid_at, 'notify_type': 'trade_status_sync',
            'app_id': self._merchant.alipay_app_id, 'seller_id': self._merchant.seller_id, 'charset': 'utf-8',
            'out_trade_no': order.out_no, 'trade_no': order.transaction_no, 'trade_status': 'TRADE_SUCCESS',
            'total_amount': _yuan(order.fen), 'gmt_payment': paid_at, 'sign_type': 'RSA2',
        } | changes  # fmt: skip
        words = '&'.join(f'{name}={value}' for name, value in sorted(told.items()) if name != 'sign_type')
        signed = sign(private_key or self._merchant.keys.gateway.private, words)
        body = urlencode(told | {'sign': signed}).encode()
        return {'content-type': 'application/x-www-form-urlencoded'}, body

    async def _answer(self, request: Request) -> Response:
        given = dict(request.query_params)
        signature = given.pop('sign', '')
        words = '&'.join(f'{name}={value}' for name, value in sorted(given.items()))
        api = given.get('method', '')
        if not holds(self._merchant.keys.merchant.public, words, signature) or api not in self._apis:
            return Response(orjson.dumps({'error_response': {'code': '40002', 'msg': 'Invalid Arguments'}}))
        told = self._apis[api](orjson.loads(given['biz_content']), given, request)
        if told.pop('lost', False):
            return Response(status_code=502)
        inner = orjson.dumps(told).decode()
        signed = sign(self._merchant.keys.gateway.private, inner)
        name = api.replace('.', '_') + '_response'
        return Response(f'{{"{name}":{inner},"sign":"{signed}"}}', media_type='application/json')

    def _pay(self, asked: Asked, given: Mapping[str, str], request: Request) -> dict[str, Any]:
        order = self.orders.charge(
            asked['out_trade_no'], _fen(asked['total_amount']), asked['subject'], asked['auth_code']
        )
        if order.behaviour is Behaviour.GATEWAY_TIMES_OUT and order.questions == 0:
            return {'lost': True}
        if order.behaviour is Behaviour.IS_BROKE:
            return _no('ACQ.BUYER_BALANCE_NOT_ENOUGH')
        if order.state is State.PAYING:
            return {'code': '10003', 'msg': 'order success pay inprocess'}
        return self._told(order)

    def _precreate(self, asked: Asked, given: Mapping[str, str], request: Request) -> dict[str, Any]:
        order = self.orders.show(
            asked['out_trade_no'], _fen(asked['total_amount']), asked['subject'], given['notify_url'],
            scheme='https://qr.alipay.com/',
        )  # fmt: skip
        return {'code': '10000', 'msg': 'Success', 'out_trade_no': order.out_no, 'qr_code': order.show}

    def _query(self, asked: Asked, given: Mapping[str, str], request: Request) -> dict[str, Any]:
        order = self.orders.find(asked['out_trade_no'])
        if order is None or (order.show and order.state is State.CREATED):
            return _no('ACQ.TRADE_NOT_EXIST')  # a code that nobody scanned is no trade
        self.orders.ask(order)
        return self._told(order)

    def _cancel(self, asked: Asked, given: Mapping[str, str], request: Request) -> dict[str, Any]:
        order = self.orders.find(asked['out_trade_no'])
        if order is None:
            return _no('ACQ.TRADE_NOT_EXIST')
        again = self.orders.cancel(order) is State.PAYING
        return {'code': '10000', 'msg': 'Success', 'retry_flag': 'Y' if again else 'N', 'out_trade_no': order.out_no}

    def _refund(self, asked: Asked, given: Mapping[str, str], request: Request) -> dict[str, Any]:
        order = self.orders.find(asked['out_trade_no'])
        if order is None:
            return _no('ACQ.TRADE_NOT_EXIST')
        if not self.orders.refund(order, asked['out_request_no'], _fen(asked['refund_amount'])):
            return _no('ACQ.REFUND_AMT_NOT_EQUAL_TOTAL')
        return {'code': '10000', 'msg': 'Success', 'fund_change': 'Y', 'refund_fee': asked['refund_amount']}

    def _bill(self, asked: Asked, given: Mapping[str, str], request: Request) -> dict[str, Any]:
        base = str(request.url).partition('/gateway.do')[0]
        return {'code': '10000', 'msg': 'Success', 'bill_download_url': f'{base}/bill/{quote(asked["bill_date"])}'}

    async def _file(self, request: Request) -> Response:
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, 'w') as archive:
            archive.writestr('业务明细(汇总).csv', '#合计\r\n'.encode('gbk'))
            archive.writestr('业务明细.csv', self.bill_text(request.path_params['day']).encode('gbk'))
        return Response(packed.getvalue(), media_type='application/zip')

    def bill_text(self, day: str) -> str:
        """The day's details; a payment's fee is negative, as it leaves the merchant."""
        rows = ['#支付宝业务明细查询', '支付宝交易号,商户订单号,业务类型,订单金额（元）,服务费（元）,退款批次号/请求号']
        for order in self.orders.all():
            if order.paid_at is None or order.paid_at.astimezone(CHINA).date().isoformat() != day:
                continue
            number, fee = order.transaction_no, fee_of(order.fen)
            rows.append(f'{number}\t,{order.out_no}\t,交易,{_yuan(order.fen)},{_yuan(-fee)},')
            for refund, fen in order.refunds.items():
                rows.append(f'{number}\t,{order.out_no}\t,退款,{_yuan(-fen)},{_yuan(fee_of(fen))},{refund}')
        return '\r\n'.join([*rows, '#导出结束', ''])

    def _told(self, order: Order) -> dict[str, Any]:
        told: dict[str, Any] = {
            'code': '10000', 'msg': 'Success', 'out_trade_no': order.out_no, 'trade_status': STATUS[order.state],
            'total_amount': _yuan(order.fen),
        }  # fmt: skip
        if order.paid_at is not None:
            moment: datetime = order.paid_at.astimezone(CHINA)
            told |= {'trade_no': order.transaction_no, 'gmt_payment': f'{moment:%Y-%m-%d %H:%M:%S}'}
        return told


def _no(sub_code: str) -> dict[str, Any]:
    return {'code': '40004', 'msg': 'Business Failed', 'sub_code': sub_code}


def _yuan(fen: int) -> str:
    return f'{Decimal(fen) / 100:.2f}'


def _fen(yuan: str) -> int:
    return int(Decimal(yuan) * 100)
