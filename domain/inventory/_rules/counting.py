"""What counts say, rules IN-R1 and IN-R2: variances at the instant of counting, and who must count again."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Counted:
    """One person's count beside the balance at that instant."""

    counter: str
    counted: int
    expected: int

    @property
    def variance(self) -> int:
        return self.counted - self.expected


def agreed_variance(counts: Sequence[Counted], tolerance: int) -> int | None:
    """The variance to post, or None while somebody else must count again. Counts are in the order of counting.

    A small variance stands by itself. A large one stands when two people found the same; they may count at different
    instants, because each is compared with the balance of its own.
    """
    last = counts[-1]
    if abs(last.variance) <= tolerance and len(counts) == 1:
        return last.variance
    agrees = any(c.variance == last.variance and c.counter != last.counter for c in counts[:-1])
    return last.variance if agrees else None
