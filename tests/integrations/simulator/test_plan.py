"""The demo malls' plans are what the brief of a mall asks for, and everything on them can be reached on foot."""

import json
from itertools import combinations
from pathlib import Path

import pytest
from shapely import Polygon

from integrations.simulator.plan import ASSETS, MallPlan, load_plan
from integrations.simulator.routes import RouteFinder


@pytest.fixture(scope='module', params=['yunji', 'qinghe'])
def plan(request: pytest.FixtureRequest) -> MallPlan:
    return load_plan(request.param)


def test_yunji_has_the_floors_doors_and_trades_of_a_real_mall(yunji: MallPlan) -> None:
    assert [floor['code'] for floor in yunji.floors] == ['B2', 'B1', 'F1', 'F2', 'F3', 'F4']
    assert 110 <= len(yunji.shops) <= 130
    assert {door.kind for door in yunji.external_doors} == {'street', 'metro', 'car_park', 'bridge'}
    assert {'dining', 'cinema', 'supermarket', 'family', 'fitness', 'books'} <= {
        s.category for s in yunji.shops.values()
    }
    kinds = {zone['kind'] for floor in yunji.floors for zone in floor['zones']}
    assert {'atrium', 'void', 'toilet', 'mother_baby', 'service', 'desk', 'parking', 'stairs'} <= kinds


def test_shops_of_a_floor_do_not_overlap(plan: MallPlan) -> None:
    for floor in plan.floors:
        shapes = [(u['code'], Polygon(u['geometry']['coordinates'][0])) for u in floor['units']]
        overlaps = [(a, b) for (a, x), (b, y) in combinations(shapes, 2) if x.intersection(y).area > 0.05]
        assert overlaps == []


def test_every_door_is_reached_from_every_street(plan: MallPlan) -> None:
    finder = RouteFinder(plan)

    for start in plan.external_doors:
        for end in plan.doors:
            assert finder.route(start.code, end).seconds(1.2) < 600


def test_walking_edges_keep_out_of_the_voids(yunji: MallPlan) -> None:
    from shapely import LineString, union_all

    for floor in yunji.floors:
        voids = [Polygon(z['geometry']['coordinates'][0]) for z in floor['zones'] if z['kind'] == 'void']
        nodes = floor['walk']['nodes']
        for one, two in floor['walk']['edges']:
            assert LineString([nodes[one], nodes[two]]).intersection(union_all(voids)).length < 1.5


def test_every_door_has_a_counter_and_every_floor_a_zone_sensor(plan: MallPlan) -> None:
    counted = {line for device in plan.devices if device.kind == 'counter' for line in device.lines}

    assert counted == set(plan.doors)
    assert {d.floor for d in plan.devices if d.kind == 'zone_sensor'} == {floor['code'] for floor in plan.floors}


def test_the_committed_plans_are_what_the_script_draws(tmp_path: Path) -> None:
    import subprocess
    import sys

    code = (
        'import build, sheet, pathlib, sys; sheet.HERE = pathlib.Path(sys.argv[1]);'
        "sheet.write('yunji', build.yunji()); sheet.write('qinghe', build.qinghe())"
    )
    subprocess.run([sys.executable, '-c', code, str(tmp_path)], cwd=ASSETS, check=True)

    for name in ('yunji', 'qinghe'):
        assert json.loads((tmp_path / f'{name}.json').read_text('utf-8')) == json.loads(
            (ASSETS / f'{name}.json').read_text('utf-8')
        )
