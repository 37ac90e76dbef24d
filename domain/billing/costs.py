"""Key tables, shared costs, single fees, and the yearly reconciliation of turnover."""

from datetime import date, datetime

from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, select

from domain.billing._computing import bearers
from domain.billing._rules.shared_costs import is_whole, keys_by_weight
from domain.billing.commands import (
    ChargeId,
    CostId,
    FeeId,
    KeyTableId,
    ReconcileTurnover,
    RegisterCost,
    RegisterFee,
    SetKeyTable,
)
from domain.billing.errors import (
    AlreadyReconciled,
    CertificateNeeded,
    KeysNotWhole,
    KeyTableUnknown,
    WindowInvalid,
    YearOpen,
)
from domain.billing.models import Certificate, Charge, Fee, KeyTable, SharedCost
from domain.billing.permissions import POST, PREPARE
from domain.billing.runs import mall_of
from domain.billing.views import CostView, FeeView, KeyTableView, Reconciled
from domain.leasing.commands import LettableUnitId
from domain.leasing.queries import audited_turnover_rent, get_lease, list_lettable_units
from domain.shared import attachments
from domain.shared.actor import Actor
from domain.shared.attachments import Purpose
from domain.shared.operations import operation, query

_BILLED_TURNOVER = text("""
    SELECT coalesce(sum(amount_fen), 0)::bigint FROM charge
     WHERE mall_id = app_mall() AND lease_id = :lease AND source IN ('lease:turnover_rent', 'reconciliation')
       AND anchor_on >= :starts AND anchor_on < :ends
""")


@operation(PREPARE, name='billing.set_key_table')
def set_key_table(session: Session, *, actor: Actor, command: SetKeyTable, now: datetime) -> KeyTableView:
    """How shared costs are spread. A table is never changed; another has another code.

    :raises KeysNotWhole: when the promille are not 1,000.000.
    """
    keys = {int(unit): share for unit, share in command.keys.items()}
    if not is_whole(keys):
        raise KeysNotWhole(promille=f'{sum(keys.values()) / 1000:,.3f}')
    table = KeyTable(
        mall_id=mall_of(actor), code=command.code, keys={str(unit): share for unit, share in keys.items()},
        spreads_vacant=command.spreads_vacant, set_by=actor.name, set_at=now,
    )  # fmt: skip
    session.add(table)
    session.flush()
    return KeyTableView(id=KeyTableId(table.id), code=table.code)


@query(PREPARE)
def keys_by_area(session: Session, *, actor: Actor, on: date) -> dict[LettableUnitId, int]:
    """A key table by net area over the units of a day; its promille are 1,000.000."""
    units = list_lettable_units(session, actor=actor, on=on)
    keys = keys_by_weight({int(unit.id): unit.net_area_dm2 for unit in units})
    return {LettableUnitId(unit): key for unit, key in keys.items()}


@operation(PREPARE, name='billing.register_cost')
def register_cost(session: Session, *, actor: Actor, command: RegisterCost, now: datetime) -> CostView:
    """A cost that the next run over its first day spreads; the answer says on whom.

    :raises KeyTableUnknown:
    :raises WindowInvalid: when it ends before it begins.
    """
    table = session.exec(select(KeyTable).where(KeyTable.id == command.key_table_id)).one_or_none()
    if table is None:
        raise KeyTableUnknown(table=command.key_table_id)
    if command.ends_on <= command.starts_on:
        raise WindowInvalid
    cost = SharedCost(
        mall_id=mall_of(actor), key_table_id=table.id, kind=command.kind, starts_on=command.starts_on,
        ends_on=command.ends_on, amount_fen=command.amount_fen, reason=command.reason, registered_by=actor.name,
        registered_at=now,
    )  # fmt: skip
    session.add(cost)
    session.flush()
    _, by_lease, landlord = bearers(session, actor, cost, table)
    return CostView(id=CostId(cost.id), by_lease=by_lease, landlord_fen=landlord)


@operation(PREPARE, name='billing.register_fee')
def register_fee(session: Session, *, actor: Actor, command: RegisterFee, now: datetime) -> FeeView:
    """A fine or another single charge; the next run over its day bills it.

    :raises LeaseUnknown:
    """
    lease = get_lease(session, actor=actor, lease_id=command.lease_id)
    fee = Fee(
        mall_id=mall_of(actor), lease_id=lease.id, tenant_id=lease.tenant_id, kind=command.kind,
        happens_on=command.on, due_on=command.due_on, amount_fen=command.amount_fen, reason=command.reason,
        registered_by=actor.name, registered_at=now,
    )  # fmt: skip
    session.add(fee)
    session.flush()
    return FeeView(id=FeeId(fee.id))


@operation(POST, name='billing.reconcile_turnover')
def reconcile_turnover(session: Session, *, actor: Actor, command: ReconcileTurnover, now: datetime) -> Reconciled:
    """Charges or credits what the audited GTO of a year makes of its turnover rent, once.

    :raises CertificateNeeded: without the certificate's file.
    :raises LeaseUnknown:
    :raises AttachmentUnknown: when the file is not kept here, or another tenant's.
    :raises YearOpen: when a month of the year is not closed.
    :raises AlreadyReconciled:
    """
    if not command.attachment:
        raise CertificateNeeded
    lease = get_lease(session, actor=actor, lease_id=command.lease_id)
    attachments.check_cited(
        session, Purpose.CERTIFICATE, command.attachment, tenant_id=lease.tenant_id, or_the_malls=True
    )
    starts, ends = date(command.year, 1, 1), date(command.year + 1, 1, 1)
    due = audited_turnover_rent(
        session, actor=actor, lease_id=command.lease_id, year=command.year, audited_gto_fen=command.audited_gto_fen
    )
    if due is None:
        raise YearOpen(year=command.year)
    session.add(Certificate(
        mall_id=mall_of(actor), lease_id=lease.id, year=command.year, tenant_id=lease.tenant_id,
        audited_gto_fen=command.audited_gto_fen, document=command.document, attachment=command.attachment,
        recorded_by=actor.name, recorded_at=now,
    ))  # fmt: skip
    try:
        session.flush()
    except IntegrityError as error:
        raise AlreadyReconciled(year=command.year) from error
    billed = int(session.execute(_BILLED_TURNOVER, {'lease': lease.id, 'starts': starts, 'ends': ends}).scalar_one())
    charge = None
    if due != billed:
        charge = Charge(
            mall_id=mall_of(actor), lease_id=lease.id, tenant_id=lease.tenant_id, kind='turnover_rent',
            source='reconciliation', anchor_on=starts, sequence=1, starts_on=starts, ends_on=ends,
            amount_fen=due - billed, due_on=now.date(), is_adjustment=True,
            facts={
                'document': command.document, 'attachment': command.attachment,
                'audited_gto_fen': command.audited_gto_fen,
            }, posted_at=now,
        )  # fmt: skip
        session.add(charge)
        session.flush()
    return Reconciled(
        id=command.lease_id, year=command.year, due_fen=due, billed_fen=billed,
        charge_id=None if charge is None else ChargeId(charge.id),
    )  # fmt: skip
