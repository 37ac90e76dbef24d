"""Tiers on paper: rules PT-R5 and PT-R6."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from domain.members._rules.tiers import (
    Spend,
    Standing,
    climb,
    parts_by_tier,
    qualified_tier,
    qualifying_fen,
    review,
    tier_at,
    window_start,
)
from domain.members.schemes import TierScheme, UpgradeTiming
from tests.domain.members.conftest import TIERS

NOW = datetime(2026, 11, 22, 4, tzinfo=UTC)
SCHEME = TierScheme.model_validate({'tiers': TIERS, 'window_months': 12, 'grace_days': 60})


def spends(*rows: tuple[int, int]) -> tuple[Spend, ...]:
    return tuple(Spend(number, NOW - timedelta(days=ago), fen) for number, (ago, fen) in enumerate(rows))


def test_PT_R5_a_fall_waits_for_its_grace_and_goes_one_tier_at_most() -> None:
    black = Standing('black')
    first = review(SCHEME, 20_000, black, NOW)
    assert first == Standing('black', NOW + timedelta(days=60))
    assert review(SCHEME, 20_000, first, NOW + timedelta(days=59)) == first
    landed = review(SCHEME, 20_000, first, NOW + timedelta(days=60))
    assert landed == Standing('gold', NOW + timedelta(days=120))
    assert review(SCHEME, 20_000, landed, NOW + timedelta(days=121)) == Standing('silver')


def test_PT_R5_requalifying_ends_the_grace() -> None:
    fallen = Standing('gold', NOW + timedelta(days=3))
    assert review(SCHEME, 1_000_000, fallen, NOW) == Standing('gold')


@given(st.integers(0, 9_000_000), st.sampled_from(['silver', 'gold', 'black']), st.integers(-90, 90))
def test_PT_R5_a_review_never_takes_more_than_one_tier(fen: int, tier: str, grace: int) -> None:
    after = review(SCHEME, fen, Standing(tier, NOW + timedelta(days=grace)), NOW)
    assert SCHEME.rank(after.tier) >= SCHEME.rank(tier) - 1
    assert SCHEME.rank(after.tier) >= min(SCHEME.rank(tier), SCHEME.rank(qualified_tier(SCHEME, fen)))


def test_the_window_rolls() -> None:
    assert window_start(SCHEME, datetime(2028, 2, 29, tzinfo=UTC)) == datetime(2027, 2, 28, tzinfo=UTC)
    assert qualifying_fen(SCHEME, spends((364, 5), (365, 7), (366, 9), (0, 1)), NOW) == 6


@given(st.permutations([(300, 400_000), (200, 500_000), (100, 200_000), (50, 4_100_000), (1, 10)]))
def test_PT_R6_upgrades_take_effect_in_event_time_whatever_the_order_of_arrival(rows: list[tuple[int, int]]) -> None:
    steps = climb(SCHEME, spends(*rows), 'silver', NOW - timedelta(days=400))
    assert [(step.tier, step.effective_at) for step in steps] == [
        ('gold', NOW - timedelta(days=100)), ('black', NOW - timedelta(days=50)),
    ]  # fmt: skip


def test_PT_R6_the_receipt_that_lifts_still_counts_under_the_old_tier() -> None:
    steps = [('gold', NOW)]
    assert tier_at(steps, 'silver', NOW, SCHEME) == 'silver'
    assert tier_at(steps, 'silver', NOW + timedelta(seconds=1), SCHEME) == 'gold'


@given(st.integers(0, 6_000_000), st.integers(1, 9_000_000), st.sampled_from(['silver', 'gold', 'black']))
def test_PT_R6_split_parts_add_up_and_rise(before: int, fen: int, tier: str) -> None:
    parts = parts_by_tier(SCHEME, UpgradeTiming.SPLIT, tier=tier, before_fen=before, fen=fen)
    assert sum(part for _, part in parts) == fen
    assert all(part > 0 for _, part in parts)
    ranks = [SCHEME.rank(code) for code, _ in parts]
    assert ranks == sorted(set(ranks))
    assert parts_by_tier(SCHEME, UpgradeTiming.OLD_RATE, tier=tier, before_fen=before, fen=fen) == ((tier, fen),)


def test_PT_R6_a_great_receipt_crosses_two_thresholds() -> None:
    parts = parts_by_tier(SCHEME, UpgradeTiming.SPLIT, tier='silver', before_fen=300_000, fen=5_000_000)
    assert parts == (('silver', 700_000), ('gold', 4_000_000), ('black', 300_000))


@pytest.mark.parametrize('thresholds', [(5, 10), (0, 10, 10), (0, 20, 10), ()])
def test_tiers_must_start_at_nothing_and_rise(thresholds: tuple[int, ...]) -> None:
    tiers = [
        {'code': f't{n}', 'name_zh': '级', 'name_en': 'T', 'threshold_fen': fen} for n, fen in enumerate(thresholds)
    ]
    with pytest.raises(ValidationError):
        TierScheme.model_validate({'tiers': tiers})
