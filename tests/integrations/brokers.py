"""Brokers for tests: the embedded one and a real Mosquitto, in processes that can be killed."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

import pytest

from integrations.embedded.access import GATEWAY_USER, INGEST_USER
from integrations.embedded.mosquitto import Mosquitto, find_mosquitto

SECRET = 'only-for-tests'
ACCOUNTS = dict.fromkeys((INGEST_USER, GATEWAY_USER, 'testmall/door-1', 'testmall/door-2'), SECRET)

needs_mosquitto = pytest.mark.skipif(
    find_mosquitto() is None and os.environ.get('CI') != 'true', reason='mosquitto is not installed on this machine'
)


class BrokerProcess(Protocol):
    """A broker that can die and come back on the same port."""

    host: str
    port: int

    def start(self) -> None: ...
    def kill(self) -> None: ...
    def stop(self) -> None: ...


class EmbeddedBrokerProcess:
    """The embedded broker in a process of its own."""

    def __init__(self, *, port: int, host: str = '127.0.0.1') -> None:
        self.host = host
        self.port = port
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, '-W', 'ignore', '-m', 'tests.integrations.brokers', str(self.port)]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        wait_for_port(self.host, self.port)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=10)
            self._process = None

    stop = kill


def make_broker(kind: str, folder: Path, accounts: Mapping[str, str] = ACCOUNTS) -> BrokerProcess:
    """Make a broker of a kind on a free port; not yet started."""
    if kind == 'mosquitto':
        return Mosquitto(folder=folder, port=free_port(), accounts=accounts)
    return EmbeddedBrokerProcess(port=free_port())


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(('127.0.0.1', 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for_port(host: str, port: int, within_s: float = 20.0) -> None:
    """Wait until somebody listens."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        with socket.socket() as probe:
            if probe.connect_ex((host, port)) == 0:
                return
        time.sleep(0.02)
    raise TimeoutError(f'nobody listens on port {port}')


async def _serve(port: int) -> None:
    import asyncio

    from integrations.embedded.broker import EmbeddedBroker

    async with EmbeddedBroker(port=port, accounts=ACCOUNTS):
        await asyncio.Event().wait()


if __name__ == '__main__':
    import asyncio

    asyncio.run(_serve(int(sys.argv[1])))
