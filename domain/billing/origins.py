"""Charges that other slices make due, each once: a promotion's shared cost, say."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session, select

from domain.billing.commands import ChargeId, ChargeTenant, FeeId
from domain.billing.errors import NoLease
from domain.billing.models import Fee
from domain.billing.permissions import PREPARE, VIEW
from domain.billing.runs import mall_of
from domain.billing.views import FeeView, OriginState
from domain.leasing.queries import list_leases
from domain.leasing.views import LeaseView
from domain.shared.actor import Actor
from domain.shared.live import notify
from domain.shared.operations import operation, query

DAYS_TO_PAY = timedelta(days=15)
_STATES = text("""
    SELECT f.origin, f.id AS fee_id, f.amount_fen, (
           SELECT min(c.id) FROM charge c
            WHERE c.mall_id = f.mall_id AND c.lease_id = f.lease_id AND c.source = 'fee:' || f.id) AS charge_id
      FROM lease_fee f
     WHERE f.mall_id = app_mall() AND (app_tenant() IS NULL OR f.tenant_id = app_tenant())
       AND f.origin = ANY(CAST(:origins AS text[])) ORDER BY f.id
""")


@operation(PREPARE, name='billing.charge_tenant')
def charge_tenant(session: Session, *, actor: Actor, command: ChargeTenant, now: datetime) -> FeeView:
    """A single charge on the lease that runs on its day; the next run over that day bills it. The same origin again
    changes nothing.

    :raises NoLease:
    """
    session.execute(text('SELECT pg_advisory_xact_lock(hashtext(:origin))'), {'origin': command.origin})
    there = session.exec(select(Fee).where(Fee.origin == command.origin)).one_or_none()
    if there is not None:
        return FeeView(id=FeeId(there.id))
    lease = _lease(session, actor, command)
    fee = Fee(
        mall_id=mall_of(actor), lease_id=lease.id, tenant_id=lease.tenant_id, kind='cost', happens_on=command.on,
        due_on=command.on + DAYS_TO_PAY, amount_fen=command.amount_fen, reason=command.reason, origin=command.origin,
        registered_by=actor.name, registered_at=now,
    )  # fmt: skip
    session.add(fee)
    session.flush()
    notify(session, 'billing', fee.mall_id)
    return FeeView(id=FeeId(fee.id))


@query(VIEW)
def list_origins(session: Session, *, actor: Actor, origins: list[str]) -> list[OriginState]:
    """What became of charges, by what made them due; those that are not there yet are left out."""
    rows = session.execute(_STATES, {'origins': origins})
    return [
        OriginState(
            origin=row.origin, fee_id=FeeId(row.fee_id), amount_fen=row.amount_fen,
            charge_id=None if row.charge_id is None else ChargeId(row.charge_id),
        ) for row in rows
    ]  # fmt: skip


def _lease(session: Session, actor: Actor, command: ChargeTenant) -> LeaseView:
    """The lease that runs on the day, or else the one that ended last before it."""
    leases = [
        one for one in list_leases(session, actor=actor, tenant_id=command.tenant_id)
        if one.status != 'draft' and one.starts_on <= command.on
    ]  # fmt: skip
    if not leases:
        raise NoLease
    return max(leases, key=lambda one: (one.ends_on > command.on, one.starts_on))
