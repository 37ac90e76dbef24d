"""The members' pages over the membership that the demo tells."""

from datetime import UTC, datetime

import pytest

from domain.members.adjusting import list_adjustments
from domain.members.commands import SendReceipt
from domain.members.directory import list_members
from domain.members.inbox import send_receipt
from domain.shared.actor import Actor
from domain.shared.operations import ask, perform
from tests.ui.members.conftest import Looking

NOW = datetime.now(UTC)


def test_the_list_is_found_by_the_last_four_digits_and_no_other_part(actor: Actor) -> None:
    found = {
        words: ask(list_members, actor=actor, now=NOW, search=words).total for words in ('', '0003', '19900000003')
    }
    others = [ask(list_members, actor=actor, now=NOW, search=words).total for words in ('000', '0099', '1990000', 'x')]

    assert found == {'': 8, '0003': 1, '19900000003': 1}
    assert others == [0, 0, 0, 0]


def test_the_list_is_sorted_and_paged_by_the_database(actor: Actor) -> None:
    pages = [
        ask(list_members, actor=actor, now=NOW, sort='spent', is_descending=True, first=first, limit=3).rows
        for first in (0, 3, 6)
    ]
    spent = [row.spent_fen for page in pages for row in page]

    assert [len(page) for page in pages] == [3, 3, 2]
    assert spent == sorted(spent, reverse=True)
    assert spent[0] > 0


@pytest.mark.parametrize(('locale', 'words'), [('zh-CN', '名册'), ('en', 'Members')])
async def test_marketing_sees_the_list(actor: Actor, looking: Looking, locale: str, words: str) -> None:
    async with looking('marketing', '/marketing/members', locale) as user:
        await user.should_see(words, retries=40)
        await user.should_see({'zh-CN': '共 8 条', 'en': '1–8'}[locale], retries=40)


async def test_one_member_is_seen_wholly_but_not_the_number(actor: Actor, looking: Looking) -> None:
    member = ask(list_members, actor=actor, now=NOW, search='0003').rows[0].member
    async with looking('marketing', f'/marketing/members/{member.id}') as user:
        await user.should_see('199****0003', retries=40)
        await user.should_see('消费时间线', retries=40)
        await user.should_not_see('+8619900000003')
        await user.should_not_see('显示手机号与姓名')


@pytest.mark.parametrize(('locale', 'words'), [('zh-CN', '获得 268 积分'), ('en', 'earned 268 points')])
async def test_staff_see_what_a_member_was_told(actor: Actor, looking: Looking, locale: str, words: str) -> None:
    member = ask(list_members, actor=actor, now=NOW, search='0004').rows[0].member
    command = SendReceipt(
        member_id=member.id, receipt_key=f'told-{locale}', shop='f1-01', money_fen=26_800, points=268, number=9
    )  # fmt: skip
    perform(send_receipt, actor=actor, command=command)
    async with looking('customer_service', f'/marketing/members/{member.id}', locale) as user:
        await user.should_see(words, retries=40)
        await user.should_see({'zh-CN': '未读', 'en': 'unread'}[locale], retries=40)


async def test_customer_service_may_see_the_number_on_request(actor: Actor, looking: Looking) -> None:
    member = ask(list_members, actor=actor, now=NOW, search='0003').rows[0].member
    async with looking('customer_service', f'/marketing/members/{member.id}') as user:
        await user.should_not_see('+8619900000003')
        await user.should_see(marker='members.reveal', retries=40)
        user.find(marker='members.reveal').click()
        await user.should_see('+8619900000003', retries=40)


async def test_finance_approves_what_another_proposed(actor: Actor, looking: Looking) -> None:
    async with looking('finance', '/marketing/members/points') as user:
        await user.should_see('批次与总账一致', retries=40)
        await user.should_see('待审批', retries=40)
        await user.should_see('批准', retries=40)
        user.find('批准').click()
        await user.should_see('已批准', retries=40)

    assert [one.state for one in ask(list_adjustments, actor=actor)] == ['approved']
