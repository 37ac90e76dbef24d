"""The queue on disk (断网续传): every reading is numbered and kept here until the platform has committed it.

The broker may be away for days; counting goes on and the readings leave later with their own times. One SQLite file,
written through (`synchronous=FULL`) before a reading counts as recorded.
"""

import json
import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vision_service.contracts import Channel
from vision_service.errors import QueueUnwritable

SCHEMA = """
CREATE TABLE IF NOT EXISTS device (code TEXT PRIMARY KEY, epoch INTEGER NOT NULL, last_seq INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS reading (
    device TEXT NOT NULL, seq INTEGER NOT NULL, channel TEXT NOT NULL, body TEXT NOT NULL,
    PRIMARY KEY (device, seq)
) WITHOUT ROWID;
"""

Draft = tuple[Channel, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Stored:
    """A reading waiting; `body` is its JSON, number included."""

    seq: int
    channel: Channel
    body: str


class ReadingQueue:
    """Used by the cameras' threads and by the publishers; each call is one transaction."""

    def __init__(self, path: Path, *, first_number: Callable[[], int] = lambda: int(time.time()) * 1000) -> None:
        """`first_number` is asked when a device is new here.

        NOTE: it grows with time, so a device whose file was lost goes on above the numbers it used before, instead
        of repeating them and being taken for an echo.

        :raises QueueUnwritable: when the file cannot be opened or is no queue
        """
        self._first_number = first_number
        self._lock = threading.Lock()
        self._listeners: list[Callable[[str], None]] = []
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
            self._connection.execute('PRAGMA journal_mode=WAL')
            self._connection.execute('PRAGMA synchronous=FULL')
            self._connection.executescript(SCHEMA)
        except (sqlite3.Error, OSError) as error:
            raise QueueUnwritable(
                f'The queue {path} does not open: {error}.', 'Check the disk and its rights.'
            ) from error

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def on_append(self, listener: Callable[[str], None]) -> None:
        """`listener` hears the device's code after readings of it were stored."""
        self._listeners.append(listener)

    def begin_session(self, device: str) -> int:
        """A new session number for the device."""
        first = self._first_number()
        with self._transaction() as run:
            run('INSERT INTO device VALUES (?, ?, ?) ON CONFLICT DO NOTHING', (device, first // 1000, first))
            run('UPDATE device SET epoch = epoch + 1 WHERE code = ?', (device,))
            return int(run('SELECT epoch FROM device WHERE code = ?', (device,)).fetchone()[0])

    def append(self, device: str, drafts: Sequence[Draft]) -> list[int]:
        """Numbers and keeps the readings; all of them or none.

        :raises QueueUnwritable: when the disk refuses
        """
        if not drafts:
            return []
        with self._transaction() as run:
            row = run('SELECT last_seq FROM device WHERE code = ?', (device,)).fetchone()
            if row is None:
                raise KeyError(f'no session was begun for {device}')
            numbers = range(row[0] + 1, row[0] + 1 + len(drafts))
            for seq, (channel, body) in zip(numbers, drafts, strict=True):
                text = json.dumps({'seq': seq, **body}, separators=(',', ':'))
                run('INSERT INTO reading VALUES (?, ?, ?, ?)', (device, seq, channel.value, text))
            run('UPDATE device SET last_seq = ? WHERE code = ?', (numbers[-1], device))
        for listener in self._listeners:
            listener(device)
        return list(numbers)

    def pending(self, device: str, *, after: int, limit: int) -> list[Stored]:
        """The oldest readings above `after` that are still kept."""
        sql = 'SELECT seq, channel, body FROM reading WHERE device = ? AND seq > ? ORDER BY seq LIMIT ?'
        with self._lock:
            rows = self._connection.execute(sql, (device, after, limit)).fetchall()
        return [Stored(seq, Channel(channel), body) for seq, channel, body in rows]

    def acknowledge(self, device: str, through: int) -> int:
        """Forgets everything up to `through`; answers how many readings that were."""
        with self._transaction() as run:
            return int(run('DELETE FROM reading WHERE device = ? AND seq <= ?', (device, through)).rowcount)

    def waiting(self, device: str | None = None) -> int:
        where, values = ('', ()) if device is None else (' WHERE device = ?', (device,))
        with self._lock:
            return int(self._connection.execute(f'SELECT count(*) FROM reading{where}', values).fetchone()[0])  # noqa: S608 - both texts are ours

    def oldest(self, device: str) -> int:
        """The lowest number still kept, or the next one to be given."""
        with self._lock:
            kept = self._connection.execute('SELECT min(seq) FROM reading WHERE device = ?', (device,)).fetchone()[0]
            if kept is not None:
                return int(kept)
            row = self._connection.execute('SELECT last_seq FROM device WHERE code = ?', (device,)).fetchone()
        return int(row[0]) + 1 if row else 1

    def _transaction(self) -> '_Transaction':
        return _Transaction(self._connection, self._lock)


class _Transaction:
    """BEGIN IMMEDIATE … COMMIT under the lock; a disk's refusal becomes our own error."""

    def __init__(self, connection: sqlite3.Connection, lock: threading.Lock) -> None:
        self._connection = connection
        self._lock = lock

    def __enter__(self) -> Callable[..., sqlite3.Cursor]:
        self._lock.acquire()
        try:
            self._connection.execute('BEGIN IMMEDIATE')
        except sqlite3.Error as error:
            self._lock.release()
            raise _unwritable(error) from error
        return self._connection.execute

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        try:
            self._connection.execute('COMMIT' if error is None else 'ROLLBACK')
        except sqlite3.Error as refused:
            with suppress(sqlite3.Error):
                self._connection.execute('ROLLBACK')
            raise _unwritable(refused) from refused
        finally:
            self._lock.release()
        if isinstance(error, sqlite3.Error):
            raise _unwritable(error) from error


def _unwritable(error: sqlite3.Error) -> QueueUnwritable:
    return QueueUnwritable(f'The queue on disk refuses: {error}.', 'Free some space or repair the disk.')
