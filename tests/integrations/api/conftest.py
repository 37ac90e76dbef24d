"""The API over a real database, and keys for it."""

import json
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette

from domain.identity.commands import CreateApiKey
from domain.identity.operations import create_api_key
from domain.mall.operations import import_mall
from domain.shared.actor import MallId, system_actor
from domain.shared.operations import perform
from integrations.api import health
from integrations.api.app import mounts
from integrations.api.settings import ApiSettings
from tests.conftest import Database
from tests.domain.members.conftest import keys

__all__ = ['keys']

ALL = (
    'mall.view', 'footfall.view', 'footfall.export', 'footfall.annotate', 'devices.view', 'devices.acknowledge',
    'leasing.view', 'leasing.report_turnover', 'billing.view', 'inventory.view', 'webhooks.manage',
)  # fmt: skip


@pytest.fixture
def broken_parts() -> dict[str, health.Part]:
    """Parts that `/readyz` asks; a test may add some."""
    return {}


@pytest.fixture
def application(database: Database, broken_parts: dict[str, health.Part]) -> Starlette:
    """As the composition root mounts it, with a limit that only its own test meets."""
    return Starlette(routes=mounts(ApiSettings(requests_per_second=500), broken_parts))


@pytest.fixture
async def http(application: Starlette) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(application, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url='http://test') as client:
        yield client


@pytest.fixture
def key(mall: MallId) -> Callable[..., str]:
    """Makes an API key with these scopes, all that the API knows if none are named; a tenant's where one is."""

    def make(*scopes: str, mall_id: MallId = mall, tenant_id: int | None = None) -> str:
        command = CreateApiKey(name='test', scopes=scopes or ALL, tenant_id=tenant_id)
        actor = system_actor('seed', mall_id)
        now = datetime.now(UTC)
        return perform(create_api_key, actor=actor, command=command, known=frozenset(scopes or ALL), now=now).key

    return make


def bearer(key: str) -> dict[str, str]:
    return {'Authorization': f'Bearer {key}'}


@pytest.fixture(scope='module')
def qinghe(database: Database) -> MallId:
    """The small demo mall, with floors and units."""
    document = json.loads((Path(__file__).parents[3] / 'assets' / 'demo_mall' / 'qinghe.json').read_text())
    mall, _ = import_mall(actor=system_actor('seed'), document=document)
    return mall.id
