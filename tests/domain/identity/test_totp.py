"""One-time passwords against the vectors of RFC 6238 (appendix B, SHA-1, cut to six digits)."""

import base64
from datetime import UTC, datetime, timedelta

import pytest

from domain.identity._totp import code_at, matching_step, new_totp_secret, provisioning_uri

SECRET = base64.b32encode(b'12345678901234567890').decode()


@pytest.mark.parametrize(
    ('seconds', 'code'),
    [
        (59, '287082'),
        (1111111109, '081804'),
        (1111111111, '050471'),
        (1234567890, '005924'),
        (2000000000, '279037'),
        (20000000000, '353130'),
    ],
)
def test_codes_agree_with_rfc_6238(seconds: int, code: str) -> None:
    assert code_at(SECRET, seconds // 30) == code


def test_a_code_is_accepted_one_period_early_or_late_and_no_further() -> None:
    now = datetime(2026, 11, 22, 5, 0, 5, tzinfo=UTC)
    step = int(now.timestamp()) // 30
    code = code_at(SECRET, step)

    assert matching_step(SECRET, code, now=now, last_step=None) == step
    assert matching_step(SECRET, code, now=now + timedelta(seconds=30), last_step=None) == step
    assert matching_step(SECRET, code, now=now + timedelta(seconds=60), last_step=None) is None


def test_a_used_code_is_worth_nothing() -> None:
    now = datetime(2026, 11, 22, 5, 0, 5, tzinfo=UTC)
    step = int(now.timestamp()) // 30

    assert matching_step(SECRET, code_at(SECRET, step), now=now, last_step=step) is None


@pytest.mark.parametrize('nonsense', ['', '12345', '００００００', 'abcdef', '1234567'])
def test_nonsense_is_refused_without_an_error(nonsense: str) -> None:
    assert matching_step(SECRET, nonsense, now=datetime(2026, 1, 1, tzinfo=UTC), last_step=None) is None


def test_secrets_are_random_and_the_uri_names_account_and_issuer() -> None:
    assert len({new_totp_secret() for _ in range(20)}) == 20
    uri = provisioning_uri(SECRET, account='林薇', issuer='Atrium')
    assert uri.startswith('otpauth://totp/Atrium%3A%E6%9E%97%E8%96%87?secret=')
