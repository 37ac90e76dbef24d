"""Law X-R4: the second arrival returns the first result."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session

from domain.shared.idempotency import IdempotencyConflict, forget_before, remember

NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)
InMall = Callable[[], AbstractContextManager[Session]]


def test_X_R4_the_same_key_delivered_fifteen_times_does_the_work_once(in_mall: InMall) -> None:
    done: list[int] = []

    def deliver(_: int) -> tuple[object, bool]:
        with in_mall() as session:
            told = remember(
                session, caller='wechat', key='tx-4200', request={'fen': 100}, now=NOW, work=lambda: _work(done)
            )
            return told.answer, told.is_replay

    with ThreadPoolExecutor(15) as pool:
        answers = list(pool.map(deliver, range(15)))

    assert len(done) == 1
    assert {answer['lot'] for answer, _ in answers} == {1}  # type: ignore[index]
    assert sum(replay for _, replay in answers) == 14


def test_X_R4_the_same_key_with_another_request_is_refused(in_mall: InMall) -> None:
    with in_mall() as session:
        remember(session, caller='pos', key='order-1', request={'fen': 1, 'at': 2}, now=NOW, work=lambda: 1)
    with in_mall() as session:
        replay = remember(session, caller='pos', key='order-1', request={'at': 2, 'fen': 1}, now=NOW, work=lambda: 2)
    with pytest.raises(IdempotencyConflict), in_mall() as session:
        remember(session, caller='pos', key='order-1', request={'fen': 9}, now=NOW, work=lambda: 3)

    assert (replay.answer, replay.is_replay) == (1, True)


def test_X_R4_a_failed_first_arrival_leaves_the_key_free(in_mall: InMall) -> None:
    with pytest.raises(ZeroDivisionError), in_mall() as session:
        remember(session, caller='pos', key='order-2', request={}, now=NOW, work=lambda: 1 // 0)
    with in_mall() as session:
        told = remember(session, caller='pos', key='order-2', request={}, now=NOW, work=lambda: 'done')

    assert told.is_replay is False


def test_old_keys_are_forgotten(in_mall: InMall) -> None:
    with in_mall() as session:
        remember(session, caller='old', key='k', request={}, now=NOW - timedelta(days=9), work=lambda: 1)
        assert forget_before(session, moment=NOW - timedelta(days=8)) == 1


_lock = threading.Lock()


def _work(done: list[int]) -> dict[str, int]:
    with _lock:
        done.append(1)
        return {'lot': len(done)}
