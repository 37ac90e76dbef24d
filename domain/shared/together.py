"""Group commit (合并提交): calls of one operation that meet in a process share a transaction.

A rush (points of a campaign, coupons at ten o'clock) is many calls that each want one commit. Whoever comes first
leads; when his transaction is on the disk, he hands the lead to one of those who came meanwhile, and that one takes all
the others along. In a rush a leader gives those whom the last transaction served half a millisecond to come back. A
call that nobody is beside is what it was.

A shared transaction that fails is undone as a whole, and then each of its calls is carried out alone, so that a refusal
reaches only the one who earned it. Where a commit's answer was lost, that repeats a call that was done: operations that
share are idempotent by their key.
"""

import time
from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any, Generic, TypeVar

from sqlmodel import Session

from domain.shared.actor import Actor

MOST = 64
PATIENCE_S = 0.0005
RUSH_S = 0.02
MOST_QUEUES = 1_000
R = TypeVar('R')


@dataclass(frozen=True, slots=True)
class Call:
    """One caller's wish."""

    actor: Actor
    command: Any
    now: datetime


@dataclass(frozen=True, slots=True)
class Shareable(Generic[R]):
    """How calls of an operation are carried out together.

    `run` answers call by call, in order; None stands for a call that has to be carried out alone after all. `group`
    says which calls may meet, None that this one may not: it gets what one transaction has in common (a template, say).
    """

    run: Callable[[Session, Sequence[Call]], Sequence[R | None]]
    group: Callable[[Any], Hashable | None]


@dataclass(slots=True, eq=False)
class _Waiting:
    call: Call
    gate: Lock = field(default_factory=Lock)
    is_over: bool = False
    leads: bool = False
    answer: Any = None


@dataclass(slots=True)
class _Queue:
    waiting: deque[_Waiting] = field(default_factory=deque)
    is_led: bool = False
    shared_at: float = float('-inf')


class Gathering:
    """The calls of one process that are under way, by what they may share."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._queues: dict[Hashable, _Queue] = defaultdict(_Queue)

    def share(
        self,
        key: Hashable,
        call: Call,
        *,
        alone: Callable[[], R],
        together: Callable[[Sequence[Call]], Sequence[R | None]],
    ) -> R:
        """The call's own answer, from a transaction of its own or from a shared one.

        :raises Exception: whatever the call raises when it is carried out alone.
        """
        mine = self._join(key, call)
        if mine is not None:
            answer = _await(mine)
            if not mine.leads:
                return alone() if answer is None else answer
        mates = self._mates(key)
        try:
            return self._lead(call, mates, alone, together)
        finally:
            _release(mates)
            self._pass_on(key, was_shared=bool(mates))

    def _join(self, key: Hashable, call: Call) -> _Waiting | None:
        with self._lock:
            queue = self._queues[key]
            if not queue.is_led:
                queue.is_led = True
                return None
            mine = _Waiting(call)
            mine.gate.acquire()
            queue.waiting.append(mine)
            return mine

    def _mates(self, key: Hashable) -> list[_Waiting]:
        queue = self._queues[key]
        if time.monotonic() - queue.shared_at < RUSH_S:
            time.sleep(PATIENCE_S)
        with self._lock:
            return [queue.waiting.popleft() for _ in range(min(len(queue.waiting), MOST - 1))]

    def _pass_on(self, key: Hashable, *, was_shared: bool) -> None:
        with self._lock:
            queue = self._queues[key]
            if was_shared:
                queue.shared_at = time.monotonic()
            if not queue.waiting:
                queue.is_led = False
                if len(self._queues) > MOST_QUEUES:
                    del self._queues[key]
                return
            following = queue.waiting.popleft()
        following.leads = True
        _wake(following)

    def _lead(
        self,
        call: Call,
        mates: Sequence[_Waiting],
        alone: Callable[[], R],
        together: Callable[[Sequence[Call]], Sequence[R | None]],
    ) -> R:
        if not mates:
            return alone()
        try:
            own, *others = together([call, *(mate.call for mate in mates)])
        except Exception:  # who of them was at fault shows when each goes alone
            _release(mates)
            return alone()
        for mate, answer in zip(mates, others, strict=True):
            mate.answer = answer
        _release(mates)
        return alone() if own is None else own


def _await(mine: _Waiting) -> Any:
    with mine.gate:  # opened by whoever answers, or hands the lead on
        return mine.answer


def _release(mates: Sequence[_Waiting]) -> None:
    for mate in mates:
        if not mate.is_over:
            _wake(mate)


def _wake(waiting: _Waiting) -> None:
    waiting.is_over = True
    waiting.gate.release()
