"""What the shell needs of the process, built once by `ui.main` and found through NiceGUI's application state."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from nicegui import app

from domain.payments.ports import PayChannel
from domain.safety.ports import CameraPort
from domain.shared.actor import MallId
from domain.shared.documents import Documents, Paper, PaperTable
from domain.shared.errors import DomainError
from ui.live import LiveHub
from ui.security.handover import Handover
from ui.session import ClientSession
from ui.settings import WebSettings
from ui.shell.pictures import Pictures


class Access(Protocol):
    """How the shell learns who a cookie stands for."""

    async def session_for(self, cookie: Mapping[str, Any]) -> ClientSession:
        """The person behind the cookie, or a session of nobody."""
        ...


Channels = Callable[[MallId], Mapping[str, PayChannel]]
"""The payment channels that are set up for a mall, by their names; handed in by the composition root."""


def no_channels(_: MallId) -> Mapping[str, PayChannel]:
    """Cash and prepaid cards alone."""
    return {}


Cameras = Callable[[str], CameraPort | None]
"""The cameras of the mall of that code, by way of its vision service; handed in by the composition root."""


def no_cameras(_: str) -> CameraPort | None:
    """A mall without a vision service."""
    return None


class FilesUnavailable(DomainError):
    """The composition root handed in nothing that makes files."""

    code = 'shell.files_unavailable'
    status = 503
    zh = '当前进程无法生成文件。'
    en = 'This process makes no files.'


class NoDocuments:
    """A process that makes no files."""

    def pdf(self, paper: Paper) -> bytes:
        """:raises FilesUnavailable: always."""
        raise FilesUnavailable

    def workbook(self, tables: Sequence[PaperTable]) -> bytes:
        """:raises FilesUnavailable: always."""
        raise FilesUnavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    settings: WebSettings
    access: Access
    handover: Handover
    live: LiveHub
    channels: Channels = no_channels
    cameras: Cameras = no_cameras
    documents: Documents = field(default_factory=NoDocuments)
    webhooks_to_private: bool = False
    pictures: Pictures = field(default_factory=Pictures)


def install(shell: Shell) -> None:
    app.state.shell = shell


def shell() -> Shell:
    """:raises AttributeError: before `ui.main.build`; that is a bug of the composition."""
    found = app.state.shell
    assert isinstance(found, Shell)
    return found
