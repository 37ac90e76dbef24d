"""What a window makes due, from every origin: leases, meters, shared costs, single fees."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, select

from domain.billing._rules.lines import Anchor, Owed
from domain.billing._rules.shared_costs import LANDLORD, shares
from domain.billing.models import Fee, KeyTable, SharedCost
from domain.leasing.commands import LeaseId
from domain.leasing.periods import Period, add_months
from domain.leasing.queries import list_holdings, rent_due
from domain.leasing.views import HoldingView
from domain.mall.queries import get_business_clock
from domain.shared.actor import Actor
from domain.shared.money import split_largest_remainder
from domain.utilities.commands import UsageWindow
from domain.utilities.queries import usage_bills

USAGE_DUE_AFTER = timedelta(days=10)
COST_DUE_AFTER = timedelta(days=10)
Computed = tuple[Anchor, Owed]  # what makes something due, by the name under which a recalculation finds it again


@dataclass(frozen=True, slots=True)
class Held:
    """A meter that cannot be billed; what was billed of it before stays as it is."""

    source: str
    lease_id: int
    anchor_on: date
    reason: str


def compute(session: Session, actor: Actor, window: Period, now: datetime) -> tuple[list[Computed], list[Held]]:
    """Everything due in the window, and what must wait. Meters are billed for months that are over."""
    found = [*_rents(session, actor, window), *_costs(session, actor, window), *_fees(session, window)]
    held: list[Held] = []
    start = window.starts_on
    while start < window.ends_on:
        month = Period(start, add_months(start, 1))
        _usage(session, actor, month, now, found, held)
        start = month.ends_on
    return found, held


def _rents(session: Session, actor: Actor, window: Period) -> Iterator[Computed]:
    for due in rent_due(session, actor=actor, from_on=window.starts_on, until_on=window.ends_on):
        anchor = Anchor(due.lease_id, f'lease:{due.kind}', due.anchor_on)
        yield anchor, Owed(due.tenant_id, due.kind, Period(due.starts_on, due.ends_on), due.amount_fen, due.due_on)


def _usage(
    session: Session, actor: Actor, month: Period, now: datetime, found: list[Computed], held: list[Held]
) -> None:
    """The utilities of one month, by the readings at its bounds."""
    clock = get_business_clock(session, actor=actor)
    starts_at, _ = clock.bounds(month.starts_on)
    ends_at, _ = clock.bounds(month.ends_on)
    if ends_at > now:
        return
    answer = usage_bills(session, actor=actor, window=UsageWindow(starts_at=starts_at, ends_at=ends_at))
    for bill in answer.bills:
        found.append((Anchor(bill.lease_id, f'meter:{bill.meter_id}', month.starts_on), Owed(
            bill.tenant_id, bill.utility, month, bill.amount_fen, month.ends_on + USAGE_DUE_AFTER,
            {'first_reading': bill.first.id, 'last_reading': bill.last.id, 'usage_milli': bill.usage_milli,
             'loss_milli': bill.loss_milli, 'is_estimated': bill.is_estimated,
             'is_estimated_split': bill.is_estimated_split},
        )))  # fmt: skip
    for wait in answer.held:
        held.append(Held(f'meter:{wait.meter_id}', wait.lease_id, month.starts_on, f'{wait.meter_code}: {wait.reason}'))


def _costs(session: Session, actor: Actor, window: Period) -> Iterator[Computed]:
    statement = (
        select(SharedCost, KeyTable)
        .join(KeyTable, col(KeyTable.id) == SharedCost.key_table_id)
        .where(SharedCost.starts_on >= window.starts_on, SharedCost.starts_on < window.ends_on)
        .order_by(col(SharedCost.id))
    )
    for cost, table in session.exec(statement).all():
        period = Period(cost.starts_on, cost.ends_on)
        tenants, by_lease, _ = bearers(session, actor, cost, table)
        for lease_id, amount in by_lease.items():
            yield (
                Anchor(lease_id, f'cost:{cost.id}', cost.starts_on),
                Owed(
                    tenants[lease_id], cost.kind, period, amount, cost.ends_on + COST_DUE_AFTER, {'reason': cost.reason}
                ),
            )


def bearers(
    session: Session, actor: Actor, cost: SharedCost, table: KeyTable
) -> tuple[dict[LeaseId, int], dict[LeaseId, int], int]:
    """Who bears a cost: the tenant of each lease, the share of each lease, and the landlord's (rule LS-R13). A unit
    that changed hands is shared by days; its vacant days are the landlord's.
    """
    period = Period(cost.starts_on, cost.ends_on)
    holdings = list_holdings(session, actor=actor, from_on=cost.starts_on, until_on=cost.ends_on)
    keys = {int(unit): share for unit, share in table.keys.items()}
    held_units = {int(holding.unit_id) for holding in holdings}
    by_unit = shares(cost.amount_fen, keys, keys.keys() - held_units, spreads_vacant=table.spreads_vacant)
    landlord = by_unit.pop(LANDLORD, 0)
    by_lease: dict[LeaseId, int] = {}
    for unit, amount in by_unit.items():
        landlord += _by_days(amount, [h for h in holdings if h.unit_id == unit], period, by_lease)
    return {h.lease_id: h.tenant_id for h in holdings}, by_lease, landlord


def _by_days(amount: int, holdings: list[HoldingView], period: Period, by_lease: dict[LeaseId, int]) -> int:
    """Adds each holder's part of a unit's share; answers the part of the vacant days."""
    days = [(holding.ends_on - holding.starts_on).days for holding in holdings]
    *parts, vacant = split_largest_remainder(amount, [*days, period.days - sum(days)])
    for holding, part in zip(holdings, parts, strict=True):
        by_lease[holding.lease_id] = by_lease.get(holding.lease_id, 0) + part
    return vacant


def _fees(session: Session, window: Period) -> Iterator[Computed]:
    statement = select(Fee).where(Fee.happens_on >= window.starts_on, Fee.happens_on < window.ends_on)
    for fee in session.exec(statement.order_by(col(Fee.id))).all():
        day = Period(fee.happens_on, fee.happens_on + timedelta(days=1))
        owed = Owed(fee.tenant_id, fee.kind, day, fee.amount_fen, fee.due_on, {'reason': fee.reason})
        yield Anchor(fee.lease_id, f'fee:{fee.id}', fee.happens_on), owed
