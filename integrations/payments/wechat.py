"""WeChat Pay v3 (微信支付): JSAPI, Native, 付款码, query, reverse, refund, bill, notices.

Outcomes follow the API's `trade_state` and error codes (pay.weixin.qq.com, 付款码支付 and Native 支付).
"""

import csv
import io
import time
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

import orjson
import structlog

from domain.payments.commands import BillLine, ImportBill, PaymentNotice
from domain.payments.ports import Outcome, PayAnswer, PayRequest, RefundRequest
from integrations.payments.client import ChannelRefused, NoticeForged, Reply, fee_of, fen_of
from integrations.payments.settings import WechatPaySettings
from integrations.payments.wechat_v3 import WechatV3

log = structlog.get_logger(__name__)

STATES = {
    'SUCCESS': Outcome.PAID, 'REFUND': Outcome.PAID, 'NOTPAY': Outcome.PENDING, 'USERPAYING': Outcome.PENDING,
    'ACCEPT': Outcome.PENDING, 'CLOSED': Outcome.CLOSED, 'REVOKED': Outcome.CLOSED, 'PAYERROR': Outcome.CLOSED,
}  # fmt: skip
UNCLEAR = frozenset({'USERPAYING', 'SYSTEM_ERROR', 'SYSTEMERROR', 'BANKERROR', 'BANK_ERROR', 'FREQUENCY_LIMITED'})
UNKNOWN_THERE = frozenset({'ORDER_NOT_EXIST', 'ORDERNOTEXIST', 'RESOURCE_NOT_EXISTS'})
PENDING = PayAnswer(outcome=Outcome.PENDING)
CLOSED = PayAnswer(outcome=Outcome.CLOSED)


