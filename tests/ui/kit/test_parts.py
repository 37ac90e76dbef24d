"""Small parts of the kit: addresses, paging, the floor plan's scale, colours of a figure's completeness."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.fakes import FakeDomain
from tests.ui.screens import person, screens
from ui.kit.address import Address
from ui.kit.data_table import TableQuery
from ui.kit.figure import Completeness
from ui.kit.floor_plan import STEPS, FloorPlan, FloorShape, UnitMark, heat_step
from ui.kit.plan_geometry import fixture_of, rings_of
from ui.kit.row_paging import page_of

ROWS = [
    {'id': place, 'name': f'shop {place:02}', 'floor': place % 3, 'size': None if place % 5 == 0 else -place}
    for place in range(40)
]


@given(st.dictionaries(st.sampled_from(['q', 'page', 'floor']), st.text(max_size=12)))
def test_an_address_leaves_out_what_is_empty(parameters: dict[str, str]) -> None:
    address = Address('/operations/footfall', parameters)
    assert ('?' in str(address)) == any(parameters.values())
    assert '=&' not in f'{address}&'


@given(st.text(max_size=12))
def test_nonsense_in_the_address_becomes_the_default(text: str) -> None:
    number = Address('/x', {'page': text}).integer('page', 1, least=1)
    assert number >= 1


@given(st.integers(1, 50), st.sampled_from(['', 'name', 'size']), st.booleans())
def test_pages_of_a_list_are_a_partition_of_it(limit: int, sort: str, is_descending: bool) -> None:
    seen: list[int] = []
    while True:
        page = page_of(ROWS, TableQuery(first=len(seen), limit=limit, sort=sort, is_descending=is_descending))
        seen += [row['id'] for row in page.rows]
        if not page.rows:
            break
    assert sorted(seen) == list(range(40))


def test_unknown_values_sort_last_in_both_directions() -> None:
    for is_descending in (False, True):
        page = page_of(ROWS, TableQuery(sort='size', is_descending=is_descending, limit=40))
        assert [row['size'] for row in page.rows[-8:]] == [None] * 8


def test_search_and_filters_narrow_a_list() -> None:
    page = page_of(ROWS, TableQuery(search=' SHOP 1', filters={'floor': '2'}), searched=('name',))
    assert [row['id'] for row in page.rows] == [11, 14, 17]
    assert page.total == 3


@given(st.floats(0, 1e9), st.floats(0.001, 1e9))
def test_heat_has_seven_steps(value: float, most: float) -> None:
    step = heat_step(value, most)
    assert step is not None
    assert 1 <= step <= STEPS


def test_what_is_unknown_has_no_colour() -> None:
    assert heat_step(None, 10) is None
    assert heat_step(3, 0) is None


@pytest.mark.parametrize(
    ('coverage', 'state'),
    [(None, 'off'), (1, 'good'), (0.98, 'good'), (0.979, 'watch'), (0.8, 'watch'), (0.5, 'act'), (0, 'act')],
)
def test_a_figure_is_trusted_as_far_as_it_was_observed(coverage: float | None, state: str) -> None:
    assert Completeness(coverage=coverage).state == state


def test_geometry_becomes_rings() -> None:
    ring = [[0, 0], [4, 0], [4, 3], [0, 0]]
    assert rings_of({'type': 'Polygon', 'coordinates': [ring]}) == [ring]
    assert rings_of({'type': 'MultiPolygon', 'coordinates': [[ring], [ring, ring]]}) == [ring] * 3
    assert fixture_of({'kind': 'arrow', 'at': (3, 3), 'way': (2, 0)}).is_closed is False
    column = fixture_of({'kind': 'column', 'at': (3, 3)}).rings[0]
    assert max(x for x, _ in column) - min(x for x, _ in column) == pytest.approx(0.7)


async def test_the_floor_plan_sends_each_layer_by_itself_and_only_when_it_changed(
    domain: FakeDomain, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(FloorPlan, 'run_method', lambda self, name, *given: sent.append(given[0]))
    square = [[(0, 0), (9, 0), (9, 9), (0, 0)]]
    async with screens(person()) as (user, _):
        client = await user.open('/cockpit')
        with client:
            plan = FloorPlan(FloorShape(name='F1', outline=square))
            plan.show_units({7: UnitMark(state='act', value='3')})
            plan.show_units({7: UnitMark(state='act', value='3')})
            plan.choose(7)
    assert [list(changes) for changes in sent[-2:]] == [['units'], ['chosen']]
