"""Values that know how complete they are (law X-R3) and ratios of sums (law X-R7).

Missing is not zero: a measure without a value shows "—", and its coverage says how much was really observed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Status(StrEnum):
    """How a figure came about: seen, filled in, still moving (暂估), or closed."""

    OBSERVED = 'observed'
    IMPUTED = 'imputed'
    PROVISIONAL = 'provisional'
    FINAL = 'final'


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """A figure with its provenance.

    `value` is the whole (None = unknown), `imputed` the part of it that was filled in, `coverage` the observed share
    of the time it stands for, 0..1.
    """

    value: float | None
    coverage: float
    status: Status = Status.OBSERVED
    imputed: float = 0.0

    def __post_init__(self) -> None:
        if not 0.0 <= self.coverage <= 1.0:
            raise ValueError(f'coverage {self.coverage} is outside 0..1')

    @property
    def observed(self) -> float | None:
        """The part that was really seen."""
        return None if self.value is None else self.value - self.imputed

    @property
    def is_complete(self) -> bool:
        return self.value is not None and self.coverage >= 1.0

    @classmethod
    def missing(cls) -> 'Measure':
        """Nothing was observed: no value, no coverage."""
        return cls(value=None, coverage=0.0)


@dataclass(frozen=True, slots=True)
class Ratio:
    """A ratio that adds as ratios must: numerators to numerators, denominators to denominators."""

    numerator: float
    denominator: float

    def __add__(self, other: 'Ratio') -> 'Ratio':
        return Ratio(self.numerator + other.numerator, self.denominator + other.denominator)

    @property
    def value(self) -> float | None:
        """The quotient, or None where there is nothing to divide by (shown as "—")."""
        return self.numerator / self.denominator if self.denominator else None

    @classmethod
    def total(cls, parts: Iterable['Ratio']) -> 'Ratio':
        """Σ numerator over Σ denominator; never the mean of the ratios."""
        return sum(parts, cls(0, 0))


def change(current: float | None, base: float | None) -> float | None:
    """Relative change against a base, or None where it would be ∞ or meaningless (base missing, zero, negative)."""
    if current is None or base is None or base <= 0:
        return None
    return (current - base) / base
