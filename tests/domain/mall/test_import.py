"""Importing plans: idempotent, complete, and clear about what is wrong."""

from copy import deepcopy
from typing import Any

import pytest

from domain.mall import queries
from domain.mall.commands import ImportPlan, RenameUnit
from domain.mall.operations import CategoryUnknown, PlanInvalid, import_mall, import_plan, rename_unit
from domain.mall.views import MallView
from domain.shared.actor import Actor
from domain.shared.errors import PermissionDenied
from domain.shared.operations import ask, perform
from tests.conftest import Database


@pytest.fixture
def opened(database: Database, seeder: Actor, yunji: dict[str, Any]) -> tuple[MallView, Actor]:
    mall, _ = import_mall(actor=seeder, document=yunji)
    return mall, seeder.within(mall.id)


def test_the_demo_mall_arrives_whole(opened: tuple[MallView, Actor]) -> None:
    _, actor = opened

    floors = ask(queries.list_floors, actor=actor)
    units = ask(queries.list_units, actor=actor)

    assert [floor.code for floor in floors] == ['F4', 'F3', 'F2', 'F1', 'B1', 'B2']
    assert len(units) > 110
    assert len({unit.category for unit in units}) >= 20


def test_importing_twice_changes_nothing(opened: tuple[MallView, Actor], seeder: Actor, yunji: dict[str, Any]) -> None:
    _, actor = opened
    before = ask(queries.list_units, actor=actor)

    _, again = import_mall(actor=seeder, document=yunji)

    assert not again.is_changed
    assert ask(queries.list_units, actor=actor) == before


def test_ids_outlive_a_changed_plan_and_what_is_gone_becomes_inactive(
    opened: tuple[MallView, Actor], seeder: Actor, yunji: dict[str, Any]
) -> None:
    _, actor = opened
    before = {unit.code: unit.id for unit in ask(queries.list_units, actor=actor)}
    changed = deepcopy(yunji)
    ground = next(f for f in changed['buildings'][0]['floors'] if f['code'] == 'F1')
    gone = ground['units'].pop()['code']
    ground['doors'] = [door for door in ground['doors'] if door.get('unit') != gone]
    ground['units'][0]['name_en'] = 'Renamed'

    _, imported = import_mall(actor=seeder, document=changed)

    after = {unit.code: unit.id for unit in ask(queries.list_units, actor=actor)}
    assert imported.is_changed
    assert imported.retired == 2  # the unit and its door
    assert after == {code: key for code, key in before.items() if code != gone}
    import_mall(actor=seeder, document=yunji)
    assert {unit.code: unit.id for unit in ask(queries.list_units, actor=actor)} == before


def test_malls_do_not_see_each_other(
    opened: tuple[MallView, Actor], seeder: Actor, qinghe: dict[str, Any], yunji: dict[str, Any]
) -> None:
    mall, actor = opened
    other, _ = import_mall(actor=seeder, document=qinghe)

    there = ask(queries.list_units, actor=actor.within(other.id))
    here = ask(queries.list_units, actor=actor)

    assert len(there) == 12
    assert not {unit.id for unit in there} & {unit.id for unit in here}
    assert {m.code for m in ask(queries.list_malls, actor=actor)} >= {mall.code, other.code}


