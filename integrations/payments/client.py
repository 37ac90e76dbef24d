"""What every channel's client has in common."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from domain.payments.commands import ImportBill, PaymentNotice
from domain.payments.ports import PayChannel
from domain.shared.errors import DomainError

log = structlog.get_logger(__name__)

CHINA = ZoneInfo('Asia/Shanghai')
TIMEOUT_S = (3.0, 10.0)  # to connect, to answer
FRESH = timedelta(minutes=5)


class NoticeForged(DomainError):
    """Not signed by the channel, or not for us. Nothing was read of it, nothing is in the books."""

    code = 'payments.notice_forged'
    status = 401
    zh = '支付通知验签失败：{reason}'
    en = 'The notice cannot be verified: {reason}'


class ChannelRefused(DomainError):
    """The channel's answer cannot be used (a bill that is not ready, a signature that does not hold)."""

    code = 'payments.channel_refused'
    status = 502
    zh = '支付渠道未能应答：{reason}'
    en = 'The payment channel did not answer as agreed: {reason}'


@dataclass(frozen=True, slots=True)
class Reply:
    """What the channel wants to hear of its notice."""

    status: int
    body: bytes = b''
    media_type: str = 'application/json'


class GatewayChannel(PayChannel, Protocol):
    """A channel with notices and bills, beyond what the checkout needs of it."""

    def read_notice(self, headers: Mapping[str, str], body: bytes, now: datetime) -> PaymentNotice | None:
        """The verified notice of a payment; None for a genuine notice of something else.

        :raises NoticeForged: when signature, age, merchant, application or currency do not hold.
        """

    def reply(self, *, is_taken: bool) -> Reply:
        """The answer to a notice: taken, or to be sent again."""

    def bill(self, day: date) -> ImportBill | None:
        """The bill of a day; None while the channel has none.

        :raises ChannelRefused:
        """


def yuan(fen: int) -> str:
    """Alipay and bills write yuan with two decimals."""
    return f'{Decimal(fen) / 100:.2f}'


def fen_of(amount: str) -> int:
    """Fen from yuan as a bill writes them.

    :raises ValueError: for anything that is no amount of whole fen.
    """
    try:
        fen = Decimal(amount.strip().lstrip('`¥')) * 100
    except ArithmeticError as error:
        raise ValueError(f'{amount!r} is no amount') from error
    if fen != fen.to_integral_value():
        raise ValueError(f'{amount!r} is no amount of whole fen')
    return int(fen)


def fee_of(amount: str) -> int:
    """A fee in fen; bills write it with more decimals than there are fen."""
    return int((Decimal(amount.strip('` ')) * 100).quantize(Decimal(1), ROUND_HALF_UP))
