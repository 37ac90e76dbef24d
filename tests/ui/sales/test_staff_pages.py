"""Receipts, shifts, exceptions, refunds, claims and requests, over the trade that the demo tells."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from nicegui.testing import User
from pydantic import SecretStr

from domain.aftersales.claiming import submit_claim
from domain.aftersales.commands import SubmitClaim
from domain.aftersales.queries import list_all_requests, list_claims
from domain.mall.queries import get_business_clock
from domain.members import enrolment, loyalty
from domain.members.commands import Channel, EnrolMember, InstallScheme
from domain.payments.queries import list_exceptions
from domain.sales.queries import list_day, list_tills
from domain.shared.actor import Actor, MallId, system_actor
from domain.shared.operations import ask, perform
from integrations.demo import trade
from tests.domain.sales.conftest import keys
from tests.ui.screens import looking
from ui.kit.data_table import DataTable

__all__ = ['keys']

# Four in the afternoon of yesterday, by the mall's clocks: whenever the tests run, that day has been traded.
NOW = (datetime.now(UTC) - timedelta(days=1)).replace(hour=8)


@pytest.fixture(scope='module')
def actor(mall: MallId, keys: None) -> Actor:
    trade.open_trade(mall, NOW, say=lambda _: None)
    return system_actor('test', mall)


def open_row(user: User, row: int, **more: Any) -> None:
    table = user.find(kind=DataTable).elements.pop()
    user.find(kind=type(table._table)).trigger('rowClick', [{}, {'id': row, **more}, 0])


async def test_the_receipts_of_yesterday_are_listed_and_one_opens(actor: Actor) -> None:
    day = ask(get_business_clock, actor=actor).business_on(NOW) - timedelta(days=1)
    rows = ask(list_day, actor=actor, day=day)
    async with looking(actor, 'finance', f'/operations/sales?day={day.isoformat()}') as user:
        await user.should_see(f'共 {len(rows)} 条', retries=40)
    async with looking(actor, 'finance', f'/operations/sales/receipts/{rows[0].key}', 'en') as user:
        await user.should_see(f'Receipt #{rows[0].id}', retries=40)
        await user.should_see('Payment')


async def test_a_receipt_that_is_not_there_says_so(actor: Actor) -> None:
    async with looking(actor, 'marketing', '/operations/sales/receipts/none') as user:
        await user.should_see('没有该销售单。', retries=40)


async def test_a_shift_opens_as_its_report_and_a_running_one_stays_blind(actor: Actor) -> None:
    async with looking(actor, 'cashier', '/operations/sales/shifts') as user:
        await user.should_see('共 3 条', retries=40)
        table = user.find(kind=DataTable).elements.pop()
        rows = {row['drawer']: row['id'] for row in table._table.rows}
        open_row(user, rows['running'])
        await user.should_see('X 报表（进行中）', retries=40)


async def test_a_till_is_registered_by_operations(actor: Actor) -> None:
    async with looking(actor, 'operations', '/operations/sales/tills') as user:
        await user.should_see('共 4 条', retries=40)
        open_row(user, next(till.id for till in ask(list_tills, actor=actor) if till.code == 'T12'))
        user.find(marker='sales.toggle_till').click()
        await user.should_see(marker='confirmation.accept', retries=40)
        user.find(marker='confirmation.accept').click()
        await user.should_see('选择收银台修改', retries=40)
    assert {till.code: till.is_active for till in ask(list_tills, actor=actor)}['T12'] is False


async def test_an_exception_is_settled_with_a_remark(actor: Actor) -> None:
    open_ones = ask(list_exceptions, actor=actor)
    async with looking(actor, 'finance', '/payments/exceptions') as user:
        await user.should_see(f'共 {len(open_ones)} 条', retries=40)
        open_row(user, open_ones[0].id)
        await user.should_see(marker='payments.remark', retries=40)
        user.find(marker='payments.remark').type('已向渠道核实')
        user.find(marker='form.submit').click()
        await user.should_see(f'共 {len(open_ones) - 1} 条', retries=40)


async def test_three_books_and_refunds_are_shown(actor: Actor) -> None:
    async with looking(actor, 'general_manager', '/payments', 'en') as user:
        await user.should_see('1–', retries=40)
        table = user.find(kind=DataTable).elements.pop()
        assert {row['badge']['text'] for row in table._table.rows} & {'Differs', 'Agrees', 'Our own', 'Bill to come'}
    async with looking(actor, 'finance', '/payments/refunds') as user:
        await user.should_see('退款', retries=40)


async def test_a_request_shows_its_clock_its_quotes_and_is_answered(actor: Actor) -> None:
    waiting = [row for row in ask(list_all_requests, actor=actor) if row.state != 'answered']
    async with looking(actor, 'customer_service', '/operations/after-sales') as user:
        await user.should_see('共 5 条', retries=40)
        open_row(user, waiting[0].id)
        await user.should_see(marker='aftersales.answer', retries=40)
        await user.should_see('实付')
        user.find(marker='aftersales.answer').type('已为您换货')
        answer = next(one for one in user.find(marker='form.submit').elements if one.text == '答复顾客')
        interaction = user.find(marker='form.submit')
        interaction.elements = {answer}
        interaction.click()
        await user.should_see('选择一条申请', retries=40)
    [now] = [row for row in ask(list_all_requests, actor=actor) if row.id == waiting[0].id]
    assert (now.state, now.answer) == ('answered', '已为您换货')
    async with looking(actor, 'auditor', '/operations/after-sales/shops') as user:
        await user.should_see('共 1 条', retries=40)


@pytest.fixture(scope='module')
def claim(actor: Actor) -> int:
    """An unreadable photograph of what another one said before (AF-R1)."""
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    tiers = {'tiers': [{'code': 'gold', 'name_zh': '金卡', 'name_en': 'Gold', 'threshold_fen': 0}]}
    for kind, document in (('tiers', tiers), ('earn', {'fen_per_point': 100})):
        command = InstallScheme(kind=kind, document=document, valid_from=long_ago)  # type: ignore[arg-type]
        perform(loyalty.install_scheme, actor=actor, command=command)
    phone = SecretStr(f'139{uuid4().int % 10**8:08d}')
    member = perform(enrolment.enrol_member, actor=actor, command=EnrolMember(channel=Channel.POS, phone=phone)).id
    bought = NOW - timedelta(hours=1)
    for number, photo in (('A-1', 'one'), ('', 'two')):
        done = perform(submit_claim, actor=actor, now=NOW, command=SubmitClaim(
            key=str(uuid4()), member_id=member, shop='f1-01', bought_at=bought, fen=26_800, receipt_no=number,
            photo_hash=photo,
        ))  # fmt: skip
    assert done.state == 'held'
    return int(done.id)


async def test_AF_R1_a_claim_points_to_its_twin_and_is_decided(actor: Actor, claim: int) -> None:
    async with looking(actor, 'marketing', '/operations/after-sales/claims') as user:
        await user.should_see('共 2 条', retries=40)
        open_row(user, claim)
        await user.should_see('与首张店铺、日期、金额相同', retries=40)
        await user.should_see('A-1')
        user.find(marker='claim.accept').click()
        await user.should_see('选择一张凭证', retries=40)
    [decided] = [row for row in ask(list_claims, actor=actor) if row.id == claim]
    assert (decided.state, decided.first_receipt_no) == ('accepted', 'A-1')
