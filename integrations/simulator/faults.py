"""Faults on order: what real devices and lines do wrong, as often as asked."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from pydantic import BaseModel, Field


class FaultWindow(BaseModel):
    """A device (`*` for every one) that fails from a moment until another."""

    device: str
    since: datetime
    until: datetime

    def covers(self, device: str, at: datetime) -> bool:
        return self.device in ('*', device) and self.since <= at < self.until


class FaultSettings(BaseModel):
    """Shares are of messages. Without any, devices are perfect."""

    duplicates: float = Field(default=0.0, ge=0, le=1, description='Messages sent twice.')
    out_of_order: float = Field(default=0.0, ge=0, le=1, description='Messages that leave after the next one.')
    late: float = Field(default=0.0, ge=0, le=1, description='Messages held back for `late_s`.')
    late_s: float = Field(default=20.0, gt=0, description='How long a late message is held back.')
    malformed: float = Field(default=0.0, ge=0, le=1, description='Extra messages that are no valid JSON.')
    outages: tuple[FaultWindow, ...] = Field(default=(), description='Devices that are off: they see nothing.')
    frozen: tuple[FaultWindow, ...] = Field(default=(), description='Devices whose picture stands still.')
    offline: tuple[FaultWindow, ...] = Field(default=(), description='Devices that see but cannot send.')
    skews_s: dict[str, float] = Field(default_factory=dict, description='Seconds by which a device’s clock is fast.')


@dataclass
class Faults:
    """Draws the faults; seeded, so that a run can be repeated."""

    settings: FaultSettings
    dice: Random = field(default_factory=lambda: Random(1))  # noqa: S311 - a simulation, not a secret
    _held: list[tuple[float, str, bytes]] = field(default_factory=list)

    def sees(self, device: str, at: datetime) -> bool:
        """Whether a device observes at all; a frozen one does not."""
        return not self._any(self.settings.outages, device, at) and not self.is_frozen(device, at)

    def is_frozen(self, device: str, at: datetime) -> bool:
        return self._any(self.settings.frozen, device, at)

    def is_off(self, device: str, at: datetime) -> bool:
        return self._any(self.settings.outages, device, at)

    def can_send(self, device: str, at: datetime) -> bool:
        return not self._any(self.settings.offline, device, at) and not self.is_off(device, at)

    def clock(self, device: str, at: datetime) -> datetime:
        """The moment as a device's own clock shows it."""
        return at + timedelta(seconds=self.settings.skews_s.get(device, 0.0))

    def disturb(self, messages: list[tuple[str, bytes]], now_s: float) -> list[tuple[str, bytes]]:
        """What really leaves: some twice, some later, some in the wrong order, some broken."""
        leaving = [(topic, body) for due_s, topic, body in self._held if due_s <= now_s]
        self._held = [held for held in self._held if held[0] > now_s]
        for topic, body in messages:
            if self._happens(self.settings.late):
                self._held.append((now_s + self.settings.late_s, topic, body))
                continue
            leaving += [(topic, body)] * (2 if self._happens(self.settings.duplicates) else 1)
            if self._happens(self.settings.malformed):
                leaving.append((topic, body[: len(body) // 2]))
        for index in range(len(leaving) - 1):
            if self._happens(self.settings.out_of_order):
                leaving[index], leaving[index + 1] = leaving[index + 1], leaving[index]
        return leaving

    def _happens(self, share: float) -> bool:
        return share > 0 and self.dice.random() < share

    @staticmethod
    def _any(windows: tuple[FaultWindow, ...], device: str, at: datetime) -> bool:
        return any(window.covers(device, at) for window in windows)
