"""Who serves a share of the ingest: many workers may run, one holds the lease, the others stand by.

The lease is an advisory lock of a database session, so it ends by itself when its holder or the database dies; it
needs a direct connection (PgBouncer only in session mode). It keeps workers from taking the broker's session from one
another; that each reading is recorded once does not depend on it.
"""

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from domain.shared.database import engine
from domain.shared.errors import DatabaseUnavailable


class Lease:
    """The claim of one worker to one slot."""

    def __init__(self, slot: str) -> None:
        self._slot = slot
        self._connection: Connection | None = None

    def acquire(self) -> bool:
        """Claim the slot, or find that it is still ours; False where another worker has it.

        :raises DatabaseUnavailable: when the database is away; then nobody has it.
        """
        try:
            return self._is_ours() or self._claim()
        except DBAPIError as error:
            self.release()
            raise DatabaseUnavailable from error

    def release(self) -> None:
        """Give the slot up; a broken connection has done so already."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()

    def _is_ours(self) -> bool:
        if self._connection is None:
            return False
        self._connection.execute(text('SELECT 1'))
        return True

    def _claim(self) -> bool:
        connection = engine().connect().execution_options(isolation_level='AUTOCOMMIT')
        claim = text('SELECT pg_try_advisory_lock(hashtextextended(:slot, 0))')
        if connection.execute(claim, {'slot': self._slot}).scalar_one():
            self._connection = connection
            return True
        connection.close()
        return False
