"""The queue on disk: numbered for ever, kept until acknowledged, whole across crashes."""

import json
import sqlite3
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision_service.contracts import Channel
from vision_service.errors import QueueUnwritable
from vision_service.store.queue import Draft, ReadingQueue


def crossing(number: int) -> Draft:
    return Channel.CROSSINGS, {
        'at': '2026-11-22T05:00:00.000Z',
        'line': 'door',
        'direction': 'in',
        'track': f't{number}',
    }


def opened(folder: Path) -> ReadingQueue:
    queue = ReadingQueue(folder / 'q.sqlite3', first_number=lambda: 1000)
    queue.begin_session('cam-1')
    return queue


def test_numbers_go_on_after_a_restart_even_when_all_is_acknowledged(tmp_path: Path) -> None:
    first = opened(tmp_path)
    assert first.append('cam-1', [crossing(1), crossing(2)]) == [1001, 1002]
    first.acknowledge('cam-1', 1002)
    first.close()

    assert opened(tmp_path).append('cam-1', [crossing(3)]) == [1003]


def test_each_start_is_a_new_session(tmp_path: Path) -> None:
    queue = opened(tmp_path)
    epoch = queue.begin_session('cam-1')
    queue.close()

    assert ReadingQueue(tmp_path / 'q.sqlite3').begin_session('cam-1') == epoch + 1


def test_a_lost_file_does_not_bring_old_numbers_back(tmp_path: Path) -> None:
    clock = count(1_700_000_000)
    first = ReadingQueue(tmp_path / 'a.sqlite3', first_number=lambda: next(clock) * 1000)
    first.begin_session('cam-1')
    before = first.append('cam-1', [crossing(k) for k in range(500)])[-1]

    second = ReadingQueue(tmp_path / 'b.sqlite3', first_number=lambda: next(clock) * 1000)
    second.begin_session('cam-1')

    assert second.append('cam-1', [crossing(0)])[0] > before


def test_cameras_number_and_wait_apart(tmp_path: Path) -> None:
    queue = opened(tmp_path)
    queue.begin_session('cam-2')
    queue.append('cam-1', [crossing(1)])
    queue.append('cam-2', [crossing(2), crossing(3)])
    queue.acknowledge('cam-1', 99_999)

    assert (queue.waiting('cam-1'), queue.waiting('cam-2'), queue.waiting()) == (0, 2, 2)


def test_oldest_is_the_lowest_kept_or_the_next_to_come(tmp_path: Path) -> None:
    queue = opened(tmp_path)
    assert queue.oldest('cam-1') == 1001
    queue.append('cam-1', [crossing(1), crossing(2)])
    assert queue.oldest('cam-1') == 1001
    queue.acknowledge('cam-1', 1001)
    assert queue.oldest('cam-1') == 1002
    queue.acknowledge('cam-1', 1002)
    assert queue.oldest('cam-1') == 1003


def test_a_process_killed_in_mid_work_loses_nothing_it_had_numbered(tmp_path: Path) -> None:
    script = (
        'import sys, pathlib\n'
        'from vision_service.store.queue import ReadingQueue\n'
        'from vision_service.contracts import Channel\n'
        'queue = ReadingQueue(pathlib.Path(sys.argv[1]), first_number=lambda: 1000)\n'
        'queue.begin_session("cam-1")\n'
        'while True:\n'
        '    print(queue.append("cam-1", [(Channel.HEALTH, {"at": "x"})])[-1], flush=True)\n'
    )
    path = tmp_path / 'q.sqlite3'
    process = subprocess.Popen([sys.executable, '-c', script, str(path)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    told = [int(process.stdout.readline()) for _ in range(50)]
    process.kill()
    told += [int(line) for line in process.stdout.read().splitlines()]
    process.stdout.close()
    process.wait()

    kept = [reading.seq for reading in ReadingQueue(path).pending('cam-1', after=0, limit=100_000)]

    assert kept[: len(told)] == told
    assert len(kept) - len(told) <= 1


def test_a_file_that_is_no_queue_is_said_so(tmp_path: Path) -> None:
    (tmp_path / 'q.sqlite3').write_bytes(b'this is a letter, not a database' * 200)

    with pytest.raises(QueueUnwritable, match='does not open'):
        ReadingQueue(tmp_path / 'q.sqlite3')


def test_a_refusing_disk_is_our_own_error_and_takes_nothing_half(tmp_path: Path) -> None:
    queue = opened(tmp_path)
    with sqlite3.connect(tmp_path / 'q.sqlite3') as other:
        other.execute(
            "CREATE TRIGGER full BEFORE INSERT ON reading WHEN NEW.seq > 1001 BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    other.close()

    with pytest.raises(QueueUnwritable, match='full'):
        queue.append('cam-1', [crossing(1), crossing(2)])

    assert queue.waiting() == 0
    assert queue.append('cam-1', [crossing(3)]) == [1001]


def test_a_device_without_session_cannot_speak(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        opened(tmp_path).append('cam-9', [crossing(1)])


@given(
    st.lists(st.one_of(st.integers(1, 6).map(lambda n: ('append', n)), st.integers(0, 60).map(lambda n: ('ack', n))))
)
def test_what_waits_is_what_was_given_above_the_last_acknowledgement(steps: list[tuple[str, int]]) -> None:
    queue = _in_memory()
    given_numbers: set[int] = set()
    for step, number in steps:
        if step == 'append':
            given_numbers |= set(queue.append('cam-1', [crossing(k) for k in range(number)]))
        else:
            queue.acknowledge('cam-1', number)
            given_numbers = {seq for seq in given_numbers if seq > number}

    assert {reading.seq for reading in queue.pending('cam-1', after=0, limit=10_000)} == given_numbers
    queue.close()


def _in_memory() -> ReadingQueue:
    queue = ReadingQueue(Path(':memory:'), first_number=lambda: 0)
    queue.begin_session('cam-1')
    return queue


def test_three_days_without_the_broker_wait_in_order_with_their_own_times(tmp_path: Path) -> None:
    """72 hours of one camera: every minute's health and twenty crossings, through a restart each day."""
    path, start = tmp_path / 'q.sqlite3', 1_800_000_000
    minutes, crossings = 72 * 60, 20
    for day in range(3):
        queue = ReadingQueue(path)
        queue.begin_session('cam-1')
        for hour in range(day * 24, (day + 1) * 24):
            drafts = []
            for at in range(start + hour * 3600, start + (hour + 1) * 3600, 60):
                drafts += [(Channel.CROSSINGS, {'at': at + n, 'line': 'door'}) for n in range(crossings)]
                drafts.append((Channel.HEALTH, {'at': at}))
            queue.append('cam-1', drafts)
        queue.close()

    queue = ReadingQueue(path)
    assert queue.waiting('cam-1') == minutes * (crossings + 1)
    after, times = 0, []
    while batch := queue.pending('cam-1', after=after, limit=2_000):
        after = batch[-1].seq
        times += [json.loads(each.body)['at'] for each in batch if each.channel is Channel.HEALTH]
    assert times == [start + minute * 60 for minute in range(minutes)]
    assert path.stat().st_size < 32 * 2**20
    assert queue.acknowledge('cam-1', after) == minutes * (crossings + 1)
    queue.close()
