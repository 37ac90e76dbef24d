"""The demo mall's bills: three months posted and mostly paid, the next one waiting for approval, years before behind.

Finance prepares and posts, the general manager approves; money comes from most tenants in time, from some in part.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from domain.billing.commands import (
    ApproveRun,
    KeyTableId,
    PostRun,
    PreviewRun,
    RecordPayment,
    RegisterCost,
    RegisterFee,
    SendReminders,
    SetKeyTable,
)
from domain.billing.costs import keys_by_area, register_cost, register_fee, set_key_table
from domain.billing.invoicing import note_invoice, request_invoice
from domain.billing.overview import list_runs
from domain.billing.payments import record_payment, send_reminders
from domain.billing.queries import list_charges
from domain.billing.runs import approve_run, post_run, preview_run
from domain.billing.views import ChargeView, RunView
from domain.leasing.periods import Period, add_months, first_of_month
from domain.leasing.queries import list_leases, list_tenants
from domain.mall.queries import get_business_clock
from domain.shared.actor import Actor, MallId, TenantId, system_actor
from domain.shared.database import Session
from domain.shared.operations import ask, operation, perform
from domain.shared.permissions import UPKEEP
from integrations.demo.rents import dice_for

Say = Callable[[str], None]
FINANCE, MANAGER = '沈静', '陈知远'
MONTHS, PAST_MONTHS = 3, 12
CAM_FEN, CODE = 38_600_000, '公区分摊-按计租面积'
MONTHS_BACK = timedelta(days=45)
SHOP = 'T-F4-02'  # its people have logins, and something to pay: what became due lately
IN_TIME, IN_PART = 0.86, 0.94  # of tenants: those who pay all, and those who pay at least a part
INVOICED = 14
FINES = (('夜间违规施工罚款', 200_000), ('消防通道堆放杂物罚款', 100_000))


def open_bills(mall_id: MallId, now: datetime, say: Say) -> None:
    """Bills of the last months with what was paid of them, and the next month's waiting. Once."""
    actor = system_actor('seeder', mall_id)
    if ask(list_runs, actor=actor):
        return
    charges = perform(bill_the_months, actor=actor, now=now)
    paid = perform(take_money, actor=actor, now=now)
    say(f'{charges} charges, {paid} payments, and a run that waits for approval.')


def tell_past_bills(mall_id: MallId, now: datetime, say: Say) -> None:
    """The year before, billed and paid, once its turnover is told."""
    actor = system_actor('seeder', mall_id)
    first = add_months(first_of_month(ask(get_business_clock, actor=actor).business_on(now)), 1 - MONTHS)
    window = Period(add_months(first, -PAST_MONTHS), first)
    if any(run.from_on == window.starts_on for run in ask(list_runs, actor=actor)):
        return
    say(f'{perform(bill_a_past, actor=actor, window=window, now=now)} charges of the year before.')


@operation(UPKEEP, name='demo.bill_the_months')
def bill_the_months(session: Session, *, actor: Actor, now: datetime) -> int:
    """Runs of the last months, each with the turnover closed since the one before; and the next month's, previewed."""
    this_month = first_of_month(get_business_clock(session, actor=actor).business_on(now))
    finance = replace(actor, name=FINANCE)
    table = _key_table(session, finance, this_month, now)
    for back in (2, 1):
        month = add_months(this_month, -back)
        register_cost(session, actor=finance, now=now, command=RegisterCost(
            key_table_id=table, kind='cam', starts_on=month, ends_on=add_months(month, 1),
            amount_fen=CAM_FEN + 700_000 * back, reason=f'{month.month} 月公区能耗、保洁与安保',
        ))  # fmt: skip
    _fine(session, finance, this_month, now)
    posted = 0
    for back in range(MONTHS - 1, -1, -1):
        month = add_months(this_month, -back)
        starts = month if back == MONTHS - 1 else add_months(month, -1)
        posted += len(_run(session, actor, Period(starts, add_months(month, 1)), month).lines)
    ahead = PreviewRun(from_on=this_month, until_on=add_months(this_month, 2))
    preview_run(session, actor=finance, command=ahead, now=now)
    return posted


