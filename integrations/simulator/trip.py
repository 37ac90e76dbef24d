"""One trip: what a party did, timed in seconds since midnight of its business day, by the mall's clocks."""

from dataclasses import dataclass, field
from functools import cached_property

from integrations.simulator.plan import Point
from integrations.simulator.routes import Route


@dataclass(frozen=True, slots=True)
class Seen:
    """A crossing of a line by the whole party, `at_s` for the first of them."""

    at_s: float
    line: str
    is_in: bool


@dataclass(frozen=True, slots=True)
class Spent:
    """Time in a zone, or in a shop."""

    zone: str
    from_s: float
    until_s: float
    is_shop: bool


@dataclass(frozen=True, slots=True)
class Bought:
    """A receipt."""

    unit: str
    at_s: float
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """A straight movement, or standing still where both points are the same."""

    from_s: float
    until_s: float
    floor: str
    start: Point
    end: Point


@dataclass(frozen=True, slots=True)
class Walk:
    """A route walked at a speed; its stretches are worked out only when somebody looks."""

    route: Route
    from_s: float
    speed: float

    def stretches(self) -> list[Stretch]:
        starts = [self.from_s + mark.after_s(self.speed) for mark in self.route.marks]
        return [
            Stretch(begin, end, piece.floor, piece.start, piece.end)
            for piece, begin, end in zip(self.route.pieces, starts, starts[1:], strict=False)
            if piece.ride_s == 0 and end > begin
        ]


@dataclass(kw_only=True)
class Trip:
    """Everything a party does, in order of time."""

    purpose: str
    arrives_s: float
    entry: str
    leaves_s: float = 0.0
    leaving: str = ''
    seen: list[Seen] = field(default_factory=list)
    spent: list[Spent] = field(default_factory=list)
    bought: list[Bought] = field(default_factory=list)
    waited: list[Spent] = field(default_factory=list)
    moves: list[Walk | list[Stretch]] = field(default_factory=list)

    @cached_property
    def stretches(self) -> list[Stretch]:
        """Where the party is over time; nothing while it rides."""
        return [s for move in self.moves for s in (move.stretches() if isinstance(move, Walk) else move)]
