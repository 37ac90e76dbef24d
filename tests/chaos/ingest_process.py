"""The ingest in a process of its own, to be killed. Run: python -m tests.chaos.ingest_process URL PORT SECRET MALL"""

import asyncio
import os
import subprocess
import sys

from pydantic import SecretStr

from domain.shared.database import DatabaseSettings, connect
from integrations.mqtt import worker
from integrations.mqtt.settings import MqttSettings


class IngestProcess:
    """A worker that can be killed at any moment and started again."""

    def __init__(self, *, database_url: str, broker_port: int, secret: str, mall_code: str) -> None:
        self._arguments = [database_url, str(broker_port), secret, mall_code]
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, '-W', 'ignore', '-m', 'tests.chaos.ingest_process', *self._arguments]
        quiet = None if os.environ.get('ATRIUM_CHAOS_LOG') else subprocess.DEVNULL
        self._process = subprocess.Popen(command, stdout=quiet, stderr=quiet)

    def kill(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait(timeout=10)
            self._process = None


async def _serve(url: str, port: int, secret: str, mall_code: str) -> None:
    connect(DatabaseSettings(url=SecretStr(url)))
    settings = MqttSettings(
        port=port, password=SecretStr(secret), malls=(mall_code,), retry_max_s=0.5, watch_every_s=1.0
    )
    await worker.run(settings, asyncio.Event())


if __name__ == '__main__':
    url, port, secret, mall_code = sys.argv[1:]
    asyncio.run(_serve(url, int(port), secret, mall_code))
