"""Prepaid cards as finance keeps them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any
from uuid import uuid4

import pytest
from nicegui.testing import User
from pydantic import SecretStr

from domain.identity.roles import ROLE_BY_CODE
from domain.payments import paying
from domain.payments.cards import list_card_movements, list_cards
from domain.payments.commands import IssueCard, OpenOrder, TakeCard
from domain.payments.errors import CardUnusable
from domain.payments.reconciling import issue_card
from domain.shared.actor import Actor, MallId, system_actor
from domain.shared.operations import ask, perform
from tests.domain.sales.conftest import keys
from tests.ui.screens import fill, open_row, person, screens

__all__ = ['keys']
PATH = '/payments/cards'


@pytest.fixture
def actor(mall: MallId, keys: None) -> Actor:
    return system_actor('test', mall)


@asynccontextmanager
async def looking(actor: Actor, role: str, locale: Any = 'zh-CN') -> AsyncIterator[User]:
    session = person(*ROLE_BY_CODE[role].grants, locale=locale)
    session = replace(session, actor=replace(session.actor, mall_id=actor.mall_id))
    async with screens(session) as (user, _):
        await user.open(PATH)
        yield user


def press(user: User, content: str) -> None:
    user.find(content=content, marker='form.submit').click()


def pay(actor: Actor, number: str, fen: int) -> None:
    key = str(uuid4())
    perform(paying.open_order, actor=actor, command=OpenOrder(key=key, total_fen=fen, subject='l1-01'))
    command = TakeCard(order_key=key, key=key, fen=fen, card_number=SecretStr(number))
    perform(paying.take_card, actor=actor, command=command)


def issued(actor: Actor, fen: int = 10_000) -> tuple[str, int]:
    number = f'{uuid4().int % 10**16:016d}'
    command = IssueCard(number=SecretStr(number), fen=fen, key=number)
    return number, perform(issue_card, actor=actor, command=command)


async def test_a_card_is_issued_and_topped_up(actor: Actor) -> None:
    number = f'{uuid4().int % 10**16:016d}'
    async with looking(actor, 'finance') as user:
        await user.should_see('发卡与充值', retries=40)
        for amount in ('500', '20.50'):
            fill(user, {'卡号': number})
            fill(user, {'金额': amount})
            press(user, '入卡')
            await user.should_see({'500': '已入卡 ¥500.00', '20.50': '已入卡 ¥20.50'}[amount], retries=40)

    [card] = [one for one in ask(list_cards, actor=actor) if one.tail == number[-4:]]
    assert card.balance_fen == 52_050
    assert [one.fen for one in ask(list_card_movements, actor=actor, card_id=card.id)] == [2_050, 50_000]


async def test_a_lost_card_is_blocked_pays_nothing_and_pays_again(actor: Actor) -> None:
    number, card_id = issued(actor)
    pay(actor, number, 1_000)
    async with looking(actor, 'finance', 'en') as user:
        await user.should_see('1–', retries=40)
        open_row(user, card_id)
        await user.should_see('−¥10.00', retries=40)
        fill(user, {'Reason': 'lost'})
        press(user, 'Block')
        await user.should_see(f'The card ending in {number[-4:]} is blocked', retries=40)
    with pytest.raises(CardUnusable):
        pay(actor, number, 1_000)

    async with looking(actor, 'finance', 'en') as user:
        await user.should_see('1–', retries=40)
        open_row(user, card_id)
        await user.should_see('Unblock', retries=40)
        fill(user, {'Reason': 'found'})
        press(user, 'Unblock')
        await user.should_see('pays again', retries=40)
    pay(actor, number, 9_000)
    [card] = [one for one in ask(list_cards, actor=actor) if one.id == card_id]
    assert (card.balance_fen, card.is_active) == (0, True)


async def test_a_number_that_is_none_is_refused_at_the_field(actor: Actor) -> None:
    before = len(ask(list_cards, actor=actor))
    async with looking(actor, 'finance') as user:
        await user.should_see('发卡与充值', retries=40)
        fill(user, {'卡号': 'abc'})
        fill(user, {'金额': '5'})
        press(user, '入卡')
        await user.should_see('8 至 32 位数字')
    assert len(ask(list_cards, actor=actor)) == before
