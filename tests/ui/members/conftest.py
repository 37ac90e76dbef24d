"""The demo's membership, and a way to look at its pages as somebody."""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from nicegui.testing import User

from domain.identity.roles import ROLE_BY_CODE
from domain.shared.actor import Actor, MallId, system_actor
from domain.shared.operations import perform
from integrations.demo.membership import enrol_some, lay_down_rules
from tests.domain.sales.conftest import keys
from tests.ui.screens import person, screens

__all__ = ['keys']

SHOPS = [{'code': code, 'category': 'fashion'} for code in ('f1-01', 'f1-02', 'f2-01')]
Looking = Callable[..., AbstractAsyncContextManager[User]]


@pytest.fixture(scope='module')
def actor(mall: MallId, keys: None) -> Actor:
    acting = system_actor('test', mall)
    perform(lay_down_rules, actor=acting, since=datetime(2024, 1, 1, tzinfo=UTC))
    perform(enrol_some, actor=acting, shops=SHOPS, first=0, count=8)
    return acting


@pytest.fixture
def looking(mall: MallId) -> Looking:
    """`async with looking(role, path, locale) as user:` opens a page of the test mall as somebody of that role."""

    @asynccontextmanager
    async def open_page(role: str, path: str, locale: Any = 'zh-CN') -> AsyncIterator[User]:
        session = person(*ROLE_BY_CODE[role].grants, locale=locale)
        session = replace(session, actor=replace(session.actor, mall_id=mall))
        async with screens(session) as (user, _):
            await user.open(path)
            yield user

    return open_page
