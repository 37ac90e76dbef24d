"""Finding a free TCP port near the one that was wished for."""

import socket
from collections.abc import Callable

TRIES = 50


class NoFreePort(Exception):
    """Fifty ports in a row are taken."""


def is_free(port: int, host: str = '127.0.0.1') -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def next_free(wished: int, *, purpose: str, say: Callable[[str], None], host: str = '127.0.0.1') -> int:
    """The wished port, or the next free one above it; says which was taken.

    :raises NoFreePort: when none of the next fifty is free.
    """
    for port in range(wished, wished + TRIES):
        if is_free(port, host):
            if port != wished:
                say(f'Port {wished} for {purpose} is taken; using {port} instead.')
            return port
    raise NoFreePort(f'ports {wished} to {wished + TRIES - 1} are all taken; free one for {purpose}')
