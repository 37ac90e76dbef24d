"""Passwords: which are good enough (length and unguessability, no composition games), and how they are kept."""

import re
import secrets
from functools import cache

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

SHORTEST = 10
LONGEST = 128
_RUNS = ('abcdefghijklmnopqrstuvwxyz', '01234567890123456789', 'qwertyuiopasdfghjklzxcvbnm', '1q2w3e4r5t6y7u8i9o0p')
_WORDS = """
    password passw0rd p@ssword p@ssw0rd letmein welcome iloveyou monkey dragon football baseball superman batman
    sunshine princess trustno master shadow michael jordan hunter killer login admin administrator root guest
    changeme changethis default secret test demo atrium mall plaza woaini woaini1314 5201314 1314520 a123456
    aa123456 abc123 qq123456 asd123 zxc123 wang123 taobao wechat weixin alipay zhongguo beijing shanghai
"""
_COMMON = frozenset(_WORDS.split())
_SUBSTITUTES = str.maketrans('@4310!5$7', 'aaelolsst')


def weakness_of(password: str, *, login: str, name: str = '') -> str | None:
    """The first reason why this password is not accepted, as a code, or None.

    NIST SP 800-63B and ASVS 5 chapter 6: length and a ban list, no rules about kinds of characters.
    """
    if len(password) < SHORTEST:
        return 'too_short'
    if len(password) > LONGEST:
        return 'too_long'
    plain = password.casefold()
    if len(set(plain)) < 5 or _is_run(plain):
        return 'too_simple'
    if any(word and len(word) >= 3 and word.casefold() in plain for word in (login, name)):
        return 'contains_name'
    return 'too_common' if _is_common(plain) else None


def _is_run(plain: str) -> bool:
    return any(plain in run or plain[::-1] in run for run in _RUNS)


def _is_common(plain: str) -> bool:
    """A common word dressed up with digits and signs is still that word."""
    undressed = re.sub(r'[\W\d_]+$', '', plain)
    stems = {plain, undressed, undressed.translate(_SUBSTITUTES), re.sub(r'[^a-z0-9]+', '', plain)}
    stems |= {re.sub(r'[\W\d_]+', '', stem) for stem in stems}
    halves = {stem[: len(stem) // 2] for stem in stems if stem[: len(stem) // 2] * 2 == stem}
    return bool((stems | halves) & _COMMON)


@cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(),))


@cache
def _nobodys_hash() -> str:
    return _hasher().hash(secrets.token_urlsafe(32))


def hash_password(password: str) -> str:
    """Argon2id. Takes about 0.2 s of one core: call it off the event loop and outside a transaction."""
    return _hasher().hash(password)


def verify_password(password: str, stored: str | None) -> tuple[bool, str | None]:
    """Whether the password fits, and a new hash when the stored one is of an older kind.

    Without a stored hash (no such account) the same work is done, so that the time tells nothing.
    """
    matches, renewed = _hasher().verify_and_update(password, stored or _nobodys_hash())
    return (matches, renewed) if stored else (False, None)
