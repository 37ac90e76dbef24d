"""Which channel a scanned 付款码 belongs to, by its first digits."""

import re

_CODES = (
    ('wechat', re.compile(r'1[0-5]\d{16}')),
    ('alipay', re.compile(r'(?:2[5-9]|30)\d{14,22}')),
    ('unionpay', re.compile(r'62\d{17}')),
)


def channel_of_code(auth_code: str) -> str | None:
    """`wechat`, `alipay` or `unionpay`; None for what is no payment code."""
    return next((name for name, pattern in _CODES if pattern.fullmatch(auth_code.strip())), None)
