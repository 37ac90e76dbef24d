"""Money on the screen and from the keyboard: to the fen, never by way of a float."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.kit.money import parse_yuan, signed_yuan, yuan


@given(st.integers(-(10**10), 10**10))
def test_what_is_shown_is_read_back(fen: int) -> None:
    assert parse_yuan(yuan(fen)) == fen


@pytest.mark.parametrize(('fen', 'shown'), [(None, '—'), (0, '¥0.00'), (450, '+¥4.50'), (-450, '\N{MINUS SIGN}¥4.50')])
def test_a_difference_shows_its_direction(fen: int | None, shown: str) -> None:
    assert signed_yuan(fen) == shown


@pytest.mark.parametrize(('typed', 'fen'), [('12.5', 1250), ('1,234.50', 123450), (' 7 ', 700), ('0.05', 5)])
def test_yuan_become_fen(typed: str, fen: int) -> None:
    assert parse_yuan(typed) == fen


@pytest.mark.parametrize('typed', ['', None, '1.234', 'abc', '1e5', '--1', '9' * 12, '.', '٣'])
def test_what_is_no_amount_is_none(typed: str | None) -> None:
    assert parse_yuan(typed) is None
