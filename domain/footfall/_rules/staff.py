"""Who is staff (FT-R5): several independent methods, kept as one bit each so that each one's removals can be audited.

One method suffices to take a crossing or a visit out. What remains recognisable afterwards is how many were taken out
and by which method, so a method that removes shoppers shows.
"""

from collections.abc import Iterable
from datetime import timedelta

from domain.footfall.commands import StaffMethod

BITS: dict[StaffMethod, int] = {method: 1 << place for place, method in enumerate(StaffMethod)}

LONGEST_SHOPPER_STAY = timedelta(hours=5)  # in one zone on one day; a shift is eight hours, a film three
MOST_SHOPPER_ENTRIES = 7  # through one line on one day; staff enter eight times and more


class StaffMethodUnknown(ValueError):
    """A device named a method that the platform does not know."""


def mask_of(methods: Iterable[str]) -> int:
    """The methods as bits.

    :raises StaffMethodUnknown: for a name that is no `StaffMethod`.
    """
    mask = 0
    for name in methods:
        try:
            mask |= BITS[StaffMethod(name)]
        except ValueError:
            raise StaffMethodUnknown(f'unknown staff method {name!r}') from None
    return mask


def methods_of(mask: int) -> tuple[StaffMethod, ...]:
    """The methods whose bits are set."""
    return tuple(method for method, bit in BITS.items() if mask & bit)


def mask_by_behaviour(*, dwell: timedelta, entries: int) -> int:
    """What one person's day in one zone says: staff stay long or come and go often."""
    mask = BITS[StaffMethod.STAY] if dwell > LONGEST_SHOPPER_STAY else 0
    return mask | (BITS[StaffMethod.FREQUENCY] if entries > MOST_SHOPPER_ENTRIES else 0)
