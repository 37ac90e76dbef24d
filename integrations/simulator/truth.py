"""What really happened: answers that tests hold against what the platform says.

Times are seconds since midnight of the business day, as in the world.
"""

import itertools
from bisect import bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from integrations.simulator.people import Crossing, Party, Visit, crossings_of, purchases_of, visits_of, waits_of
from integrations.simulator.plan import MallPlan
from integrations.simulator.trip import Bought, Spent


@dataclass
class Truth:
    """Ground truth of one day, gathered party by party."""

    plan: MallPlan
    crossings: list[Crossing] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)
    purchases: list[Bought] = field(default_factory=list)
    waits: list[Spent] = field(default_factory=list)
    people: int = 0
    staff: int = 0

    @classmethod
    def of(cls, plan: MallPlan, parties: Iterable[Party]) -> 'Truth':
        truth = cls(plan)
        for party in parties:
            truth.add(party)
        return truth

    def add(self, party: Party) -> None:
        self.crossings += crossings_of(party)
        self.visits += visits_of(party)
        self.purchases += purchases_of(party)
        self.waits += waits_of(party)
        staff = sum(person.is_staff for person in party.people)
        self.staff += staff
        self.people += len(party.people) - staff

    def entries_by_minute(self, line: str, *, is_in: bool = True, with_staff: bool = True) -> Counter[int]:
        """Crossings of a line in one direction per minute of the day."""
        return Counter(int(c.at_s // 60) for c in self._on(line, is_in) if with_staff or not c.person.is_staff)

    def count(self, line: str, *, is_in: bool = True, with_staff: bool = True) -> int:
        return sum(1 for c in self._on(line, is_in) if with_staff or not c.person.is_staff)

    def footfall(self, *, with_staff: bool = False) -> int:
        """People who came in by the outer doors (FT-R7)."""
        return sum(self.count(door.code, with_staff=with_staff) for door in self.plan.external_doors)

    def inside(self, at_s: float) -> int:
        """People in the mall at a moment, staff too."""
        outer = {door.code for door in self.plan.external_doors}
        return sum((1 if c.is_in else -1) for c in self.crossings if c.line in outer and c.at_s <= at_s)

    def on_floor(self, floor: str, at_s: float) -> int:
        """People on a floor at a moment; those on escalators and in lifts are on none."""
        lines = {door.code for door in self.plan.doors.values() if door.floor == floor and door.kind != 'shop'}
        return sum((1 if c.is_in else -1) for c in self.crossings if c.line in lines and c.at_s <= at_s)

    def most_inside(self) -> int:
        outer = {door.code for door in self.plan.external_doors}
        changes = sorted((c.at_s, 1 if c.is_in else -1) for c in self.crossings if c.line in outer)
        most = inside = 0
        for _, change in changes:
            inside += change
            most = max(most, inside)
        return most

    def dwell_s(self, unit: str, *, with_staff: bool = False) -> list[float]:
        """How long each visitor stayed in a shop, shortest first."""
        found: list[float] = []
        for visit in self.visits:
            if visit.zone == unit and visit.is_shop and (with_staff or not visit.person.is_staff):
                insort(found, visit.until_s - visit.from_s)
        return found

    def flows(self) -> Counter[tuple[str, str]]:
        """How often people went from one shop to the next."""
        by_person: dict[str, list[Visit]] = defaultdict(list)
        for visit in self.visits:
            if visit.is_shop and not visit.person.is_staff:
                by_person[visit.person.token].append(visit)
        found: Counter[tuple[str, str]] = Counter()
        for visits in by_person.values():
            ordered = sorted(visits, key=lambda visit: visit.from_s)
            found.update((a.zone, b.zone) for a, b in itertools.pairwise(ordered))
        return found

    def sales_fen(self, unit: str | None = None) -> int:
        return sum(p.amount_fen for p in self.purchases if unit is None or p.unit == unit)

    def _on(self, line: str, is_in: bool) -> list[Crossing]:
        return [c for c in self.crossings if c.line == line and c.is_in == is_in]


def cars_parked(parties: Iterable[Party], at_s: float, *, lead_s: float = 200.0) -> int:
    """Cars in the car park at a moment: they come a little before their people and leave a little after."""
    moments = sorted(
        moment
        for party in parties if party.came_by_car
        for moment in ((party.trip.arrives_s - lead_s, 1), (party.trip.leaves_s + lead_s, -1))
    )  # fmt: skip
    return sum(change for _, change in moments[: bisect_right(moments, (at_s, 2))])
