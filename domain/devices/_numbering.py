"""Which numbered readings of a device have arrived (rules DV-R6, X-R4): pure arithmetic over gaps.

The platform keeps, per device, the highest number seen and the gaps below it. A number is fresh exactly once:
above the highest, or inside a gap. What may be acknowledged is everything before the first gap that the device
can still fill.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass

Gap = tuple[int, int]
"""Numbers not seen: the first one, and the one after the last."""

GAPS_KEPT = 1_000


@dataclass(frozen=True, slots=True)
class Numbering:
    """What was seen of a device's numbers.

    ``oldest`` is the lowest number that the device still keeps: gaps below it will never be filled, yet stay on
    record, since a message that the broker held back may still bring them.
    """

    highest: int = 0
    oldest: int = 1
    gaps: tuple[Gap, ...] = ()

    @property
    def committed_through(self) -> int:
        """Everything up to here is recorded or lost for good: the device may forget it."""
        for first, after in self.gaps:
            if after > self.oldest:
                return max(first, self.oldest) - 1
        return max(self.highest, self.oldest - 1)

    @property
    def missing(self) -> int:
        """How many numbers were skipped and never came."""
        return sum(after - first for first, after in self.gaps)


def first_contact(seqs: Iterable[int], oldest: int | None) -> Numbering:
    """Begin with a device never heard before: it need not start at 1.

    Without ``oldest`` its lowest number is taken for the first that exists.
    """
    start = oldest or min(seqs, default=1)
    gaps = ((1, start),) if start > 1 else ()
    return Numbering(highest=start - 1, oldest=start, gaps=gaps)


def receive(numbering: Numbering, seqs: Iterable[int], oldest: int | None = None) -> tuple[Numbering, set[int]]:
    """Take numbers in, in any order and any number of times; give the new state and those that are fresh."""
    highest, gaps, fresh = numbering.highest, list(numbering.gaps), set[int]()
    for seq in seqs:
        if seq == highest + 1:
            highest = seq
        elif seq > highest:
            gaps.append((highest + 1, seq))
            highest = seq
        elif not _fill(gaps, seq):
            continue
        fresh.add(seq)
    floor = max(numbering.oldest, oldest or 0)
    return Numbering(highest, floor, tuple(gaps[-GAPS_KEPT:])), fresh


def _fill(gaps: list[Gap], seq: int) -> bool:
    """Take a number out of the gap that holds it, if one does."""
    index = bisect_right(gaps, seq, key=lambda gap: gap[0]) - 1
    if index < 0 or seq >= gaps[index][1]:
        return False
    first, after = gaps[index]
    gaps[index : index + 1] = [gap for gap in ((first, seq), (seq + 1, after)) if gap[0] < gap[1]]
    return True
