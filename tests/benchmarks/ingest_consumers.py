"""The two that are compared: the ingest, and the bare loop that anybody would write first.

Run as a process: python -m tests.benchmarks.ingest_consumers KIND URL PORT SECRET MALL; prints `ready` when subscribed.
"""

import asyncio
import sys
import time
from typing import Any

import aiomqtt
import orjson
import psycopg
from pydantic import SecretStr

from domain.shared.database import DatabaseSettings, connect
from integrations.embedded.access import INGEST_USER
from integrations.mqtt import worker
from integrations.mqtt.health import IngestHealth
from integrations.mqtt.settings import MqttSettings

FLUSH_S = 0.05
FLUSH_ROWS = 2_000

BARE_TABLE = """
    CREATE TABLE IF NOT EXISTS bare_crossing (
        device text NOT NULL, seq bigint NOT NULL, occurred_at timestamptz NOT NULL, line text NOT NULL,
        direction text NOT NULL, track text
    )
"""
COPY = 'COPY bare_crossing (device, seq, occurred_at, line, direction, track) FROM STDIN'


async def run_bare(url: str, port: int, secret: str, mall: str) -> None:
    """aiomqtt into psycopg COPY, with nothing in between: no duplicates found, no roll-ups, acknowledged on receipt."""
    connection = psycopg.connect(url)
    async with aiomqtt.Client('127.0.0.1', port, username=INGEST_USER, password=secret, identifier='bare') as client:
        await client.subscribe(f'atrium/v1/{mall}/+/crossings', qos=1)
        print('ready', flush=True)  # noqa: T201 - tells the parent
        rows: list[tuple[Any, ...]] = []
        asyncio.get_running_loop().create_task(_flush(connection, rows))
        async for message in client.messages:
            body = orjson.loads(message.payload)
            device = message.topic.value.split('/')[3]
            for one in body['readings']:
                rows.append((device, one['seq'], one['at'], one['line'], one['direction'], one['track']))


async def _flush(connection: psycopg.Connection[Any], rows: list[tuple[Any, ...]]) -> None:
    last = time.perf_counter()
    while True:
        await asyncio.sleep(0.002)
        if rows and (len(rows) >= FLUSH_ROWS or time.perf_counter() - last >= FLUSH_S):
            batch = rows[:FLUSH_ROWS]
            del rows[: len(batch)]
            await asyncio.to_thread(_copy, connection, batch)
            last = time.perf_counter()


def _copy(connection: psycopg.Connection[Any], batch: list[tuple[Any, ...]]) -> None:
    with connection.cursor() as cursor, cursor.copy(COPY) as copy:
        for row in batch:
            copy.write_row(row)
    connection.commit()


async def run_ours(url: str, port: int, secret: str, mall: str) -> None:
    """The ingest as it ships."""
    connect(DatabaseSettings(url=SecretStr(url)))
    settings = MqttSettings(port=port, password=SecretStr(secret), malls=(mall,))
    health, stop = IngestHealth(), asyncio.Event()
    serving = asyncio.create_task(worker.run(settings, stop, health=health))
    while not health.broker.is_up:
        await asyncio.sleep(0.01)
    print('ready', flush=True)  # noqa: T201 - tells the parent
    await serving


if __name__ == '__main__':
    kind, url, port, secret, mall = sys.argv[1:]
    asyncio.run({'bare': run_bare, 'ours': run_ours}[kind](url, int(port), secret, mall))
