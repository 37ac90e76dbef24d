"""What sales are made of, beside peers of whom nothing single is told: pure decisions."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.benchmarks._rules import Funnel, PeerFigure
from domain.benchmarks._tree import METRICS, PromotionEffect, ShopFacts, grow
from domain.shared.actor import TenantId
from domain.shared.measure import Ratio

BEFORE, NOW = Funnel(1_000, 100, 20, 400_000), Funnel(1_000, 200, 40, 800_000)


def shop(number: int, now: Funnel = NOW, *, missing: int = 0, is_counted: bool = True) -> ShopFacts:
    return ShopFacts(
        tenant_id=TenantId(number), category='fashion', days=28, now=now, before=BEFORE, missing=missing,
        is_counted=is_counted,
    )  # fmt: skip


def test_TA_R1_a_tree_tells_of_five_peers_and_of_four_nothing() -> None:
    four = grow([shop(number) for number in range(5)])[0]
    five = grow([shop(number) for number in range(6)])[0]

    assert {figure.hidden_because for figure in four.peers.values()} == {'too_few_peers'}
    assert five.peers == {
        'footfall_change': PeerFigure(1.0), 'capture': PeerFigure(0.2), 'conversion': PeerFigure(0.2),
        'average_transaction': PeerFigure(20_000.0), 'sales_change': PeerFigure(2.0),
    }  # fmt: skip


def test_TA_R1_a_peer_that_outweighs_the_others_hides_their_figures() -> None:
    giant = shop(9, Funnel(1_000, 200, 40, 80_000_000))

    tree = grow([*(shop(number) for number in range(6)), giant])[0]

    assert tree.peers['sales_change'].hidden_because == tree.peers['average_transaction'].hidden_because == 'dominated'
    assert tree.peers['capture'].value == pytest.approx(0.2)


def test_LS_R14_only_what_is_whole_on_both_sides_is_compared() -> None:
    trees = grow([shop(0, missing=1), shop(1, is_counted=False), *(shop(number) for number in range(2, 7))])

    assert [tree.not_comparable for tree in trees[:3]] == ['turnover_missing', 'not_counted', None]
    assert trees[0].parts is trees[1].parts is None
    assert trees[2].peers['sales_change'].value == 2.0  # four whole ones and the one without counts
    assert trees[2].peers['capture'].value == pytest.approx(0.2)  # four whole ones and the one without turnover
    assert trees[2].peers['conversion'].hidden_because == 'too_few_peers'


def test_a_change_is_laid_to_the_branch_that_changed() -> None:
    tree = grow([shop(1)])[0]

    assert tree.parts is not None
    assert tree.parts['capture'] == pytest.approx(400_000)
    assert sum(tree.parts.values()) == pytest.approx(400_000)


funnels = st.builds(Funnel, *(st.integers(0, 10**6) for _ in range(4)))
facts = st.lists(st.tuples(funnels, funnels, st.integers(0, 2), st.booleans()), max_size=9)


@given(facts)
def test_TA_R1_no_tree_tells_of_fewer_than_five_whole_peers(drawn: list[tuple[Funnel, Funnel, int, bool]]) -> None:
    shops = [
        ShopFacts(
            tenant_id=TenantId(number), category='food', days=28, now=now, before=before, missing=missing,
            is_counted=seen,
        )
        for number, (now, before, missing, seen) in enumerate(drawn)
    ]  # fmt: skip
    for own, tree in zip(shops, grow(shops), strict=True):
        for name, figure in tree.peers.items():
            told = [METRICS[name](one) for one in shops if one is not own]
            if figure.value is not None:
                assert sum(ratio.denominator > 0 for ratio in told) >= 5
            assert (figure.value is None) == (figure.hidden_because is not None)


def effect(before: float, during: float, peers: PeerFigure) -> PromotionEffect:
    return PromotionEffect(
        tenant_id=TenantId(1), promotion_id=1, title='满减', starts_on=date(2026, 5, 1), until_on=date(2026, 5, 8),
        before=Ratio(before * 28, 28), during=Ratio(during * 7, 7), peers=peers,
    )  # fmt: skip


def test_a_promotion_is_given_what_peers_did_not_have_as_well() -> None:
    found = effect(1_000, 1_500, PeerFigure(1.2))

    assert found.change == pytest.approx(0.5)
    assert found.lift == pytest.approx(0.25)
    assert effect(1_000, 1_500, PeerFigure(None, 'too_few_peers')).lift is None
    assert effect(0, 1_500, PeerFigure(1.2)).change is None
