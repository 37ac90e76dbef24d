"""Like for like (可比): only complete years are compared. Rules LS-R14 … LS-R16."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from domain.leasing.periods import Period, add_months
from domain.shared.measure import Ratio

MONTHS_OF_YEAR = 12
MONTHS_INVALIDATED = 24


@dataclass(frozen=True, slots=True)
class TurnoverMonth:
    """A month's GTO, whether it is approved, and whether it may be compared."""

    gto_fen: int
    is_approved: bool
    is_comparable: bool = True


@dataclass(frozen=True, slots=True)
class LikeForLike:
    """Twelve months against the twelve before."""

    current_fen: int
    previous_fen: int

    @property
    def growth(self) -> float | None:
        return (self.current_fen - self.previous_fen) / self.previous_fen if self.previous_fen > 0 else None


def like_for_like(months: Mapping[date, TurnoverMonth], through: date) -> LikeForLike | None:
    """The twelve months through a month against the same of the year before, or None ("n/c"): every one of the
    twenty-four must be approved and comparable (rule LS-R14).
    """
    needed = [add_months(through, -back) for back in range(2 * MONTHS_OF_YEAR)]
    found = [months.get(month) for month in needed]
    sound = [month for month in found if month is not None and month.is_approved and month.is_comparable]
    if len(sound) < len(needed):
        return None
    current, previous = sound[:MONTHS_OF_YEAR], sound[MONTHS_OF_YEAR:]
    return LikeForLike(sum(m.gto_fen for m in current), sum(m.gto_fen for m in previous))


def total_like_for_like(parts: Iterable[LikeForLike | None]) -> LikeForLike | None:
    """The sum over tenants; who is not comparable stands on neither side."""
    sound = [part for part in parts if part is not None]
    if not sound:
        return None
    return LikeForLike(sum(p.current_fen for p in sound), sum(p.previous_fen for p in sound))


def months_invalidated_by(month: date) -> list[date]:
    """The months whose twelve-month comparison a change of one month touches: itself and the next twenty-three."""
    return [add_months(month, ahead) for ahead in range(MONTHS_INVALIDATED)]


def missing_days(period: Period, reported: Collection[date], closures: Collection[date]) -> list[date]:
    """The days a chaser asks for, rule LS-R15: all seven of the week, but for declared closures."""
    days = (period.starts_on + timedelta(days=n) for n in range(period.days))
    return [day for day in days if day not in reported and day not in closures]


def occupancy_cost(costs: Mapping[date, int], gto: Mapping[date, int], closed: Collection[date]) -> Ratio:
    """租售比, rule LS-R16: rent, CAM and promotion levy over GTO, summed over the same closed months."""
    both = set(closed) & costs.keys() & gto.keys()
    return Ratio(sum(costs[month] for month in both), sum(gto[month] for month in both))
