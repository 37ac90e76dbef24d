"""Payments on paper: what to do next with an attempt, how a refund falls to tenders, fees. No session, no clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from domain.shared.money import split_largest_remainder

QUERY_EVERY = timedelta(seconds=5)
PATIENCE = timedelta(seconds=45)
SLOWEST = timedelta(minutes=10)
FEE_UNIT = 10_000


class Step(StrEnum):
    WAIT = 'wait'
    QUERY = 'query'
    CANCEL = 'cancel'


@dataclass(frozen=True, slots=True)
class Tender:
    """What one tender paid, and how much of it went back already; in its own unit, fen or points."""

    paid: int
    refunded: int


def next_step(*, state: str, created_at: datetime, next_query_at: datetime, queries: int, now: datetime) -> Step:
    """Ask every five seconds; after 45 seconds cancel; an attempt whose cancelling is unclear is asked for ever."""
    if now < next_query_at:
        return Step.WAIT
    if state == 'pending' and now >= created_at + PATIENCE and queries > 0:
        return Step.CANCEL
    return Step.QUERY


def pause_before_next(*, state: str, queries: int) -> timedelta:
    """Five seconds while the customer waits; ever longer pauses, ten minutes at most, for what remains unknown."""
    if state == 'pending':
        return QUERY_EVERY
    pause: timedelta = QUERY_EVERY * (1 << min(queries, 10))
    return min(SLOWEST, pause)


def refund_shares(tenders: Sequence[Tender], *, part: int, done: int, whole: int) -> tuple[int, ...]:
    """What each tender gives back when `part` of a bill of `whole` returns after `done` of it has (PO-R8).

    Each share is reckoned from everything returned so far, so the last refund takes the remainder, whatever it is.

    :raises ValueError: when more returns than there was.
    """
    if part <= 0 or done < 0 or done + part > whole:
        raise ValueError('more would return than was paid')
    returned = done + part
    return tuple(max(0, tender.paid * returned // whole - tender.refunded) for tender in tenders)


def spread_refund(tenders: Sequence[Tender], fen: int) -> tuple[int, ...]:
    """Spreads an amount of money over tenders in proportion to what each still holds.

    :raises ValueError: when they hold less.
    """
    left = [tender.paid - tender.refunded for tender in tenders]
    if fen <= 0 or fen > sum(left):
        raise ValueError('more would return than is left')
    return tuple(split_largest_remainder(fen, left))


def fee_fen(fen: int, *, basis_points: int) -> int:
    """A channel's fee on one payment, rounded half up to the fen; a refund's fee comes back the same way (PO-R6)."""
    size = (2 * abs(fen) * basis_points + FEE_UNIT) // (2 * FEE_UNIT)
    return size if fen >= 0 else -size


def fees_fen(amounts: Sequence[int], *, basis_points: int, is_per_payment: bool) -> int:
    """The fee of a day, as the channel reckons it: rounded on every payment, or once on their sum (PO-R6)."""
    if is_per_payment:
        return sum(fee_fen(fen, basis_points=basis_points) for fen in amounts)
    return fee_fen(sum(amounts), basis_points=basis_points)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ours:
    """What our books say of one number on a day; a refund is negative."""

    out_no: str
    fen: int
    state: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Theirs:
    """What the channel's bill says of it."""

    out_no: str
    fen: int
    fee_fen: int


@dataclass(frozen=True, slots=True)
class Difference:
    kind: str
    out_no: str
    ours_fen: int
    theirs_fen: int


def compare(ours: Sequence[Ours], theirs: Sequence[Theirs]) -> tuple[Difference, ...]:
    """Every number that the two sides do not tell alike (PO-R6)."""
    mine = {row.out_no: row for row in ours}
    bill = {row.out_no: row for row in theirs}
    found = []
    for out_no, row in bill.items():
        own = mine.get(out_no)
        if own is None:
            found.append(Difference('unknown_here', out_no, 0, row.fen))
        elif own.state != 'paid':
            found.append(Difference(f'paid_there_{own.state}_here', out_no, 0, row.fen))
        elif own.fen != row.fen:
            found.append(Difference('amount_differs', out_no, own.fen, row.fen))
    missing = (row for row in ours if row.state == 'paid' and row.out_no not in bill)
    return (*found, *(Difference('missing_in_bill', row.out_no, row.fen, 0) for row in missing))
