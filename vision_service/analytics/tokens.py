"""Names for tracks that die with the day (FT-R13): nobody can be joined from one business day to the next."""

import hashlib
import secrets
from collections.abc import Callable


class DayTokens:
    """Opaque tokens from a key that lives in memory for one business day only."""

    def __init__(self, camera: str, *, new_key: Callable[[], bytes] = lambda: secrets.token_bytes(32)) -> None:
        self._camera = camera.encode()
        self._new_key = new_key
        self._day: str | None = None
        self._key = b''

    def token(self, track: int, day: str) -> str:
        """The track's name on that business day; asking for another day destroys the key of the last one."""
        if day != self._day:
            self._day, self._key = day, self._new_key()
        name = self._camera + track.to_bytes(8, 'big')
        return hashlib.blake2b(name, key=self._key, digest_size=9).hexdigest()
