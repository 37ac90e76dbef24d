"""Lines, zones and calibrations as they were and are (FT-R15): a change is a new version, no old one is touched."""

import json
import sqlite3
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from vision_service.errors import QueueUnwritable, VisionError

SCHEMA = """
CREATE TABLE IF NOT EXISTS layout (
    camera TEXT NOT NULL, version INTEGER NOT NULL, valid_from TEXT NOT NULL, changed_by TEXT NOT NULL,
    body TEXT NOT NULL, PRIMARY KEY (camera, version)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS given (camera TEXT PRIMARY KEY, body TEXT NOT NULL);
"""
FILE = 'cameras file'

Version = tuple[int, datetime, str, dict[str, Any]]


class LayoutOutdated(VisionError):
    """Somebody else changed it meanwhile."""

    code = 'vision.layout_outdated'


class LayoutStore:
    """One SQLite file beside the queue; `body` is what the layout's contract makes of lines, zones, calibration."""

    def __init__(self, path: Path, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """:raises QueueUnwritable: when the file does not open"""
        self._clock = clock
        self._lock = threading.Lock()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, timeout=10)
            self._connection.executescript(SCHEMA)
        except (sqlite3.Error, OSError) as error:
            raise QueueUnwritable(
                f'The layouts {path} do not open: {error}.', 'Check the disk and its rights.'
            ) from error

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def begin(self, camera: str, given: dict[str, Any]) -> Version:
        """The layout to start with: the newest kept, unless the cameras file has changed since the last start."""
        text = json.dumps(given, sort_keys=True)
        with self._lock:
            newest = self._newest(camera)
            before = self._connection.execute('SELECT body FROM given WHERE camera = ?', (camera,)).fetchone()
            if newest is None or before is None or before[0] != text:
                newest = self._add(camera, (newest[0] if newest else 0) + 1, FILE, given)
                self._connection.execute('INSERT OR REPLACE INTO given VALUES (?, ?)', (camera, text))
            return newest

    def change(self, camera: str, based_on: int, changed_by: str, body: dict[str, Any]) -> Version:
        """:raises LayoutOutdated: when `based_on` is no longer the newest"""
        with self._lock:
            newest = self._newest(camera)
            if newest is None or newest[0] != based_on:
                known = newest[0] if newest else 0
                raise LayoutOutdated(f'{camera} has layout {known} by now, not {based_on}.', 'Load it and draw again.')
            return self._add(camera, based_on + 1, changed_by, body)

    def history(self, camera: str) -> list[Version]:
        """Newest first."""
        sql = 'SELECT version, valid_from, changed_by, body FROM layout WHERE camera = ? ORDER BY version DESC'
        with self._lock:
            return [_version(row) for row in self._connection.execute(sql, (camera,)).fetchall()]

    def _newest(self, camera: str) -> Version | None:
        sql = 'SELECT version, valid_from, changed_by, body FROM layout WHERE camera = ? ORDER BY version DESC LIMIT 1'
        row = self._connection.execute(sql, (camera,)).fetchone()
        return _version(row) if row else None

    def _add(self, camera: str, version: int, changed_by: str, body: dict[str, Any]) -> Version:
        at = self._clock()
        values = (camera, version, at.isoformat(), changed_by, json.dumps(body))
        self._connection.execute('INSERT INTO layout VALUES (?, ?, ?, ?, ?)', values)
        return version, at, changed_by, body


def _version(row: tuple[int, str, str, str]) -> Version:
    return row[0], datetime.fromisoformat(row[1]), row[2], json.loads(row[3])
