"""`atrium vision`: what people type, and what they are told when it goes wrong."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.vision_service.clips import two_in_one_out
from vision_service.cameras import parse_line, read_cameras
from vision_service.cli import app
from vision_service.errors import ConfigurationInvalid

CAMERAS = """
[[cameras]]
code = "cam-f1-east"
source = "rtsp://10.0.0.5/1"
floor = "F1"
lines = [{ code = "door-f1-east", points = [[0.1, 0.5], [0.9, 0.5]] }]
calibration = { points = [[0.1, 0.9], [0.9, 0.9], [0.7, 0.3], [0.3, 0.3]], metres = [[0, 0], [4, 0], [4, 9], [0, 9]] }
"""


@pytest.fixture(scope='module')
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_in_one_out(tmp_path_factory.mktemp('clips') / 'clip.avi')


def test_count_prints_one_json_object(clip: Path) -> None:
    result = CliRunner().invoke(app, ['count', '--source', str(clip), '--line', '160,10,160,230', '--json'])

    told = json.loads(result.stdout)
    assert told['lines']['line-1'] == {'in': 2, 'out': 1, 'per_minute': [{'minute': 0, 'in': 2, 'out': 1}]}
    assert told['frames'] == 150


def test_count_knows_lines_by_name_and_shows_those_nobody_crossed(clip: Path) -> None:
    lines = ['--line', 'door=160,10,160,230', '--line', 'roof=0,5,320,5']
    result = CliRunner().invoke(app, ['count', '--source', str(clip), *lines])

    assert 'door: 2 in, 1 out' in result.stdout
    assert 'roof: 0 in, 0 out' in result.stdout


@pytest.mark.parametrize(
    ('arguments', 'said'),
    [
        pytest.param(['count', '--source', '/nowhere.mp4'], 'There is no file /nowhere.mp4', id='no file'),
        pytest.param(['count', '--source', 'x', '--line', '1,2,3'], 'is not four numbers', id='three numbers'),
        pytest.param(['count', '--source', 'x', '--line', '1,2,1,2'], 'two different points', id='a line of no length'),
        pytest.param(['count', '--source', 'x', '--detector', 'magic'], 'detector', id='unknown detector'),
        pytest.param(['run', '--config', '/nowhere.toml'], 'cannot be read', id='no configuration'),
    ],
)
def test_a_mistake_is_one_plain_sentence_and_exit_code_two(arguments: list[str], said: str) -> None:
    result = CliRunner().invoke(app, arguments)

    assert result.exit_code == 2
    assert said in result.stderr
    assert 'Traceback' not in result.stderr


def test_a_file_of_cameras_is_read(tmp_path: Path) -> None:
    path = tmp_path / 'cameras.toml'
    path.write_text(CAMERAS, encoding='utf-8')

    (camera,) = read_cameras(path)

    assert camera.lines[0].placed(1000, 500).start == (100, 250)
    assert camera.calibration is not None
    assert camera.calibration.placed(1000, 500).error_m < 1e-6


@pytest.mark.parametrize(
    ('change', 'said'),
    [
        pytest.param(('code = "cam-f1-east"', 'code = "Cam East"'), 'code', id='bad code'),
        pytest.param(('[0.9, 0.5]] }]', '[0.1, 0.5]] }]'), 'two different points', id='a line of no length'),
        pytest.param(('floor = "F1"', 'flor = "F1"'), 'flor', id='unknown field'),
        pytest.param(('[[cameras]]', '[[cameras]'), 'malformed', id='broken TOML'),
        pytest.param(('[0.3, 0.3]]', '[0.3, 0.3], [0.5, 0.5]]'), 'as many', id='points and metres differ'),
    ],
)
def test_a_mistake_in_the_file_is_named(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    path = tmp_path / 'cameras.toml'
    path.write_text(CAMERAS.replace(*change), encoding='utf-8')

    with pytest.raises(ConfigurationInvalid, match=said):
        read_cameras(path)


def test_cameras_of_one_code_are_refused(tmp_path: Path) -> None:
    path = tmp_path / 'cameras.toml'
    path.write_text(CAMERAS + CAMERAS, encoding='utf-8')

    with pytest.raises(ConfigurationInvalid, match='twice'):
        read_cameras(path)


def test_lines_have_names() -> None:
    assert parse_line('door-f1-east=0.1,0.5,0.9,0.5').code == 'door-f1-east'
    assert parse_line('1,2,3,4', code='line-1').points == ((1.0, 2.0), (3.0, 4.0))
