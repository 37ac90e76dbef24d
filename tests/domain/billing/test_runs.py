"""Bill runs: previewed, approved by another, posted once, recalculated by difference."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest

from domain.billing.certificates import get_certificate, keep_certificate
from domain.billing.commands import (
    ApproveRun,
    PostRun,
    PreviewRun,
    ReconcileTurnover,
    RegisterCost,
    RegisterFee,
    SetKeyTable,
)
from domain.billing.costs import (
    reconcile_turnover,
    register_cost,
    register_fee,
    set_key_table,
)
from domain.billing.errors import (
    AlreadyReconciled,
    CertificateNeeded,
    CertificateUnknown,
    FourEyes,
    KeysNotWhole,
    KeyTableUnknown,
    RunChanged,
    RunNotReady,
    RunOutdated,
    RunUnknown,
    WindowInvalid,
    YearOpen,
)
from domain.billing.queries import list_charges
from domain.billing.runs import approve_run, get_run, post_run, preview_run
from domain.billing.views import ChargeView, RunView
from domain.leasing.commands import (
    Amendment,
    Band,
    CloseMonth,
    LeaseTerms,
    NewItem,
    RentMode,
    RentTerms,
    TerminateLease,
)
from domain.leasing.operations import amend_lease, terminate_lease
from domain.leasing.turnover import close_month
from domain.leasing.views import LeaseView
from domain.shared.actor import Actor
from domain.shared.attachments import AttachmentUnknown
from domain.shared.operations import ask, perform
from domain.utilities.commands import (
    HandOverMeter,
    NewReading,
    RecordReadings,
    RegisterMeter,
    SetTariff,
    Slot,
    TariffSlot,
)
from domain.utilities.operations import hand_over_meter, record_readings, register_meter, set_tariff
from tests.conftest import Database
from tests.domain.leasing.world import World, fixed
from tests.domain.shared.pictures import PAPER

START, END = date(2026, 1, 1), date(2029, 1, 1)
MARCH, APRIL, MAY = date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)


@pytest.fixture(scope='module')
def approver(world: World) -> Actor:
    return replace(world.actor, name='财务经理')


def preview(world: World, from_on: date, until_on: date) -> RunView:
    return perform(preview_run, actor=world.actor, command=PreviewRun(from_on=from_on, until_on=until_on))


def post(world: World, approver: Actor, run: RunView) -> RunView:
    perform(approve_run, actor=approver, command=ApproveRun(run_id=run.id, content_hash=run.content_hash))
    perform(post_run, actor=world.actor, command=PostRun(run_id=run.id))
    return ask(get_run, actor=world.actor, run_id=run.id)


def bill(world: World, approver: Actor, from_on: date, until_on: date) -> RunView:
    return post(world, approver, preview(world, from_on, until_on))


def of(run: RunView, lease: LeaseView) -> list[tuple[str, int]]:
    return [(line.kind, line.amount_fen) for line in run.lines if line.lease_id == lease.id]


def charges(world: World, lease: LeaseView) -> list[ChargeView]:
    return ask(list_charges, actor=world.actor, lease_id=lease.id)


def test_a_run_is_owed_by_nobody_until_somebody_else_approved_it(world: World, approver: Actor) -> None:
    lease = world.signed(START, END)
    run = preview(world, MARCH, APRIL)
    approve = ApproveRun(run_id=run.id, content_hash=run.content_hash)

    assert charges(world, lease) == []
    with pytest.raises(RunNotReady):
        perform(post_run, actor=world.actor, command=PostRun(run_id=run.id))
    with pytest.raises(FourEyes):
        perform(approve_run, actor=world.actor, command=approve)
    with pytest.raises(RunChanged):
        perform(approve_run, actor=approver, command=ApproveRun(run_id=run.id, content_hash='other'))
    posted = post(world, approver, run)

    assert posted.lines == run.lines
    assert [charge.amount_fen for charge in charges(world, lease)] == [3_000_000]
    with pytest.raises(RunNotReady):
        perform(approve_run, actor=approver, command=approve)
    with pytest.raises(RunUnknown):
        ask(get_run, actor=world.actor, run_id=10**9)


def test_posting_again_changes_nothing_and_a_rerun_bills_nothing(world: World, approver: Actor) -> None:
    lease = world.signed(START, END)
    run = bill(world, approver, MARCH, APRIL)

    again = perform(post_run, actor=world.actor, command=PostRun(run_id=run.id))

    assert (again.id, again.status, again.content_hash) == (run.id, 'posted', run.content_hash)
    assert ask(get_run, actor=world.actor, run_id=run.id) == run
    assert of(preview(world, MARCH, APRIL), lease) == []
    assert len(charges(world, lease)) == 1


def test_X_R5_a_charge_is_never_edited(database: Database, world: World, approver: Actor) -> None:
    world.signed(START, END)
    bill(world, approver, MARCH, APRIL)

    with psycopg.connect(database.owner_url) as owner, pytest.raises(psycopg.Error, match='never edited'):
        owner.execute('UPDATE charge SET amount_fen = 1')


def test_LS_R8_an_amendment_bills_its_difference_as_an_adjustment(world: World, approver: Actor) -> None:
    lease = world.signed(START, END, items=[fixed(START, END, 2_800_000)])
    bill(world, approver, MARCH, APRIL)
    perform(amend_lease, actor=world.actor, command=Amendment(
        lease_id=lease.id, version=1, closes=(lease.items[0].id,), adds=(fixed(START, END, 2_860_000),), summary='调整',
    ))  # fmt: skip

    run = bill(world, approver, MARCH, APRIL)

    (line,) = [line for line in run.lines if line.lease_id == lease.id]
    assert (line.amount_fen, line.is_adjustment) == (60_000, True)
    assert of(preview(world, MARCH, APRIL), lease) == []
    assert [charge.amount_fen for charge in charges(world, lease)] == [2_800_000, 60_000]


def test_LS_R8_a_longer_lease_bills_the_leftover_and_a_shorter_one_is_credited(world: World, approver: Actor) -> None:
    lease = world.signed(START, date(2026, 3, 16))
    bill(world, approver, MARCH, APRIL)
    perform(amend_lease, actor=world.actor, command=Amendment(
        lease_id=lease.id, version=1, adds=(fixed(date(2026, 3, 16), END),), ends_on=END, summary='续租',
    ))  # fmt: skip

    (line,) = [line for line in bill(world, approver, MARCH, APRIL).lines if line.lease_id == lease.id]
    assert (line.starts_on, line.ends_on, line.is_adjustment) == (date(2026, 3, 16), APRIL, False)
    assert sum(charge.amount_fen for charge in charges(world, lease)) == 3_000_000

    bill(world, approver, APRIL, MAY)
    ending = TerminateLease(lease_id=lease.id, ends_on=APRIL, reason='退租')
    perform(terminate_lease, actor=world.actor, command=ending)
    assert of(bill(world, approver, APRIL, MAY), lease) == [('rent', -3_000_000)]
    assert of(preview(world, MARCH, MAY), lease) == []


def test_LS_R8_two_runs_over_one_month_never_bill_it_twice(world: World, approver: Actor) -> None:
    lease = world.signed(START, END)
    first, second = preview(world, MARCH, APRIL), preview(world, MARCH, APRIL)
    for run in (first, second):
        perform(approve_run, actor=approver, command=ApproveRun(run_id=run.id, content_hash=run.content_hash))

    def attempt(run: RunView) -> bool:
        try:
            perform(post_run, actor=world.actor, command=PostRun(run_id=run.id))
        except RunOutdated:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(attempt, (first, second))) == [False, True]
    assert len(charges(world, lease)) == 1


def test_many_who_post_one_run_at_once_post_it_once(world: World, approver: Actor) -> None:
    lease = world.signed(START, END)
    run = preview(world, MARCH, APRIL)
    perform(approve_run, actor=approver, command=ApproveRun(run_id=run.id, content_hash=run.content_hash))

    with ThreadPoolExecutor(8) as pool:
        done = list(pool.map(
            lambda _: perform(post_run, actor=world.actor, command=PostRun(run_id=run.id)).status, range(8)
        ))  # fmt: skip

    assert set(done) == {'posted'}
    assert len(charges(world, lease)) == 1


@pytest.mark.parametrize(
    ('from_on', 'until_on'),
    [(MARCH, MARCH), (APRIL, MARCH), (date(2026, 3, 2), APRIL), (MARCH, date(2027, 4, 1)), (MARCH, date(2026, 4, 2))],
)
def test_a_window_is_made_of_months_and_at_most_a_year(world: World, from_on: date, until_on: date) -> None:
    with pytest.raises(WindowInvalid):
        preview(world, from_on, until_on)


def test_a_quarter_that_was_billed_is_found_again_by_a_run_over_one_month(world: World, approver: Actor) -> None:
    lease = world.signed(date(2026, 1, 20), END, terms=LeaseTerms(frequency_months=3))
    bill(world, approver, START, date(2027, 1, 1))

    assert len(charges(world, lease)) == 4
    for month in range(1, 13):
        window = date(2026, month, 1), date(2026 + month // 12, month % 12 + 1, 1)
        assert of(preview(world, *window), lease) == []


def test_LS_R13_a_shared_cost_reaches_the_leases_and_the_landlord(world: World, approver: Actor) -> None:
    units = [world.unit() for _ in range(3)]
    whole, half = world.signed(START, END, units=[units[0]]), world.signed(START, date(2026, 3, 16), units=[units[1]])
    keys = dict(zip(units, (333_333, 333_333, 333_334), strict=True))
    table = perform(set_key_table, actor=world.actor, command=SetKeyTable(code='area-1', keys=keys))

    cost = perform(register_cost, actor=world.actor, command=RegisterCost(
        key_table_id=table.id, kind='cam', starts_on=MARCH, ends_on=date(2026, 3, 31), amount_fen=100_000,
        reason='保洁',
    ))  # fmt: skip
    run = bill(world, approver, MARCH, APRIL)

    assert sum(cost.by_lease.values()) + cost.landlord_fen == 100_000
    assert cost.by_lease == {whole.id: 33_333, half.id: 16_667}
    assert ('cam', 33_333) in of(run, whole)
    assert ('cam', 16_667) in of(run, half)
    with pytest.raises(KeysNotWhole):
        perform(set_key_table, actor=world.actor, command=SetKeyTable(code='x', keys={units[0]: 999_999}))
    with pytest.raises(KeyTableUnknown):
        perform(register_cost, actor=world.actor, command=RegisterCost(
            key_table_id=10**9, kind='cam', starts_on=MARCH, ends_on=APRIL, amount_fen=1, reason='x',
        ))  # fmt: skip


def test_fines_and_meters_are_billed_and_a_held_meter_waits(world: World, approver: Actor) -> None:
    lease = world.signed(START, END)
    local = ZoneInfo('Asia/Shanghai')
    opens, closes = (datetime.combine(day, time(4), local) for day in (MARCH, APRIL))
    slot = TariffSlot(slot=Slot.FLAT, starts=time.min, until=time.min, price_e4=8_000)
    perform(set_tariff, actor=world.actor, command=SetTariff(utility='water', valid_from=START, slots=(slot,)))
    meter = perform(register_meter, actor=world.actor, command=RegisterMeter(code='w1', utility='water')).id
    perform(hand_over_meter, actor=world.actor, command=HandOverMeter(
        meter_id=meter, at=opens, register_milli=0, tenant_id=lease.tenant_id, lease_id=lease.id,
    ))  # fmt: skip
    perform(register_fee, actor=world.actor, command=RegisterFee(
        lease_id=lease.id, kind='fine', on=date(2026, 3, 9), due_on=date(2026, 3, 20), amount_fen=50_000, reason='早退',
    ))  # fmt: skip

    early = perform(
        preview_run,
        actor=world.actor,
        command=PreviewRun(from_on=MARCH, until_on=APRIL),
        now=closes - timedelta(days=3),
    )
    assert not early.held  # a month that is not over is neither billed nor waited for
    waiting = bill(world, approver, MARCH, APRIL)
    reading = NewReading(meter_code='w1', read_at=closes - timedelta(hours=1), register_milli=125_000)
    perform(record_readings, actor=world.actor, command=RecordReadings(source='hand', readings=(reading,)))
    later = bill(world, approver, MARCH, APRIL)

    assert 'w1: no_reading' in waiting.held
    assert of(waiting, lease) == [('fine', 50_000), ('rent', 3_000_000)]
    assert of(later, lease) == [('water', 10_000)]
    assert 'w1: no_reading' not in later.held


def test_a_year_is_reconciled_once_with_the_auditors_figure(world: World, approver: Actor) -> None:
    year = date(2025, 1, 1)
    rent = RentTerms(mode=RentMode.PERCENTAGE, bands={'*': (Band(up_to_fen=None, rate_bp=1_000),)})
    lease = world.signed(date(2025, 11, 1), END, items=[NewItem(starts_on=date(2025, 11, 1), ends_on=END, terms=rent)])
    paper = perform(keep_certificate, actor=world.actor, content=PAPER)
    command = ReconcileTurnover(
        lease_id=lease.id, year=2025, audited_gto_fen=2_500_000, document='审计报告.pdf', attachment=paper.name
    )
    for month, days in ((date(2025, 11, 1), 30), (date(2025, 12, 1), 31)):
        world.report(lease.id, {month + timedelta(days=n): 0 for n in range(days)} | {month: 1_000_000})
        with pytest.raises(YearOpen):
            perform(reconcile_turnover, actor=world.actor, command=command)
        perform(close_month, actor=world.actor, command=CloseMonth(lease_id=lease.id, month=month))
    bill(world, approver, year, date(2026, 1, 1))

    with pytest.raises(CertificateUnknown):
        ask(get_certificate, actor=world.actor, lease_id=lease.id, year=2025)
    for missing, refusal in (('', CertificateNeeded), ('0' * 32, AttachmentUnknown)):
        with pytest.raises(refusal):
            perform(reconcile_turnover, actor=world.actor, command=replace(command, attachment=missing))

    done = perform(reconcile_turnover, actor=world.actor, command=command)

    assert (done.due_fen, done.billed_fen) == (250_000, 200_000)
    assert [charge.amount_fen for charge in charges(world, lease)] == [100_000, 100_000, 50_000]
    assert of(preview(world, year, date(2026, 1, 1)), lease) == []
    with pytest.raises(AlreadyReconciled):
        perform(reconcile_turnover, actor=world.actor, command=command)
    shown = ask(get_certificate, actor=world.actor, lease_id=lease.id, year=2025)
    assert (shown.kind, shown.content) == ('application/pdf', PAPER)
    stranger = replace(world.actor, tenant_id=world.tenant())
    with pytest.raises(CertificateUnknown):  # the row is not there for another tenant's people
        ask(get_certificate, actor=stranger, lease_id=lease.id, year=2025)
