"""The live view: masked pictures one after the other, a few a second, with lines, zones and how many are there."""

import asyncio
from collections.abc import AsyncIterator, Callable

BOUNDARY = 'picture'
MEDIA_TYPE = f'multipart/x-mixed-replace; boundary={BOUNDARY}'
MOST_PER_S = 10.0
MOST_WATCHERS = 16

Snapshot = Callable[[], bytes | None]


class Stage:
    """Counts who is watching: every watcher costs the encoding of his pictures."""

    def __init__(self) -> None:
        self.watchers = 0

    @property
    def is_full(self) -> bool:
        return self.watchers >= MOST_WATCHERS

    async def show(self, snapshot: Snapshot, per_second: float) -> AsyncIterator[bytes]:
        """Motion JPEG until the watcher leaves; where there is no new picture the last one stays."""
        self.watchers += 1
        pause = 1.0 / min(max(per_second, 0.2), MOST_PER_S)
        try:
            while True:
                picture = await asyncio.to_thread(snapshot)
                if picture is not None:
                    yield part(picture)
                await asyncio.sleep(pause)
        finally:
            self.watchers -= 1


def part(picture: bytes) -> bytes:
    head = f'--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n'
    return head.encode() + picture + b'\r\n'
