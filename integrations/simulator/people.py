"""Parties as the world counts them: people with tokens who walk a trip together, and the facts they leave behind."""

from collections.abc import Iterator
from dataclasses import dataclass

from integrations.simulator.trip import Bought, Spent, Trip

STEP_S = 0.9  # companions pass a door one after the other


@dataclass(frozen=True, slots=True)
class Person:
    """One body. `token` is opaque and lives for one day; `staff` are the marks that devices can see."""

    token: str
    is_child: bool = False
    is_staff: bool = False
    staff: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Party:
    """People on one trip; a group token where there are several."""

    people: tuple[Person, ...]
    trip: Trip
    group: str | None = None
    came_by_car: bool = False


@dataclass(frozen=True, slots=True, order=True)
class Crossing:
    """One person crossed one line, at seconds since the business day's midnight."""

    at_s: float
    line: str
    is_in: bool
    person: Person
    group: str | None


@dataclass(frozen=True, slots=True)
class Visit:
    """One person stayed in one zone or shop."""

    zone: str
    from_s: float
    until_s: float
    person: Person
    is_shop: bool


@dataclass(frozen=True, slots=True)
class Body:
    """Where somebody is at a moment: what a camera would see."""

    token: str
    floor: str
    x: float
    y: float
    dx: float
    dy: float
    is_child: bool
    is_staff: bool


def crossings_of(party: Party) -> Iterator[Crossing]:
    """Every crossing of every member."""
    for number, person in enumerate(party.people):
        for seen in party.trip.seen:
            yield Crossing(seen.at_s + number * STEP_S, seen.line, seen.is_in, person, party.group)


def visits_of(party: Party, *, shortest_s: float = 3.0) -> Iterator[Visit]:
    """Every stay of every member; a sensor does not notice a step through a zone's corner."""
    for number, person in enumerate(party.people):
        shift = number * STEP_S
        for spent in party.trip.spent:
            if spent.until_s - spent.from_s >= shortest_s:
                yield Visit(spent.zone, spent.from_s + shift, spent.until_s + shift, person, spent.is_shop)


def purchases_of(party: Party) -> list[Bought]:
    return party.trip.bought


def waits_of(party: Party) -> list[Spent]:
    return party.trip.waited


def bodies_of(party: Party, at_s: float) -> Iterator[Body]:
    """Where the members are; on escalators and in lifts they are nowhere on a floor."""
    for number, person in enumerate(party.people):
        now = at_s - number * STEP_S
        for stretch in party.trip.stretches:
            if stretch.from_s <= now < stretch.until_s:
                part = (now - stretch.from_s) / (stretch.until_s - stretch.from_s)
                (x0, y0), (x1, y1) = stretch.start, stretch.end
                seconds = stretch.until_s - stretch.from_s
                yield Body(
                    person.token, stretch.floor, x0 + (x1 - x0) * part, y0 + (y1 - y0) * part,
                    (x1 - x0) / seconds, (y1 - y0) / seconds, person.is_child, person.is_staff,
                )  # fmt: skip
                break
