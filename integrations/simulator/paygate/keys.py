"""Keys of both sides: the merchant's and the gateway's. Made once for a demo, anew for every test."""

import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

BITS = 2048


@dataclass(frozen=True, slots=True)
class Pair:
    private: str
    public: str


@dataclass(frozen=True, slots=True)
class Keys:
    """PEM texts and shared secrets."""

    merchant: Pair
    gateway: Pair
    api_v3_key: str
    acquirer_secret: str


def make_keys() -> Keys:
    return Keys(_pair(), _pair(), secrets.token_hex(16), secrets.token_hex(32))


def kept_keys(path: Path) -> Keys:
    """The keys in a file that only this user reads; made when they are asked for first."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(json.dumps(asdict(make_keys())), encoding='utf-8')
    kept = json.loads(path.read_text(encoding='utf-8'))
    return Keys(Pair(**kept.pop('merchant')), Pair(**kept.pop('gateway')), **kept)


def _pair() -> Pair:
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return Pair(private.decode(), public.decode())
