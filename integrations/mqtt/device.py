"""A reference device: what a counter, camera or kiosk does to lose nothing.

It numbers its readings, keeps them in SQLite until the platform's acknowledgement, and sends them again from the
oldest one after every connection and whenever no acknowledgement comes. Tests and the simulator use it; a vendor may
read it as the contract in code.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import aiomqtt
import orjson
from pydantic import ValidationError

from integrations.mqtt.ending import end
from integrations.mqtt.payloads import ACK, VERSION, instant
from integrations.mqtt.topics import Channel, ack_topic, device_topic

RETRY_S = 0.2


@dataclass(frozen=True, slots=True)
class Kept:
    """A reading not yet acknowledged."""

    seq: int
    channel: str
    body: str


class ReadingStore:
    """The readings that the platform has not acknowledged, with the device's counters; a file survives a crash."""

    def __init__(self, path: Path | str = ':memory:') -> None:
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute('PRAGMA journal_mode = WAL')
        self._db.execute('CREATE TABLE IF NOT EXISTS kept (seq INTEGER PRIMARY KEY, channel TEXT, body TEXT)')
        self._db.execute('CREATE TABLE IF NOT EXISTS counter (name TEXT PRIMARY KEY, value INTEGER)')
        self._db.execute("INSERT OR IGNORE INTO counter VALUES ('seq', 0), ('epoch', 0)")

    def add(self, channel: Channel, body: dict[str, Any]) -> int:
        """Keep a reading under the next number."""
        return self.add_many(channel, [body])

    def add_many(self, channel: Channel, bodies: Sequence[dict[str, Any]]) -> int:
        """Keep readings under the next numbers, at once; give the last number."""
        last = self._count('seq', len(bodies))
        rows = [
            (last - len(bodies) + 1 + index, str(channel), orjson.dumps(body).decode())
            for index, body in enumerate(bodies)
        ]
        self._db.executemany('INSERT INTO kept VALUES (?, ?, ?)', rows)
        return last

    def begin_session(self) -> int:
        """Count the session up and give its number."""
        return self._count('epoch', 1)

    def after(self, seq: int, limit: int) -> list[Kept]:
        """Give the kept readings after a number, in order."""
        rows = self._db.execute('SELECT seq, channel, body FROM kept WHERE seq > ? ORDER BY seq LIMIT ?', (seq, limit))
        return [Kept(*row) for row in rows]

    def forget_through(self, seq: int) -> None:
        """Forget what is committed."""
        self._db.execute('DELETE FROM kept WHERE seq <= ?', (seq,))

    @property
    def oldest(self) -> int:
        """The lowest number still kept; where nothing is, the next to come."""
        found = self._db.execute('SELECT min(seq) FROM kept').fetchone()[0]
        return int(found) if found is not None else self.last_seq + 1

    @property
    def last_seq(self) -> int:
        """The highest number given."""
        return int(self._db.execute("SELECT value FROM counter WHERE name = 'seq'").fetchone()[0])

    def __len__(self) -> int:
        return int(self._db.execute('SELECT count(*) FROM kept').fetchone()[0])

    def close(self) -> None:
        self._db.close()

    def _count(self, name: str, by: int) -> int:
        statement = 'UPDATE counter SET value = value + ? WHERE name = ? RETURNING value'
        return int(self._db.execute(statement, (by, name)).fetchone()[0])


