"""Points in the database: PT-R1 … PT-R3, PT-R11, and two hundred people at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import psycopg
import pytest

from domain.members import accounts, upkeep
from domain.members.errors import NotEnoughPoints, PointsInvalid, RedemptionEnded, RedemptionUnknown
from domain.shared import journal
from domain.shared.actor import MallId
from domain.shared.database import Scope, transaction
from domain.shared.idempotency import IdempotencyConflict
from tests.conftest import Database
from tests.domain.members.conftest import NOON, Desk

NEW_YEAR = datetime(2026, 12, 31, 16, tzinfo=UTC)  # midnight in Shanghai


def test_PT_R1_expired_points_take_nothing_from_those_that_live(desk: Desk) -> None:
    member = desk.enrol()
    desk.grant(member, 70, date(2026, 12, 31))
    desk.grant(member, 90, date(2027, 6, 30))
    desk.spend(member, 100)
    after = NEW_YEAR + timedelta(minutes=1)

    before_run = desk.balance(member, after)
    desk.do(upkeep.expire_points, after)

    assert before_run.available == desk.balance(member, after).available == 60
    [lot] = desk.ask(accounts.list_lots, member_id=member)
    assert (lot.remaining, lot.granted) == (60, 90)


def test_PT_R1_what_is_left_of_a_lot_expires_with_it_and_the_day_is_kept(desk: Desk) -> None:
    member = desk.enrol()
    desk.grant(member, 40, date(2026, 12, 31))
    late = NEW_YEAR + timedelta(days=9)

    desk.do(upkeep.expire_points, late)

    assert desk.balance(member, NEW_YEAR).available == 40
    assert desk.balance(member, NEW_YEAR + timedelta(seconds=1)).available == 0
    lines = desk.ask(accounts.get_statement, member_id=member, since=NOON, until=late)
    assert [(line.kind, line.points, line.balance) for line in lines] == [
        ('points.grant', 40, 40), ('points.expire', -40, 0),
    ]  # fmt: skip
    assert lines[1].occurred_at == NEW_YEAR


def test_PT_R2_the_lot_that_expires_first_goes_first_though_it_came_last(desk: Desk) -> None:
    member = desk.enrol()
    desk.grant(member, 55, date(2027, 5, 1))
    desk.grant(member, 25, date(2026, 11, 23))
    desk.spend(member, 31)
    assert [lot.remaining for lot in desk.ask(accounts.list_lots, member_id=member)] == [49]


def test_PT_R3_points_return_to_their_lots_and_expired_ones_get_a_short_grace(desk: Desk) -> None:
    desk.rules(expired_lot_policy='grace', grace_days=20)
    member = desk.enrol()
    desk.grant(member, 70, date(2026, 12, 31))
    desk.grant(member, 90, date(2027, 6, 30))
    spent = desk.spend(member, 100)
    then = NEW_YEAR + timedelta(days=4)

    restored = desk.restore(spent.key, 100, then)

    assert restored.restored == 100
    lots = [(lot.source, lot.remaining, lot.expires_at) for lot in desk.ask(accounts.list_lots, member_id=member)]
    assert lots == [
        ('grace', 70, datetime(2027, 1, 25, 16, tzinfo=UTC)),
        ('grant', 90, datetime(2027, 6, 30, 16, tzinfo=UTC)),
    ]
    assert desk.balance(member, then + timedelta(seconds=1)).available == 160


def test_PT_R3_by_the_other_policy_expired_points_stay_expired(desk: Desk) -> None:
    desk.rules(expired_lot_policy='stay_expired')
    member = desk.enrol()
    desk.grant(member, 70, date(2026, 12, 31))
    desk.grant(member, 90, date(2027, 6, 30))
    spent = desk.spend(member, 100)
    then = NEW_YEAR + timedelta(days=4)

    desk.restore(spent.key, 100, then)

    assert desk.balance(member, then + timedelta(seconds=1)).available == 90


def test_PT_R3_parts_come_back_once_each_and_never_more_than_was_spent(desk: Desk) -> None:
    member = desk.enrol()
    desk.grant(member, 300)
    spent = desk.spend(member, 250)

    desk.restore(spent.key, 100, key=f'{spent.key}-a')
    again = desk.restore(spent.key, 100, key=f'{spent.key}-a')
    with pytest.raises(IdempotencyConflict):
        desk.restore(spent.key, 101, key=f'{spent.key}-a')
    with pytest.raises(PointsInvalid):
        desk.restore(spent.key, 151)
    desk.restore(spent.key, 150)

    assert again.is_replay
    assert desk.balance(member, NOON + timedelta(seconds=1)).available == 300


def test_PT_R11_what_was_held_before_midnight_is_good_after_it(desk: Desk) -> None:
    member = desk.enrol()
    desk.grant(member, 30, date(2026, 12, 31))
    held = desk.hold(member, 20, NEW_YEAR - timedelta(seconds=2))
    after = NEW_YEAR + timedelta(seconds=3)

    desk.do(upkeep.expire_points, after)
    assert desk.commit(held.key, after).state == 'committed'

    with pytest.raises(NotEnoughPoints):
        desk.spend(member, 1, after)
    assert desk.balance(member, after + timedelta(seconds=1)) == accounts.BalanceView(available=0, pending=0, held=0)


def test_PT_R11_a_hold_released_after_midnight_expires_with_its_lot(desk: Desk) -> None:
    member = desk.enrol()
    desk.grant(member, 30, date(2026, 12, 31))
    held = desk.hold(member, 20, NEW_YEAR - timedelta(seconds=2))
    after = NEW_YEAR + timedelta(seconds=3)

    desk.release(held.key, after)
    with pytest.raises(NotEnoughPoints):
        desk.spend(member, 1, after)
    assert desk.do(upkeep.expire_points, after).points >= 30


def test_a_hold_ends_once(desk: Desk) -> None:
    member = desk.enrol()
    desk.grant(member, 50)
    one, two = desk.hold(member, 20), desk.hold(member, 30)
    with pytest.raises(NotEnoughPoints):
        desk.hold(member, 1)

    assert desk.commit(one.key).state == 'committed'
    assert desk.commit(one.key).is_replay
    with pytest.raises(RedemptionEnded):
        desk.release(one.key)
    assert desk.release(two.key).state == 'released'
    assert desk.release(two.key).is_replay
    with pytest.raises(RedemptionEnded):
        desk.commit(two.key)
    with pytest.raises(RedemptionEnded):
        desk.restore(two.key, 1)
    with pytest.raises(RedemptionUnknown):
        desk.commit('nobody-held-this')
    assert desk.balance(member, NOON + timedelta(seconds=1)).available == 30


def test_holds_that_no_checkout_ended_are_released(desk: Desk) -> None:
    member = desk.enrol()
    desk.grant(member, 50)
    held = desk.hold(member, 50, minutes=15)
    assert desk.do(upkeep.release_overdue_holds, NOON + timedelta(minutes=14)).points == 0
    assert desk.do(upkeep.release_overdue_holds, NOON + timedelta(minutes=15)).points == 50
    with pytest.raises(RedemptionEnded):
        desk.commit(held.key, NOON + timedelta(minutes=16))


def test_X_R4_the_same_key_spends_once(desk: Desk) -> None:
    member = desk.enrol()
    desk.grant(member, 50)
    first, second = desk.spend(member, 20, key='till-9-4411'), desk.spend(member, 20, key='till-9-4411')
    assert (first.id, first.is_replay, second.is_replay) == (second.id, False, True)
    with pytest.raises(IdempotencyConflict):
        desk.spend(member, 21, key='till-9-4411')
    assert desk.balance(member, NOON + timedelta(seconds=1)).available == 30


@pytest.mark.parametrize('points', [0, -5, 10**12])
def test_absurd_amounts_are_refused(desk: Desk, points: int) -> None:
    member = desk.enrol()
    with pytest.raises(PointsInvalid):
        desk.spend(member, points)
    with pytest.raises(PointsInvalid):
        desk.grant(member, points)


def test_X_R6_two_hundred_connections_spend_exactly_what_there_is(desk: Desk, mall: MallId) -> None:
    member = desk.enrol()
    for day in range(1, 18):
        desk.grant(member, 7, date(2027, 1, day))

    def spend(_: int) -> bool:
        try:
            desk.spend(member, 3)
        except NotEnoughPoints:
            return False
        return True

    with ThreadPoolExecutor(200) as pool:
        assert sum(pool.map(spend, range(200))) == 7 * 17 // 3
    with transaction(Scope(mall_id=mall)) as session:
        assert journal.drifted_accounts(session) == []


def test_X_R5_movements_are_never_edited(desk: Desk, database: Database) -> None:
    desk.grant(desk.enrol(), 5)
    with psycopg.connect(database.owner_url) as owner, pytest.raises(psycopg.Error, match='never edited'):
        owner.execute('UPDATE point_movement SET amount = 6')
