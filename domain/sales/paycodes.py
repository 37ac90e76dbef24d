"""Payment codes (付款码): which channel a scanned code belongs to, by the ranges that the channels publish."""

import re

from domain.sales.errors import ChannelUnknown

_RANGES = (
    ('wechat', re.compile(r'1[0-5]\d{16}')),
    ('alipay', re.compile(r'(?:2[5-9]|30)\d{14,22}')),
    ('unionpay', re.compile(r'62\d{17}')),
)


def channel_of(code: str) -> str:
    """The channel of a scanned payment code.

    :raises ChannelUnknown: when it is none.
    """
    plain = code.strip()
    for channel, pattern in _RANGES:
        if pattern.fullmatch(plain):
            return channel
    raise ChannelUnknown


def is_paycode(code: str) -> bool:
    """Whether something scanned is a payment code at all; a barcode is shorter."""
    return any(pattern.fullmatch(code.strip()) for _, pattern in _RANGES)
