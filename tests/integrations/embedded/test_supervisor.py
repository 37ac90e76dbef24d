"""The demo's processes start together, come back when they die, and end together."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from integrations.embedded.ports import next_free
from integrations.embedded.supervisor import RESTARTS, Child, Supervisor

FOREVER = 'import time\nwhile True: time.sleep(0.05)'


def _child(tmp_path: Path, name: str, code: str = FOREVER) -> Child:
    return Child(name=name, command=[sys.executable, '-c', code], log_file=tmp_path / f'{name}.log')


def _until(condition: object, seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, 'waited too long'
        time.sleep(0.02)


def test_all_end_when_asked(tmp_path: Path) -> None:
    supervisor = Supervisor([_child(tmp_path, 'one'), _child(tmp_path, 'two')])
    supervisor.start()

    supervisor.end()

    assert supervisor.watch() is True
    supervisor.stop()
    assert [child.is_running for child in supervisor.children] == [False, False]


def test_a_killed_child_comes_back(tmp_path: Path) -> None:
    said: list[str] = []
    supervisor = Supervisor([_child(tmp_path, 'web')], say=said.append)
    supervisor.start()
    first = supervisor.children[0].process
    assert first is not None
    watcher = threading.Thread(target=supervisor.watch)
    watcher.start()

    os.kill(first.pid, signal.SIGKILL)
    _until(lambda: supervisor.children[0].process is not first and supervisor.children[0].is_running)

    supervisor.end()
    watcher.join()
    supervisor.stop()
    assert 'web ended with status -9' in said[0]


def test_a_child_that_keeps_dying_stops_the_rest_and_names_its_log(tmp_path: Path) -> None:
    said: list[str] = []
    supervisor = Supervisor([_child(tmp_path, 'worker', 'raise SystemExit(3)')], say=said.append)
    supervisor.start()

    assert supervisor.watch() is False
    supervisor.stop()

    assert len(supervisor.children[0].starts) == RESTARTS
    assert 'worker.log' in said[-1]


def test_output_goes_to_the_log(tmp_path: Path) -> None:
    child = _child(tmp_path, 'talker', "print('ready')")
    child.start()
    assert child.process is not None
    child.process.wait()

    assert child.log_file.read_text() == 'ready\n'


@pytest.mark.skipif(sys.platform != 'linux', reason='the parent-death signal is Linux only')
def test_a_killed_supervisor_leaves_no_child(tmp_path: Path) -> None:
    code = f"""
import sys, time
from pathlib import Path
from integrations.embedded.supervisor import Child
child = Child(name='x', command=[sys.executable, '-c', {FOREVER!r}], log_file=Path({str(tmp_path / 'x.log')!r}))
child.start()
print(child.process.pid, flush=True)
time.sleep(60)
"""
    with subprocess.Popen([sys.executable, '-c', code], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        grandchild = int(parent.stdout.readline())
        parent.kill()
        parent.wait()
        _until(lambda: not _alive(grandchild))


def test_a_taken_port_is_named_and_the_next_one_used() -> None:
    said: list[str] = []
    with socket.socket() as holder:
        holder.bind(('127.0.0.1', 0))
        holder.listen()
        taken = holder.getsockname()[1]

        port = next_free(taken, purpose='the web page', say=said.append)

    assert port > taken
    assert f'Port {taken} for the web page is taken' in said[0]


def _alive(pid: int) -> bool:
    try:
        return Path(f'/proc/{pid}/stat').read_text().split(')')[1].split()[0] != 'Z'
    except FileNotFoundError:
        return False
