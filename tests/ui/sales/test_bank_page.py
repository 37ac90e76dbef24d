"""The bank's statement as finance takes it in."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from nicegui.elements.upload_files import SmallFileUpload
from nicegui.testing import User

from domain.identity.roles import ROLE_BY_CODE
from domain.payments.commands import BillLine, ImportBill
from domain.payments.reconciling import reconcile
from domain.shared.actor import Actor, MallId, system_actor
from domain.shared.operations import perform
from integrations.simulator.paygate.bank import statement_text
from tests.mall_day import mall_day
from tests.ui.screens import person, screens
from ui.kit.plain_table import PlainTable

PATH = '/payments/bank'


@pytest.fixture
def actor(mall: MallId) -> Actor:
    return system_actor('test', mall)


@asynccontextmanager
async def looking(actor: Actor, path: str = PATH, locale: Any = 'zh-CN') -> AsyncIterator[User]:
    session = person(*ROLE_BY_CODE['finance'].grants, locale=locale)
    session = replace(session, actor=replace(session.actor, mall_id=actor.mall_id))
    async with screens(session) as (user, _):
        await user.open(path)
        yield user


async def upload(user: User, content: bytes) -> None:
    [picker] = user.find(marker='payments.upload').elements
    await picker.handle_uploads([SmallFileUpload('bank.csv', 'text/csv', content)])  # type: ignore[attr-defined]


def rows(user: User, marker: str) -> list[dict[str, Any]]:
    [found] = user.find(marker=marker).elements
    return list(found.rows if isinstance(found, PlainTable) else found._table.rows)  # type: ignore[attr-defined]


def billed(actor: Actor, on: date, fen: int) -> None:
    lines = (BillLine(out_no=f'bank-{on}', fen=fen, fee_fen=0),)
    command = ImportBill(channel='wechat', bill_on=on, lines=lines, settled_fen=None, fee_basis_points=0)
    perform(reconcile, actor=actor, command=command, now=datetime.now(UTC))


async def test_a_statement_is_taken_and_shows_which_day_it_settles(actor: Actor) -> None:
    day = mall_day() - timedelta(days=5)
    billed(actor, day, 88_800)
    content = statement_text([(day + timedelta(days=1), 88_800, 'wechat')]).encode('gbk')
    async with looking(actor) as user:
        await user.should_see('导入银行对账单', retries=60)
        await upload(user, content)
        await user.should_see('bank.csv 已导入：新到账 1 笔，已有 0 笔，与收款渠道无关 0 行；本次核销 1 天', retries=60)
        [row] = [one for one in rows(user, 'payments.credits') if one['fen'] == '¥888.00']
        assert row['badge']['text'] == '相符'
        assert row['settles'].startswith(f'{day:%Y-%m-%d}') or str(day.day) in row['settles']
    async with looking(actor, '/payments') as user:
        await user.should_see('渠道日结', retries=60)


async def test_a_file_that_is_wrong_is_refused_line_by_line_in_english_too(actor: Actor) -> None:
    content = statement_text([(mall_day() - timedelta(days=1), 100, 'alipay')]).replace('1.00', 'one').encode()
    async with looking(actor, locale='en') as user:
        await user.should_see('Import a bank statement', retries=60)
        await upload(user, content)
        await user.should_see('bank.csv was not taken in: 1 problems', retries=60)
        [row] = rows(user, 'payments.objections')
        assert (row['line'], row['why']) == (3, 'The amount "one" cannot be read')
