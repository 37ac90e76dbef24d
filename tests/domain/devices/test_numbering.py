"""Exactly once by (device, number): the arithmetic against a plain set."""

import random

from hypothesis import given
from hypothesis import strategies as st

from domain.devices._numbering import GAPS_KEPT, Numbering, first_contact, receive


def test_numbers_in_order_are_fresh_and_committed() -> None:
    numbering, fresh = receive(Numbering(), [1, 2, 3])
    assert fresh == {1, 2, 3}
    assert numbering == Numbering(highest=3)
    assert numbering.committed_through == 3


def test_DV_R6_a_replayed_number_is_no_reading() -> None:
    numbering, _ = receive(Numbering(), [1, 2, 3])
    again, fresh = receive(numbering, [2, 3, 3, 4])
    assert fresh == {4}
    assert again.committed_through == 4


def test_a_gap_holds_the_acknowledgement_back_until_it_is_filled() -> None:
    numbering, fresh = receive(Numbering(), [1, 2, 5, 6])
    assert (numbering.committed_through, numbering.missing, fresh) == (2, 2, {1, 2, 5, 6})
    numbering, fresh = receive(numbering, [4])
    assert (numbering.committed_through, fresh) == (2, {4})
    numbering, fresh = receive(numbering, [3])
    assert (numbering.committed_through, numbering.gaps, fresh) == (6, (), {3})


def test_a_number_that_the_device_no_longer_keeps_is_not_waited_for() -> None:
    numbering, _ = receive(Numbering(), [1, 2, 10], oldest=9)
    assert numbering.committed_through == 8
    numbering, _ = receive(numbering, [9])
    assert numbering.committed_through == 10
    assert numbering.missing == 6


def test_a_reading_given_up_as_lost_is_still_taken_when_it_arrives_after_all() -> None:
    numbering, _ = receive(Numbering(), [1, 10], oldest=10)
    _, fresh = receive(numbering, [5, 5])
    assert fresh == {5}


def test_a_device_that_begins_at_any_number_is_acknowledged_from_there() -> None:
    numbering, fresh = receive(first_contact([5000, 5001], None), [5000, 5001])
    assert (numbering.committed_through, fresh) == (5001, {5000, 5001})
    numbering, fresh = receive(numbering, [4999])
    assert fresh == {4999}


def test_first_contact_out_of_order_waits_for_what_the_device_still_keeps() -> None:
    numbering, _ = receive(first_contact([40], oldest=1), [40], 1)
    assert numbering.committed_through == 0


@given(st.lists(st.integers(1, 60), max_size=200), st.integers(1, 7))
def test_every_number_is_fresh_exactly_once_however_it_is_sliced(seqs: list[int], size: int) -> None:
    numbering, seen = Numbering(), []
    for start in range(0, len(seqs), size):
        numbering, fresh = receive(numbering, seqs[start : start + size])
        seen += sorted(fresh)
    assert sorted(seen) == sorted(set(seqs))
    assert set(range(1, numbering.committed_through + 1)) <= set(seqs)
    assert numbering.committed_through + 1 not in seqs
    assert numbering.missing == numbering.highest - len(set(seqs))


@given(st.integers(0, 2**32))
def test_a_stream_shuffled_within_5000_with_duplicates_ends_without_gaps(seed: int) -> None:
    source = random.Random(seed)
    seqs = [*range(1, 800), *source.choices(range(1, 800), k=40)]
    seqs.sort(key=lambda seq: seq + source.uniform(0, 400))
    numbering, total = Numbering(), 0
    for start in range(0, len(seqs), 100):
        numbering, fresh = receive(numbering, seqs[start : start + 100])
        total += len(fresh)
    assert (total, numbering) == (799, Numbering(highest=799))


def test_the_record_of_gaps_is_bounded() -> None:
    numbering, _ = receive(Numbering(), range(1, 10_000, 2))
    assert len(numbering.gaps) == GAPS_KEPT
