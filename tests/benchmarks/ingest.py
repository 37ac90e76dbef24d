"""MQTT QoS 1 → committed rows: the ingest beside a bare aiomqtt → COPY loop, on one Mosquitto and one PostgreSQL.

The rounds of both are interleaved. PostgreSQL itself says when a row was committed (`track_commit_timestamp`), so
neither side measures itself. Ours checks every message, resolves its device, finds duplicates, corrects clocks, keeps
the roll-ups at four grains, and acknowledges only after the commit; the bare loop does none of that.
"""

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from pydantic import SecretStr

from domain.devices.commands import RegisterDevice
from domain.devices.operations import register_device
from domain.mall.queries import get_mall
from domain.shared import provisioning
from domain.shared.database import DatabaseSettings, connect, disconnect
from domain.shared.migration import APP_ROLE
from domain.shared.operations import ask, perform
from integrations.embedded.access import GATEWAY_USER, INGEST_USER
from integrations.embedded.mosquitto import Mosquitto
from integrations.embedded.postgres import EmbeddedPostgres
from tests.benchmarks.ingest_consumers import BARE_TABLE
from tests.conftest import Database
from tests.domain.footfall.conftest import build_house
from tests.integrations.brokers import free_port

SECRET = 'only-for-benchmarks'
DEVICES = 100
FLAT_OUT_MESSAGES = 20_000
WARM_UP_MESSAGES = 1_000
ROUNDS = 5
RATES = (1_000, 4_000)
RATE_SECONDS = 6
GOAL = 0.8
WITHIN_S = 120.0
TABLES = {'ours': 'footfall_crossing', 'bare': 'bare_crossing'}


@dataclass
class Stand:
    """Where both run."""

    owner_url: str
    app_url: str
    port: int
    malls: dict[str, str]
    first_seq: int = 1


def main() -> None:
    with _stand() as stand:
        rates: dict[str, list[float]] = {'bare': [], 'ours': []}
        for _ in range(ROUNDS):
            for kind, measured in rates.items():
                measured.append(_throughput(_run(stand, kind, FLAT_OUT_MESSAGES, 0.0)))
        ratios = [ours / bare for ours, bare in zip(rates['ours'], rates['bare'], strict=True)]
        _say('ingest_throughput', 'messages/s', statistics.median(rates['ours']), statistics.median(rates['bare']),
             ratio=statistics.median(ratios), goal='>= 0.8', met=statistics.median(ratios) >= GOAL)  # fmt: skip
        for rate in RATES:
            _compare_latency(stand, rate)


def _compare_latency(stand: Stand, rate: int) -> None:
    p99: dict[str, list[float]] = {'bare': [], 'ours': []}
    for _ in range(3):
        for kind, measured in p99.items():
            rows = _run(stand, kind, rate * RATE_SECONDS, float(rate))
            latencies = sorted((committed - published) * 1000 for published, committed in rows)
            measured.append(latencies[int(len(latencies) * 0.99)])
    ours, bare = statistics.median(p99['ours']), statistics.median(p99['bare'])
    _say(f'ingest_p99_publish_to_commit_at_{rate}', 'ms', ours, bare, ratio=ours / bare, goal='measured', met=None)


def _run(stand: Stand, kind: str, count: int, rate: float) -> list[tuple[float, float]]:
    """Let one side consume one stream; give (published, committed) of every row."""
    with psycopg.connect(stand.owner_url, autocommit=True) as owner:
        table = TABLES[kind]
        before = _count(owner, table)
        with _consumer(stand, kind):
            _publish(stand, kind, WARM_UP_MESSAGES, 0.0)
            before = _wait_for(owner, table, before + WARM_UP_MESSAGES)
            _publish(stand, kind, count, rate)
            _wait_for(owner, table, before + count)
        rows = owner.execute(
            'SELECT extract(epoch FROM occurred_at)::float8,'
            ' extract(epoch FROM pg_xact_commit_timestamp(xmin))::float8'
            f' FROM {table} ORDER BY occurred_at DESC LIMIT {count}'
        ).fetchall()
        assert _count(owner, table) == before + count, 'something was lost or doubled'
        return [(float(published), float(committed)) for published, committed in rows]


