"""Writes summaries to the service's own schema when there is a database; counting never waits for it."""

from collections.abc import Iterable
from typing import Any

from vision_service.contracts import PartView


class Archive:
    def __init__(self, url: str | None) -> None:
        self._url = url

    def part(self) -> PartView:
        return PartView(name='database', ready=True, detail='not configured: no summaries are kept')

    async def run(self, cameras: Iterable[Any]) -> None:
        """Nothing to do without a database."""

    async def close(self) -> None:
        """Nothing is open."""
