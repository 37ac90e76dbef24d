"""Leases: drafted, signed, amended, ended; one lease to a unit at a time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import psycopg
import pytest

from domain.leasing.commands import (
    Amendment,
    Band,
    BreakOption,
    FreeTerms,
    LeaseTerms,
    NewItem,
    RentMode,
    RentTerms,
    ServiceChargeTerms,
    SignLease,
    TerminateLease,
)
from domain.leasing.errors import (
    AmendmentOutdated,
    LeaseInvalid,
    LeaseNotOpen,
    LeaseOutOfReach,
    LeaseUnknown,
    LettableUnitUnknown,
    TenantUnknown,
    UnitLet,
)
from domain.leasing.operations import amend_lease, sign_lease, terminate_lease
from domain.leasing.permissions import VIEW
from domain.leasing.queries import (
    get_lease,
    list_leases,
    list_tenants,
    portfolio,
    preview_amendment,
    rent_due,
    rent_roll,
)
from domain.shared.actor import Actor, MallId
from domain.shared.errors import PermissionDenied
from domain.shared.operations import ask, perform
from tests.conftest import Database
from tests.domain.leasing.world import World, fixed

START, END = date(2026, 1, 1), date(2029, 1, 1)


def test_two_leases_cannot_hold_one_unit_at_one_time(world: World) -> None:
    unit = world.unit()
    world.signed(START, END, units=[unit])
    rival = world.draft(END - timedelta(days=1), date(2030, 1, 1), units=[world.unit(), unit])

    with pytest.raises(UnitLet):
        world.sign(rival)

    assert ask(get_lease, actor=world.actor, lease_id=rival.id).status == 'draft'
    assert world.signed(END, date(2030, 1, 1), units=[unit]).status == 'signed'


def test_of_many_who_sign_at_once_exactly_one_holds_the_unit(world: World) -> None:
    unit = world.unit()
    drafts = [world.draft(START + timedelta(days=n), END, units=[unit]) for n in range(12)]

    def sign(lease_id: int) -> bool:
        try:
            perform(sign_lease, actor=world.actor, command=SignLease(lease_id=lease_id))
        except UnitLet:
            return False
        return True

    with ThreadPoolExecutor(12) as pool:
        assert sum(pool.map(sign, [draft.id for draft in drafts])) == 1


def test_the_database_refuses_an_overlap_without_the_code(database: Database, world: World, mall: MallId) -> None:
    unit = world.unit()
    held, rival = world.signed(units=[unit]), world.draft(units=[unit])

    with psycopg.connect(database.owner_url) as owner, pytest.raises(psycopg.errors.ExclusionViolation):
        owner.execute('UPDATE lease_unit SET is_held = true WHERE lease_id = %s', [rival.id])
    assert held.status == 'signed'


def test_an_unsound_lease_is_refused_with_every_complaint(world: World) -> None:
    rent = RentTerms(mode=RentMode.GREATER, bands={'*': (Band(up_to_fen=5, rate_bp=1), Band(up_to_fen=4, rate_bp=2))})
    items = [
        NewItem(starts_on=START, ends_on=date(2027, 1, 1), terms=rent),
        fixed(date(2026, 12, 1), date(2028, 1, 1)),
        NewItem(starts_on=START, ends_on=END + timedelta(days=1), terms=ServiceChargeTerms(amount_fen=1)),
    ]

    with pytest.raises(LeaseInvalid) as refusal:
        world.draft(START, END, items=items)

    said = refusal.value.facts['complaints']
    assert 'reaches outside' in said
    assert 'two items cover 2026-12-01' in said
    assert 'no rent is agreed for 2028-01-01' in said
    assert 'the last band has none' in said
    with pytest.raises(LeaseInvalid):
        world.draft(END, START, items=items)
    with pytest.raises(TenantUnknown):
        world.draft(tenant=10**9)
    with pytest.raises(LettableUnitUnknown):
        world.draft(units=[10**9])


def test_rent_steps_free_days_and_area_charges_make_the_schedule(world: World) -> None:
    step = date(2027, 1, 1)
    items = [
        fixed(START, step, 3_000_000),
        fixed(step, END, 3_300_000),
        NewItem(starts_on=START, ends_on=date(2026, 2, 15), terms=FreeTerms(kind='fit_out')),
        NewItem(starts_on=START, ends_on=END, terms=ServiceChargeTerms(amount_fen=4_000, is_per_m2=True)),
    ]
    lease = world.signed(START, END, items=items, units=[world.unit(net_area_dm2=12_345)])

    lines = ask(rent_due, actor=world.actor, from_on=START, until_on=date(2027, 2, 1), lease_ids=[lease.id])

    rents = {line.starts_on: line.amount_fen for line in lines if line.kind == 'rent'}
    assert rents[START] == 0
    assert rents[date(2026, 2, 1)] == 1_500_000  # 14 of 28 days
    assert rents[date(2026, 12, 1)] == 3_000_000
    assert rents[step] == 3_300_000
    assert {line.amount_fen for line in lines if line.kind == 'service_charge'} == {493_800}  # 123.45 m² × ¥40.00
    assert len(lines) == 26


def test_an_amendment_is_previewed_and_then_signed_with_the_same_effect(world: World) -> None:
    lease = world.signed(START, END)
    relief = Amendment(
        lease_id=lease.id, version=1, closes=(lease.items[0].id,),
        adds=(fixed(START, date(2027, 1, 1)), fixed(date(2027, 1, 1), END, 2_500_000)), summary='减租',
    )  # fmt: skip

    preview = ask(preview_amendment, actor=world.actor, command=relief)
    before = ask(get_lease, actor=world.actor, lease_id=lease.id)
    amended = perform(amend_lease, actor=world.actor, command=relief)

    assert before == lease
    assert preview.complaints == ()
    assert len(preview.lines) == 24
    assert preview.difference_fen == -24 * 500_000
    assert amended.version == 2
    due = ask(rent_due, actor=world.actor, from_on=START, until_on=END, lease_ids=[lease.id])
    assert sum(line.amount_fen for line in due) == 12 * 3_000_000 + 24 * 2_500_000
    with pytest.raises(AmendmentOutdated):
        perform(amend_lease, actor=world.actor, command=relief)


def test_a_later_end_is_refused_where_another_lease_begins(world: World) -> None:
    unit = world.unit()
    first = world.signed(START, date(2027, 1, 1), units=[unit])
    world.signed(date(2027, 6, 1), END, units=[unit])

    def longer(until: date) -> Amendment:
        more = fixed(date(2027, 1, 1), until)
        return Amendment(lease_id=first.id, version=1, adds=(more,), ends_on=until, summary='续租')

    with pytest.raises(UnitLet):
        perform(amend_lease, actor=world.actor, command=longer(date(2027, 6, 2)))
    assert perform(amend_lease, actor=world.actor, command=longer(date(2027, 6, 1))).ends_on == date(2027, 6, 1)


def test_a_terminated_lease_frees_its_unit_and_stops_its_rent(world: World) -> None:
    unit = world.unit()
    lease = world.signed(START, END, units=[unit])
    ending = TerminateLease(lease_id=lease.id, ends_on=date(2026, 9, 11), reason='提前退租')

    ended = perform(terminate_lease, actor=world.actor, command=ending)

    assert (ended.status, ended.version) == ('terminated', 2)
    due = ask(rent_due, actor=world.actor, from_on=date(2026, 9, 1), until_on=END, lease_ids=[lease.id])
    assert [(line.ends_on, line.amount_fen) for line in due] == [(date(2026, 9, 11), 1_000_000)]
    assert world.signed(date(2026, 9, 11), END, units=[unit]).status == 'signed'
    with pytest.raises(LeaseNotOpen):
        perform(terminate_lease, actor=world.actor, command=ending)


def test_rent_roll_walt_and_vacancy_of_a_day(world: World) -> None:
    day = date(2035, 6, 1)
    let, empty = world.unit(opens_on=date(2035, 1, 1)), world.unit(opens_on=date(2035, 1, 1), net_area_dm2=5_000)
    option = BreakOption(holder='tenant', on=date(2036, 6, 1), notice_days=180)
    lease = world.signed(date(2035, 1, 1), date(2037, 6, 1), units=[let], breaks=(option,))

    (row,) = ask(rent_roll, actor=world.actor, on=day)
    summary = ask(portfolio, actor=world.actor, on=day)

    assert (row.lease_id, row.monthly_base_fen, row.breaks_on) == (lease.id, 3_000_000, option.on)
    assert summary.walt.value == pytest.approx(731 / 365.25)
    assert summary.walt_to_break.value == pytest.approx(366 / 365.25)
    assert summary.expiring_fen == {2037: 3_000_000}
    assert empty in {unit.id for unit in summary.vacant}
    assert let not in {unit.id for unit in summary.vacant}


def test_TA_R2_a_tenant_sees_its_own_leases_and_a_guess_is_a_404_on_record(
    database: Database, world: World, mall: MallId
) -> None:
    own, foreign = world.signed(), world.signed()
    clerk = Actor(name='店长', kind='person', mall_id=mall, tenant_id=own.tenant_id, permissions=frozenset({VIEW.code}))

    assert [lease.id for lease in ask(list_leases, actor=clerk)] == [own.id]
    assert [tenant.id for tenant in ask(list_tenants, actor=clerk)] == [own.tenant_id]
    with pytest.raises(LeaseOutOfReach) as refusal:
        ask(get_lease, actor=clerk, lease_id=foreign.id)
    assert refusal.value.status == 404
    with psycopg.connect(database.owner_url) as owner:
        rows = owner.execute("SELECT outcome FROM audit_entry WHERE actor_name = '店长'").fetchall()
    assert rows == [('refused:leasing.lease_unknown',)]


def test_X_R8_another_mall_sees_no_lease(world: World, another_mall: MallId) -> None:
    lease = world.signed()
    stranger = world.actor.within(another_mall)

    assert ask(list_leases, actor=stranger) == []
    with pytest.raises(LeaseUnknown):
        ask(get_lease, actor=stranger, lease_id=lease.id)


def test_signing_needs_its_permission(world: World, mall: MallId) -> None:
    viewer = Actor(name='v', kind='person', mall_id=mall, permissions=frozenset({VIEW.code}))

    with pytest.raises(PermissionDenied):
        perform(sign_lease, actor=viewer, command=SignLease(lease_id=world.draft().id))


def test_a_quarterly_lease_in_arrears_is_due_after_its_quarter(world: World) -> None:
    terms = LeaseTerms(frequency_months=3, is_in_advance=False, due_after_days=10)
    lease = world.signed(date(2026, 3, 16), END, terms=terms)

    first, second = ask(rent_due, actor=world.actor, from_on=START, until_on=date(2026, 7, 1), lease_ids=[lease.id])

    assert (first.starts_on, first.ends_on, first.amount_fen) == (date(2026, 3, 16), date(2026, 4, 1), 1_548_387)
    assert first.due_on == date(2026, 4, 11)
    assert second.amount_fen == 9_000_000
