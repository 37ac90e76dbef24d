"""Asks the domain for what a screen shows, and says it on the screen when the domain cannot answer.

Pages have no `try`: an anticipated failure becomes a sentence with its code in place of, or above, the figures; what
was shown before stays, because old figures with their time beat no figures. Anything else is a bug: it is said too, so
that nobody waits for ever, and travels on to be logged.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Iterable
from inspect import CORO_CREATED, getcoroutinestate
from typing import Any, Generic, TypeVar

from nicegui import context, ui

from domain.shared.errors import DomainError
from ui.kit.error_panel import error_panel
from ui.kit.i18n import current_locale, t
from ui.live import LEAST_INTERVAL_S, LiveRegion

T = TypeVar('T')
UNEXPECTED = 'page.unexpected'


class Loader(ui.element, Generic[T]):
    """An invisible element above a screen: `refresh` loads and shows; a failure becomes an error panel here.

    It is made before what it serves, so that controls above the screen can already refer to its `refresh`.
    """

    def __init__(self) -> None:
        super().__init__('div')
        self._load: Callable[[], Awaitable[T]] | None = None
        self._show: Callable[[T], object] | None = None
        self.visible = False

    def serve(self, load: Callable[[], Awaitable[T]], show: Callable[[T], object]) -> 'Loader[T]':
        """Say what is loaded and who shows it."""
        self._load, self._show = load, show
        return self

    async def refresh(self) -> None:
        """Load once and show it, unless the reader has gone in the meantime."""
        assert self._load is not None
        assert self._show is not None
        try:
            loaded = await self._load()
        except DomainError as failure:
            self._say(failure.sentence(current_locale()), failure.code)
            return
        except Exception:
            self._say(t('kit.error.unexpected'), UNEXPECTED)
            raise
        if self.is_deleted:
            return
        self._be_quiet()
        self._show(loaded)

    def _say(self, sentence: str, code: str) -> None:
        if self.is_deleted:
            return
        self.clear()
        self.visible = True
        with self:
            error_panel(sentence, code, on_retry=self.refresh)

    def _be_quiet(self) -> None:
        if self.visible:
            self.clear()
            self.visible = False


async def together(*questions: Awaitable[Any]) -> list[Any]:
    """Ask several questions at once; the answers come in the same order.

    NiceGUI finds the client through the running task's slots, and the tasks of a bare `gather` have none.
    """
    slot = context.slot

    async def ask(question: Awaitable[Any]) -> Any:
        with slot:
            return await question

    try:
        return list(await asyncio.gather(*map(ask, questions)))
    finally:
        _close_unasked(questions)


def _close_unasked(questions: Iterable[Awaitable[Any]]) -> None:
    """A page that goes away at once leaves questions that were never begun; they would complain when collected."""
    for question in questions:
        if isinstance(question, Coroutine) and getcoroutinestate(question) == CORO_CREATED:
            question.close()


def keep_fresh(loader: Loader[T], topics: tuple[str, ...], *, at_most_every_s: float = LEAST_INTERVAL_S) -> None:
    """Load once the browser is connected, and again whenever one of these topics has news, but not more often."""
    LiveRegion(loader.refresh, *topics, at_most_every_s=at_most_every_s)
    ui.timer(0, loader.refresh, once=True)
