"""RSA signatures as both gateways make them: PKCS#1 v1.5 over SHA-256, base64."""

from base64 import b64decode, b64encode

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256


def sign(private_pem: str, words: str) -> str:
    key = serialization.load_pem_private_key(private_pem.encode(), None)
    assert isinstance(key, RSAPrivateKey)
    return b64encode(key.sign(words.encode(), PKCS1v15(), SHA256())).decode()


def holds(public_pem: str, words: str, signature: str) -> bool:
    key = serialization.load_pem_public_key(public_pem.encode())
    assert isinstance(key, RSAPublicKey)
    try:
        key.verify(b64decode(signature), words.encode(), PKCS1v15(), SHA256())
    except (InvalidSignature, ValueError):
        return False
    return True
