"""Sealed personal data (加密的个人信息): what may be read back, what may only be compared, and codes that rotate.

A phone number is stored twice: *sealed* with AES-256-GCM, bound to its mall and field so that a value copied to another
row does not open; and as a *blind index* (盲索引), an HMAC under another key, by which it is found again without being
readable. A *rotating code* (动态码) proves for half a minute that its bearer holds the thing it names; a screenshot of
it is worthless afterwards.

The composition root calls `install` once with the keys from the settings, as it calls `database.connect`.
"""

import hashlib
import hmac
import os
from base64 import b32encode
from dataclasses import dataclass
from datetime import datetime

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pydantic import BaseModel, Field, SecretStr

from domain.shared.errors import DomainError

NONCE_BYTES = 12
CODE_STEP_S = 30
_KEY_VERSION = b'\x01'
_SHORTEST_SECRET = 32


class SealBroken(DomainError):
    code = 'sealing.broken'
    status = 500
    zh = '加密数据无法还原，请检查密钥配置。'
    en = 'A sealed value does not open. Check the configured keys.'


class SealingSettings(BaseModel):
    """Three independent secrets of 32 characters or more; losing one loses only what it guards."""

    encryption_key: SecretStr = Field(min_length=_SHORTEST_SECRET, description='Opens sealed personal data.')
    index_key: SecretStr = Field(min_length=_SHORTEST_SECRET, description='Makes blind indexes; never changes.')
    code_key: SecretStr = Field(min_length=_SHORTEST_SECRET, description='Signs rotating codes; may change any time.')


@dataclass(frozen=True, slots=True)
class _Keys:
    cipher: AESGCM
    index: bytes
    code: bytes


_keys: _Keys | None = None


def install(settings: SealingSettings) -> None:
    """Gives the process its keys."""
    global _keys
    _keys = _Keys(
        AESGCM(_stretched(settings.encryption_key, 'seal')),
        _stretched(settings.index_key, 'index'),
        _stretched(settings.code_key, 'code'),
    )


def seal(value: str, *, mall_id: int, field: str) -> bytes:
    """The value, readable again only with the key and only as this field of this mall."""
    nonce = os.urandom(NONCE_BYTES)
    return _KEY_VERSION + nonce + _installed().cipher.encrypt(nonce, value.encode(), _bound_to(mall_id, field))


def unseal(sealed: bytes, *, mall_id: int, field: str) -> str:
    """What was sealed.

    :raises SealBroken: when the key, the mall or the field is another, or a bit was changed.
    """
    nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        return _installed().cipher.decrypt(nonce, body, _bound_to(mall_id, field)).decode()
    except (InvalidTag, ValueError) as error:
        raise SealBroken from error


def blind_index(value: str, *, mall_id: int, field: str) -> bytes:
    """Equal for equal values of one field in one mall; says nothing else."""
    return hmac.digest(_installed().index, _bound_to(mall_id, field) + b'\0' + value.encode(), hashlib.sha256)


def rotating_code(subject: str, *, mall_id: int, now: datetime) -> str:
    """Eight letters and digits that prove `subject` during this half minute and the next."""
    return _code(subject, mall_id, _step(now))


def is_current_code(code: str, subject: str, *, mall_id: int, now: datetime) -> bool:
    """Whether the code was made for the subject in this half minute or the one before."""
    candidates = [_code(subject, mall_id, _step(now) - age) for age in (0, 1)]
    return any(hmac.compare_digest(code.encode(), candidate.encode()) for candidate in candidates)


def _code(subject: str, mall_id: int, step: int) -> str:
    digest = hmac.digest(_installed().code, f'{mall_id}\0{subject}\0{step}'.encode(), hashlib.sha256)
    return b32encode(digest)[:8].decode()


def _step(now: datetime) -> int:
    return int(now.timestamp()) // CODE_STEP_S


def _bound_to(mall_id: int, field: str) -> bytes:
    return f'{mall_id}:{field}'.encode()


def _stretched(secret: SecretStr, purpose: str) -> bytes:
    return hashlib.sha256(f'atrium.{purpose}\0{secret.get_secret_value()}'.encode()).digest()


def _installed() -> _Keys:
    if _keys is None:
        raise RuntimeError('sealing.install() has not been called')
    return _keys
