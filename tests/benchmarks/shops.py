"""A PostgreSQL that fsyncs, a mall with a loyalty programme and members: what the commerce benchmarks stand on."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
from pydantic import SecretStr

from domain.shared import provisioning
from domain.shared.database import DatabaseSettings, connect, disconnect
from domain.shared.garbage import collect_less
from domain.shared.migration import APP_ROLE
from integrations.embedded.postgres import EmbeddedPostgres
from tests.conftest import insert_bare_mall
from tests.domain.sales.conftest import Shop
from tests.sealing_keys import install_test_keys

SECRET = 'only-for-benchmarks'


@dataclass(frozen=True)
class Stand:
    owner_url: str
    app_url: str
    mall: int
    members: list[int]
    shop: Shop


@contextmanager
def ledger_stand(members: int) -> Iterator[Stand]:
    """Settings as the wheel has them, so a commit is on the disk."""
    install_test_keys()
    collect_less()  # as the web process does
    with tempfile.TemporaryDirectory(prefix='atrium-bench-', ignore_cleanup_errors=True) as folder:
        server = EmbeddedPostgres(Path(folder) / 'postgres')
        server.start()
        try:
            provisioning.ensure_database(server.owner_url(), 'bench')
            owner_url, app_url = server.owner_url('bench'), server.url('bench', APP_ROLE, SECRET)
            provisioning.ensure_role(owner_url, SECRET)
            provisioning.upgrade(owner_url)
            with psycopg.connect(owner_url, autocommit=True) as owner:
                mall = insert_bare_mall(owner, 'bench')
            connect(DatabaseSettings(url=SecretStr(app_url)))
            shop = Shop(mall)
            yield Stand(owner_url, app_url, mall, [shop.member() for _ in range(members)], shop)
        finally:
            disconnect()
            server.stop()
