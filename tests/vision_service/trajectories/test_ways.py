"""Flows, next shops, ways before a purchase: sums of ten and more, nothing to be found by subtraction."""

from datetime import UTC, datetime

import pytest

from vision_service.contracts import FloorZoneShape, Observation
from vision_service.store.queue import Draft
from vision_service.trajectories.owner import IdentityOwner
from vision_service.trajectories.suppression import hidden_cells
from vision_service.trajectories.ways import Ways
from vision_service.trajectories.zones import FloorStay

SINCE, UNTIL = datetime.fromtimestamp(0, UTC), datetime.fromtimestamp(100_000, UTC)


def zone(code: str, kind: str = 'shop', left: float = 0.0) -> FloorZoneShape:
    square = ((left, 0), (left + 5, 0), (left + 5, 5), (left, 5))
    return FloorZoneShape(code=code, floor='F1', polygon=square, kind=kind)


SHAPES = {
    each.code: each
    for each in (zone('clinic'), zone('pharmacy'), zone('toys'), zone('till', 'till'), zone('hall', 'passage'))
}


def walked(ways: Ways, people: int, *zones: str, first: int = 0, begin: float = 0.0) -> None:
    for person in range(first, first + people):
        ways.add([FloorStay(code, person, begin + 100.0 * n, begin + 100.0 * n + 60) for n, code in enumerate(zones)])


def told(ways: Ways, kind: str = 'zones') -> dict[tuple[str, str], int | None]:
    return {(cell.origin, cell.target): cell.people for cell in ways.flows(SINCE, UNTIL, kind).cells}


def test_FT_R14_four_people_are_not_told_nor_found_by_subtraction() -> None:
    ways = Ways(SHAPES)
    walked(ways, 4, 'clinic', 'pharmacy')
    walked(ways, 30, 'clinic', 'toys', first=100)
    walked(ways, 50, 'clinic', 'hall', first=200)

    cells = told(ways)

    assert cells['clinic', 'pharmacy'] is None
    assert cells['clinic', 'toys'] is None  # else 84 who left minus those told would be the four
    assert cells['clinic', 'hall'] == 50


def test_every_row_and_column_with_a_hidden_cell_has_two() -> None:
    counts = {(o, t): n for o, t, n in [('a', 'x', 3), ('a', 'y', 40), ('a', 'z', 50), ('b', 'x', 60), ('b', 'y', 70)]}

    hidden = hidden_cells(counts)

    for axis in (0, 1):
        for line in {cell[axis] for cell in hidden}:
            beside = [cell for cell in counts if cell[axis] == line]
            assert len([cell for cell in hidden if cell[axis] == line]) >= min(2, len(beside))


def test_the_next_shop_leaves_the_hall_between_them_out() -> None:
    ways = Ways(SHAPES)
    walked(ways, 12, 'clinic', 'hall', 'toys')

    assert told(ways, 'shops') == {('clinic', 'toys'): 12}
    assert told(ways, 'zones') == {('clinic', 'hall'): 12, ('hall', 'toys'): 12}


def test_the_way_before_a_purchase_ends_at_the_till() -> None:
    ways = Ways(SHAPES)
    walked(ways, 15, 'hall', 'toys', 'till', 'clinic')
    walked(ways, 3, 'pharmacy', 'till', first=50)

    view = ways.paths('till', SINCE, UNTIL)

    assert [(path.zones, path.people) for path in view.paths] == [(('hall', 'toys'), 15)]
    assert view.hidden_people is None


def test_who_comes_back_hours_later_walks_anew() -> None:
    ways = Ways(SHAPES)
    walked(ways, 12, 'clinic')
    walked(ways, 12, 'toys', begin=50_000.0)

    assert told(ways) == {}


def test_a_corrected_number_s_stays_are_one_person_s() -> None:
    ways = Ways(SHAPES)
    walked(ways, 1, 'clinic', first=1)
    walked(ways, 1, 'toys', first=2, begin=100.0)

    ways.same(2, 1)

    assert len(ways) == 1


def walk(owner: IdentityOwner, people: int, since: float, drafts: list[Draft]) -> None:
    """Everyone walks from the clinic (x 0 to 5) to the toys (x 10 to 15), seen by two cameras in turn."""
    for person in range(people):
        begin = since + person * 60.0
        for step in range(150):
            t, x = begin + step * 0.1, 1.0 + step * 0.1
            camera = 'a' if x < 8 else 'b'
            owner.observe([Observation(camera=camera, t=t, track=person, x_m=x, y_m=2.5, floor='F1')])
        owner.tick(begin + 40.0)


@pytest.fixture
def drafts() -> list[Draft]:
    return []


def test_people_seen_by_two_cameras_make_one_flow_and_visits_under_a_day_s_token(drafts: list[Draft]) -> None:
    shapes = [zone('clinic'), zone('toys', left=10.0)]
    owner = IdentityOwner(shapes, publish=drafts.extend)

    walk(owner, 12, 1_800_000_000.0, drafts)
    owner.finish()

    since, until = datetime.fromtimestamp(1_799_990_000, UTC), datetime.fromtimestamp(1_800_010_000, UTC)
    assert [(c.origin, c.target, c.people) for c in owner.flows(since, until, 'zones').cells] == [
        ('clinic', 'toys', 12)
    ]
    assert owner.view().people_today == 12
    tokens = [(body['zone'], body['track']) for _, body in drafts]
    assert len(tokens) == 24
    assert len({track for _, track in tokens}) == 12


def test_FT_R13_nothing_of_yesterday_is_left_after_the_cut_off(drafts: list[Draft]) -> None:
    owner = IdentityOwner([zone('clinic'), zone('toys', left=10.0)], publish=drafts.extend)
    walk(owner, 12, 1_800_000_000.0, drafts)
    yesterday = {body['track'] for _, body in drafts}
    walk(owner, 1, 1_800_000_000.0 + 86_400, drafts)
    owner.finish()

    since, until = datetime.fromtimestamp(1_700_000_000, UTC), datetime.fromtimestamp(1_900_000_000, UTC)
    assert [cell.people for cell in owner.flows(since, until, 'zones').cells] == [None]
    assert owner.view().people_today == 1
    assert yesterday.isdisjoint({body['track'] for _, body in drafts[24:]})


def test_positions_name_nobody() -> None:
    owner = IdentityOwner([])
    for step in range(80):
        owner.observe([Observation(camera='a', t=1000.0 + step * 0.1, track=1, x_m=step * 0.1, y_m=1, floor='F1')])
    owner.tick(1009.0)

    positions = owner.positions('F1')

    assert len(positions.people) == 1
    assert positions.people[0].model_dump().keys() == {'floor', 'x_m', 'y_m', 'cameras'}
    assert owner.positions('F2').people == ()
