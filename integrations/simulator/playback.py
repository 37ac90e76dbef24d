"""The world played forward: who is inside, and what each device sees, from moment to moment."""

import heapq
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

from integrations.simulator.devices import Watchers
from integrations.simulator.people import Body, Crossing, Party, Visit, bodies_of, crossings_of, visits_of
from integrations.simulator.presence import Cells, presence_by_minute
from integrations.simulator.world import World

CUTOFF_H = 4
AFTER_LEAVING_S = 420.0  # a step may cover some minutes, and each of them is looked at afterwards
Fact = Crossing | Visit


class Playback:
    """One mall from a moment on. `advance` gives what happened since; a restart at the same moment goes on the same."""

    on: date
    _midnight: datetime
    _coming: Iterator[Party]
    _next: Party | None
    _inside: list[Party]
    _due: list[tuple[float, int, str, Fact]]

    def __init__(self, world: World, zone: ZoneInfo, since: datetime) -> None:
        self.world = world
        self.zone = zone
        self.watchers = Watchers.of(world.plan)
        self.now = since
        self._minute = since.replace(second=0, microsecond=0)
        self._order = count()
        self._open_day(self._business_on(since))

    def advance(self, until: datetime) -> Iterator[tuple[datetime, str, Fact]]:
        """Everything that devices see in (now, until], in order: the instant, the device, the fact."""
        while self._business_on(until) > self.on:
            yield from self._advance_within(self._midnight + timedelta(days=1, hours=CUTOFF_H))
            self._open_day(self.on + timedelta(days=1))
        yield from self._advance_within(until)

    def minutes(self, until: datetime) -> Iterator[tuple[datetime, dict[str, Cells]]]:
        """Every whole minute that ended since last asked: its start, and where people stood by floor."""
        while self._minute + timedelta(minutes=1) <= until:
            number = int((self._minute - self._midnight).total_seconds() // 60)
            cells = presence_by_minute(self._inside, number, number + 1) if number >= 0 else {}
            yield self._minute, {floor: squares for (floor, _), squares in cells.items()}
            self._minute += timedelta(minutes=1)

    def bodies(self) -> list[Body]:
        """Everybody on a floor right now."""
        at_s = (self.now - self._midnight).total_seconds()
        return [body for party in self._inside for body in bodies_of(party, at_s)]

    @property
    def inside(self) -> int:
        at_s = (self.now - self._midnight).total_seconds()
        return sum(len(p.people) for p in self._inside if p.trip.arrives_s <= at_s < p.trip.leaves_s)

    def _advance_within(self, until: datetime) -> Iterator[tuple[datetime, str, Fact]]:
        until_s = (until - self._midnight).total_seconds()
        since_s = (self.now - self._midnight).total_seconds()
        self._admit(until_s, since_s)
        while self._due and self._due[0][0] <= until_s:
            at_s, _, device, fact = heapq.heappop(self._due)
            yield self._midnight + timedelta(seconds=round(at_s, 3)), device, fact
        self.now = until
        self._inside = [party for party in self._inside if party.trip.leaves_s + AFTER_LEAVING_S > until_s]

    def _admit(self, until_s: float, since_s: float) -> None:
        """Lets parties come that arrive by then, and puts what they will be seen doing in order."""
        while self._next is not None and self._next.trip.arrives_s <= until_s:
            party = self._next
            self._inside.append(party)
            facts: list[tuple[float, str, Fact]] = [
                (c.at_s, self.watchers.by_line[c.line], c) for c in crossings_of(party)
            ]
            facts += [(v.until_s, self.watchers.by_zone[v.zone], v) for v in visits_of(party)]
            for at_s, device, fact in facts:
                if at_s > since_s:
                    heapq.heappush(self._due, (at_s, next(self._order), device, fact))
            self._next = next(self._coming, None)

    def _open_day(self, on: date) -> None:
        self.on = on
        self._midnight = datetime.combine(on, datetime.min.time(), self.zone).astimezone(UTC)
        self._coming = self.world.day(on).parties()
        self._next = next(self._coming, None)
        self._inside = []
        self._due = []

    def _business_on(self, at: datetime) -> date:
        return (at.astimezone(self.zone) - timedelta(hours=CUTOFF_H)).date()
