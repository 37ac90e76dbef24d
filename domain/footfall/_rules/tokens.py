"""Tokens as they are stored (FT-R13): hashed with mall and business day, so two days' tokens never meet in a join.

The device's own salt dies at the cut-off, which makes yesterday's token unknowable; this makes it useless even where a
device failed to change it.
"""

from datetime import date
from functools import lru_cache
from hashlib import blake2b


def day_key(mall_id: int, business_on: date) -> bytes:
    """The key of a mall's business day."""
    return f'{mall_id}:{business_on.isoformat()}'.encode()


@lru_cache(maxsize=65_536)
def stored_token(token: str, key: bytes) -> int:
    """A token as a signed 64-bit number, for one mall and business day."""
    return int.from_bytes(blake2b(token.encode(), digest_size=8, key=key).digest(), 'big', signed=True)
