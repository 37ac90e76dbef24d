"""A PostgreSQL that fsyncs and may be killed, brokers that may be killed, and a mall to count in."""

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from pydantic import SecretStr

from domain.shared import provisioning
from domain.shared.database import DatabaseSettings, connect, disconnect
from domain.shared.migration import APP_ROLE
from integrations.embedded.postgres import EmbeddedPostgres
from tests.conftest import Database
from tests.integrations.brokers import SECRET, BrokerProcess, make_broker, needs_mosquitto
from tests.integrations.mqtt.conftest import Site, build_site

NAME = 'chaos'


class MortalPostgres:
    """A cluster of its own, killed as a power failure would: every process at once."""

    def __init__(self, folder: Path) -> None:
        self._server = EmbeddedPostgres(folder / 'postgres')
        self._server.start()
        provisioning.ensure_database(self._server.owner_url(), NAME)
        provisioning.ensure_role(self._server.owner_url(NAME), SECRET)
        provisioning.upgrade(self._server.owner_url(NAME))
        self.database = Database(NAME, self._server.owner_url(NAME), self._server.url(NAME, APP_ROLE, SECRET))

    def kill_and_restart(self) -> None:
        postmaster = psutil.Process(self._server.pid)
        processes = [postmaster, *postmaster.children(recursive=True)]
        for process in processes:
            os.kill(process.pid, signal.SIGKILL)
        psutil.wait_procs(processes, timeout=10)
        self._server.stop()
        self._server.start()

    @property
    def socket_path(self) -> str:
        return str(Path(self.database.app_url.split('host=')[1].replace('%2F', '/')) / '.s.PGSQL.5432')

    def stop(self) -> None:
        self._server.stop()


@pytest.fixture(scope='module')
def mortal() -> Iterator[MortalPostgres]:
    with tempfile.TemporaryDirectory(prefix='atrium-chaos-', ignore_cleanup_errors=True) as folder:
        server = MortalPostgres(Path(folder))
        connect(DatabaseSettings(url=SecretStr(server.database.app_url)))
        yield server
        disconnect()
        server.stop()


@pytest.fixture
def site(mortal: MortalPostgres) -> Site:
    return build_site(mortal.database)


@pytest.fixture(params=['amqtt', pytest.param('mosquitto', marks=[pytest.mark.mosquitto, needs_mosquitto])])
def broker(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[BrokerProcess]:
    made = make_broker(request.param, tmp_path / 'broker')
    made.start()
    yield made
    made.kill()
