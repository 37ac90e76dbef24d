"""A real Mosquitto for tests and benchmarks, with the very configuration that production ships with."""

import asyncio
import os
import shutil
import signal
import socket
import time
from collections.abc import Mapping
from pathlib import Path
from string import Template
from subprocess import DEVNULL, Popen

from domain.devices.credentials import hash_secret, is_hashed

HERE = Path(__file__).parent
START_WITHIN_S = 10.0


def find_mosquitto() -> str | None:
    """Find the program; Debian keeps it in /usr/sbin, which is not on everybody's path."""
    return shutil.which('mosquitto', path=f'{os.environ.get("PATH", "")}:/usr/sbin:/usr/local/sbin')


class Mosquitto:
    """One broker process in a folder of its own; it may be killed and started again."""

    def __init__(self, *, folder: Path, port: int, accounts: Mapping[str, str], host: str = '127.0.0.1') -> None:
        self.host = host
        self.port = port
        self._folder = folder
        self._process: Popen[bytes] | None = None
        self._write_files(accounts)

    def start(self) -> None:
        """Start the process and wait until it listens.

        :raises FileNotFoundError: when Mosquitto is not installed.
        :raises TimeoutError: when it does not come up.
        """
        program = find_mosquitto()
        if program is None:
            raise FileNotFoundError('mosquitto is not installed (Debian: apt-get install mosquitto)')
        command = [program, '-c', str(self._folder / 'mosquitto.conf')]
        self._process = Popen(command, stdout=DEVNULL, stderr=DEVNULL)  # noqa: S603 - our own program and file
        self._wait_until_it_listens()

    def kill(self) -> None:
        """End it as a power failure would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        """End it in order: it writes its store down."""
        self._end(signal.SIGTERM)

    async def astart(self) -> None:
        """Start off the event loop."""
        await asyncio.to_thread(self.start)

    def _end(self, sign: signal.Signals) -> None:
        if self._process is not None:
            self._process.send_signal(sign)
            self._process.wait(timeout=10)
            self._process = None

    def _wait_until_it_listens(self) -> None:
        deadline = time.monotonic() + START_WITHIN_S
        while time.monotonic() < deadline:
            with socket.socket() as probe:
                if probe.connect_ex((self.host, self.port)) == 0:
                    return
            time.sleep(0.02)
        raise TimeoutError(f'mosquitto did not listen on port {self.port} within {START_WITHIN_S:.0f} s')

    def _write_files(self, accounts: Mapping[str, str]) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        values = {'port': str(self.port), 'host': self.host, 'folder': str(self._folder)}
        template = Template((HERE / 'mosquitto.conf').read_text(encoding='utf-8'))
        # NOTE: started by root, Mosquitto becomes another user, who could not read or write this folder.
        as_root = 'user root\n' if hasattr(os, 'geteuid') and os.geteuid() == 0 else ''
        (self._folder / 'mosquitto.conf').write_text(as_root + template.substitute(values), encoding='utf-8')
        shutil.copy(HERE / 'mosquitto.acl', self._folder / 'acl')
        passwords = '\n'.join(
            f'{user}:{secret if is_hashed(secret) else hash_secret(secret)}' for user, secret in accounts.items()
        )
        (self._folder / 'passwords').write_text(passwords + '\n', encoding='utf-8')
