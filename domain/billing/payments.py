"""Money comes in and settles debts; what is late costs, and is asked for."""

from datetime import date, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from domain.billing._rules.ageing import dunning_level
from domain.billing._rules.allocation import OpenItem, allocate
from domain.billing._rules.late_fee import Disputed, LateTerms, Paid, late_fee
from domain.billing.commands import (
    AllocationOrder,
    ApplyCredit,
    ChargeId,
    ChargeLateFees,
    OpenDispute,
    PaymentId,
    RecordPayment,
    SendReminders,
    SettleDispute,
)
from domain.billing.errors import ChargeUnknown, DisputeInvalid, PaymentConflict
from domain.billing.events import PaymentReceived, ReminderDue
from domain.billing.models import Allocation, Charge, Dispute, Payment, Reminder
from domain.billing.permissions import DUN, RECEIVE
from domain.billing.runs import mall_of
from domain.billing.views import LateFees, PaymentView, ReminderView
from domain.leasing.queries import list_tenants
from domain.shared.actor import Actor, TenantId
from domain.shared.errors import NotFound
from domain.shared.events import emit
from domain.shared.live import notify
from domain.shared.operations import operation

OPEN_CHARGES = """
    SELECT c.id, c.kind, c.lease_id, c.tenant_id, c.due_on, c.amount_fen,
           (c.amount_fen - coalesce((SELECT sum(a.amount_fen) FROM allocation a
                                      WHERE a.mall_id = c.mall_id AND a.charge_id = c.id), 0))::bigint AS open_fen
      FROM charge c WHERE c.mall_id = app_mall() AND c.amount_fen > 0
"""
FREE_MONEY = """
    SELECT p.tenant_id, p.id AS payment_id, NULL::bigint AS credit_id, p.paid_on AS on_day,
           (p.amount_fen - coalesce((SELECT sum(a.amount_fen) FROM allocation a
                                      WHERE a.mall_id = p.mall_id AND a.payment_id = p.id), 0))::bigint AS free_fen
      FROM tenant_payment p WHERE p.mall_id = app_mall()
    UNION ALL
    SELECT c.tenant_id, NULL, c.id, c.due_on,
           (-c.amount_fen - coalesce((SELECT sum(a.amount_fen) FROM allocation a
                                       WHERE a.mall_id = c.mall_id AND a.credit_id = c.id), 0))::bigint
      FROM charge c WHERE c.mall_id = app_mall() AND c.amount_fen < 0
"""


@operation(RECEIVE, name='billing.record_payment')
def record_payment(session: Session, *, actor: Actor, command: RecordPayment, now: datetime) -> PaymentView:
    """Takes money once per key and lets it settle debts in the stated order; the rest stays as credit.

    :raises NotFound: when there is no such tenant.
    :raises PaymentConflict: when the key was another payment's.
    """
    _one_at_a_time(session, command.tenant_id)
    if command.tenant_id not in {tenant.id for tenant in list_tenants(session, actor=actor)}:
        raise NotFound
    payment = session.exec(select(Payment).where(Payment.key == command.key)).one_or_none()
    if payment is not None:
        if (payment.tenant_id, payment.amount_fen) != (command.tenant_id, command.amount_fen):
            raise PaymentConflict(key=command.key)
        return view_of(session, payment, is_replay=True)
    payment = Payment(
        mall_id=mall_of(actor), tenant_id=command.tenant_id, amount_fen=command.amount_fen, paid_on=command.paid_on,
        method=command.method, key=command.key, allocation_order=command.order.value, recorded_by=actor.name,
        recorded_at=now,
    )  # fmt: skip
    session.add(payment)
    try:
        session.flush()
    except IntegrityError as error:
        raise PaymentConflict(key=command.key) from error
    _settle(session, command.tenant_id, command.order, command.paid_on)
    emit(session, PaymentReceived(
        mall_id=payment.mall_id, occurred_at=now, payment_id=payment.id, tenant_id=payment.tenant_id,
        amount_fen=payment.amount_fen,
    ))  # fmt: skip
    notify(session, 'billing', payment.mall_id)
    return view_of(session, payment)


