"""All devices of one mall, spoken for by one MQTT connection, each with its own numbers as the contract asks."""

import logging
import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

import orjson

from integrations.mqtt.payloads import MAX_MESSAGE_BYTES, MAX_READINGS, VERSION, instant
from integrations.mqtt.topics import Channel, device_topic
from integrations.simulator.faults import Faults
from integrations.simulator.meters import MILLI, MeterBoard
from integrations.simulator.people import Crossing, Visit
from integrations.simulator.playback import Fact, Playback
from integrations.simulator.presence import CELL_M, Cells
from integrations.simulator.store import GatewayStore

log = logging.getLogger(__name__)

FIRMWARE = 'simulator-1'
FRAMES_A_MINUTE = 1_500
MESSAGE_BYTES = MAX_MESSAGE_BYTES * 3 // 4
MESSAGE_READINGS = min(500, MAX_READINGS)
Message = tuple[str, bytes]


class MallGateway:
    """Lets devices see the world, keeps their readings, and writes their messages."""

    def __init__(
        self, mall_code: str, playback: Playback, store: GatewayStore, faults: Faults, *,
        meters: MeterBoard | None = None, resend_after_s: float = 8.0,
    ) -> None:  # fmt: skip
        self.mall_code = mall_code
        self.playback = playback
        self.store = store
        self.faults = faults
        self.meters = meters
        self._resend_after_s = resend_after_s
        self._sent: dict[str, int] = {}
        self._sent_at: dict[str, float] = {}
        self._to_send: set[str] = set(store.keeping())

    @property
    def devices(self) -> list[str]:
        concentrators = sorted(self.meters.gateways.values()) if self.meters else []
        return [*self.playback.watchers.all, *concentrators]

    def begin_session(self, now: datetime) -> Iterator[Message]:
        """A new connection: every device counts up its session, says that it is there, and will send what it keeps."""
        with self.store.tick():
            self.store.begin_sessions(self.devices)
        self._sent.clear()
        self._to_send = set(self.store.keeping())
        for device in self.devices:
            yield self._topic(device, Channel.STATUS), self._status(device, now, is_online=True)

    def end_session(self, now: datetime) -> Iterator[Message]:
        """An orderly goodbye; where a process dies instead, silence tells."""
        for device in self.devices:
            yield self._topic(device, Channel.STATUS), self._status(device, now, is_online=False)

    def play(self, until: datetime) -> None:
        """Lets time pass in the world; what devices see is kept durably before anything is sent."""
        with self.store.tick():
            for at, device, fact in self.playback.advance(until):
                if self.faults.sees(device, at):
                    self._keep(device, *self._reading(device, at, fact))
            for minute, floors in self.playback.minutes(until):
                self._keep_minute(minute, floors)
                if minute.minute == 0:
                    self._keep_registers(minute)
            self.store.played_until = until

    def acknowledge(self, device: str, seq: int) -> None:
        """The platform has committed everything up to a number."""
        self.store.forget(device, seq)
        if self.store.oldest(device) > self._sent.get(device, 0):
            self._sent_at.pop(device, None)
        else:
            self._sent_at[device] = time.monotonic()

    def messages(self, now: datetime) -> list[Message]:
        """What leaves now: readings not yet sent, and again those that nobody acknowledged in time."""
        clock = time.monotonic()
        for device, sent_at in list(self._sent_at.items()):
            if clock - sent_at > self._resend_after_s:
                del self._sent_at[device]
                if self.store.oldest(device) <= self.store.seqs.get(device, 0):
                    self._sent.pop(device, None)
                    self._to_send.add(device)
        ready = [device for device in sorted(self._to_send) if self.faults.can_send(device, now)]
        leaving = [message for device in ready for message in self._messages_of(device, now)]
        self._to_send.difference_update(ready)
        return self.faults.disturb(leaving, clock)

    def _messages_of(self, device: str, now: datetime) -> Iterator[Message]:
        while kept := self.store.kept(device, self._sent.get(device, 0), MESSAGE_READINGS):
            oldest = self.store.oldest(device)
            by_channel: dict[str, list[tuple[int, str]]] = {}
            for seq, channel, body in kept:
                by_channel.setdefault(channel, []).append((seq, body))
            for channel, run in by_channel.items():
                for part in _cut(run):
                    yield self._topic(device, Channel(channel)), self._envelope(device, now, oldest, part)
            self._sent[device] = kept[-1][0]
            self._sent_at.setdefault(device, time.monotonic())

    def _envelope(self, device: str, now: datetime, oldest: int, part: list[tuple[int, str]]) -> bytes:
        readings = ','.join(f'{{"seq":{seq},{body[1:]}' for seq, body in part)
        sent_at = instant(self.faults.clock(device, now))
        epoch = self.store.epochs[device]
        head = f'"v":{VERSION},"epoch":{epoch},"sent_at":"{sent_at}","oldest":{oldest}'
        return f'{{{head},"readings":[{readings}]}}'.encode()

    def _reading(self, device: str, at: datetime, fact: Fact) -> tuple[Channel, dict[str, object]]:
        own = self.faults.clock(device, at)
        if isinstance(fact, Crossing):
            return Channel.CROSSINGS, {
                'at': instant(own), 'line': fact.line, 'direction': 'in' if fact.is_in else 'out',
                'track': fact.person.token, 'group': fact.group,
                'band': 'child' if fact.person.is_child else 'adult', 'staff': list(fact.person.staff),
            }  # fmt: skip
        return Channel.VISITS, self._visit(own, fact)

    @staticmethod
    def _visit(own: datetime, visit: Visit) -> dict[str, object]:
        entered = own - timedelta(seconds=round(visit.until_s - visit.from_s, 3))
        return {
            'at': instant(own), 'zone': visit.zone, 'track': visit.person.token, 'entered_at': instant(entered),
            'left_at': instant(own), 'staff': list(visit.person.staff),
        }  # fmt: skip

    def _keep_minute(self, minute: datetime, floors: dict[str, Cells]) -> None:
        watchers = self.playback.watchers
        for device in watchers.all:
            if self.faults.is_off(device, minute):
                continue
            is_frozen = self.faults.is_frozen(device, minute)
            self._keep(device, Channel.HEALTH, {
                'at': instant(self.faults.clock(device, minute)), 'observed_s': 0.0 if is_frozen else 60.0,
                'frames': FRAMES_A_MINUTE if device in watchers.cameras else None,
                'state': 'frozen' if is_frozen else 'ok',
            })  # fmt: skip
        for floor, cells in floors.items():
            device = watchers.by_floor[floor]
            if self.faults.sees(device, minute):
                own = instant(self.faults.clock(device, minute))
                self._keep(device, Channel.PRESENCE, {'at': own, 'floor': floor, 'cell_m': CELL_M, 'cells': cells})

    def _keep_registers(self, hour: datetime) -> None:
        """Once an hour every concentrator reads its meters; one that is off reads none, and so leaves a gap."""
        if self.meters is None:
            return
        number = self.meters.hour_of(hour)
        for meter in self.meters.spots:
            if not self.faults.is_off(meter.gateway, hour):
                at = instant(self.faults.clock(meter.gateway, hour))
                shown = meter.register_milli(number) / MILLI
                self._keep(meter.gateway, Channel.METERS, {'at': at, 'meter': meter.code, 'value': shown})

    def _keep(self, device: str, channel: Channel, body: dict[str, object]) -> None:
        self.store.keep(device, channel, orjson.dumps(body).decode())
        self._to_send.add(device)

    def _status(self, device: str, now: datetime, *, is_online: bool) -> bytes:
        status = {'v': VERSION, 'epoch': self.store.epochs[device], 'online': is_online}
        return orjson.dumps({**status, 'at': instant(self.faults.clock(device, now)), 'firmware': FIRMWARE})

    def _topic(self, device: str, channel: Channel) -> str:
        return device_topic(self.mall_code, device, channel)


def _cut(readings: Iterable[tuple[int, str]]) -> Iterator[list[tuple[int, str]]]:
    """Parts small enough for a message."""
    part: list[tuple[int, str]] = []
    size = 0
    for seq, body in readings:
        if part and (size + len(body) > MESSAGE_BYTES or len(part) >= MESSAGE_READINGS):
            yield part
            part, size = [], 0
        part.append((seq, body))
        size += len(body) + 32
    if part:
        yield part
