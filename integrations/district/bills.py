"""Refunds in a shop's own trade bill (商户交易账单), as the shop downloads it from WeChat Pay's merchant platform."""

import csv
import io
from datetime import datetime

from domain.district.commands import DistrictRefund, ImportRefunds
from domain.district.refunds import import_refunds
from domain.district.views import RefundImport
from domain.shared.actor import Actor
from domain.shared.operations import perform
from integrations.payments.client import CHINA, ChannelRefused, fen_of

NEEDED = ('交易时间', '微信订单号', '交易状态', '微信退款单号', '退款金额')
REFUNDED_AT = '退款成功时间'  # only in bills of refunds


def import_bill(actor: Actor, shop: str, content: bytes) -> RefundImport:
    """Takes in the refunds of a shop's bill.

    :raises ChannelRefused: when it cannot be read.
    """
    try:
        text = content.decode('utf-8-sig')
    except UnicodeDecodeError:
        raise ChannelRefused(reason='the bill is not UTF-8') from None
    return perform(import_refunds, actor=actor, command=ImportRefunds(shop=shop, refunds=read_refunds(text)))


def read_refunds(text: str) -> tuple[DistrictRefund, ...]:
    """The refunds of a bill of all transactions or of refunds alone; a grave accent stands before each value.

    :raises ChannelRefused: when a column is missing, or a value is none.
    """
    rows = csv.DictReader(io.StringIO(text))
    if missing := [name for name in NEEDED if name not in (rows.fieldnames or ())]:
        raise ChannelRefused(reason=f'the bill lacks {", ".join(missing)}')
    found = []
    for number, raw in enumerate(rows, start=2):
        row = {name: (value or '').strip('` ') for name, value in raw.items() if name}
        if not row['交易状态']:
            break  # the totals
        if row['交易状态'] != 'REFUND':
            continue
        try:
            found.append(_refund(row))
        except ValueError as error:
            raise ChannelRefused(reason=f'line {number} of the bill: {error}') from error
    return tuple(found)


def _refund(row: dict[str, str]) -> DistrictRefund:
    told = row.get(REFUNDED_AT) or row['交易时间']
    return DistrictRefund(
        refund_no=row['微信退款单号'],
        transaction_no=row['微信订单号'],
        fen=fen_of(row['退款金额']),
        refunded_at=datetime.strptime(told, '%Y-%m-%d %H:%M:%S').replace(tzinfo=CHINA),
    )
