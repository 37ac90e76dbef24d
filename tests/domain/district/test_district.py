"""Payments of the district earn points once, and lose them whenever the money goes back: PO-R12, PO-R13, AF-R2."""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import SecretStr
from sqlalchemy import text

from domain.district import earning, refunds, syncing
from domain.district.commands import DistrictPayment, DistrictRefund, ImportRefunds, ReportParking
from domain.district.errors import DistrictNoticeDiffers, DistrictPaymentUnknown
from domain.district.permissions import IMPORT_BILLS
from domain.district.views import DistrictPaymentView, RefundTaken
from domain.mall.operations import import_mall
from domain.members import receipts
from domain.members.commands import Channel, DecideReceipt, Identity, MemberId
from domain.shared.actor import Actor, MallId, system_actor
from domain.shared.database import Scope, reading, transaction
from domain.shared.errors import Invalid, PermissionDenied
from domain.shared.journal import trial_balance
from domain.shared.operations import perform
from tests.conftest import Database
from tests.domain.members.conftest import NOON, Desk, keys

__all__ = ['keys']

ROOT, DAY = Path(__file__).parents[3], timedelta(days=1)


@pytest.fixture
def desk(mall: MallId) -> Desk:
    made = Desk(mall)
    made.tiers()
    made.rules()
    return made


def a_member(desk: Desk) -> tuple[MemberId, SecretStr]:
    openid = SecretStr(f'o-{uuid4().hex}')
    return desk.enrol(identity=Identity(kind='wechat', subject=openid)), openid


def shop_of(openid: SecretStr) -> str:
    """Each test's payments are in a shop of their own, so that they look like no other's."""
    return f'L1-{openid.get_secret_value()[-8:]}'


def notify(desk: Desk, openid: SecretStr, fen: int = 26_800, **facts: Any) -> str:
    facts = {'transaction_no': f'42000{uuid4().hex}', 'shop': shop_of(openid), 'paid_at': NOON} | facts
    command = DistrictPayment(openid=openid, fen=fen, **facts)
    view: DistrictPaymentView = desk.do(earning.receive_payment, command=command)
    return view.transaction_no


def settle(desk: Desk, number: str, now: Any = NOON) -> DistrictPaymentView:
    view: DistrictPaymentView = desk.do(earning.settle_payment, now, transaction_no=number)
    return view


def give_back(desk: Desk, number: str, fen: int, *, after: timedelta = DAY, refund_no: str = '') -> RefundTaken:
    command = DistrictRefund(
        refund_no=refund_no or f'50300{uuid4().hex}', transaction_no=number, fen=fen, refunded_at=NOON + after
    )
    taken: RefundTaken = desk.do(refunds.receive_refund, NOON + after, command=command)
    return taken


def bill(desk: Desk, shop: str, *lines: DistrictRefund, after: timedelta = 31 * DAY) -> Any:
    command = ImportRefunds(shop=shop, refunds=lines)
    return desk.do(refunds.import_refunds, NOON + after, command=command)


def due(desk: Desk, number: str, now: Any = NOON) -> list[tuple[int, str]]:
    syncs = desk.ask(syncing.list_due_syncs, now=now)
    return [(sync.points, sync.remark) for sync in syncs if sync.transaction_no == number]


def heard(desk: Desk, number: str, *, is_done: bool = True, now: Any = NOON) -> None:
    [sync] = [each for each in desk.ask(syncing.list_due_syncs, now=now) if each.transaction_no == number]
    facts = {'transaction_no': number, 'settled_at': sync.settled_at, 'is_done': is_done}
    desk.do(syncing.record_sync, now, **facts)


def test_a_payment_earns_once_and_wechat_hears_how_much(desk: Desk) -> None:
    member, openid = a_member(desk)
    number = notify(desk, openid)
    assert notify(desk, openid, transaction_no=number) == number

    assert [settle(desk, number).points for _ in range(3)] == [268, 268, 268]
    assert desk.balance(member, NOON + DAY).available == 268
    assert due(desk, number) == [(268, '')]
    heard(desk, number)
    assert due(desk, number, NOON + DAY) == []


