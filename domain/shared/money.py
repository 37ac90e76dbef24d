"""Money in integer fen (分), law X-R1: never a float, and parts always add up to the whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Self


def split_largest_remainder(total: int, weights: Sequence[int]) -> list[int]:
    """Splits an integer by integer weights so that the parts sum to it exactly (Hamilton's method).

    Every part differs from its exact share by less than one. Ties go to the earlier part, so the result is
    the same on every run. A negative total is split as its absolute value.

    :raises ValueError: when there is no weight, a weight is negative, or all are zero.
    """
    if not weights or min(weights) < 0 or sum(weights) == 0:
        raise ValueError('weights must be non-negative and not all zero')
    sign, size, whole = (-1 if total < 0 else 1), abs(total), sum(weights)
    parts = [size * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(size * weights[i] % whole), i))
    for index in by_remainder[: size - sum(parts)]:
        parts[index] += 1
    return [sign * part for part in parts]


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount of yuan in fen. Adds, subtracts, negates and multiplies by whole numbers only."""

    fen: int

    def __post_init__(self) -> None:
        if type(self.fen) is not int:
            raise TypeError(f'Money takes integer fen, not {type(self.fen).__name__}')

    @classmethod
    def yuan(cls, amount: str | int | Decimal) -> Self:
        """From yuan, rounded half up to the fen. Floats are refused: they have already lost the amount."""
        if isinstance(amount, float):
            raise TypeError('give yuan as str, int or Decimal')
        return cls(int((Decimal(amount) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP)))

    def __add__(self, other: 'Money') -> 'Money':
        return Money(self.fen + other.fen)

    def __sub__(self, other: 'Money') -> 'Money':
        return Money(self.fen - other.fen)

    def __neg__(self) -> 'Money':
        return Money(-self.fen)

    def __mul__(self, times: int) -> 'Money':
        return Money(self.fen * times)

    def split(self, weights: Sequence[int]) -> list['Money']:
        """Shares by weight that sum to this amount exactly.

        :raises ValueError: see `split_largest_remainder`.
        """
        return [Money(part) for part in split_largest_remainder(self.fen, weights)]

    def __str__(self) -> str:
        yuan, fen = divmod(abs(self.fen), 100)
        return f'{"-" if self.fen < 0 else ""}¥{yuan:,}.{fen:02d}'
