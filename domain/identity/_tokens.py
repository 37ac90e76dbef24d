"""Random bearer secrets: made here, kept only as hashes.

SHA-256 suffices where a secret has 256 random bits: there is nothing to guess, so nothing to slow down.
"""

import hashlib
import re
import secrets
from dataclasses import dataclass

KEY_FORM = re.compile(r'^atr_([a-z0-9]{10})_([A-Za-z0-9_-]{43})$')
_ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789'


@dataclass(frozen=True, slots=True)
class ApiKeyParts:
    prefix: str
    secret: str


def new_token() -> str:
    return secrets.token_urlsafe(32)


def hash_of(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def new_api_key() -> tuple[str, str, bytes]:
    """The key to show once, its public prefix, and the hash to keep."""
    prefix = ''.join(secrets.choice(_ALPHABET) for _ in range(10))
    secret = secrets.token_urlsafe(32)
    return f'atr_{prefix}_{secret}', prefix, hash_of(secret)


def parse_api_key(key: str) -> ApiKeyParts | None:
    found = KEY_FORM.match(key)
    return ApiKeyParts(*found.groups()) if found else None
