"""Payments, credits, late fees, reminders; tenants see their own."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, timedelta

import psycopg
import pytest

from domain.billing.commands import (
    AllocationOrder,
    ApplyCredit,
    ApproveRun,
    ChargeLateFees,
    OpenDispute,
    PostRun,
    PreviewRun,
    RecordPayment,
    RegisterFee,
    SendReminders,
    SettleDispute,
)
from domain.billing.costs import register_fee
from domain.billing.errors import ChargeUnknown, DisputeInvalid, PaymentConflict
from domain.billing.payments import (
    apply_credit,
    charge_late_fees,
    open_dispute,
    record_payment,
    send_reminders,
    settle_dispute,
)
from domain.billing.permissions import VIEW
from domain.billing.queries import ageing, list_charges
from domain.billing.runs import approve_run, post_run, preview_run
from domain.billing.views import ChargeView, PaymentView
from domain.leasing.commands import TerminateLease
from domain.leasing.operations import terminate_lease
from domain.leasing.views import LeaseView
from domain.shared.actor import Actor, MallId, TenantId
from domain.shared.errors import NotFound, PermissionDenied
from domain.shared.operations import ask, perform
from tests.conftest import Database
from tests.domain.leasing.world import World

START = date(2026, 1, 1)


def billed(world: World, until: date, *, fees: tuple[tuple[int, date, date], ...] = ()) -> LeaseView:
    """A lease of January to March at ¥30,000 that was billed until a day."""
    lease = world.signed(START, date(2026, 4, 1))
    for fen, on, due_on in fees:
        perform(register_fee, actor=world.actor, command=RegisterFee(
            lease_id=lease.id, kind='fine', on=on, due_on=due_on, amount_fen=fen, reason='x',
        ))  # fmt: skip
    run_until(world, until)
    return lease


def run_until(world: World, until: date) -> None:
    run = perform(preview_run, actor=world.actor, command=PreviewRun(from_on=START, until_on=until))
    approver = replace(world.actor, name='财务经理')
    perform(approve_run, actor=approver, command=ApproveRun(run_id=run.id, content_hash=run.content_hash))
    perform(post_run, actor=world.actor, command=PostRun(run_id=run.id))


def pay(
    world: World, tenant: TenantId, fen: int, key: str, on: date = date(2026, 3, 20), **more: object
) -> PaymentView:
    command = RecordPayment(tenant_id=tenant, amount_fen=fen, paid_on=on, method='bank', key=key, **more)  # type: ignore[arg-type]
    return perform(record_payment, actor=world.actor, command=command)


def charges(world: World, lease: LeaseView) -> list[ChargeView]:
    return ask(list_charges, actor=world.actor, lease_id=lease.id)


def test_LS_R11_arrears_are_settled_oldest_first_and_the_rest_is_kept(world: World) -> None:
    lease = billed(world, date(2026, 4, 1))

    payment = pay(world, lease.tenant_id, 10_000_000, 'p-1')

    assert [charge.open_fen for charge in charges(world, lease)] == [0, 0, 0]
    assert payment.unapplied_fen == 1_000_000
    assert payment.order is AllocationOrder.OLDEST_FIRST
    row = next(row for row in ask(ageing, actor=world.actor, on=date(2026, 5, 1)) if row.tenant_id == lease.tenant_id)
    assert (row.open_fen, row.unapplied_fen) == (0, 1_000_000)


def test_LS_R11_fines_come_first_where_the_order_says_so(world: World) -> None:
    lease = billed(world, date(2026, 4, 1), fees=((200_000, date(2026, 3, 1), date(2026, 3, 30)),))

    payment = pay(world, lease.tenant_id, 3_100_000, 'p-2', order=AllocationOrder.COST_INTEREST_PRINCIPAL)

    assert sorted(payment.parts.values()) == [200_000, 2_900_000]


def test_X_R4_a_payment_that_arrives_fifteen_times_at_once_is_one(world: World) -> None:
    lease = billed(world, date(2026, 2, 1))

    with ThreadPoolExecutor(15) as pool:
        views = list(pool.map(lambda _: pay(world, lease.tenant_id, 1_000_000, 'wx-42'), range(15)))

    assert len({view.id for view in views}) == 1
    assert sum(not view.is_replay for view in views) == 1
    assert [charge.open_fen for charge in charges(world, lease)] == [2_000_000]
    with pytest.raises(PaymentConflict):
        pay(world, lease.tenant_id, 5, 'wx-42')
    with pytest.raises(NotFound):
        pay(world, TenantId(10**6), 5, 'wx-43')


def test_X_R9_payments_at_once_never_settle_more_than_is_owed(world: World) -> None:
    lease = billed(world, date(2026, 4, 1))

    with ThreadPoolExecutor(12) as pool:
        views = list(pool.map(lambda n: pay(world, lease.tenant_id, 1_000_000, f'many-{n}'), range(12)))

    assert sum(charge.open_fen for charge in charges(world, lease)) == 0
    row = next(row for row in ask(ageing, actor=world.actor, on=START) if row.tenant_id == lease.tenant_id)
    assert row.unapplied_fen == 12_000_000 - 9_000_000
    assert sum(sum(view.parts.values()) for view in views) == 9_000_000


def test_X_R6_the_database_refuses_to_allocate_more_than_there_is(
    database: Database, world: World, mall: MallId
) -> None:
    lease = billed(world, date(2026, 2, 1))
    payment = pay(world, lease.tenant_id, 1_000_000, 'p-6')
    (charge,) = charges(world, lease)

    with psycopg.connect(database.owner_url) as owner, pytest.raises(psycopg.Error, match='more is allocated'):
        owner.execute(
            'INSERT INTO allocation (mall_id, tenant_id, charge_id, payment_id, amount_fen, settled_on)'
            " VALUES (%s, %s, %s, %s, 1, '2026-03-01')",
            [mall, lease.tenant_id, charge.id, payment.id],
        )


def test_a_credit_settles_what_is_open_when_it_is_applied(world: World) -> None:
    lease = billed(world, date(2026, 4, 1))
    ending = TerminateLease(lease_id=lease.id, ends_on=date(2026, 3, 1), reason='退租')
    perform(terminate_lease, actor=world.actor, command=ending)
    run_until(world, date(2026, 4, 1))

    command = ApplyCredit(tenant_id=lease.tenant_id, on=date(2026, 3, 2))
    settled = perform(apply_credit, actor=world.actor, command=command)

    assert settled == 3_000_000
    assert perform(apply_credit, actor=world.actor, command=command) == 0
    assert sum(charge.open_fen for charge in charges(world, lease)) == 6_000_000


def test_LS_R12_late_fees_are_charged_by_difference_and_bear_none(world: World) -> None:
    lease = billed(world, date(2026, 2, 1))  # ¥30,000 due 6 January
    through = date(2026, 1, 16)

    first = perform(charge_late_fees, actor=world.actor, command=ChargeLateFees(through=through))
    again = perform(charge_late_fees, actor=world.actor, command=ChargeLateFees(through=through))
    later = perform(charge_late_fees, actor=world.actor, command=ChargeLateFees(through=through + timedelta(days=10)))

    (rent, *_) = charges(world, lease)
    assert first.by_charge[rent.id] == 15_000  # ¥30,000 × 0.05 % × 10 days
    assert rent.id not in again.by_charge
    assert later.by_charge[rent.id] == 15_000
    pay(world, lease.tenant_id, 3_000_000, 'late-1', on=through)
    credit = perform(charge_late_fees, actor=world.actor, command=ChargeLateFees(through=through + timedelta(days=20)))
    assert credit.by_charge[rent.id] == -15_000


def test_LS_R12_a_dispute_pauses_the_fee(world: World) -> None:
    lease = billed(world, date(2026, 2, 1))
    (rent,) = charges(world, lease)

    def contest(fen: int) -> OpenDispute:
        return OpenDispute(charge_id=rent.id, amount_fen=fen, from_on=date(2026, 1, 9), reason='面积有误')

    with pytest.raises(DisputeInvalid):
        perform(open_dispute, actor=world.actor, command=contest(3_000_001))
    perform(open_dispute, actor=world.actor, command=contest(3_000_000))
    with pytest.raises(DisputeInvalid):
        perform(open_dispute, actor=world.actor, command=contest(1))
    fees = perform(charge_late_fees, actor=world.actor, command=ChargeLateFees(through=date(2026, 1, 20)))
    settle = SettleDispute(charge_id=rent.id, until_on=date(2026, 1, 21))
    perform(settle_dispute, actor=world.actor, command=settle)
    after = perform(charge_late_fees, actor=world.actor, command=ChargeLateFees(through=date(2026, 1, 22)))

    assert fees.by_charge[rent.id] == 3_000  # two days before the dispute
    assert after.by_charge[rent.id] == 3_000  # two days after it
    with pytest.raises(DisputeInvalid):
        perform(settle_dispute, actor=world.actor, command=settle)
    with pytest.raises(ChargeUnknown):
        perform(open_dispute, actor=world.actor, command=replace(contest(1), charge_id=10**9))


def test_each_step_of_the_dunning_ladder_is_taken_once(world: World) -> None:
    lease = billed(world, date(2026, 2, 1))  # due 6 January

    def steps(on: date) -> list[tuple[int, int]]:
        sent = perform(send_reminders, actor=world.actor, command=SendReminders(on=on))
        return [(one.level, one.overdue_fen) for one in sent if one.tenant_id == lease.tenant_id]

    assert steps(date(2026, 1, 12)) == []
    assert steps(date(2026, 1, 13)) == [(1, 3_000_000)]
    assert steps(date(2026, 1, 14)) == []
    assert steps(date(2026, 1, 21)) == [(2, 3_000_000)]
    pay(world, lease.tenant_id, 3_000_000, 'dun-1')
    assert steps(date(2026, 3, 30)) == []


def test_TA_R2_a_tenant_sees_its_own_charges_alone(world: World, mall: MallId) -> None:
    own, foreign = billed(world, date(2026, 2, 1)), billed(world, date(2026, 2, 1))
    clerk = Actor(name='c', kind='person', mall_id=mall, tenant_id=own.tenant_id, permissions=frozenset({VIEW.code}))

    assert {charge.tenant_id for charge in ask(list_charges, actor=clerk)} == {own.tenant_id}
    assert ask(list_charges, actor=clerk, lease_id=foreign.id) == []
    assert {row.tenant_id for row in ask(ageing, actor=clerk, on=START)} == {own.tenant_id}
    with pytest.raises(PermissionDenied):
        perform(charge_late_fees, actor=clerk, command=ChargeLateFees(through=START))
