"""Secrets of devices (设备密钥): made here, shown once, kept as Mosquitto's password files have them.

A secret is 256 random bits and no word of a person's, so there is nothing to guess and the hash may be quick; one form
serves the registry, Mosquitto and the embedded broker.
"""

import base64
import hashlib
import hmac
import secrets

_ITERATIONS = 101
_SALT_BYTES = 12


def new_secret() -> str:
    """Make a secret for a device."""
    return secrets.token_urlsafe(32)


def hash_secret(secret: str) -> str:
    """Hash a secret as `mosquitto_passwd` does: PBKDF2 over SHA-512."""
    return _hash(secret, secrets.token_bytes(_SALT_BYTES), _ITERATIONS)


def is_hashed(text: str) -> bool:
    """Tell a hash from a secret: no secret of ours begins so."""
    return text.startswith('$7$')


def verify_secret(secret: str, hashed: str) -> bool:
    """Compare in constant time; what is no such hash matches nothing."""
    parts = hashed.split('$')
    if len(parts) != 5 or parts[1] != '7' or not parts[2].isdigit():
        return False
    return hmac.compare_digest(_hash(secret, base64.b64decode(parts[3]), int(parts[2])), hashed)


def _hash(secret: str, salt: bytes, iterations: int) -> str:
    digest = hashlib.pbkdf2_hmac('sha512', secret.encode(), salt, iterations)
    return f'$7${iterations}${base64.b64encode(salt).decode()}${base64.b64encode(digest).decode()}'
