"""Units that split and merge in time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date

import psycopg
import pytest

from domain.leasing.commands import MergeUnits, NewPart, OpenUnit, SignLease, SplitUnit
from domain.leasing.errors import CodeTaken, LettableUnitUnknown, UnitCannotChange, UnitEnds, UnitStillLet
from domain.leasing.operations import sign_lease
from domain.leasing.queries import list_lettable_units
from domain.leasing.units import merge_units, open_unit, split_unit
from domain.shared.actor import MallId
from domain.shared.errors import DomainError
from domain.shared.operations import ask, perform
from tests.conftest import Database
from tests.domain.leasing.world import World

JULY = date(2026, 7, 1)


def parts(*codes: str, area: int = 4_000) -> tuple[NewPart, ...]:
    return tuple(NewPart(code=code, net_area_dm2=area, gross_area_dm2=area + 500) for code in codes)


def test_a_split_ends_the_unit_and_begins_its_parts_on_the_same_day(world: World) -> None:
    whole = world.unit(code='1F-01')

    changed = perform(
        split_unit, actor=world.actor, command=SplitUnit(unit_id=whole, on=JULY, parts=parts('1F-01A', '1F-01B'))
    )

    before = {unit.code for unit in ask(list_lettable_units, actor=world.actor, on=date(2026, 6, 30))}
    after = {unit.code for unit in ask(list_lettable_units, actor=world.actor, on=JULY)}
    assert changed.ended == (whole,)
    assert '1F-01' in before
    assert not before & {'1F-01A', '1F-01B'}
    assert {'1F-01A', '1F-01B'} <= after
    assert '1F-01' not in after


def test_a_merger_may_give_the_old_code_to_the_new_unit(world: World) -> None:
    one, other = world.unit(code='2F-01'), world.unit(code='2F-02')

    changed = perform(merge_units, actor=world.actor, command=MergeUnits(
        unit_ids=(one, other), on=JULY, into=parts('2F-01', area=21_000)[0],
    ))  # fmt: skip

    assert [unit.code for unit in changed.begun] == ['2F-01']
    with pytest.raises(CodeTaken):
        perform(open_unit, actor=world.actor, command=OpenUnit(
            code='2F-01', floor_id=world.floor_id, opens_on=date(2027, 1, 1), net_area_dm2=1, gross_area_dm2=1,
        ))  # fmt: skip


def test_parts_are_not_larger_than_the_whole_and_a_closed_unit_stays_closed(world: World) -> None:
    whole = world.unit(net_area_dm2=7_000)
    with pytest.raises(UnitCannotChange, match='larger'):
        perform(split_unit, actor=world.actor, command=SplitUnit(unit_id=whole, on=JULY, parts=parts('a', 'b')))
    with pytest.raises(LettableUnitUnknown):
        perform(split_unit, actor=world.actor, command=SplitUnit(unit_id=10**9, on=JULY, parts=parts('a', 'b')))
    perform(split_unit, actor=world.actor, command=SplitUnit(unit_id=whole, on=JULY, parts=parts('p1', 'p2', area=3)))
    with pytest.raises(UnitCannotChange, match='not open'):
        perform(split_unit, actor=world.actor, command=SplitUnit(unit_id=whole, on=JULY, parts=parts('a', 'b', area=3)))


def test_a_unit_that_is_let_beyond_the_day_cannot_be_split(world: World) -> None:
    unit = world.unit()
    world.signed(date(2026, 1, 1), date(2026, 8, 1), units=[unit])

    with pytest.raises(UnitStillLet):
        perform(split_unit, actor=world.actor, command=SplitUnit(unit_id=unit, on=JULY, parts=parts('s1', 's2')))

    assert unit in {u.id for u in ask(list_lettable_units, actor=world.actor, on=date(2030, 1, 1))}
    perform(
        split_unit, actor=world.actor, command=SplitUnit(unit_id=unit, on=date(2026, 8, 1), parts=parts('s1', 's2'))
    )


def test_a_lease_cannot_outlive_its_unit(world: World) -> None:
    unit = world.unit(opens_on=date(2026, 3, 1))
    with pytest.raises(UnitEnds):
        world.signed(date(2026, 2, 1), date(2027, 1, 1), units=[unit])

    perform(split_unit, actor=world.actor, command=SplitUnit(unit_id=unit, on=JULY, parts=parts('o1', 'o2')))

    with pytest.raises(UnitEnds):
        world.signed(date(2026, 3, 1), date(2026, 7, 2), units=[unit])
    assert world.signed(date(2026, 3, 1), JULY, units=[unit]).status == 'signed'


def test_a_split_and_a_signature_at_the_same_moment_never_both_succeed(world: World) -> None:
    for number in range(8):
        unit = world.unit()
        lease = world.draft(date(2026, 1, 1), date(2028, 1, 1), units=[unit])
        new = parts(f'r{number}a', f'r{number}b')

        def race(act: int, unit: int = unit, lease_id: int = lease.id, new: tuple[NewPart, ...] = new) -> bool:
            try:
                if act:
                    perform(sign_lease, actor=world.actor, command=SignLease(lease_id=lease_id))
                else:
                    perform(split_unit, actor=world.actor, command=SplitUnit(unit_id=unit, on=JULY, parts=new))
            except DomainError:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            assert sum(pool.map(race, range(2))) == 1


def test_the_database_refuses_it_without_the_code(database: Database, world: World, mall: MallId) -> None:
    unit = world.unit()
    world.signed(units=[unit])

    with psycopg.connect(database.owner_url) as owner, pytest.raises(psycopg.Error, match='let beyond'):
        owner.execute('UPDATE lettable_unit SET closes_on = %s WHERE id = %s', [JULY, unit])
