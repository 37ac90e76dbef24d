"""A web process that can be cut off from its pages and brought back, as a power cut does it."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from tests.browser.stand import ROOT
from tests.conftest import Database
from tests.sealing_keys import KEYS

PASSWORD = 'a password of the test 8'
WITHIN_MS = 30_000


class Server:
    """The web process, which can be cut off and brought back."""

    def __init__(self, database: Database, folder: Path) -> None:
        with socket.socket() as free:
            free.bind(('127.0.0.1', 0))
            self.port = free.getsockname()[1]
        self.address = f'http://127.0.0.1:{self.port}'
        self._environment = os.environ | {
            'ATRIUM_DATABASE__URL': database.app_url, 'ATRIUM_WEB__PORT': str(self.port), 'ATRIUM_STATE': str(folder),
            'ATRIUM_WEB__SECRET': 'x' * 48, 'ATRIUM_API__REQUESTS_PER_SECOND': '1000',
            **{f'ATRIUM_SEALING__{name.upper()}': value for name, value in KEYS.items()},
        }  # fmt: skip
        self._log = folder / 'web.log'
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self._log.open('ab') as log:
            self._process = subprocess.Popen(
                [sys.executable, '-m', 'atrium', 'web'], cwd=ROOT, env=self._environment, stdout=log, stderr=log
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(f'{self.address}/healthz', timeout=1)
            except OSError:
                assert self._process.poll() is None, self._log.read_text()
                continue
            return
        raise AssertionError(self._log.read_text())

    def cut(self) -> None:
        """As a power cut does it."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()