def test_what_a_shop_sells_decides_which_rules_apply(database: Database) -> None:
    plan = json.loads((ROOT / 'assets/demo_mall/qinghe.json').read_text(encoding='utf-8'))
    desk = Desk(import_mall(actor=system_actor('seed'), document=plan)[0].id)
    unit = plan['buildings'][0]['floors'][0]['units'][0]
    desk.tiers()
    desk.rules(excluded_categories=[unit['category']])
    member, openid = a_member(desk)

    excluded, other = notify(desk, openid, 10_000, shop=unit['code']), notify(desk, openid, 10_000, shop='elsewhere')

    assert [settle(desk, number).points for number in (excluded, other)] == [0, 100]
    assert due(desk, excluded) == [(0, syncing.NO_POINTS)]
    assert desk.balance(member, NOON + DAY).available == 100


def test_the_same_notice_at_once_from_many_hands_is_one_payment(desk: Desk) -> None:
    member, openid = a_member(desk)
    number = f'42000{uuid4().hex}'

    def both(_: int) -> int:
        notify(desk, openid, transaction_no=number)
        return settle(desk, number).points

    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(both, range(16))) == {268}
    assert desk.balance(member, NOON + DAY).available == 268


@pytest.mark.parametrize('changes', [{'fen': 1}, {'shop': 'L9-99'}, {'paid_at': NOON - DAY}])
def test_a_notice_that_contradicts_the_first_changes_nothing(desk: Desk, changes: dict[str, Any]) -> None:
    member, openid = a_member(desk)
    number = notify(desk, openid)
    settle(desk, number)

    with pytest.raises(DistrictNoticeDiffers):
        notify(desk, openid, transaction_no=number, **changes)

    assert desk.balance(member, NOON + DAY).available == 268


def test_PO_R12_who_is_no_member_earns_nothing_and_wechat_hears_that_too(desk: Desk) -> None:
    number = notify(desk, SecretStr('o-nobody'))

    assert settle(desk, number).state == 'stranger'
    assert due(desk, number) == [(0, syncing.REMARKS['stranger'])]
    assert give_back(desk, number, 26_800).points_lost == 0


def test_PO_R12_too_little_for_a_point_is_synchronised_as_nothing_earned(desk: Desk) -> None:
    _, openid = a_member(desk)
    number = notify(desk, openid, 60)

    assert settle(desk, number).state == 'earned'
    assert due(desk, number) == [(0, syncing.NO_POINTS)]


