"""Runs the platform's processes as one: starts them in order, restarts one that dies, ends them all on Ctrl-C.

The children stay in the supervisor's process group, so a terminal's Ctrl-C reaches them too; on Linux they are told
to die with their parent, so that even a SIGKILL of the supervisor leaves nothing behind.
"""

import ctypes
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

log = logging.getLogger(__name__)

GRACE_S = 10.0
RESTARTS = 5
RESTART_WINDOW_S = 60.0
PR_SET_PDEATHSIG = 1


@dataclass(kw_only=True)
class Child:
    """One process: how to start it, where its output goes, and whether the rest can live without it."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    log_file: Path
    process: subprocess.Popen[bytes] | None = None
    starts: list[float] = field(default_factory=list)

    def start(self) -> None:
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        self.starts.append(time.monotonic())
        with self.log_file.open('ab') as output:
            self.process = subprocess.Popen(  # noqa: S603 - our own commands
                self.command,
                env={**os.environ, **self.environment},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                preexec_fn=_die_with_parent if sys.platform == 'linux' else None,  # noqa: PLW1509 - before any thread
            )

    @property
    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def may_restart(self) -> bool:
        """False when it died too often lately: then starting it again only hides the cause."""
        recent = [moment for moment in self.starts if moment > time.monotonic() - RESTART_WINDOW_S]
        return len(recent) < RESTARTS


class Supervisor:
    """Holds the children from `start` to `stop`; `watch` blocks until a signal or a child that cannot be kept alive."""

    def __init__(self, children: Sequence[Child], *, say: Callable[[str], None] = print) -> None:
        self.children = list(children)
        self.say = say
        self._ending = threading.Event()

    def start(self) -> None:
        for child in self.children:
            child.start()

    def end(self) -> None:
        """Asks `watch` to return; safe in a signal handler and from any thread."""
        self._ending.set()

    @property
    def is_ending(self) -> bool:
        return self._ending.is_set()

    def watch(self) -> bool:
        """Keeps the children alive; True when asked to end, False when one of them cannot be kept alive."""
        while not self._ending.wait(0.5):
            for child in self.children:
                if not child.is_running and not self._revive(child):
                    return False
        return True

    def stop(self) -> None:
        """Ends the children in reverse order: asked first, killed after a grace."""
        for child in reversed(self.children):
            if child.is_running and child.process is not None:
                child.process.terminate()
        deadline = time.monotonic() + GRACE_S
        for child in reversed(self.children):
            if child.process is not None:
                _wait_or_kill(child.process, deadline)

    def _revive(self, child: Child) -> bool:
        assert child.process is not None
        status = child.process.returncode
        if not child.may_restart():
            self.say(f'{child.name} keeps ending (status {status}). See {child.log_file} for the reason.')
            return False
        self.say(f'{child.name} ended with status {status}; starting it again. Log: {child.log_file}')
        child.start()
        return True


def end_on_signals(supervisor: Supervisor) -> None:
    """Lets Ctrl-C and SIGTERM end the supervisor calmly."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: supervisor.end())


def _wait_or_kill(process: subprocess.Popen[bytes], deadline: float) -> None:
    try:
        process.wait(timeout=max(0.1, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _die_with_parent() -> None:
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