@operation(RECEIVE, name='billing.apply_credit')
def apply_credit(session: Session, *, actor: Actor, command: ApplyCredit, now: datetime) -> int:
    """Lets what is free of a tenant's money settle what is open; answers how many fen it settled."""
    _one_at_a_time(session, command.tenant_id)
    notify(session, 'billing', mall_of(actor))
    return _settle(session, command.tenant_id, command.order, command.on)


@operation(DUN, name='billing.open_dispute')
def open_dispute(session: Session, *, actor: Actor, command: OpenDispute, now: datetime) -> ChargeId:
    """Notes that a charge is contested; late fees pause on that amount.

    :raises ChargeUnknown:
    :raises DisputeInvalid: when more is contested than owed, or a dispute is open already.
    """
    charge = session.exec(select(Charge).where(Charge.id == command.charge_id)).one_or_none()
    if charge is None:
        raise ChargeUnknown(charge=command.charge_id)
    if command.amount_fen > charge.amount_fen:
        raise DisputeInvalid(reason='more is contested than owed')
    session.add(Dispute(
        mall_id=charge.mall_id, tenant_id=charge.tenant_id, charge_id=charge.id, amount_fen=command.amount_fen,
        from_on=command.from_on, reason=command.reason,
    ))  # fmt: skip
    try:
        session.flush()
    except IntegrityError as error:
        raise DisputeInvalid(reason='a dispute is open already') from error
    return command.charge_id


@operation(DUN, name='billing.settle_dispute')
def settle_dispute(session: Session, *, actor: Actor, command: SettleDispute, now: datetime) -> ChargeId:
    """Ends a dispute; late fees run again from that day.

    :raises DisputeInvalid: when none is open, or it began later.
    """
    statement = select(Dispute).where(Dispute.charge_id == command.charge_id, col(Dispute.until_on).is_(None))
    dispute = session.exec(statement.with_for_update()).one_or_none()
    if dispute is None or command.until_on <= dispute.from_on:
        raise DisputeInvalid(reason='no dispute was open then')
    dispute.until_on = command.until_on
    return command.charge_id


@operation(DUN, name='billing.charge_late_fees')
def charge_late_fees(session: Session, *, actor: Actor, command: ChargeLateFees, now: datetime) -> LateFees:
    """Charges the fee of every late debt through a day, less what was charged for it before; a payment or dispute
    that became known late is a credit. Running it again for the same day charges nothing; fees bear no fees.
    """
    mall_id = mall_of(actor)
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('late_fees'), :mall)"), {'mall': mall_id})
    terms = LateTerms(command.daily_ppm, command.cap_ppm)
    statement = select(Charge).where(
        Charge.due_on < command.through, Charge.amount_fen > 0, col(Charge.kind).not_in(['late_fee', 'deposit'])
    )
    debts = list(session.exec(statement.order_by(col(Charge.id))))
    paid, disputed, charged = _histories(session)
    fees: dict[ChargeId, int] = {}
    for debt in debts:
        whole = late_fee(
            debt.amount_fen, debt.due_on, command.through, paid.get(debt.id, []), disputed.get(debt.id, []), terms
        )
        before, count = charged.get(debt.id, (0, 0))
        if whole != before:
            fees[ChargeId(debt.id)] = whole - before
            session.add(_fee(debt, whole - before, count + 1, command.through, now))
    session.flush()
    return LateFees(by_charge=fees)


@operation(DUN, name='billing.send_reminders')
def send_reminders(session: Session, *, actor: Actor, command: SendReminders, now: datetime) -> list[ReminderView]:
    """Takes the step of the dunning ladder that each tenant's oldest debt has reached; each step once per debt."""
    rows = session.execute(text(OPEN_CHARGES)).all()
    sent = []
    for tenant_id in sorted({row.tenant_id for row in rows}):
        late = [r for r in rows if r.tenant_id == tenant_id and r.open_fen > 0 and r.due_on < command.on]
        level = dunning_level([row.due_on for row in late], command.on)
        overdue = sum(row.open_fen for row in late)
        if level and _is_new_step(session, actor, tenant_id, min(r.due_on for r in late), level, overdue, command.on):
            sent.append(ReminderView(tenant_id=TenantId(tenant_id), level=level, overdue_fen=overdue))
            emit(session, ReminderDue(
                mall_id=mall_of(actor), occurred_at=now, tenant_id=tenant_id, level=level, overdue_fen=overdue,
            ))  # fmt: skip
    return sent


