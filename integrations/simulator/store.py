"""What the simulated devices of a mall remember over restarts: their numbers, and the readings not yet acknowledged.

One SQLite file for the whole mall, since one process plays all its devices; each device has its own counters in it.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Self

SCHEMA = """
CREATE TABLE IF NOT EXISTS device (code TEXT PRIMARY KEY, seq INTEGER NOT NULL, epoch INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS kept (
    device TEXT, seq INTEGER, channel TEXT, body TEXT, PRIMARY KEY (device, seq)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS played (name TEXT PRIMARY KEY, until TEXT);
"""


def open_store(state_dir: Path, mall_code: str) -> 'GatewayStore':
    """The store of one mall's devices."""
    return GatewayStore(state_dir / f'{mall_code}.sqlite')


def hand_over(state_dir: Path, mall_code: str, last_seqs: Mapping[str, int], played_until: datetime) -> None:
    """After history was delivered: lets the live player number on from it and play on from its end."""
    with open_store(state_dir, mall_code) as store:
        store.go_on_from(last_seqs, played_until=played_until)


class GatewayStore:
    """Counters and kept readings. Everything between `begin` and `commit` of one tick is written at once."""

    def __init__(self, path: Path | str = ':memory:') -> None:
        if isinstance(path, Path):
            path.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(path, isolation_level=None)
        self._db.execute('PRAGMA journal_mode = WAL')
        self._db.execute('PRAGMA synchronous = NORMAL')
        self._db.executescript(SCHEMA)
        self.seqs: dict[str, int] = {}
        self.epochs: dict[str, int] = {}
        for code, seq, epoch in self._db.execute('SELECT code, seq, epoch FROM device'):
            self.seqs[code], self.epochs[code] = seq, epoch

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._db.close()

    @contextmanager
    def tick(self) -> Iterator[None]:
        """One transaction."""
        self._db.execute('BEGIN')
        try:
            yield
        except BaseException:
            self._db.execute('ROLLBACK')
            raise
        self._db.execute('COMMIT')

    @property
    def played_until(self) -> datetime | None:
        """Up to when the world was played to the devices."""
        found = self._db.execute("SELECT until FROM played WHERE name = 'world'").fetchone()
        return datetime.fromisoformat(found[0]) if found else None

    @played_until.setter
    def played_until(self, until: datetime) -> None:
        self._db.execute("INSERT OR REPLACE INTO played VALUES ('world', ?)", (until.isoformat(),))

    def begin_sessions(self, devices: Iterable[str]) -> None:
        """Every device starts: its session number counts up."""
        for code in devices:
            self.epochs[code] = self.epochs.get(code, 0) + 1
            self._save(code)

    def go_on_from(self, seqs: Mapping[str, int], *, played_until: datetime) -> None:
        """Continue after history that was delivered otherwise."""
        with self.tick():
            for code, seq in seqs.items():
                self.seqs[code] = max(seq, self.seqs.get(code, 0))
                self._save(code)
            self.played_until = played_until

    def keep(self, device: str, channel: str, body: str) -> int:
        """Keep a reading until it is acknowledged; its number. `body` is JSON without the number."""
        seq = self.seqs.get(device, 0) + 1
        self.seqs[device] = seq
        self._save(device)
        self._db.execute('INSERT INTO kept VALUES (?, ?, ?, ?)', (device, seq, channel, body))
        return seq

    def kept(self, device: str, after: int = 0, limit: int = 2_000) -> list[tuple[int, str, str]]:
        """Number, channel and body of what a device still keeps, in order."""
        rows = self._db.execute(
            'SELECT seq, channel, body FROM kept WHERE device = ? AND seq > ? ORDER BY seq LIMIT ?',
            (device, after, limit),
        )
        return rows.fetchall()

    def keeping(self) -> list[str]:
        """The devices that keep something."""
        return [code for (code,) in self._db.execute('SELECT DISTINCT device FROM kept')]

    def oldest(self, device: str) -> int:
        """The lowest number that a device still keeps, or the next to come."""
        found = self._db.execute('SELECT min(seq) FROM kept WHERE device = ?', (device,)).fetchone()[0]
        return int(found) if found is not None else self.seqs.get(device, 0) + 1

    def forget(self, device: str, through: int) -> None:
        """Everything up to and including a number is committed."""
        self._db.execute('DELETE FROM kept WHERE device = ? AND seq <= ?', (device, through))

    def __len__(self) -> int:
        return int(self._db.execute('SELECT count(*) FROM kept').fetchone()[0])

    def _save(self, code: str) -> None:
        self._db.execute(
            'INSERT OR REPLACE INTO device VALUES (?, ?, ?)', (code, self.seqs.get(code, 0), self.epochs.get(code, 0))
        )
