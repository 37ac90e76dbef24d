"""The lines of a run: differences by source and anchor, each numbered after what was billed before."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from domain.billing._rules.differences import Line, differences
from domain.leasing.periods import Period


class Anchor(NamedTuple):
    """What a charge is for, for ever."""

    lease_id: int
    source: str
    anchor_on: date


@dataclass(frozen=True, slots=True)
class Owed:
    """A computed or billed amount of one anchor."""

    tenant_id: int
    kind: str
    period: Period
    amount_fen: int
    due_on: date
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class NewLine:
    anchor: Anchor
    sequence: int
    owed: Owed
    is_adjustment: bool


def new_lines(
    computed: Mapping[Anchor, Sequence[Owed]], billed: Mapping[Anchor, Sequence[Owed]], held: Collection[Anchor]
) -> list[NewLine]:
    """What remains to bill. What is held is left alone, whatever was billed of it before."""
    found: list[NewLine] = []
    for anchor in sorted(computed.keys() | billed.keys()):
        if anchor not in held:
            found += _of_anchor(anchor, computed.get(anchor, ()), billed.get(anchor, ()))
    return found


def _of_anchor(anchor: Anchor, computed: Sequence[Owed], billed: Sequence[Owed]) -> Iterator[NewLine]:
    if len(computed) == 1 and not billed:  # most lines of most runs
        if computed[0].amount_fen:
            yield NewLine(anchor, 1, computed[0], is_adjustment=False)
        return
    model = (*computed, *billed)[0]
    lines = differences(
        [Line(owed.period, owed.amount_fen) for owed in computed],
        [Line(owed.period, owed.amount_fen) for owed in billed],
    )
    for number, line in enumerate(lines, start=len(billed) + 1):
        owed = Owed(model.tenant_id, model.kind, line.period, line.amount_fen, model.due_on, model.facts)
        yield NewLine(anchor, number, owed, line.is_adjustment)


def grouped(rows: Sequence[tuple[Anchor, Owed]]) -> dict[Anchor, list[Owed]]:
    found: dict[Anchor, list[Owed]] = defaultdict(list)
    for anchor, owed in rows:
        found[anchor].append(owed)
    return found