@pytest.mark.parametrize(
    ('damage', 'complaint'),
    [
        (lambda f: f['units'][3]['geometry']['coordinates'][0].pop(), 'unit {unit}: geometry has a ring'),
        (lambda f: f['units'][3].update(category='astrology'), 'unit {unit}: category astrology'),
        (lambda f: f['units'][3].update(area_m2=-4), 'unit {unit}, area_m2'),
        (lambda f: f['units'][3].update(passby_zone='f9-x'), 'unit {unit}: pass-by zone f9-x'),
        (lambda f: f['units'][3].update(code=f['units'][4]['code']), 'is used 2 times'),
        (lambda f: f['units'][3].update(code='Shop 4'), 'Shop 4: a code has'),
        (lambda f: f['doors'][0].update(inward=[-c for c in f['doors'][0]['inward']]), 'inward must lie'),
        (lambda f: f['doors'][-1].update(unit='f9-99'), 'a shop door leads to a unit of its floor'),
        (lambda f: f['walk']['doors'].pop(f['doors'][0]['code']), 'has no node'),
        (
            lambda f: f['units'][3]['geometry']['coordinates'].__setitem__(0, [[-9, 0], [9, 0], [0, 9], [-9, 0]]),
            'leaves',
        ),
        (lambda f: f.pop('outline'), 'floor F1, outline'),
    ],
)
def test_a_broken_plan_is_refused_naming_the_feature(
    opened: tuple[MallView, Actor], yunji: dict[str, Any], damage: Any, complaint: str
) -> None:
    _, actor = opened
    broken = deepcopy(yunji)
    ground = next(f for f in broken['buildings'][0]['floors'] if f['code'] == 'F1')
    unit = ground['units'][3]['code']
    damage(ground)

    with pytest.raises(PlanInvalid) as refusal:
        perform(import_plan, actor=actor, command=ImportPlan(document=broken))

    assert complaint.format(unit=unit) in refusal.value.facts['complaints']


def test_an_empty_document_is_refused(database: Database, seeder: Actor) -> None:
    with pytest.raises(PlanInvalid):
        import_mall(actor=seeder, document={})


def test_the_plan_is_for_those_who_may_edit_it(opened: tuple[MallView, Actor], yunji: dict[str, Any]) -> None:
    mall, _ = opened
    visitor = Actor(name='visitor', kind='person', mall_id=mall.id, permissions=frozenset({'mall.view'}))

    with pytest.raises(PermissionDenied):
        perform(import_plan, actor=visitor, command=ImportPlan(document=yunji))


def test_a_floor_plan_has_all_that_is_drawn(opened: tuple[MallView, Actor]) -> None:
    _, actor = opened
    ground = next(floor for floor in ask(queries.list_floors, actor=actor) if floor.code == 'F1')

    plan = ask(queries.get_floor_plan, actor=actor, floor_id=ground.id)

    min_x, min_y, max_x, max_y = plan.extent
    assert (max_x - min_x, max_y - min_y) == pytest.approx((171, 76), abs=25)
    assert {door.kind for door in plan.doors} == {'street', 'internal', 'shop'}
    assert {door.unit_id for door in plan.doors if door.kind == 'shop'} == {unit.id for unit in plan.units}
    assert len(plan.walk.nodes) > len(plan.doors)
    with pytest.raises(queries.FloorUnknown):
        ask(queries.get_floor_plan, actor=actor, floor_id=0)


def test_units_are_found_by_code_number_and_words(opened: tuple[MallView, Actor]) -> None:
    _, actor = opened

    by_code = ask(queries.find_unit, actor=actor, code='f1-02')
    by_number = ask(queries.find_unit, actor=actor, code=' F1-02 ')
    cinema = ask(queries.search_units, actor=actor, words='影院')

    assert by_code is not None
    assert by_code == by_number
    assert [unit.name_zh for unit in cinema] == ['星幕影城']
    assert ask(queries.find_unit, actor=actor, code='nowhere') is None
    assert ask(queries.search_units, actor=actor, words='%') == []


def test_a_unit_gets_a_new_name_and_a_known_category(opened: tuple[MallView, Actor]) -> None:
    _, actor = opened
    unit = ask(queries.find_unit, actor=actor, code='f2-05')
    assert unit is not None
    command = RenameUnit(unit_id=unit.id, name_zh='新店', name_en='New', category='books')

    renamed = perform(rename_unit, actor=actor, command=command)

    assert (renamed.name_zh, renamed.category) == ('新店', 'books')
    unknown = RenameUnit(unit_id=unit.id, name_zh='新店', name_en='New', category='astrology')
    with pytest.raises(CategoryUnknown):
        perform(rename_unit, actor=actor, command=unknown)
