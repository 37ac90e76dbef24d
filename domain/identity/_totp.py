"""One-time passwords by time (RFC 6238, SHA-1, 30 s, 6 digits): what every authenticator app understands."""

import base64
import hashlib
import hmac
import secrets
import struct
from datetime import datetime
from urllib.parse import quote

PERIOD_S = 30
DIGITS = 6
DRIFT_STEPS = 1  # a phone may be one period early or late


def new_totp_secret() -> str:
    """160 random bits in base 32, as RFC 4226 recommends."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code_at(secret: str, step: int) -> str:
    """The code of one 30-second step."""
    digest = hmac.new(base64.b32decode(secret), struct.pack('>Q', step), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = struct.unpack('>I', digest[offset : offset + 4])[0] & 0x7FFF_FFFF
    return f'{number % 10**DIGITS:0{DIGITS}d}'


def matching_step(secret: str, code: str, *, now: datetime, last_step: int | None) -> int | None:
    """The step whose code this is, within the drift and after the last one used; None when there is none.

    The caller stores the step: a code that somebody has overheard is worth nothing once it was used.
    """
    current = int(now.timestamp()) // PERIOD_S
    fresh = [s for s in range(current - DRIFT_STEPS, current + DRIFT_STEPS + 1) if last_step is None or s > last_step]
    hits = [s for s in fresh if hmac.compare_digest(code_at(secret, s).encode(), code.strip().encode())]
    return hits[0] if hits else None


def provisioning_uri(secret: str, *, account: str, issuer: str) -> str:
    """What the QR code says to the authenticator app."""
    label = quote(f'{issuer}:{account}')
    return f'otpauth://totp/{label}?secret={secret}&issuer={quote(issuer)}&digits={DIGITS}&period={PERIOD_S}'
