"""The parts of association: walking, the day's veil, learned doubt, doubtful tracks, ticks, files."""

import json
import math
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from tests.vision_service.tracking.association.test_associator import BLUE, RED, crossed
from vision_service.cli import app
from vision_service.contracts import Observation
from vision_service.errors import ConfigurationInvalid
from vision_service.tracking.association.doubt import LearnedDoubt
from vision_service.tracking.association.files import read_observations, read_plan
from vision_service.tracking.association.sightings import Cameras, gathered
from vision_service.tracking.association.ticks import Gathering
from vision_service.tracking.association.trust import TrackTrust
from vision_service.tracking.association.veil import DayVeil
from vision_service.tracking.association.walking import FloorGraph, Node, StraightWays, is_possible

ROUND_THE_ATRIUM = FloorGraph(
    [Node('a', 'F1', 0, 0), Node('b', 'F1', 40, 0), Node('c', 'F1', 40, 30), Node('d', 'F2', 40, 30)],
    {('a', 'b'): 40.0, ('b', 'c'): 30.0, ('c', 'd'): 25.0},
)


def test_the_way_round_is_longer_than_the_straight_line() -> None:
    assert ROUND_THE_ATRIUM.metres(('F1', 0, 1), ('F1', 40, 31)) == pytest.approx(1 + 70 + 1)
    assert ROUND_THE_ATRIUM.metres(('F1', 0, 0), ('F1', 5, 5)) == pytest.approx(math.hypot(5, 5))


def test_floors_meet_where_an_escalator_joins_them() -> None:
    assert ROUND_THE_ATRIUM.metres(('F1', 40, 30), ('F2', 40, 30)) == pytest.approx(25)
    assert StraightWays().metres(('F1', 0, 0), ('F2', 0, 0)) == math.inf


def test_forty_five_seconds_of_walking_are_not_done_in_ten() -> None:
    """FT-R11: F1-east to F5-west."""
    assert not is_possible(ROUND_THE_ATRIUM, ('F1', 0, 0), ('F1', 40, 30), 10)
    assert is_possible(ROUND_THE_ATRIUM, ('F1', 0, 0), ('F1', 40, 30), 45)


def test_the_veil_keeps_likeness_within_the_day_and_none_over_the_cut_off() -> None:
    """FT-R13: the same vector of yesterday and of today compares like two strangers'."""
    veil = DayVeil()
    look = np.eye(128)[:1]
    other = 0.9 * np.eye(128)[:1] + math.sqrt(1 - 0.81) * np.eye(128)[1:2]

    today = veil.veiled(np.concatenate((look, other)), '2026-11-27')
    tomorrow = veil.veiled(look, '2026-11-28')

    assert today[0] @ today[1] == pytest.approx(0.9)
    assert abs(today[0] @ tomorrow[0]) < 0.5
    assert not np.allclose(today[0], veil.veiled(look, '2026-11-27'))  # even the same day has a new key


def test_a_camera_that_is_wrong_lengthwise_is_doubted_lengthwise() -> None:
    rng = np.random.default_rng(1)
    doubt = LearnedDoubt(0.4)
    for number in range(200):
        told = [Observation(camera='a', t=number, track=1, x_m=rng.normal(0, 0.1), y_m=rng.normal(0, 0.9))]
        doubt.learn(gathered(number, told, Cameras(), 0.4), np.zeros((1, 2)), np.zeros((1, 2, 2)))

    noise = doubt.noise(gathered(0, [Observation(camera='a', t=0, track=1, x_m=0.1, y_m=0.1)], Cameras(), 0.4))[0]

    assert noise[0, 0] < 0.05
    assert 0.5 < noise[1, 1] < 1.2


def test_trust_falls_with_disagreement() -> None:
    trust, camera = TrackTrust(8.0), np.array([0])
    before = trust.weights(camera)[0]
    for _ in range(400):
        trust.learn(camera, np.array([False]))

    assert before > 2
    assert trust.weights(camera)[0] == 0


