"""A domain that answers by name, and remembers what it was asked."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass
class FakeDomain:
    """Answers by the name of the query or operation; everything asked is kept in `asked`."""

    answers: Mapping[str, Callable[..., Any]]
    asked: list[tuple[str, dict[str, Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._news = asyncio.Event()

    async def run(self, function: Callable[..., Any], *, actor: Any, **arguments: Any) -> Any:
        self.asked.append((function.__name__, arguments))
        self._news.set()
        given = {name: value for name, value in arguments.items() if name != 'now'}
        return self.answers[function.__name__](**given)

    async def heard(self, name: str) -> list[Any]:
        """The commands of an operation, once the first has come."""
        while not self.times(name):
            self._news.clear()
            await asyncio.wait_for(self._news.wait(), 20)
        return [facts['command'] for asked, facts in self.asked if asked == name]

    def times(self, name: str) -> int:
        return sum(asked == name for asked, _ in self.asked)
