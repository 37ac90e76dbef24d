"""Late fees (滞纳金), rule LS-R12: simple, by the day, on open principal; disputes pause; no interest on interest."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from domain.leasing.rounding import divided

PPM = 1_000_000


@dataclass(frozen=True, slots=True)
class Paid:
    on: date
    fen: int


@dataclass(frozen=True, slots=True)
class Disputed:
    """An amount that is contested from a day until another; None while it lasts."""

    from_on: date
    until_on: date | None
    fen: int


@dataclass(frozen=True, slots=True)
class LateTerms:
    """The rate by the day in millionths (0.05 % = 500) and the most a debt may bear, in millionths of it."""

    daily_ppm: int
    cap_ppm: int


def late_fee(
    principal: int, due_on: date, through: date, paid: Sequence[Paid], disputed: Sequence[Disputed], terms: LateTerms
) -> int:
    """The fee on one debt from the day after it was due through a day. The day of payment still counts."""
    first = due_on + timedelta(days=1)
    end = through + timedelta(days=1)
    if end <= first or principal <= 0:
        return 0
    cuts = {first, end}
    cuts |= {payment.on + timedelta(days=1) for payment in paid}
    cuts |= {one.from_on for one in disputed} | {one.until_on for one in disputed if one.until_on}
    days = sorted(cut for cut in cuts if first <= cut <= end)
    stretches = pairwise(days)
    fen_days = sum(_open(principal, day, paid, disputed) * (until - day).days for day, until in stretches)
    return min(divided(fen_days * terms.daily_ppm, PPM), divided(principal * terms.cap_ppm, PPM))


def _open(principal: int, day: date, paid: Sequence[Paid], disputed: Sequence[Disputed]) -> int:
    left = principal - sum(payment.fen for payment in paid if payment.on < day)
    contested = sum(one.fen for one in disputed if one.from_on <= day and (one.until_on is None or day < one.until_on))
    return max(0, left - contested)
