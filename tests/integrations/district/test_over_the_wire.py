"""The district against a gateway that speaks WeChat's protocol: PO-R12, PO-R13, forgeries, cars, and shops' bills."""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from pydantic import SecretStr
from sqlalchemy import text
from starlette.applications import Starlette

from domain.district import earning, syncing
from domain.district.commands import ReportParking
from domain.district.views import DistrictPaymentView
from domain.members import accounts
from domain.members.commands import Channel, Identity, MemberId
from domain.payments.queries import list_exceptions
from domain.shared.actor import Actor, MallId, system_actor
from domain.shared.database import Scope, reading
from domain.shared.operations import ask, perform
from integrations.district import webhook
from integrations.district.bills import import_bill, read_refunds
from integrations.district.chores import Chores
from integrations.district.gateway import district_of
from integrations.payments.client import ChannelRefused
from integrations.payments.settings import PaymentSettings
from integrations.simulator.paygate.app import Paygate
from integrations.simulator.paygate.district import DistrictGateway, Notice, Spent
from integrations.simulator.paygate.keys import Keys
from integrations.simulator.paygate.wechat import WechatGateway
from tests.domain.members.conftest import Desk
from tests.domain.members.conftest import keys as sealing_keys
from tests.integrations.payments.conftest import keys, paygate, ports, serving, settings

__all__ = ['keys', 'paygate', 'ports', 'sealing_keys', 'settings']

DAY = timedelta(days=1)


@dataclass
class Mall:
    """The platform's side of a district, and WeChat's."""

    actor: Actor
    desk: Desk
    chores: Chores
    gateway: DistrictGateway
    wechat: WechatGateway
    address: str

    def member(self) -> tuple[MemberId, str]:
        openid = f'o-{uuid4().hex}'
        return self.desk.enrol(identity=Identity(kind='wechat', subject=SecretStr(openid))), openid

    def spend(self, openid: str, fen: int = 26_800, **facts: Any) -> Spent:
        return self.gateway.spend(openid, f'L1-{openid[-8:]}', fen, **facts)

    def notify(self, notice: Notice) -> int:
        headers, body = notice
        return httpx.post(
            f'{self.address}{webhook.CALLBACKS}/{self.actor.mall_id}', content=body, headers=headers
        ).status_code

    def read(self, spent: Spent) -> DistrictPaymentView | None:
        return ask(earning.get_payment, actor=self.actor, transaction_no=spent.number)

    def points(self, member: MemberId) -> int:
        return ask(accounts.get_balance, actor=self.actor, member_id=member, at=datetime.now(UTC) + 40 * DAY).available

    def exceptions(self) -> list[str]:
        return [each.kind for each in ask(list_exceptions, actor=self.actor)]

    def audited(self) -> int:
        with reading(Scope(mall_id=self.actor.mall_id)) as session:
            found = text("SELECT count(*) FROM audit_entry WHERE action = 'payments.report_exception'")
            return int(session.execute(found).scalar_one())


@pytest.fixture
def town(mall: MallId, settings: PaymentSettings, paygate: Paygate, ports: tuple[int, int]) -> Iterator[Mall]:
    district = district_of(settings)
    assert district is not None
    desk = Desk(mall)
    desk.tiers()
    desk.rules()
    wechat = paygate.gateways['wechat']
    assert isinstance(wechat, WechatGateway)
    with (
        serving(paygate.application(), ports[0]),
        serving(Starlette(routes=list(webhook.routes(district))), ports[1]) as address,
    ):
        actor = system_actor('worker', mall)
        yield Mall(actor, desk, Chores(district), paygate.district, wechat, address)


def test_a_payment_in_a_shop_earns_and_wechat_hears_it(town: Mall) -> None:
    member, openid = town.member()
    spent = town.spend(openid)

    assert [town.notify(town.gateway.notice(spent)) for _ in range(3)] == [200, 200, 200]
    town.chores.settle(town.actor)
    town.chores.settle(town.actor)

    assert town.points(member) == 268
    assert spent.told == [(True, 268, '')]


