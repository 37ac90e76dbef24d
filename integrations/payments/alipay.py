"""Alipay (支付宝 当面付): scanned codes, shown codes, query, cancel, refund, bill, notices.

Signing and verifying are python-alipay-sdk's. Its clock is the machine's, so every request carries the time in China
itself. Outcomes follow `trade_status` and the codes 10000, 10003 (paying), 20000 (unknown), 40004 (refused).
"""

import csv
import io
import zipfile
from collections.abc import Mapping
from datetime import date, datetime
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl

import httpx
from alipay import AliPay
from alipay.utils import AliPayConfig

from domain.payments.commands import BillLine, ImportBill, PaymentNotice
from domain.payments.ports import Outcome, PayAnswer, PayRequest, RefundRequest
from integrations.payments.client import (
    CHINA,
    TIMEOUT_S,
    ChannelRefused,
    NoticeForged,
    Reply,
    fee_of,
    fen_of,
    yuan,
)
from integrations.payments.reach import Reach
from integrations.payments.settings import AlipaySettings

PAID = ('TRADE_SUCCESS', 'TRADE_FINISHED')
PENDING = PayAnswer(outcome=Outcome.PENDING)
CLOSED = PayAnswer(outcome=Outcome.CLOSED)
UNKNOWN = PayAnswer(outcome=Outcome.UNKNOWN)
OK, PAYING, REFUSED = '10000', '10003', '40004'
NO_TRADE = 'ACQ.TRADE_NOT_EXIST'


class AlipayChannel:
    """One mall's Alipay."""

    name = 'alipay'

    def __init__(self, settings: AlipaySettings, *, notify_url: str) -> None:
        self._settings = settings
        self._notify_url = notify_url
        self._reach = Reach('alipay')

    @property
    def merchant(self) -> str:
        return self._settings.seller_id

    def pay(self, request: PayRequest) -> PayAnswer:
        """Charges a scanned code, or shows one; an answer that was lost is `PENDING`, to be asked about."""
        order = {'out_trade_no': request.out_no, 'total_amount': yuan(request.fen), 'subject': _plain(request.subject)}
        if request.auth_code:
            told = self._call('alipay.trade.pay', order | {'scene': 'bar_code', 'auth_code': request.auth_code})
            if told.get('code') == OK:
                return _paid(told)
            return CLOSED if told.get('code') == REFUSED else PENDING
        told = self._call('alipay.trade.precreate', order, notify_url=self._notify_url)
        if told.get('code') == OK:
            return PayAnswer(outcome=Outcome.PENDING, show=told['qr_code'])
        return CLOSED if told.get('code') == REFUSED else PENDING

    def query(self, out_no: str) -> PayAnswer:
        """What became of an attempt. A shown code that nobody has scanned yet is no trade there."""
        told = self._call('alipay.trade.query', {'out_trade_no': out_no})
        if told.get('code') != OK:
            return PENDING
        status = told.get('trade_status')
        if status in PAID:
            return _paid(told)
        return CLOSED if status == 'TRADE_CLOSED' else PENDING

    def cancel(self, out_no: str) -> PayAnswer:
        """撤销; money that had moved goes back."""
        told = self._call('alipay.trade.cancel', {'out_trade_no': out_no})
        if told.get('code') == OK or told.get('sub_code') == NO_TRADE:
            return CLOSED if told.get('retry_flag', 'N') == 'N' else UNKNOWN
        return UNKNOWN

    def refund(self, request: RefundRequest) -> Outcome:
        """Gives money back; the same number asked twice is one refund."""
        told = self._call(
            'alipay.trade.refund',
            {
                'out_trade_no': request.out_no,
                'out_request_no': request.out_refund_no,
                'refund_amount': yuan(request.refund_fen),
            },
        )
        return Outcome.PAID if told.get('code') == OK else Outcome.UNKNOWN

    def read_notice(self, headers: Mapping[str, str], body: bytes, now: datetime) -> PaymentNotice | None:
        """The verified notice of a payment; None for one of something else.

        Alipay sends the same signed words for a day: their age says nothing, the trade's number makes them count once.
        """
        told = dict(parse_qsl(body.decode('utf-8', 'replace'), keep_blank_values=True))
        signature = told.pop('sign', '')
        try:
            is_genuine = bool(signature) and self._sdk.verify(dict(told), signature)
        except Exception as error:  # the library raises whatever its decoders do
            raise NoticeForged(reason=type(error).__name__) from error
        if not is_genuine:
            raise NoticeForged(reason='the signature does not hold')
        if told.get('app_id') != self._settings.app_id or told.get('seller_id') != self.merchant:
            raise NoticeForged(reason='another merchant or application')
        if told.get('trade_status') not in PAID or 'refund_fee' in told:
            return None
        return PaymentNotice(
            channel=self.name,
            merchant=self.merchant,
            out_no=told['out_trade_no'],
            transaction_no=told['trade_no'],
            fen=fen_of(told['total_amount']),
            paid_at=_moment(told['gmt_payment']),
        )

    def reply(self, *, is_taken: bool) -> Reply:
        """`success` ends the notice, anything else brings it again."""
        return Reply(200 if is_taken else 503, b'success' if is_taken else b'fail', 'text/plain')

    def bill(self, day: date) -> ImportBill | None:
        """The trade bill of a day."""
        told = self._call(
            'alipay.data.dataservice.bill.downloadurl.query', {'bill_type': 'trade', 'bill_date': day.isoformat()}
        )
        if told.get('sub_code') == 'isp.bill_not_exist':
            return None
        if told.get('code') != OK:
            raise ChannelRefused(reason=str(told.get('sub_code') or told.get('code') or 'no answer'))
        packed = httpx.get(told['bill_download_url'], timeout=TIMEOUT_S[1])
        if packed.status_code != httpx.codes.OK:
            raise ChannelRefused(reason=f'the bill did not come: {packed.status_code}')
        return ImportBill(channel=self.name, bill_on=day, lines=read_bill(_unpacked(packed.content)), settled_fen=None)

    @cached_property
    def _sdk(self) -> AliPay:
        given = self._settings
        sdk = AliPay(
            appid=given.app_id,
            app_notify_url=None,
            app_private_key_string=given.private_key.get_secret_value(),
            alipay_public_key_string=given.public_key,
            sign_type='RSA2',
            config=AliPayConfig(timeout=TIMEOUT_S[1]),
        )
        sdk._gateway = given.gateway
        return sdk

    def _call(self, api: str, content: dict[str, Any], **more: str) -> dict[str, Any]:
        """The verified answer; empty where no trustworthy one came."""
        stamp = datetime.now(CHINA).strftime('%Y-%m-%d %H:%M:%S')
        try:
            told = dict(self._sdk.server_api(api, content, timestamp=stamp, **more))
        except Exception as error:  # urllib's errors, and the library's for answers that are not signed
            self._reach.lost(api, type(error).__name__)
            return {}
        self._reach.answered()
        return told


