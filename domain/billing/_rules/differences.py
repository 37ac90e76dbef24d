"""Recalculation by difference alone, rules LS-R8 and X-R5: what was billed stays, what is missing is added.

Lines of one item are matched by their days. A line whose beginning was billed before yields the right-hand leftover as
its period; where intervals were cut anew (monthly instead of quarterly), what was billed is spread over the new ones by
days. However it is cut, Σ differences = Σ computed − Σ billed.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from domain.leasing.periods import Period
from domain.shared.money import split_largest_remainder


@dataclass(frozen=True, slots=True)
class Line:
    """An amount for a period of one item."""

    period: Period
    amount_fen: int


@dataclass(frozen=True, slots=True)
class Difference:
    """What to bill in addition; an adjustment changes days that were billed before."""

    period: Period
    amount_fen: int
    is_adjustment: bool


def differences(computed: Sequence[Line], billed: Sequence[Line]) -> list[Difference]:
    """What remains to bill of one item, in the order of its periods; nothing where nothing changed."""
    if not billed:
        found = [Difference(line.period, line.amount_fen, is_adjustment=False) for line in computed]
        return _in_order(found)
    before, orphans = _spread(computed, billed)
    found = [_difference(line, earlier, billed) for line, earlier in zip(computed, before, strict=True)]
    found += _taken_back(orphans)
    return _in_order(found)


def _in_order(lines: Sequence[Difference]) -> list[Difference]:
    return sorted((line for line in lines if line.amount_fen), key=lambda line: (line.period, line.amount_fen))


def _spread(computed: Sequence[Line], billed: Sequence[Line]) -> tuple[list[int], list[Line]]:
    """How much of each computed line was billed before, and the billed lines that share no day with any."""
    before, orphans = [0] * len(computed), []
    for old in billed:
        weights = [_common_days(new.period, old.period) for new in computed]
        if sum(weights) == 0:
            orphans.append(old)
            continue
        for index, part in enumerate(split_largest_remainder(old.amount_fen, weights)):
            before[index] += part
    return before, orphans


def _difference(line: Line, earlier: int, billed: Sequence[Line]) -> Difference:
    touching = [old.period for old in billed if line.period.overlap(old.period)]
    left = line.period.without(touching)
    is_leftover = bool(left) and left[-1].ends_on == line.period.ends_on
    period = left[-1] if is_leftover else line.period
    return Difference(period, line.amount_fen - earlier, bool(touching) and not is_leftover)


def _taken_back(orphans: Sequence[Line]) -> list[Difference]:
    """Days that are no longer due at all; lines that cancelled out already leave nothing to take back."""
    net: dict[Period, int] = {}
    for line in orphans:
        net[line.period] = net.get(line.period, 0) + line.amount_fen
    return [Difference(period, -amount, is_adjustment=True) for period, amount in net.items()]


def _common_days(one: Period, other: Period) -> int:
    common = one.overlap(other)
    return common.days if common else 0
