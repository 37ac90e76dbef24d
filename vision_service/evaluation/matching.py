"""Which counted crossing was which true one: missed, counted, counted twice, made up."""

from dataclasses import dataclass

import numpy as np

from vision_service.analytics.geometry import Point
from vision_service.analytics.lines import LineCrossing
from vision_service.evaluation.intervals import wilson
from vision_service.evaluation.truth import TrueCrossing
from vision_service.tracking.assignment import assign

SAME_WITHIN_S = 1.5
SAME_WITHIN_HEIGHTS = 1.2
DOUBLE_WITHIN_S = 3.0


@dataclass(frozen=True, slots=True)
class Score:
    """One line's result. `doubled` of the `extra` ones lie close to a crossing that was already counted."""

    line: str
    true_in: int
    true_out: int
    counted_in: int
    counted_out: int
    missed: int
    extra: int
    doubled: int

    @property
    def true(self) -> int:
        return self.true_in + self.true_out

    @property
    def found(self) -> int:
        return self.true - self.missed

    @property
    def found_interval(self) -> tuple[float, float]:
        return wilson(self.found, self.true)

    @property
    def count_error(self) -> int:
        """Of the in and out totals, whoever it was: what a counter without names would be charged with."""
        return abs(self.true_in - self.counted_in) + abs(self.true_out - self.counted_out)

    def __add__(self, other: 'Score') -> 'Score':
        def both(name: str) -> int:
            return int(getattr(self, name)) + int(getattr(other, name))

        names = ('true_in', 'true_out', 'counted_in', 'counted_out', 'missed', 'extra', 'doubled')
        return Score('together', *(both(name) for name in names))


@dataclass(frozen=True, slots=True)
class Outcome:
    """The score and the crossings behind its errors."""

    score: Score
    missed: list[TrueCrossing]
    extra: list[LineCrossing]


def compare(
    line: str, truth: list[TrueCrossing], counted: list[LineCrossing], *, rate: float, height: float
) -> Outcome:
    """Pairs by direction, time and place. `height` is how many pixels a person is tall, `rate` pictures a second."""
    true = [each for each in truth if each.line == line]
    mine = [each for each in counted if each.line == line]
    rows, columns = assign(_apart(true, mine, rate, height), 1.0) if true and mine else ([], [])
    missed = [each for index, each in enumerate(true) if index not in set(rows)]
    extra = [each for index, each in enumerate(mine) if index not in set(columns)]
    paired = [mine[index] for index in columns]
    doubled = sum(any(abs(one.at - other.at) <= DOUBLE_WITHIN_S for other in paired) for one in extra)
    score = Score(
        line,
        sum(each.direction == 'in' for each in true),
        sum(each.direction == 'out' for each in true),
        sum(each.direction == 'in' for each in mine),
        sum(each.direction == 'out' for each in mine),
        len(missed),
        len(extra),
        doubled,
    )
    return Outcome(score, missed, extra)


def _apart(true: list[TrueCrossing], mine: list[LineCrossing], rate: float, height: float) -> np.ndarray:
    """0 the same moment and place, 1 the limit in either, beyond for the other direction."""
    cost = np.full((len(true), len(mine)), 10.0)
    for row, one in enumerate(true):
        for column, other in enumerate(mine):
            if one.direction == other.direction:
                late = abs(one.frame / rate - other.at) / SAME_WITHIN_S
                cost[row, column] = max(late, _distance(one.point, other.point) / (SAME_WITHIN_HEIGHTS * height))
    return cost


def _distance(one: Point, other: Point) -> float:
    return float(np.hypot(one.x - other.x, one.y - other.y))
