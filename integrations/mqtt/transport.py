"""What makes receiving cheap: reading from the socket by the buffer, acknowledging by the batch.

paho-mqtt asks the kernel four times for every message (type, length, rest …) and once for every acknowledgement, and
aiomqtt reads one message for every turn of the event loop. With this buffer in between, a turn reads whatever has
come, up to 64 KiB. aiomqtt already loops while its socket has something ``pending``, since encrypted sockets do.
"""

import struct
from collections.abc import Iterable
from typing import Any

import aiomqtt

CHUNK_BYTES = 65_536
PUBACK = 0x40


class BufferedSocket:
    """A socket that reads ahead; everything else is the socket's own."""

    def __init__(self, sock: Any) -> None:
        self._sock = sock
        self._buffer = b''
        self._at = 0
        self._may_fill = True

    def recv(self, size: int) -> bytes:
        """Give bytes that have come; ask the kernel at most once per turn of the event loop, to be fair to others.

        :raises BlockingIOError: when there are none, or no more in this turn.
        """
        if self._at == len(self._buffer):
            if not self._may_fill:
                raise BlockingIOError
            self._may_fill = False
            self._buffer, self._at = self._sock.recv(CHUNK_BYTES), 0
        chunk = self._buffer[self._at : self._at + size]
        self._at += len(chunk)
        return chunk

    def pending(self) -> int:
        """Tell how much is buffered; nothing ends the turn, and the next may ask the kernel again.

        NOTE: what an encrypted socket holds decrypted counts too: the event loop would not wake for it.
        """
        left = len(self._buffer) - self._at
        if not left:
            self._may_fill = True
            return self._sock.pending() if hasattr(self._sock, 'pending') else 0
        return left

    def __getattr__(self, name: str) -> Any:
        return getattr(self._sock, name)


def read_by_buffer(client: aiomqtt.Client) -> None:
    """Let a client, not yet connected, read through a buffer."""
    paho = client._client
    create = paho._create_socket

    def create_buffered() -> Any:
        return BufferedSocket(create())

    paho._create_socket = create_buffered  # type: ignore[method-assign]


def acknowledge(client: aiomqtt.Client, message_ids: Iterable[int]) -> None:
    """Queue the PUBACKs of a batch as one piece of output: what ``paho.Client.ack`` writes, one after the other."""
    packets = b''.join(struct.pack('!BBH', PUBACK, 2, message_id) for message_id in message_ids)
    if packets:
        client._client._packet_queue(PUBACK, packets, 0, 0)