def _one_at_a_time(session: Session, tenant_id: int) -> None:
    session.execute(text("SELECT pg_advisory_xact_lock(hashtext('allocation'), :tenant)"), {'tenant': tenant_id})


def _settle(session: Session, tenant_id: int, order: AllocationOrder, on: date) -> int:
    """Uses the tenant's free money, oldest first."""
    found = session.execute(text(FREE_MONEY))
    free = [row for row in found if row.tenant_id == tenant_id and row.free_fen > 0]
    settled = 0
    for money in sorted(free, key=lambda row: (row.on_day, row.payment_id or 0, row.credit_id or 0)):
        parts = allocate(money.free_fen, _open_items(session, tenant_id), order, on).parts
        rows = [
            {'mall_id': session.info['scope'].mall_id, 'tenant_id': tenant_id, 'charge_id': charge_id,
             'payment_id': money.payment_id, 'credit_id': money.credit_id, 'amount_fen': part, 'settled_on': on}
            for charge_id, part in parts.items()
        ]  # fmt: skip
        if rows:
            session.execute(insert(Allocation), rows)
        settled += sum(parts.values())
    return settled


def _open_items(session: Session, tenant_id: int) -> list[OpenItem]:
    rows = session.execute(text(f'{OPEN_CHARGES} AND c.tenant_id = :tenant'), {'tenant': tenant_id})
    return [OpenItem(row.id, row.kind, row.due_on, row.open_fen) for row in rows if row.open_fen > 0]


def view_of(session: Session, payment: Payment, *, is_replay: bool = False) -> PaymentView:
    parts = {
        ChargeId(row.charge_id): row.amount_fen
        for row in session.exec(select(Allocation).where(Allocation.payment_id == payment.id))
    }
    return PaymentView(
        id=PaymentId(payment.id), tenant_id=TenantId(payment.tenant_id), amount_fen=payment.amount_fen,
        order=AllocationOrder(payment.allocation_order), parts=parts,
        unapplied_fen=payment.amount_fen - sum(parts.values()), is_replay=is_replay,
    )  # fmt: skip


def _histories(
    session: Session,
) -> tuple[dict[int, list[Paid]], dict[int, list[Disputed]], dict[int, tuple[int, int]]]:
    """By charge: what was paid when, what was contested when, and the fees charged before with their number."""
    paid: dict[int, list[Paid]] = {}
    for row in session.exec(select(Allocation)):
        paid.setdefault(row.charge_id, []).append(Paid(row.settled_on, row.amount_fen))
    disputed: dict[int, list[Disputed]] = {}
    for one in session.exec(select(Dispute)):
        disputed.setdefault(one.charge_id, []).append(Disputed(one.from_on, one.until_on, one.amount_fen))
    charged: dict[int, tuple[int, int]] = {}
    for fee in session.exec(select(Charge).where(Charge.kind == 'late_fee')):
        debt = int(fee.source.removeprefix('late_fee:'))
        total, count = charged.get(debt, (0, 0))
        charged[debt] = (total + fee.amount_fen, count + 1)
    return paid, disputed, charged


def _fee(debt: Charge, amount: int, sequence: int, through: date, now: datetime) -> Charge:
    return Charge(
        mall_id=debt.mall_id, lease_id=debt.lease_id, tenant_id=debt.tenant_id, kind='late_fee',
        source=f'late_fee:{debt.id}', anchor_on=debt.due_on, sequence=sequence, starts_on=debt.due_on,
        ends_on=through + timedelta(days=1), amount_fen=amount, due_on=through, is_adjustment=False,
        facts={'charge_id': debt.id}, posted_at=now,
    )  # fmt: skip


def _is_new_step(
    session: Session, actor: Actor, tenant_id: int, oldest: date, level: int, overdue: int, on: date
) -> bool:
    step = insert(Reminder).values(
        mall_id=mall_of(actor), tenant_id=tenant_id, oldest_due_on=oldest, level=level, overdue_fen=overdue, sent_on=on
    )
    return session.execute(step.on_conflict_do_nothing().returning(col(Reminder.level))).first() is not None
