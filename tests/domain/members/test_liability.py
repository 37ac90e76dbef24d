"""PT-R15, and the rule time-machine, in a mall of their own."""

from datetime import date, timedelta

import pytest

from domain.members import accounts
from domain.members._rules.liability import provision_fen
from domain.members.schemes import EarnScheme, TierScheme
from domain.shared.actor import MallId
from tests.domain.members.conftest import NOON, TIERS, Desk


@pytest.mark.parametrize(
    ('points', 'millifen', 'breakage', 'fen'),
    [(4_000_000, 1_000, 2_500, 3_000_000), (1, 1_000, 1, 1), (3, 500, 0, 2), (0, 1_000, 0, 0), (7, 1_000, 10_000, 0)],
)
def test_PT_R15_a_provision_is_points_by_value_less_breakage(
    points: int, millifen: int, breakage: int, fen: int
) -> None:
    assert provision_fen(points, value_millifen=millifen, breakage_bp=breakage) == fen


def test_PT_R15_lots_equal_the_ledger_by_funder_and_month(another_mall: MallId) -> None:
    desk = Desk(another_mall)
    desk.tiers()
    desk.rules(value_millifen=2_000, breakage_bp=2_000)
    one, two = desk.enrol(), desk.enrol()
    desk.grant(one, 700, date(2026, 12, 31))
    desk.grant(two, 500, date(2027, 1, 1))
    desk.buy(two, 10_000, key='liability')
    desk.spend(one, 150)
    desk.hold(two, 50)
    desk.spend(two, 540)
    desk.refund('liability', (0, 10_000))

    report = desk.ask(accounts.get_liability, now=NOON + timedelta(seconds=1))

    assert report.is_reconciled
    assert report.points == 700 - 150 + 500 + 100 - 540 - 100
    assert {(line.expires_month, line.points) for line in report.lines} == {
        ('2026-12', 550), ('held', 50), ('owed', -90),
    }  # fmt: skip
    assert report.value_fen == 510 * 2
    assert report.provision_fen == 816


def test_past_receipts_are_replayed_under_proposed_rules(desk: Desk) -> None:
    saver, spender = desk.enrol(), desk.enrol()
    begin = NOON + timedelta(days=300)
    desk.buy(spender, 900_000, at=begin, key='sim-1')
    desk.buy(spender, 400_000, at=begin + timedelta(days=1), shop='sim-b')
    desk.buy(saver, 50_000, at=begin + timedelta(days=2), shop='sim-c')
    desk.refund('sim-1', (0, 100_000), now=begin + timedelta(days=3))
    until = begin + timedelta(days=4)
    proposed = EarnScheme.model_validate({
        'fen_per_point': 200, 'bonuses': [{'code': 'g', 'kind': 'tier', 'percent': 400, 'matches': ['gold']}],
    })  # fmt: skip
    tiers = TierScheme.model_validate({'tiers': [TIERS[0], {**TIERS[1], 'threshold_fen': 700_000}]})

    found = desk.ask(accounts.simulate_scheme, earn=proposed, tiers=tiers, since=begin, until=until)

    assert (found.receipts, found.members) == (3, 2)
    assert found.points_before == 8_000 + 4_000 + 500
    assert found.points_after == 4_000 + 4 * 2_000 + 250
    assert found.liability_change_fen == found.points_after - found.points_before
    assert found.tiers_after == {'gold': 1, 'silver': 1}
    assert (found.losers, found.largest_loss) == (1, 250)
    same = desk.ask(accounts.simulate_scheme, earn=None, tiers=None, since=begin, until=until)
    assert same.points_after == same.points_before
