"""Opens pages of the product in NiceGUI's user simulation: the real shell, a given person, a domain of fakes."""

import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from nicegui.elements.mixins.validation_element import ValidationElement
from nicegui.elements.upload_files import SmallFileUpload
from nicegui.testing import User
from nicegui.testing.user_simulation import user_simulation
from pydantic import SecretStr

from domain.identity.roles import ROLE_BY_CODE
from domain.safety.ports import CameraPort
from domain.shared.actor import AccountId, Actor, MallId
from domain.shared.live import LiveNotice
from integrations.documents import Office
from tests.ui.fakes import FakeDomain
from ui.kit import theme
from ui.kit.data_table import DataTable
from ui.kit.i18n import Locale
from ui.live import LiveHub
from ui.main import load_pages
from ui.security.handover import Handover
from ui.session import ClientSession, MallChoice
from ui.settings import WebSettings
from ui.shell import context
from ui.shell.context import Shell
from ui.shell.registration import register_pages

MALL = MallChoice(id=1, code='yunji', name_zh='云集天地', name_en='Yunji Plaza')
SLICES = (
    'cockpit', 'footfall', 'devices', 'pos', 'sales', 'members', 'payments', 'aftersales', 'safety', 'cameras',
    'coupons', 'leasing', 'billing', 'utilities', 'inventory', 'warehouse', 'tenant', 'tenancy', 'approvals',
)  # fmt: skip


class GivenPerson:
    """Everybody who comes is this person."""

    def __init__(self, session: ClientSession) -> None:
        self.session = session

    async def session_for(self, cookie: Mapping[str, Any]) -> ClientSession:
        return self.session


def person(*permissions: str, locale: Locale = 'zh-CN') -> ClientSession:
    """Somebody signed in with these permissions, or with all."""
    actor = Actor(
        name='person',
        kind='person',
        account_id=AccountId(1),
        mall_id=MallId(MALL.id),
        permissions=frozenset(permissions or ('*',)),
    )
    return ClientSession(actor=actor, session_id=1, display_name='陈敏', locale=locale, mall=MALL, malls=(MALL,))


def answer_with(domain: FakeDomain, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every screen ask these fakes."""
    load_pages(SLICES)
    for name, module in list(sys.modules.items()):
        if name.startswith('ui.'):
            for function in ('run_query', 'run_operation'):
                if hasattr(module, function):
                    monkeypatch.setattr(module, function, domain.run)


@asynccontextmanager
async def screens(session: ClientSession, *, vision: CameraPort | None = None) -> AsyncIterator[tuple[User, LiveHub]]:
    """A person's browser, and the hub through which news reach it."""
    hub = LiveHub()
    async with user_simulation(root=lambda: None) as user:
        theme.install()
        shell = Shell(
            settings=WebSettings(secret=SecretStr('for tests only, long enough to be one')),
            access=GivenPerson(session),
            handover=Handover(),
            live=hub,
            cameras=lambda _: vision,
            documents=Office(),
        )
        context.install(shell)
        load_pages(SLICES)
        register_pages(shell)
        hub.start()
        try:
            yield user, hub
        finally:  # a hub that still listens would keep a failed test from ending
            await hub.stop()


async def tell(hub: LiveHub, topic: str) -> None:
    """Something about the topic changed in the mall."""
    await hub.announce(LiveNotice(topic, MALL.id))


def staff(actor: Actor, role: str, locale: Locale = 'zh-CN') -> ClientSession:
    """Somebody of this role in the actor's mall."""
    session = person(*ROLE_BY_CODE[role].grants, locale=locale)
    return replace(session, actor=replace(session.actor, name=role, mall_id=actor.mall_id))


@asynccontextmanager
async def looking(actor: Actor, role: str, path: str, locale: Locale = 'zh-CN') -> AsyncIterator[User]:
    """A page over the real domain, as somebody of this role sees it."""
    async with screens(staff(actor, role, locale)) as (user, _):
        await user.open(path)
        yield user


def fill(user: User, values: Mapping[str, Any]) -> None:
    """Type into every field of these labels; a label that the page lacks is an error."""
    fields = user.find(kind=ValidationElement).elements
    for label, value in values.items():
        labelled = [field for field in fields if field.props.get('aria-label') == label]
        assert labelled, f'no field is called {label}'
        for field in labelled:
            field.value = value


async def upload(user: User, marker: str, content: bytes, name: str, kind: str = 'image/jpeg') -> None:
    """Choose a file."""
    [picker] = user.find(marker=marker).elements
    await picker.handle_uploads([SmallFileUpload(name, kind, content)])  # type: ignore[attr-defined]


def open_row(user: User, row_id: object) -> None:
    """Click a row of the page's one table."""
    [table] = user.find(kind=DataTable).elements
    user.find(kind=type(table._table)).trigger('rowClick', [{}, {'id': row_id}, 0])