def test_PO_R12_nothing_earned_is_told_with_its_reason_so_that_refunds_are_notified(town: Mall) -> None:
    spent = town.spend('o-of-nobody')
    town.notify(town.gateway.notice(spent))
    assert town.gateway.give_back(spent, 1) is None

    town.chores.settle(town.actor)

    assert spent.told == [(False, 0, syncing.REMARKS['stranger'])]
    refund = town.gateway.give_back(spent, 26_799)
    assert refund is not None
    assert town.notify(refund) == 200


def test_PO_R12_a_notified_refund_takes_the_points_back_once(town: Mall) -> None:
    member, openid = town.member()
    spent = town.spend(openid)
    town.notify(town.gateway.notice(spent))
    town.chores.settle(town.actor)
    refund = town.gateway.give_back(spent, 6_800)
    assert refund is not None

    assert [town.notify(refund) for _ in range(3)] == [200, 200, 200]
    assert town.points(member) == 200


def test_PO_R12_a_refund_of_day_31_is_not_notified_and_comes_by_the_shops_bill(town: Mall) -> None:
    member, openid = town.member()
    now = datetime.now(UTC)
    spent = town.spend(openid, at=now - 31 * DAY)
    town.notify(town.gateway.notice(spent))
    town.chores.settle(town.actor)
    assert town.points(member) == 268
    assert town.gateway.give_back(spent, 26_800, at=now) is None

    done = import_bill(town.actor, spent.shop, town.gateway.bill_text(spent.shop, at=now).encode('utf-8-sig'))

    assert (done.taken, done.points_lost) == (1, 268)
    assert town.points(member) == 0


def test_PO_R13_what_the_counter_brought_too_is_told_as_held(town: Mall) -> None:
    member, openid = town.member()
    spent = town.spend(openid)
    town.desk.buy(member, spent.fen, shop=spent.shop, channel=Channel.FRONT_DESK, at=spent.paid_at)

    town.notify(town.gateway.notice(spent))
    town.chores.settle(town.actor)

    assert spent.told == [(False, 0, syncing.REMARKS['held'])]
    assert town.points(member) == 268  # once, not twice


def test_what_wechat_does_not_take_stays_due_and_the_points_are_posted(town: Mall) -> None:
    member, openid = town.member()
    spent = town.spend(openid)
    town.gateway.is_out_of_order = True
    town.notify(town.gateway.notice(spent))
    town.chores.settle(town.actor)
    assert (town.points(member), spent.told) == (268, [])

    town.gateway.is_out_of_order = False
    due = ask(syncing.list_due_syncs, actor=town.actor, now=datetime.now(UTC) + DAY)
    assert spent.number in [sync.transaction_no for sync in due]


def test_a_refund_that_overtakes_its_payment_is_asked_for_again(town: Mall) -> None:
    member, openid = town.member()
    spent = town.spend(openid)
    spent.told.append((True, 0, ''))
    refund = town.gateway.give_back(spent, spent.fen)
    assert refund is not None

    assert town.notify(refund) == 503
    assert 'notice_unknown' in town.exceptions()
    assert town.notify(town.gateway.notice(spent)) == 200
    assert town.notify(refund) == 200
    assert town.points(member) == 0


@pytest.mark.parametrize('changes', [{'mchid': '1900009999'}, {'appid': 'wx1'}, {'amount': 'much'}, {'time_end': 'x'}])
def test_a_notice_that_is_not_for_us_changes_nothing(town: Mall, changes: dict[str, Any]) -> None:
    _, openid = town.member()
    spent, before = town.spend(openid), town.audited()

    assert town.notify(town.gateway.notice(spent, **changes)) == 401

    assert town.read(spent) is None
    assert (town.audited(), 'notice_forged' in town.exceptions()) == (before + 1, True)