def _wait_for(owner: psycopg.Connection[Any], table: str, count: int) -> int:
    deadline = time.monotonic() + WITHIN_S
    while _count(owner, table) < count:
        assert time.monotonic() < deadline, f'{table}: {_count(owner, table)} of {count} committed'
        time.sleep(0.2)
    return count


def _throughput(rows: list[tuple[float, float]]) -> float:
    return len(rows) / (max(committed for _, committed in rows) - min(published for published, _ in rows))


def _publish(stand: Stand, kind: str, count: int, rate: float) -> None:
    arguments = [stand.port, GATEWAY_USER, SECRET, stand.malls[kind], DEVICES, count, rate, stand.first_seq]
    command = [sys.executable, '-m', 'tests.benchmarks.mqtt_publisher', *map(str, arguments)]
    subprocess.run(command, check=True, timeout=WITHIN_S)
    stand.first_seq += count // DEVICES + 1


@contextmanager
def _consumer(stand: Stand, kind: str) -> Iterator[None]:
    url = stand.app_url if kind == 'ours' else stand.owner_url
    arguments = [kind, url, str(stand.port), SECRET, stand.malls[kind]]
    command = [sys.executable, '-W', 'ignore', '-m', 'tests.benchmarks.ingest_consumers', *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        while process.stdout.readline().strip() != 'ready':
            assert process.poll() is None, f'{kind} ended early'
        try:
            yield
        finally:
            process.terminate()


def _count(connection: psycopg.Connection[Any], table: str) -> int:
    row = connection.execute(f'SELECT count(*) FROM {table}').fetchone()
    assert row is not None
    return int(row[0])


@contextmanager
def _stand() -> Iterator[Stand]:
    """An own PostgreSQL that fsyncs, an own Mosquitto with the shipped configuration, a mall of 100 counters."""
    with tempfile.TemporaryDirectory(prefix='atrium-bench-', ignore_cleanup_errors=True) as folder:
        server = EmbeddedPostgres(Path(folder) / 'postgres')
        server.start()
        try:
            _note_commit_times(server)
            with _broker(Path(folder)) as port:
                yield _prepare(server, port)
        finally:
            disconnect()
            server.stop()


def _note_commit_times(server: EmbeddedPostgres) -> None:
    with psycopg.connect(server.owner_url(), autocommit=True) as connection:
        connection.execute('ALTER SYSTEM SET track_commit_timestamp = on')
    server.stop()
    server.start()


@contextmanager
def _broker(folder: Path) -> Iterator[int]:
    accounts = {INGEST_USER: SECRET, GATEWAY_USER: SECRET}
    broker = Mosquitto(folder=folder / 'mosquitto', port=free_port(), accounts=accounts)
    broker.start()
    try:
        yield broker.port
    finally:
        broker.kill()


def _prepare(server: EmbeddedPostgres, port: int) -> Stand:
    provisioning.ensure_database(server.owner_url(), 'bench')
    provisioning.ensure_role(server.owner_url('bench'), SECRET)
    provisioning.upgrade(server.owner_url('bench'))
    owner_url, app_url = server.owner_url('bench'), server.url('bench', APP_ROLE, SECRET)
    with psycopg.connect(owner_url, autocommit=True) as owner:
        owner.execute(BARE_TABLE)
    connect(DatabaseSettings(url=SecretStr(app_url)))
    house = build_house(Database('bench', owner_url, app_url))
    for number in range(DEVICES):
        command = RegisterDevice(code=f'bench-{number}', kind='counter')
        perform(register_device, actor=house.system, command=command)
    # Each has a mall of its own: the broker would queue the other's stream for the ingest's persistent session.
    return Stand(owner_url, app_url, port, {'ours': ask(get_mall, actor=house.system).code, 'bare': 'bare'})


def _say(name: str, unit: str, ours: float, reference: float, *, ratio: float, goal: str, met: bool | None) -> None:
    figure = {
        'name': name,
        'unit': unit,
        'ours': round(ours, 1),
        'reference': round(reference, 1),
        'ratio': round(ratio, 3),
        'goal': goal,
        'met': met,
    }
    print(json.dumps(figure), flush=True)  # noqa: T201 - the benchmark's result


if __name__ == '__main__':
    main()