@operation(UPKEEP, name='demo.take_money')
def take_money(session: Session, *, actor: Actor, now: datetime) -> int:
    """Payments by tenant, reminders to those who owe, and invoices for some of what was paid."""
    today = get_business_clock(session, actor=actor).business_on(now)
    finance = replace(actor, name=FINANCE)
    owed: dict[TenantId, list[ChargeView]] = {}
    for charge in list_charges(session, actor=actor):
        owed.setdefault(charge.tenant_id, []).append(charge)
    paid = 0
    shown = {tenant.id for tenant in list_tenants(session, actor=actor) if tenant.code == SHOP}
    for tenant_id, charges in owed.items():
        early = [charge for charge in charges if charge.due_on < today - MONTHS_BACK]
        amount = sum(one.amount_fen for one in early) if tenant_id in shown else _paid_by(tenant_id, charges, today)
        if amount > 0:
            last = max(charge.due_on for charge in charges if charge.due_on < today)
            record_payment(session, actor=finance, now=now, command=RecordPayment(
                tenant_id=tenant_id, amount_fen=amount, paid_on=min(today, last + timedelta(days=1)), method='bank',
                key=f'ICBC{last:%y%m}{tenant_id:06d}',
            ))  # fmt: skip
            paid += 1
    send_reminders(session, actor=finance, command=SendReminders(on=today), now=now)
    _invoice(session, finance, owed, now)
    return paid


@operation(UPKEEP, name='demo.bill_a_past')
def bill_a_past(session: Session, *, actor: Actor, window: Period, now: datetime) -> int:
    """One run over a past window, and what every tenant paid of it: all."""
    run = _run(session, actor, window, window.ends_on)
    sums: dict[TenantId, int] = {}
    for line in run.lines:
        sums[line.tenant_id] = sums.get(line.tenant_id, 0) + line.amount_fen
    for tenant_id, fen in sums.items():
        if fen > 0:
            record_payment(session, actor=replace(actor, name=FINANCE), now=now, command=RecordPayment(
                tenant_id=tenant_id, amount_fen=fen, paid_on=window.ends_on - timedelta(days=10), method='bank',
                key=f'ICBC-past-{tenant_id:06d}',
            ))  # fmt: skip
    return len(run.lines)


def _run(session: Session, actor: Actor, window: Period, on: date) -> RunView:
    """Previewed, approved and posted on a day."""
    finance, manager = replace(actor, name=FINANCE), replace(actor, name=MANAGER)
    at = datetime.combine(on, time(16), UTC)  # wherever the demo lives, the business day before has ended
    run = preview_run(
        session, actor=finance, command=PreviewRun(from_on=window.starts_on, until_on=window.ends_on), now=at
    )
    approval = ApproveRun(run_id=run.id, content_hash=run.content_hash)
    approve_run(session, actor=manager, command=approval, now=at + timedelta(hours=2))
    post_run(session, actor=finance, command=PostRun(run_id=run.id), now=at + timedelta(hours=3))
    return run


def _key_table(session: Session, actor: Actor, on: date, now: datetime) -> KeyTableId:
    command = SetKeyTable(code=CODE, keys=keys_by_area(session, actor=actor, on=on))
    return set_key_table(session, actor=actor, command=command, now=now).id


def _fine(session: Session, actor: Actor, this_month: date, now: datetime) -> None:
    running = [lease for lease in list_leases(session, actor=actor) if lease.status == 'signed'][7::40]
    for lease, (reason, fen) in zip(running, FINES, strict=False):
        day = add_months(this_month, -1) + timedelta(days=11)
        register_fee(session, actor=actor, now=now, command=RegisterFee(
            lease_id=lease.id, kind='fine', on=day, due_on=day + timedelta(days=15), amount_fen=fen, reason=reason
        ))  # fmt: skip


def _paid_by(tenant_id: int, charges: Sequence[ChargeView], today: date) -> int:
    """All that was due, most of it, or nothing since the month before last."""
    due = sum(charge.amount_fen for charge in charges if charge.due_on < today)
    fortune = dice_for(f'pays {tenant_id}').random()
    if fortune < IN_TIME or due <= 0:
        return due
    early = sum(charge.amount_fen for charge in charges if charge.due_on < today - MONTHS_BACK)
    return due * 7 // 10 if fortune < IN_PART else early


def _invoice(session: Session, actor: Actor, owed: dict[TenantId, list[ChargeView]], now: datetime) -> None:
    """Some invoices were issued, some are on their way, one is being reversed, one failed."""
    taxed = {
        tenant: tuple(charge.id for charge in charges if charge.kind == 'service_charge')
        for tenant, charges in list(owed.items())[:INVOICED]
    }
    for place, (tenant_id, charge_ids) in enumerate((t, c) for t, c in taxed.items() if c):
        made = request_invoice(session, actor=actor, tenant_id=tenant_id, charge_ids=charge_ids, now=now)
        if place % 4 == 3:
            continue
        if place == 5:
            note_invoice(session, actor=actor, invoice_id=made.id, outcome='failed', reason='购方税号有误', now=now)
            continue
        number = f'26330000{place:012d}'
        note_invoice(session, actor=actor, invoice_id=made.id, outcome='issued', number=number, now=now)
        if place == 8:
            note_invoice(
                session, actor=actor, invoice_id=made.id, outcome='red_requested', reason='开票金额有误', now=now
            )
