"""Coupons on paper: CP-R3, CP-R4, CP-R5."""

from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.coupons._pricing import BasketLine, Offered, apply_all, best_combination
from domain.coupons.terms import StackingRules, Terms, Validity

TWO = StackingRules(most_coupons=2)


def line(fen: int, category: str = 'fashion', shop: str = 'l1', points: int = 0) -> BasketLine:
    return BasketLine(shop=shop, category=category, fen=fen, points_fen=points)


def coupon(number: int, value: int = 0, **terms: Any) -> Offered:
    return Offered(number, Terms.model_validate(terms), value)


REDUCE = coupon(1, kind='full_reduction', threshold_fen=20_000, reduce_fen=3_000)
NINETY = coupon(2, kind='discount', percent=80)


def test_CP_R3_the_better_order_is_found_and_explained() -> None:
    found = best_combination([line(21_000)], [NINETY, REDUCE], TWO)
    assert [(step.coupon_id, step.fen) for step in found.steps] == [(1, 3_000), (2, 3_600)]
    assert found.fen == 6_600
    assert apply_all([line(21_000)], [NINETY, REDUCE]) is None  # 80 % first leaves 168.00, below the minimum


def test_CP_R3_a_declared_order_is_kept_though_it_is_worse() -> None:
    declared = StackingRules.model_validate({'most_coupons': 2, 'order': ['discount', 'full_reduction']})
    found = best_combination([line(21_000)], [NINETY, REDUCE], declared)
    assert [(step.coupon_id, step.fen) for step in found.steps] == [(2, 4_200)]
    assert dict(found.left_out) == {1: 'takes_less'}


def test_CP_R3_every_coupon_left_out_says_why() -> None:
    offered = [
        REDUCE,
        coupon(3, kind='full_reduction', threshold_fen=90_000, reduce_fen=9_000),
        coupon(4, kind='discount', percent=50, shops=['elsewhere']),
        coupon(5, kind='parking', parking_minutes=60),
        coupon(6, kind='full_reduction', threshold_fen=5_000, reduce_fen=100, stack_group='staff'),
        coupon(7, kind='full_reduction', threshold_fen=5_000, reduce_fen=200),
    ]
    rules = StackingRules(most_coupons=3, exclusive_groups=(('common', 'staff'), ('common', 'common')))
    found = best_combination([line(21_000)], offered, rules)
    assert [step.coupon_id for step in found.steps] == [1]
    assert dict(found.left_out) == {
        3: 'below_minimum', 4: 'out_of_scope', 5: 'for_parking', 6: 'excluded_by_another', 7: 'excluded_by_another',
    }  # fmt: skip


@pytest.mark.parametrize(
    ('base', 'counts_points', 'applies'),
    [('after', True, False), ('before', True, True), ('before', False, False), ('after', False, False)],
)
def test_CP_R4_a_minimum_looks_where_the_terms_say(base: str, counts_points: bool, applies: bool) -> None:
    """220 of which 30 by points; another coupon takes 25 first: 195 are left, 165 of them in money."""
    first = coupon(1, kind='full_reduction', threshold_fen=5_000, reduce_fen=2_500)
    second = coupon(
        2,
        kind='full_reduction',
        threshold_fen=20_000,
        reduce_fen=1_000,
        threshold_base=base,
        counts_points=counts_points,
    )
    done = apply_all([line(22_000, points=3_000)], [first, second])
    assert (done is not None) is applies


def test_CP_R5_a_discount_is_spread_to_the_fen() -> None:
    whole = coupon(1, kind='full_reduction', threshold_fen=20_000, reduce_fen=2_000)
    found = best_combination([line(6_667), line(6_667), line(6_666)], [whole], TWO)
    assert sorted(found.steps[0].by_line) == [666, 667, 667]
    assert found.steps[0].by_line[2] == 666


def test_kinds_do_what_they_say() -> None:
    basket = [line(12_000, 'food'), line(4_500, 'kids'), line(900, 'kids')]

    def fen(**terms: Any) -> int:
        return best_combination(basket, [coupon(1, **({'value': 777} | terms))], TWO).fen

    assert fen(kind='full_reduction', threshold_fen=5_000, reduce_fen=300, is_repeating=True) == 900
    assert fen(kind='full_reduction', threshold_fen=5_000, reduce_fen=300, is_repeating=True, most_fen=700) == 700
    assert fen(kind='discount', percent=70, categories=['kids']) == 1_620
    assert fen(kind='discount', percent=70, excluded_categories=['kids'], most_fen=1_000) == 1_000
    assert fen(kind='random', random_low_fen=100, random_high_fen=900) == 777
    assert fen(kind='exchange', categories=['kids']) == 4_500
    assert fen(kind='exchange', categories=['kids'], most_fen=1_000) == 900
    assert fen(kind='exchange', categories=['food'], most_fen=1_000) == 1_000


lines = st.lists(
    st.builds(line, st.integers(0, 30_000), st.sampled_from(['food', 'kids']), st.sampled_from(['l1', 'l2'])),
    min_size=1, max_size=5,
)  # fmt: skip
most_fen = st.one_of(st.none(), st.integers(1, 9_000))


def _reduction(least: int, off: int, is_repeating: bool) -> dict[str, Any]:
    return {'kind': 'full_reduction', 'threshold_fen': least + off, 'reduce_fen': off, 'is_repeating': is_repeating}


terms = st.one_of(
    st.builds(_reduction, st.integers(0, 20_000), st.integers(1, 9_000), st.booleans()),
    st.builds(lambda left, most: {'kind': 'discount', 'percent': left, 'most_fen': most}, st.integers(0, 99), most_fen),
    most_fen.map(lambda most: {'kind': 'exchange', 'categories': ['kids'], 'most_fen': most}),
    st.just({'kind': 'random', 'random_low_fen': 1, 'random_high_fen': 9_000}),
)  # fmt: skip


@given(lines, st.lists(terms, max_size=4), st.integers(1, 3))
def test_CP_R3_CP_R5_nothing_beats_the_chosen_combination_and_its_parts_add_up(
    basket: list[BasketLine], offered_terms: list[dict[str, Any]], most: int
) -> None:
    offered = [coupon(number, 4_321, **one) for number, one in enumerate(offered_terms)]
    found = best_combination(basket, offered, StackingRules(most_coupons=most))

    taken = [sum(step.by_line[number] for step in found.steps) for number in range(len(basket))]
    assert sum(taken) == found.fen
    assert all(0 <= part <= one.fen for part, one in zip(taken, basket, strict=True))
    assert {step.coupon_id for step in found.steps} | {number for number, _ in found.left_out} == set(
        range(len(offered))
    )
    for size in range(1, most + 1):
        for chosen in permutations(offered, size):
            other = apply_all(basket, chosen)
            assert other is None or sum(step.fen for step in other) <= found.fen


@pytest.mark.parametrize(
    'document',
    [
        {'kind': 'full_reduction', 'threshold_fen': 100, 'reduce_fen': 200},
        {'kind': 'discount', 'percent': 100},
        {'kind': 'random', 'random_low_fen': 5, 'random_high_fen': 4},
        {'kind': 'parking'},
        {'kind': 'lottery'},
    ],
)
def test_terms_that_do_not_hold_are_refused(document: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Terms.model_validate(document)


def test_a_coupon_must_end() -> None:
    with pytest.raises(ValidationError):
        Validity()