def _paid(told: Mapping[str, Any]) -> PayAnswer:
    moment = told.get('gmt_payment') or told.get('send_pay_date')
    return PayAnswer(
        outcome=Outcome.PAID,
        transaction_no=told.get('trade_no', ''),
        fen=fen_of(told['total_amount']),
        paid_at=_moment(moment) if moment else None,
    )


def _moment(text: str) -> datetime:
    return datetime.strptime(text[:19], '%Y-%m-%d %H:%M:%S').replace(tzinfo=CHINA)


def _plain(subject: str) -> str:
    """Without braces: the library finds the signed part of an answer by counting them."""
    return subject.translate({ord('{'): '(', ord('}'): ')'})[:127]


def _unpacked(content: bytes) -> str:
    """The details of the bill: the one file of the archive that is no summary. GBK, as Alipay writes it."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = [name for name in archive.namelist() if '汇总' not in name]
        return archive.read(names[0]).decode('gbk')


def read_bill(text: str) -> tuple[BillLine, ...]:
    """The lines of a trade bill; lines that begin with # are remarks.

    :raises ChannelRefused: when a column is missing.
    """
    rows = csv.DictReader(line for line in io.StringIO(text) if not line.startswith('#'))
    names = {name.strip(): name for name in rows.fieldnames or ()}
    if missing := [name for name in ('商户订单号', '业务类型', '订单金额（元）', '服务费（元）') if name not in names]:
        raise ChannelRefused(reason=f'the bill lacks {", ".join(missing)}')
    found = []
    for row in rows:
        get = {short: (row[long] or '').strip() for short, long in names.items()}
        is_refund = get['业务类型'] == '退款'
        number = get.get('退款批次号/请求号') or get['商户订单号'] if is_refund else get['商户订单号']
        amount = abs(fen_of(get['订单金额（元）']))
        # a payment's fee is written as what leaves the merchant, a negative amount
        found.append(
            BillLine(out_no=number, fen=-amount if is_refund else amount, fee_fen=-fee_of(get['服务费（元）']))
        )
    return tuple(found)