def test_gathering_gives_complete_ticks_once_and_counts_who_is_late() -> None:
    gathering = Gathering(tick_s=0.2, lateness_s=0.5)
    early, late = (Observation(camera=name, t=10.05, track=1, x_m=0, y_m=0) for name in 'ab')
    gathering.add([early])

    assert gathering.ready(10.3) == []
    assert [some for _, some in gathering.ready(11.0)] == [[early]]

    gathering.add([late])
    assert gathering.late == 1
    assert gathering.ready(12.0) == []


def write(path: Path, *lines: object) -> Path:
    path.write_text('\n'.join(each if isinstance(each, str) else json.dumps(each) for each in lines), encoding='utf-8')
    return path


def test_the_command_keeps_the_order_and_adds_the_number(tmp_path: Path) -> None:
    rows = [{'camera': f'c{n % 2}', 't': n // 2 * 0.2, 'track': 5, 'x_m': n // 2 * 0.2, 'y_m': 1.0} for n in range(60)]
    source, out = write(tmp_path / 'in.jsonl', *rows[30:], *rows[:30]), tmp_path / 'out.jsonl'

    result = CliRunner().invoke(app, ['associate', '--observations', str(source), '--out', str(out)])

    assert result.exit_code == 0, result.output
    told = [json.loads(line) for line in out.read_text().splitlines()]
    assert [(each['camera'], each['t']) for each in told] == [
        (each['camera'], each['t']) for each in rows[30:] + rows[:30]
    ]
    assert {each['global_id'] for each in told} == {told[0]['global_id']}


@pytest.mark.parametrize(('options', 'people'), [([], 2), (['--geometry'], 4)])
def test_the_command_takes_looks_into_account_unless_told_not_to(
    tmp_path: Path, options: list[str], people: int
) -> None:
    rows = [each.model_dump(exclude_none=True) for part in crossed(one=RED, other=BLUE) for each in part]
    source, out = write(tmp_path / 'in.jsonl', *rows), tmp_path / 'out.jsonl'

    result = CliRunner().invoke(app, ['associate', '--observations', str(source), '--out', str(out), *options])

    assert result.exit_code == 0, result.output
    assert f'{len(rows)} observations, {people} people' in result.output
    assert all('embedding' in row for row in rows)
    assert not any('embedding' in line for line in out.read_text().splitlines())


def test_an_empty_file_gives_an_empty_file(tmp_path: Path) -> None:
    out = tmp_path / 'out.jsonl'

    result = CliRunner().invoke(
        app, ['associate', '--observations', str(write(tmp_path / 'in.jsonl', '')), '--out', str(out)]
    )

    assert result.exit_code == 0, result.output
    assert out.read_text() == ''


@pytest.mark.parametrize(
    'line', ['{', '[]', '{"camera": "a"}', '{"camera": "a", "t": NaN, "track": 1, "x_m": 0, "y_m": 0}']
)
def test_a_bad_line_is_named(tmp_path: Path, line: str) -> None:
    good = {'camera': 'a', 't': 0, 'track': 1, 'x_m': 0, 'y_m': 0}

    with pytest.raises(ConfigurationInvalid, match='line 2'):
        read_observations(write(tmp_path / 'in.jsonl', good, line))


def test_a_plan_with_a_loose_end_is_refused(tmp_path: Path) -> None:
    nodes = [{'name': 'a', 'floor': 'F1', 'x_m': 0, 'y_m': 0}]

    with pytest.raises(ConfigurationInvalid, match='no node'):
        read_plan(write(tmp_path / 'plan.json', {'nodes': nodes, 'edges': [['a', 'b', 5]]}))


def test_cameras_may_have_numbers_and_tracks_may_be_none(tmp_path: Path) -> None:
    rows = [{'camera': n % 2, 't': n // 2 * 0.2, 'track': -1, 'x_m': n // 2 * 0.2, 'y_m': 1.0} for n in range(60)]
    out = tmp_path / 'out.jsonl'

    result = CliRunner().invoke(
        app, ['associate', '--observations', str(write(tmp_path / 'in.jsonl', *rows)), '--out', str(out)]
    )

    assert result.exit_code == 0, result.output
    told = [json.loads(line) for line in out.read_text().splitlines()]
    assert [each['camera'] for each in told] == [each['camera'] for each in rows]
    assert len({each['global_id'] for each in told} - {0}) == 1