def test_a_notice_that_wechat_did_not_sign_changes_nothing(town: Mall, keys: Keys) -> None:
    _, openid = town.member()
    spent = town.spend(openid)
    _, body = town.gateway.notice(spent)
    old = int(time.time()) - 301

    forged = [
        ({}, body),
        (town.wechat.sealed_headers(body, private_key=keys.merchant.private), body),
        (town.wechat.sealed_headers(body, at=old), body),
        (town.gateway.notice(spent)[0], body),
        ({'content-type': 'application/json'}, b'[' * 1000),
    ]

    assert [town.notify(notice) for notice in forged] == [401] * 5
    assert town.read(spent) is None


@pytest.mark.parametrize('amount', [0, -26_800])
def test_an_absurd_amount_goes_before_a_person(town: Mall, amount: int) -> None:
    spent = town.spend('o-x')

    assert town.notify(town.gateway.notice(spent, amount=amount)) == 422
    assert town.read(spent) is None


def test_a_genuine_notice_of_another_amount_goes_before_a_person(town: Mall) -> None:
    member, openid = town.member()
    spent = town.spend(openid)
    town.notify(town.gateway.notice(spent))

    assert town.notify(town.gateway.notice(spent, amount=99_999_999)) == 422
    town.chores.settle(town.actor)

    assert ('notice_differs' in town.exceptions(), town.points(member)) == (True, 268)


def test_an_authorisation_is_answered_and_changes_nothing(town: Mall) -> None:
    assert town.notify(town.wechat.sealed_notice('MALL_AUTH.ACTIVATE_CARD', 'mall_auth', {'openid': 'o'})) == 200


def test_cars_are_told_in_the_order_of_their_passages(town: Mall) -> None:
    now = datetime.now(UTC)
    for minutes, is_inside in ((5, False), (90, True)):
        command = ReportParking(
            key=uuid4().hex, openid=SecretStr('o-driver'), plate=SecretStr('沪A·D1234'), is_inside=is_inside,
            occurred_at=now - timedelta(minutes=minutes),
        )  # fmt: skip
        perform(syncing.report_parking, actor=town.actor, command=command)

    town.chores.sync_parking(town.actor)
    town.chores.sync_parking(town.actor)

    assert town.gateway.cars == [('沪A·D1234', 'IN'), ('沪A·D1234', 'OUT')]


def test_the_page_of_the_district_pays_and_tells(keys: Keys, mall: MallId) -> None:
    from integrations.simulator.paygate.merchant import Merchant

    gate = Paygate(Merchant(keys), callback_base='http://127.0.0.1:9')

    async def shop() -> list[int]:
        transport = httpx.ASGITransport(app=gate.application())
        async with httpx.AsyncClient(transport=transport, base_url='http://gate') as http:
            paid = await http.post('/district/spend', data={'mall': '1', 'openid': 'o', 'shop': 'L1', 'fen': '100'})
            wrong = await http.post('/district/spend', data={'mall': 'x', 'openid': 'o', 'fen': '1.5'})
            shown = await http.get('/district/')
            assert '¥1.00' in shown.text
            return [paid.status_code, wrong.status_code, shown.status_code]

    assert asyncio.run(shop()) == [303, 422, 200]
    assert [spent.fen for spent in gate.district.spent.values()] == [100]


@pytest.mark.parametrize(
    'bill',
    [
        '',
        '交易时间,微信订单号\r\n',
        '交易时间,微信订单号,交易状态,微信退款单号,退款金额\r\n`2026-11-22 12:00:00,`1,`REFUND,`2,`much\r\n',
        '交易时间,微信订单号,交易状态,微信退款单号,退款金额\r\n`yesterday,`1,`REFUND,`2,`1.00\r\n',
    ],
)
def test_a_bill_that_cannot_be_read_says_why(bill: str) -> None:
    with pytest.raises(ChannelRefused):
        read_refunds(bill)
