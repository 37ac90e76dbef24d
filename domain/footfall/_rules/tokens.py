"""Tokens as they are stored (FT-R13): hashed with mall and business day, so two days' tokens never meet in a join.

The device's own salt dies at the cut-off, which makes yesterday's token unknowable; this makes it useless even where a
device failed to change it.
"""

from datetime import date
from hashlib import blake2b


def day_key(mall_id: int, business_on: date) -> bytes:
    """The key of a mall's business day."""
    return f'{mall_id}:{business_on.isoformat()}:'.encode()


def stored_token(token: str, key: bytes) -> bytes:
    """A token as eight bytes (a bigint as PostgreSQL sends it), for one mall and business day."""
    return blake2b(key + token.encode(), digest_size=8).digest()
