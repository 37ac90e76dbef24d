"""What may be told of peers: pure decisions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.benchmarks._rules import Funnel, PeerFigure, explained_change, peer_figure
from domain.shared.measure import Ratio

HIDDEN_FEW, HIDDEN_DOMINATED = PeerFigure(None, 'too_few_peers'), PeerFigure(None, 'dominated')


def test_TA_R1_four_peers_are_hidden_and_five_are_shown() -> None:
    assert peer_figure([Ratio(100, 10)] * 4) == HIDDEN_FEW
    assert peer_figure([Ratio(100, 10)] * 5) == PeerFigure(10.0)
    assert peer_figure([Ratio(100, 10)] * 4 + [Ratio(0, 0)]) == HIDDEN_FEW


def test_TA_R1_a_peer_that_outweighs_the_rest_hides_them() -> None:
    assert peer_figure([Ratio(601, 10), *[Ratio(100, 10)] * 4]) == HIDDEN_DOMINATED
    assert peer_figure([Ratio(600, 10), *[Ratio(100, 10)] * 4]) == PeerFigure(20.0)
    assert peer_figure([Ratio(100, 1_000), *[Ratio(100, 10)] * 5]) == HIDDEN_DOMINATED


def test_X_R7_peers_are_a_ratio_of_sums() -> None:
    found = peer_figure([Ratio(10, 100), Ratio(50, 150), Ratio(50, 150), Ratio(50, 150), Ratio(50, 150)])

    assert found.value == pytest.approx(0.3)


@given(st.lists(st.tuples(st.integers(0, 10**9), st.integers(0, 10**5)), max_size=20))
def test_TA_R1_a_figure_that_is_shown_stands_for_five_and_none_dominates(pairs: list[tuple[int, int]]) -> None:
    found = peer_figure([Ratio(*pair) for pair in pairs])

    sound = [pair for pair in pairs if pair[1] > 0]
    if found.value is not None:
        assert len(sound) >= 5
        assert max(n for n, _ in sound) <= 0.6 * sum(n for n, _ in sound)
    assert (found.value is None) == (found.hidden_because is not None)


factors = st.integers(1, 10**6)


@given(st.tuples(factors, factors, factors, factors), st.tuples(factors, factors, factors, factors))
def test_the_parts_of_a_change_sum_to_it(one: tuple[int, ...], other: tuple[int, ...]) -> None:
    before, after = Funnel(*one), Funnel(*other)

    parts = explained_change(before, after)

    assert parts is not None
    assert sum(parts.values()) == pytest.approx(after.gto_fen - before.gto_fen, rel=1e-6, abs=1e-3)


def test_a_change_is_laid_to_the_factor_that_changed() -> None:
    parts = explained_change(Funnel(1_000, 100, 20, 400_000), Funnel(1_000, 200, 40, 800_000))

    assert parts is not None
    assert parts['capture'] == pytest.approx(400_000)
    assert parts['footfall'] == parts['average_transaction'] == 0
    assert explained_change(Funnel(0, 0, 0, 0), Funnel(1, 1, 1, 1)) is None
