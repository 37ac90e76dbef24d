"""Keys of both sides: the merchant's and the gateway's. Made once for a demo, anew for every test."""

import hashlib
import json
import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

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


@cache
def certificate_of(pair: Pair) -> x509.Certificate:
    """A platform certificate (平台证书) of the gateway's key, valid around now."""
    key = serialization.load_pem_private_key(pair.private.encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, 'Simulated platform')])
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    made = made.serial_number(int(hashlib.sha256(pair.public.encode()).hexdigest()[:38], 16) | 1)
    made = made.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=365))
    return made.sign(key, hashes.SHA256())


def serial_of(certificate: x509.Certificate) -> str:
    """As headers name it."""
    return f'{certificate.serial_number:X}'


def _pair() -> Pair:
    key = rsa.generate_private_key(public_exponent=65537, key_size=BITS)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    public = key.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return Pair(private.decode(), public.decode())
