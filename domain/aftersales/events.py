"""What happened after sales."""

from dataclasses import dataclass
from typing import ClassVar

from domain.shared.events import Event


@dataclass(frozen=True, kw_only=True)
class RequestOpened(Event):
    name: ClassVar[str] = 'aftersales.request_opened'

    key: str
    shop: str


@dataclass(frozen=True, kw_only=True)
class RequestEscalated(Event):
    name: ClassVar[str] = 'aftersales.request_escalated'

    key: str
    shop: str
