"""Payments on paper: PO-R5, PO-R6, PO-R8."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.payments._rules import (
    Ours,
    Step,
    Tender,
    Theirs,
    compare,
    fee_fen,
    fees_fen,
    next_step,
    pause_before_next,
    refund_shares,
    spread_refund,
)

START = datetime(2026, 11, 22, tzinfo=UTC)


def test_PO_R5_ask_every_five_seconds_and_cancel_after_forty_five() -> None:
    def step(seconds: int, queries: int, state: str = 'pending') -> Step:
        due = START + timedelta(seconds=5 * queries + 5)
        return next_step(
            state=state, created_at=START, next_query_at=due, queries=queries, now=START + timedelta(seconds=seconds)
        )

    assert [step(4, 0), step(5, 0), step(9, 1), step(44, 5), step(45, 8)] == [
        Step.WAIT, Step.QUERY, Step.WAIT, Step.QUERY, Step.CANCEL,
    ]  # fmt: skip
    assert step(500, 9, 'unknown') is Step.QUERY
    pauses = [pause_before_next(state='unknown', queries=n) for n in range(40)]
    assert pauses == sorted(pauses)
    assert pauses[-1] == timedelta(minutes=10)


@pytest.mark.parametrize(('fen', 'bp', 'fee'), [(12_345, 38, 47), (13_158, 38, 50), (1, 38, 0), (-12_345, 38, -47)])
def test_PO_R6_a_fee_is_rounded_as_the_channel_rounds_it(fen: int, bp: int, fee: int) -> None:
    assert fee_fen(fen, basis_points=bp) == fee


def test_PO_R6_rounding_by_payment_and_by_day_differ() -> None:
    amounts = [1_000] * 25  # 3.8 fen each
    assert fees_fen(amounts, basis_points=38, is_per_payment=True) == 100
    assert fees_fen(amounts, basis_points=38, is_per_payment=False) == 95


def test_PO_R6_every_way_of_differing_is_told() -> None:
    ours = [
        Ours(out_no='same', fen=5, state='paid'), Ours(out_no='gone', fen=6, state='paid'),
        Ours(out_no='closed', fen=7, state='closed'), Ours(out_no='other', fen=8, state='paid'),
        Ours(out_no='open', fen=9, state='pending'),
    ]  # fmt: skip
    bill = [Theirs(out_no=n, fen=fen, fee_fen=0) for n, fen in (('same', 5), ('closed', 7), ('other', 9), ('new', 3))]
    assert {d.out_no: d.kind for d in compare(ours, bill)} == {
        'gone': 'missing_in_bill', 'closed': 'paid_there_closed_here', 'other': 'amount_differs', 'new': 'unknown_here',
    }  # fmt: skip


def test_PO_R8_parts_of_a_split_bill_return_in_proportion_and_the_last_takes_the_rest() -> None:
    """Items of 70 + 50; 108 in money and 1,200 points. The 50 returns, then the 70."""
    first = refund_shares([Tender(10_800, 0), Tender(1_200, 0)], part=5_000, done=0, whole=12_000)
    assert first == (4_500, 500)
    second = refund_shares([Tender(10_800, 4_500), Tender(1_200, 500)], part=7_000, done=5_000, whole=12_000)
    assert second == (6_300, 700)


@given(
    st.lists(st.integers(0, 50_000), min_size=1, max_size=4), st.lists(st.integers(1, 9_999), min_size=1, max_size=8)
)
def test_PO_R8_X_R9_however_a_bill_returns_each_tender_gets_back_just_what_it_paid(
    paid: list[int], parts: list[int]
) -> None:
    whole, done, back = sum(parts), 0, [0] * len(paid)
    for part in parts:
        tenders = [Tender(one, given_) for one, given_ in zip(paid, back, strict=True)]
        shares = refund_shares(tenders, part=part, done=done, whole=whole)
        back = [one + share for one, share in zip(back, shares, strict=True)]
        done += part
        assert all(share >= 0 for share in shares)
        assert all(given_ <= one for one, given_ in zip(paid, back, strict=True))
    assert back == paid
    with pytest.raises(ValueError, match='more would return'):
        refund_shares([Tender(one, one) for one in paid], part=1, done=whole, whole=whole)


@given(
    st.lists(st.tuples(st.integers(0, 9_999), st.integers(0, 9_999)), min_size=1, max_size=4), st.integers(1, 20_000)
)
def test_X_R9_a_refund_never_takes_more_from_a_tender_than_is_left(rows: list[tuple[int, int]], fen: int) -> None:
    tenders = [Tender(max(row), min(row)) for row in rows]
    left = [tender.paid - tender.refunded for tender in tenders]
    if fen > sum(left):
        with pytest.raises(ValueError, match='more would return'):
            spread_refund(tenders, fen)
    else:
        shares = spread_refund(tenders, fen)
        assert sum(shares) == fen
        assert all(0 <= share <= most for share, most in zip(shares, left, strict=True))
