"""A proxy that cuts connections: now, or just after something was said and before it is answered."""

import asyncio
from contextlib import suppress
from types import TracebackType
from typing import Self

from tests.integrations.brokers import free_port

CHUNK_BYTES = 65_536


class TcpProxy:
    """Listens on a port of its own and hands everything to a port, or to a unix socket."""

    def __init__(self, *, port: int | None = None, unix_path: str | None = None) -> None:
        self.port = free_port()
        self.cuts = 0
        self.cut_after: bytes | None = None
        self._is_refusing = False
        self._serving: set[asyncio.Task[None]] = set()
        self._target = (port, unix_path)
        self._open: set[asyncio.StreamWriter] = set()
        self._server: asyncio.Server | None = None

    @property
    def is_busy(self) -> bool:
        """True while there is a connection to cut."""
        return bool(self._open)

    def cut(self) -> None:
        """Cut every connection at once, as a pulled cable would."""
        self.cuts += bool(self._open)
        for writer in list(self._open):
            writer.transport.abort()

    def refuse(self, refuse: bool = True) -> None:
        """Cut every connection and let none in, or let them in again."""
        self._is_refusing = refuse
        if refuse:
            self.cut()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, '127.0.0.1', self.port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        self._server.close()
        self.cut()
        await asyncio.gather(*self._serving, return_exceptions=True)
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._serving.add(task)
        task.add_done_callback(self._serving.discard)
        if self._is_refusing:
            writer.transport.abort()
            return
        self._open.add(writer)
        try:
            far_reader, far_writer = await self._reach()
        except OSError:
            self._drop(writer)
            return
        self._open.add(far_writer)
        await asyncio.gather(self._pass(reader, far_writer, is_request=True), self._pass(far_reader, writer))
        self._drop(writer)
        self._drop(far_writer)

    async def _reach(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        port, unix_path = self._target
        if unix_path is not None:
            return await asyncio.open_unix_connection(unix_path)
        return await asyncio.open_connection('127.0.0.1', port)

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, is_request: bool = False
    ) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK_BYTES):
                writer.write(data)
                await writer.drain()
                if is_request and self.cut_after is not None and self.cut_after in data:
                    self.cut_after = None
                    await asyncio.sleep(0.05)  # the request arrives and is carried out; its answer does not
                    self.cut()
        self._drop(writer)

    def _drop(self, writer: asyncio.StreamWriter) -> None:
        self._open.discard(writer)
        writer.transport.abort()