def test_what_wechat_did_not_take_is_said_again_ever_less_often(desk: Desk) -> None:
    _, openid = a_member(desk)
    number = notify(desk, openid)
    settle(desk, number)
    pauses, now = [], NOON
    for _ in range(4):
        heard(desk, number, is_done=False, now=now)
        before = now
        while not due(desk, number, now):
            now += timedelta(minutes=1)
        pauses.append((now - before) // timedelta(minutes=1))

    assert pauses == [1, 2, 4, 8]


def test_PO_R13_a_purchase_that_the_counter_brought_too_waits_for_a_person(desk: Desk) -> None:
    member, openid = a_member(desk)
    desk.buy(member, 26_800, shop=shop_of(openid), channel=Channel.FRONT_DESK, at=NOON + timedelta(minutes=9))
    number = notify(desk, openid)

    assert settle(desk, number, NOON + timedelta(minutes=10)).state == 'held'
    assert due(desk, number, NOON + DAY) == [(0, syncing.REMARKS['held'])]
    heard(desk, number, now=NOON + DAY)

    decided = DecideReceipt(receipt_key=f'district:{number}', is_genuine=True)
    desk.do(receipts.decide_receipt, NOON + DAY, command=decided)
    assert settle(desk, number, NOON + DAY).points == 268
    assert due(desk, number, NOON + DAY) == [(268, '')]


def test_PO_R13_what_a_person_rejects_earns_nothing(desk: Desk) -> None:
    member, openid = a_member(desk)
    desk.buy(member, 9_900, shop='L2-11', channel=Channel.PHOTO)
    number = notify(desk, openid, 9_900, shop='L2-11')
    settle(desk, number)
    desk.do(receipts.decide_receipt, command=DecideReceipt(receipt_key=f'district:{number}', is_genuine=False))

    assert settle(desk, number, NOON + DAY).state == 'rejected'
    assert due(desk, number, NOON + DAY) == [(0, syncing.REMARKS['rejected'])]
    assert give_back(desk, number, 9_900).points_lost == 0
    assert desk.balance(member, NOON + DAY).available == 99


@pytest.mark.parametrize('minutes', [11, 600])
def test_PO_R13_a_purchase_at_another_time_is_its_own(desk: Desk, minutes: int) -> None:
    member, openid = a_member(desk)
    desk.buy(member, 31_000, shop='L3-02', channel=Channel.FRONT_DESK, at=NOON - timedelta(minutes=minutes))

    assert settle(desk, notify(desk, openid, 31_000, shop='L3-02')).state == 'earned'


def test_a_refund_is_taken_back_once(desk: Desk) -> None:
    member, openid = a_member(desk)
    number = notify(desk, openid)
    settle(desk, number)

    first = give_back(desk, number, 6_800, refund_no='r-1')
    again = give_back(desk, number, 6_800, refund_no='r-1', after=2 * DAY)

    assert (first.points_lost, again.points_lost, again.is_replay) == (68, 68, True)
    assert desk.balance(member, NOON + 3 * DAY).available == 200


def test_a_refund_that_overtakes_the_settlement_settles_first(desk: Desk) -> None:
    member, openid = a_member(desk)
    number = notify(desk, openid)

    assert give_back(desk, number, 26_800).points_lost == 268
    assert desk.balance(member, NOON + 2 * DAY).available == 0


def test_a_refund_that_overtakes_its_payment_is_asked_for_again(desk: Desk) -> None:
    with pytest.raises(DistrictPaymentUnknown):
        give_back(desk, 'not-yet', 100)


@pytest.mark.parametrize('fen', [0, -1])
def test_a_refund_of_nothing_is_refused(desk: Desk, fen: int) -> None:
    with pytest.raises(Invalid):
        give_back(desk, 'whatever', fen)


def test_more_than_was_paid_does_not_come_back(desk: Desk) -> None:
    _, openid = a_member(desk)
    number = notify(desk, openid)
    give_back(desk, number, 20_000)

    with pytest.raises(DistrictNoticeDiffers):
        give_back(desk, number, 6_801)


def test_PO_R12_a_refund_of_day_31_comes_by_the_bill_and_takes_the_points_back(desk: Desk) -> None:
    member, openid = a_member(desk)
    number, other = notify(desk, openid), notify(desk, openid, 5_000, shop='L5-01')
    for each in (number, other):
        settle(desk, each)
    give_back(desk, number, 6_800, refund_no='r-notified')
    late = NOON + 31 * DAY
    lines = [
        DistrictRefund(refund_no='r-notified', transaction_no=number, fen=6_800, refunded_at=NOON + DAY),
        DistrictRefund(refund_no='r-late', transaction_no=number, fen=20_000, refunded_at=late),
        DistrictRefund(refund_no='r-guest', transaction_no='of-no-member', fen=100, refunded_at=late),
        DistrictRefund(refund_no='r-too-much', transaction_no=number, fen=1, refunded_at=late),
        DistrictRefund(refund_no='r-other-shop', transaction_no=other, fen=5_000, refunded_at=late),
    ]

    done, again = bill(desk, shop_of(openid), *lines), bill(desk, shop_of(openid), *lines, after=32 * DAY)

    assert (done.taken, done.known, done.others, done.points_lost) == (1, 1, 1, 200)
    assert done.contradicting == ('r-too-much', 'r-other-shop')
    assert (again.taken, again.known, again.points_lost) == (0, 2, 0)
    assert desk.balance(member, NOON + 33 * DAY).available == 50


def test_PO_R9_points_that_were_spent_are_owed(desk: Desk) -> None:
    member, openid = a_member(desk)
    number = notify(desk, openid)
    settle(desk, number)
    desk.spend(member, 200)

    assert give_back(desk, number, 26_800).points_lost == 268
    assert desk.balance(member, NOON + 2 * DAY).available == -200


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 30_000), max_size=6))
def test_X_R9_refunds_stay_within_what_was_paid_and_the_books_balance(desk: Desk, amounts: list[int]) -> None:
    member, openid = a_member(desk)
    number = notify(desk, openid, 50_000)
    settle(desk, number)
    kept = 50_000
    for fen in amounts:
        if fen > kept:
            with pytest.raises(DistrictNoticeDiffers):
                give_back(desk, number, fen)
            continue
        give_back(desk, number, fen)
        kept -= fen

    assert desk.balance(member, NOON + 2 * DAY).available == kept // 100
    with reading(Scope(mall_id=desk.actor.mall_id)) as session:
        assert set(trial_balance(session).values()) <= {0}


