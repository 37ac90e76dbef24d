"""Which passwords are good enough, and that an unknown account costs the same as a wrong password."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.identity._passwords import LONGEST, SHORTEST, hash_password, verify_password, weakness_of


@pytest.mark.parametrize(
    ('password', 'reason'),
    [
        ('short1!', 'too_short'),
        ('x' * (LONGEST + 1), 'too_long'),
        ('aaaaaaaaaaaa', 'too_simple'),
        ('1234567890', 'too_simple'),
        ('poiuytrewq', 'too_simple'),
        ('lin.wei-2026', 'contains_name'),
        ('Password2026!', 'too_common'),
        ('P@ssw0rd1234', 'too_common'),
        ('woaini1314!', 'too_common'),
        ('adminadmin1', 'too_common'),
        ('Zebra-kettle-41', None),
        ('云集天地欢迎您光临本店', None),
    ],
)
def test_a_weak_password_is_named_by_its_first_weakness(password: str, reason: str | None) -> None:
    assert weakness_of(password, login='lin.wei') == reason


@given(st.text(max_size=SHORTEST - 1))
def test_nothing_short_is_ever_accepted(password: str) -> None:
    assert weakness_of(password, login='nobody') == 'too_short'


def test_a_hash_fits_its_password_only_and_is_salted() -> None:
    stored = hash_password('Zebra-kettle-41')

    assert verify_password('Zebra-kettle-41', stored)[0]
    assert not verify_password('zebra-kettle-41', stored)[0]
    assert stored.startswith('$argon2id$')
    assert stored != hash_password('Zebra-kettle-41')


def test_an_unknown_account_takes_the_time_of_a_wrong_password() -> None:
    stored = hash_password('Zebra-kettle-41')
    verify_password('warm-up', None)

    wrong = min(_seconds(stored) for _ in range(3))
    unknown = min(_seconds(None) for _ in range(3))

    assert not verify_password('anything', None)[0]
    assert unknown > wrong / 2


def _seconds(stored: str | None) -> float:
    before = time.process_time()
    verify_password('guess', stored)
    return time.process_time() - before
