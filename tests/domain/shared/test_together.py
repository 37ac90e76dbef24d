"""Group commit: calls that meet share a transaction, and a refusal reaches only who earned it."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from itertools import chain
from threading import Event, Lock
from typing import Any

import pytest

from domain.shared.actor import system_actor
from domain.shared.operations import operation
from domain.shared.together import MOST, Call, Gathering, Shareable

ACTOR, NOW = system_actor('test'), datetime(2026, 11, 22, tzinfo=UTC)


class Work:
    """Notes what was done alone and what together; the first call can be held until others wait."""

    def __init__(self, *, refuses: frozenset[int] = frozenset(), leaves: frozenset[int] = frozenset()) -> None:
        self.gathering = Gathering()
        self.refuses, self.leaves = refuses, leaves
        self.alone: list[int] = []
        self.together: list[list[int]] = []
        self.lock = Lock()
        self.began, self.goes_on = Event(), Event()
        self.goes_on.set()

    def call(self, number: int) -> int:
        return self.gathering.share(
            'key', Call(ACTOR, number, NOW), alone=lambda: self._alone(number), together=self._together
        )

    def _alone(self, number: int) -> int:
        self.began.set()
        assert self.goes_on.wait(20)
        with self.lock:
            self.alone.append(number)
        if number in self.refuses:
            raise ValueError(number)
        return number * 10

    def _together(self, calls: Sequence[Call]) -> list[int | None]:
        numbers = [call.command for call in calls]
        if self.refuses & set(numbers):
            raise ValueError(numbers)
        with self.lock:
            self.together.append([number for number in numbers if number not in self.leaves])
        return [None if number in self.leaves else number * 10 for number in numbers]

    def meet(self, numbers: Sequence[int]) -> list[Any]:
        """The first of them is held until all others wait."""
        self.goes_on.clear()
        with ThreadPoolExecutor(len(numbers)) as pool:
            calls = [pool.submit(self.call, numbers[0])]
            assert self.began.wait(20)
            calls += [pool.submit(self.call, number) for number in numbers[1:]]
            while len(self.gathering._queues['key'].waiting) < len(numbers) - 1:
                pass
            self.goes_on.set()
            return [call.exception() or call.result() for call in calls]


def test_a_call_without_company_is_what_it_was() -> None:
    work = Work()
    assert [work.call(number) for number in (1, 2)] == [10, 20]
    assert (work.alone, work.together) == ([1, 2], [])


def test_who_waits_is_taken_along_and_gets_his_own_answer() -> None:
    work = Work()
    assert work.meet(range(1, 8)) == [10, 20, 30, 40, 50, 60, 70]
    assert work.alone == [1]
    assert [sorted(numbers) for numbers in work.together] == [[2, 3, 4, 5, 6, 7]]


def test_a_refusal_reaches_only_who_earned_it() -> None:
    work = Work(refuses=frozenset({3}))
    answers = work.meet(range(1, 6))
    assert isinstance(answers.pop(2), ValueError)
    assert answers == [10, 20, 40, 50]
    assert sorted(work.alone) == [1, 2, 3, 4, 5]


def test_what_is_left_over_is_carried_out_alone() -> None:
    work = Work(leaves=frozenset({2, 4}))
    assert work.meet(range(1, 6)) == [10, 20, 30, 40, 50]
    assert sorted(work.alone) == [1, 2, 4]


def test_a_transaction_takes_no_more_than_so_many() -> None:
    work = Work()
    work.meet(range(MOST + 20))
    assert max(len(numbers) for numbers in work.together) <= MOST
    assert sorted([*work.alone, *chain(*work.together)]) == list(range(MOST + 20))


@pytest.mark.parametrize('refused', [frozenset(), frozenset(range(0, 640, 97))])
def test_in_a_rush_every_call_is_done_once_and_answered(refused: frozenset[int]) -> None:
    work = Work(refuses=refused)

    def attempt(number: int) -> int:
        try:
            return work.call(number)
        except ValueError:
            return -1

    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(attempt, range(640)))
    assert answers == [-1 if number in refused else number * 10 for number in range(640)]
    assert sorted([*work.alone, *chain(*work.together)]) == list(range(640))


def test_an_audited_operation_cannot_share() -> None:
    run: Callable[..., Any] = lambda session, calls: []  # noqa: E731
    with pytest.raises(TypeError):
        operation(None, name='test.audited', shareable=Shareable(run=run, group=lambda command: 1))