def test_a_car_is_told_once_and_forgotten(desk: Desk, mall: MallId) -> None:
    command = ReportParking(
        key='p-1', openid=SecretStr('o-driver'), plate=SecretStr('沪A12345'), is_inside=True, occurred_at=NOON
    )
    assert [desk.do(syncing.report_parking, command=command).is_replay for _ in range(2)] == [False, True]
    [sync] = desk.ask(syncing.list_due_parking, now=NOON)
    assert (sync.plate.get_secret_value(), sync.is_inside) == ('沪A12345', True)

    desk.do(syncing.record_parking_sync, key='p-1', is_done=False)
    assert desk.ask(syncing.list_due_parking, now=NOON) == []
    assert desk.do(syncing.record_parking_sync, key='p-1', is_done=True).is_synced

    with transaction(Scope(mall_id=mall, actor_name='test')) as session:
        left = session.execute(
            text('SELECT openid_sealed, plate_sealed FROM district_parking WHERE synced_at IS NOT NULL')
        ).all()
    assert left == [(None, None)]


def test_a_passage_of_yesterday_is_not_told(desk: Desk) -> None:
    command = ReportParking(
        key='p-old', openid=SecretStr('o'), plate=SecretStr('沪B1'), is_inside=False, occurred_at=NOON - DAY
    )
    desk.do(syncing.report_parking, command=command)

    assert [sync.key for sync in desk.ask(syncing.list_due_parking, now=NOON + DAY)] == []


@pytest.mark.parametrize('off', [-8 * DAY, timedelta(hours=1), 300_000 * DAY])
def test_a_passage_of_another_time_is_refused(desk: Desk, off: timedelta) -> None:
    command = ReportParking(
        key='p-bad', openid=SecretStr('o'), plate=SecretStr('沪B1'), is_inside=True, occurred_at=NOON + off
    )
    with pytest.raises(Invalid):
        desk.do(syncing.report_parking, command=command)


def test_what_is_left_to_settle_is_found_again(desk: Desk) -> None:
    _, openid = a_member(desk)
    number = notify(desk, openid, 777_00)
    assert number in desk.ask(earning.list_unsettled)
    settle(desk, number)
    assert number not in desk.ask(earning.list_unsettled)


def test_a_mall_never_sees_the_payments_of_another(desk: Desk, another_mall: MallId) -> None:
    _, openid = a_member(desk)
    number = notify(desk, openid)

    with pytest.raises(DistrictPaymentUnknown):
        perform(earning.settle_payment, actor=system_actor('x', another_mall), now=NOON, transaction_no=number)


def test_bills_are_imported_by_whom_may(desk: Desk, actor_with: Callable[..., Actor]) -> None:
    command = ImportRefunds(shop='L1-05', refunds=())
    perform(refunds.import_refunds, actor=actor_with(IMPORT_BILLS), now=NOON, command=command)

    with pytest.raises(PermissionDenied):
        perform(refunds.import_refunds, actor=actor_with(), now=NOON, command=command)
