"""FT-R13 and FT-R14 of ways: the next shop, and the shops before one, of a day whose tokens live."""

from datetime import date, timedelta

import pytest

from domain.footfall.permissions import VIEW
from domain.footfall.recording import record_visits
from domain.footfall.ways import next_shops, ways_to
from domain.shared.actor import Actor
from domain.shared.errors import PermissionDenied
from domain.shared.operations import ask
from tests.domain.footfall.conftest import House, local
from tests.domain.footfall.reading import stay

DAY = date(2026, 11, 21)


def walk(house: House, people: int, *zones: str, first: str = 'p', staff: tuple[str, ...] = ()) -> None:
    """So many people go through these zones, one after the other."""
    begin = local(2026, 11, 21, 12)
    readings = [
        stay(begin + timedelta(minutes=20 * step, seconds=person), 10, zone, f'{first}{person}', staff=staff)
        for person in range(people)
        for step, zone in enumerate(zones)
    ]
    with house.transaction() as session:
        record_visits(session, mall_id=house.mall_id, readings=readings)


def told(house: House) -> dict[tuple[str, str], int | None]:
    matrix = ask(next_shops, actor=house.system, business_on=DAY)
    return {(cell.origin, cell.target): cell.persons for cell in matrix.cells}


def test_the_next_shop_is_the_next_shop_whatever_lies_between(house: House) -> None:
    walk(house, 12, 'zone-a', 'section', 'zone-b', 'zone-b')
    walk(house, 15, 'zone-b', 'passing-a', 'zone-a', first='q')
    assert told(house) == {('zone-a', 'zone-b'): 12, ('zone-b', 'zone-a'): 15}


def test_trades_are_told_where_shops_are_too_few(house: House) -> None:
    walk(house, 7, 'zone-a', 'zone-b')
    walk(house, 8, 'zone-b', 'zone-a', first='q')
    assert set(told(house).values()) == {None}
    (cell,) = ask(next_shops, actor=house.system, business_on=DAY, by='trade').cells
    assert (cell.origin, cell.persons) == (cell.target, 15)


def test_FT_R14_a_few_are_hidden(house: House) -> None:
    walk(house, 4, 'zone-a', 'zone-b')
    walk(house, 30, 'zone-b', 'zone-a', first='q')
    assert told(house)['zone-a', 'zone-b'] is None


def test_staff_is_nobody_s_next_shop(house: House) -> None:
    walk(house, 20, 'zone-a', 'zone-b', staff=('uniform',))
    assert told(house) == {}


def test_ways_to_a_shop_are_told_with_their_order_and_few_are_not(house: House) -> None:
    walk(house, 14, 'zone-a', 'section', 'zone-b')
    walk(house, 11, 'zone-b', first='q')
    walk(house, 3, 'zone-b', 'zone-a', 'zone-b', first='r')
    target = house.zones['zone-b'].id
    found = ask(ways_to, actor=house.system, zone_id=target, business_on=DAY)
    assert {way.zones: way.persons for way in found.ways} == {(house.zones['zone-a'].id,): 14, (): 14}
    assert found.hidden is None


def test_FT_R14_hidden_ways_are_added_up_only_when_they_are_many(house: House) -> None:
    walk(house, 6, 'zone-a', 'zone-b')
    walk(house, 5, 'zone-b', first='q')
    found = ask(ways_to, actor=house.system, zone_id=house.zones['zone-b'].id, business_on=DAY)
    assert (found.ways, found.hidden) == ((), 11)


def test_FT_R13_another_day_finds_nothing(house: House) -> None:
    walk(house, 20, 'zone-a', 'zone-b')
    next_day = DAY + timedelta(days=1)
    matrix = ask(next_shops, actor=house.system, business_on=next_day)
    ways = ask(ways_to, actor=house.system, zone_id=house.zones['zone-b'].id, business_on=next_day)
    assert (matrix.cells, ways.ways) == ((), ())


def test_both_ask_for_the_right_to_see_footfall(house: House) -> None:
    nobody = Actor(name='x', kind='person', mall_id=house.mall_id)
    with pytest.raises(PermissionDenied, match=VIEW.code):
        ask(next_shops, actor=nobody, business_on=DAY)