class WechatPayChannel:
    """One mall's WeChat Pay."""

    name = 'wechat'

    def __init__(self, settings: WechatPaySettings, *, notify_url: str) -> None:
        self._settings = settings
        self._notify_url = notify_url
        self._v3 = WechatV3(settings)

    @property
    def merchant(self) -> str:
        return self._settings.mchid

    def pay(self, request: PayRequest) -> PayAnswer:
        """Charges a scanned code, calls the mini-program's payer, or shows a code: whichever the request asks for.

        An answer that was lost is `PENDING`: the attempt is asked about, and cancelled when that takes too long.
        """
        order: dict[str, Any] = {
            'appid': self._settings.appid,
            'mchid': self.merchant,
            'description': request.subject[:127],
            'out_trade_no': request.out_no,
            'amount': {'total': request.fen, 'currency': 'CNY'},
        }
        if request.auth_code:
            order |= {'payer': {'auth_code': request.auth_code}, 'scene_info': {'store_info': {'id': 'mall'}}}
            return self._answer(*self._v3.call('/v3/pay/transactions/codepay', order))
        order['notify_url'] = self._notify_url
        if request.payer:
            status, told = self._v3.call('/v3/pay/transactions/jsapi', order | {'payer': {'openid': request.payer}})
            return self._shown(status, told, self._call_of_mini_program(told.get('prepay_id', '')))
        status, told = self._v3.call('/v3/pay/transactions/native', order)
        return self._shown(status, told, told.get('code_url', ''))

    def query(self, out_no: str) -> PayAnswer:
        """What became of an attempt."""
        return self._answer(*self._v3.call(f'/v3/pay/transactions/out-trade-no/{out_no}?mchid={self.merchant}'))

    def cancel(self, out_no: str) -> PayAnswer:
        """撤销 for a scanned code, 关单 for a shown one; what the channel never heard of is closed for sure."""
        facts = {'appid': self._settings.appid, 'mchid': self.merchant}
        for step in ('reverse', 'close'):
            status, told = self._v3.call(f'/v3/pay/transactions/out-trade-no/{out_no}/{step}', facts)
            if status in (200, 204) or told.get('code') in UNKNOWN_THERE:
                return CLOSED
            if told.get('code') in UNCLEAR or status == 0:
                break
        return PayAnswer(outcome=Outcome.UNKNOWN)

    def refund(self, request: RefundRequest) -> Outcome:
        """Gives money back; the same number asked twice is one refund."""
        status, told = self._v3.call(
            '/v3/refund/domestic/refunds',
            {
                'out_trade_no': request.out_no,
                'out_refund_no': request.out_refund_no,
                'amount': {'refund': request.refund_fen, 'total': request.total_fen, 'currency': 'CNY'},
            },
        )
        if status == 200 and told.get('status') == 'SUCCESS':
            return Outcome.PAID
        return Outcome.PENDING if status == 200 and told.get('status') == 'PROCESSING' else Outcome.UNKNOWN

    def read_notice(self, headers: Mapping[str, str], body: bytes, now: datetime) -> PaymentNotice | None:
        """The verified payment notice; None for a notice of something else (a refund, a complaint)."""
        told = self._v3.verified(headers, body, now)
        if told.get('event_type') != 'TRANSACTION.SUCCESS':
            return None
        paid = told['resource']
        if paid.get('mchid') != self.merchant or paid.get('appid') != self._settings.appid:
            raise NoticeForged(reason='another merchant or application')
        if paid.get('trade_state') != 'SUCCESS' or paid['amount'].get('currency', 'CNY') != 'CNY':
            raise NoticeForged(reason='no payment in yuan')
        return PaymentNotice(
            channel=self.name,
            merchant=paid['mchid'],
            out_no=paid['out_trade_no'],
            transaction_no=paid['transaction_id'],
            fen=int(paid['amount']['total']),
            paid_at=datetime.fromisoformat(paid['success_time']),
        )

    def reply(self, *, is_taken: bool) -> Reply:
        """204 ends the notice; anything else brings it again."""
        return Reply(204) if is_taken else Reply(503, b'{"code":"FAIL","message":"again, please"}')

    def bill(self, day: date) -> ImportBill | None:
        """The trade bill of a day (交易账单, type ALL)."""
        status, told = self._v3.call(f'/v3/bill/tradebill?bill_date={day.isoformat()}&bill_type=ALL')
        if told.get('code') in ('NO_STATEMENT_EXIST', 'STATEMENT_CREATING'):
            return None
        if status != 200:
            raise ChannelRefused(reason=str(told.get('code', status)))
        return ImportBill(
            channel=self.name, bill_on=day, lines=read_bill(self._v3.file(told['download_url'])), settled_fen=None
        )

    def _answer(self, status: int, told: dict[str, Any]) -> PayAnswer:
        if status == 200:
            outcome = STATES.get(told.get('trade_state', ''), Outcome.PENDING)
            return _paid(told) if outcome is Outcome.PAID else PayAnswer(outcome=outcome)
        if status == 0 or status >= 500 or told.get('code') in UNCLEAR | UNKNOWN_THERE:
            return PENDING
        log.warning('wechat pay refused', code=told.get('code'))
        return CLOSED

    def _shown(self, status: int, told: dict[str, Any], show: str) -> PayAnswer:
        if status == 200:
            return PayAnswer(outcome=Outcome.PENDING, show=show)
        return self._answer(status, told)

    def _call_of_mini_program(self, prepay_id: str) -> str:
        """What `wx.requestPayment` wants, signed."""
        stamp, nonce, package = str(int(time.time())), f'{time.time_ns():x}', f'prepay_id={prepay_id}'
        signature = self._v3.sign([self._settings.appid, stamp, nonce, package])
        return orjson.dumps(
            {'timeStamp': stamp, 'nonceStr': nonce, 'package': package, 'signType': 'RSA', 'paySign': signature}
        ).decode()


def _paid(told: dict[str, Any]) -> PayAnswer:
    return PayAnswer(
        outcome=Outcome.PAID,
        transaction_no=told.get('transaction_id', ''),
        fen=int(told['amount']['total']),
        paid_at=datetime.fromisoformat(told['success_time']) if told.get('success_time') else None,
    )


def read_bill(text: str) -> tuple[BillLine, ...]:
    """The lines of a trade bill: payments positive, refunds negative, each with its fee.

    The file is CSV with a grave accent before each value; two lines of totals close it.

    :raises ChannelRefused: when a column is missing.
    """
    rows = csv.DictReader(io.StringIO(text))
    needed = ('商户订单号', '交易状态', '应结订单金额', '商户退款单号', '退款金额', '手续费')
    if missing := [name for name in needed if name not in (rows.fieldnames or ())]:
        raise ChannelRefused(reason=f'the bill lacks {", ".join(missing)}')
    found = []
    for row in rows:
        if not (row['交易状态'] or '').strip('` '):
            break  # the totals
        is_refund = row['交易状态'].strip('` ') == 'REFUND'
        number = row['商户退款单号' if is_refund else '商户订单号'].strip('` ')
        amount = -fen_of(row['退款金额']) if is_refund else fen_of(row['应结订单金额'])
        found.append(BillLine(out_no=number, fen=amount, fee_fen=fee_of(row['手续费'])))
    return tuple(found)