class Device:
    """One device with its connection; ``run`` until cancelled, ``record`` whenever something happens."""

    def __init__(
        self,
        *,
        mall_code: str,
        code: str,
        host: str,
        port: int,
        username: str,
        secret: str,
        store: ReadingStore | None = None,
        firmware: str = 'reference',
        message_readings: int = 100,
        resend_after_s: float = 5.0,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.store = ReadingStore() if store is None else store
        self.code = code
        self._mall_code = mall_code
        self._address = (host, port)
        self._credentials = (username, secret)
        self._firmware = firmware
        self._message_readings = message_readings
        self._resend_after_s = resend_after_s
        self._now = now
        self._epoch = 0
        self._sent_through = 0
        self._progress = asyncio.Event()
        self._acknowledged = asyncio.Event()

    def record(self, channel: Channel, **body: Any) -> int:
        """Keep a reading to be sent; give its number."""
        return self.record_many(channel, [body])

    def record_many(self, channel: Channel, bodies: Sequence[dict[str, Any]]) -> int:
        """Keep readings to be sent; give the last one's number."""
        last = self.store.add_many(channel, bodies)
        self._progress.set()
        return last

    async def drained(self) -> None:
        """Wait until everything recorded is acknowledged."""
        while len(self.store):
            self._acknowledged.clear()
            await self._acknowledged.wait()

    async def run(self) -> None:
        """Connect, send and hear acknowledgements, for ever; a lost connection is made again."""
        while True:
            self._epoch = self.store.begin_session()
            with suppress(aiomqtt.MqttError):
                async with self._client() as client:
                    await self._serve(client)
            await asyncio.sleep(RETRY_S)

    async def _serve(self, client: aiomqtt.Client) -> None:
        await client.subscribe(ack_topic(self._mall_code, self.code), qos=1)
        await client.publish(self._topic(Channel.STATUS), self._status(is_online=True), qos=1, retain=True)
        self._sent_through = self.store.oldest - 1
        tasks = [asyncio.create_task(self._hear(client)), asyncio.create_task(self._send(client))]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            await end(*tasks)

    async def _hear(self, client: aiomqtt.Client) -> None:
        async for message in client.messages:
            with suppress(ValidationError):
                self.store.forget_through(ACK.validate_json(message.payload).seq)
            self._acknowledged.set()
            self._progress.set()

    async def _send(self, client: aiomqtt.Client) -> None:
        while True:
            self._progress.clear()
            for message in self._messages():
                await client.publish(*message, qos=1)
            try:
                # NOTE: not wait_for, whose Python 3.11 edition can swallow a cancellation.
                async with asyncio.timeout(self._resend_after_s):
                    await self._progress.wait()
            except TimeoutError:
                # No acknowledgement for a while: what is kept goes out again, from the oldest on.
                self._sent_through = self.store.oldest - 1

    def _messages(self) -> list[tuple[str, bytes]]:
        """Write what is kept and not yet sent on this connection, in order, a channel at a time."""
        kept = self.store.after(max(self._sent_through, self.store.oldest - 1), 20 * self._message_readings)
        messages = []
        for channel, group in groupby(kept, key=lambda one: one.channel):
            run = list(group)
            for start in range(0, len(run), self._message_readings):
                part = run[start : start + self._message_readings]
                messages.append((self._topic(Channel(channel)), self._envelope(part)))
        if kept:
            self._sent_through = kept[-1].seq
            self._progress.set()
        return messages

    def _envelope(self, kept: Sequence[Kept]) -> bytes:
        readings = ','.join(f'{{"seq":{one.seq},{one.body[1:]}' for one in kept)
        return (
            f'{{"v":{VERSION},"epoch":{self._epoch},"sent_at":"{instant(self._now())}",'
            f'"oldest":{self.store.oldest},"readings":[{readings}]}}'
        ).encode()

    def _status(self, *, is_online: bool) -> bytes:
        status = {'v': VERSION, 'epoch': self._epoch, 'online': is_online, 'at': instant(self._now())}
        return orjson.dumps(status | {'firmware': self._firmware})

    def _topic(self, channel: Channel) -> str:
        return device_topic(self._mall_code, self.code, channel)

    def _client(self) -> aiomqtt.Client:
        host, port = self._address
        username, secret = self._credentials
        return aiomqtt.Client(
            host,
            port,
            username=username,
            password=secret,
            identifier=f'{self._mall_code}-{self.code}',
            keepalive=15,
            timeout=5,
            will=aiomqtt.Will(self._topic(Channel.STATUS), self._status(is_online=False), qos=1, retain=True),
        )
