"""`atrium vision hazards`."""

import json
from pathlib import Path

from typer.testing import CliRunner

from tests.vision_service.clips import draw_clip
from vision_service.cli import app


def test_it_says_what_it_saw_and_when(tmp_path: Path) -> None:
    clip = draw_clip(tmp_path / 'quiet.mkv', [], pictures=40)
    done = CliRunner().invoke(app, ['hazards', '--source', str(clip), '--json'])
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == {'frames': 40, 'seconds': 3.9, 'alarms': []}


def test_a_configured_camera_watches_its_own_zones(tmp_path: Path) -> None:
    from tests.vision_service.clips import two_in_one_out

    clip = two_in_one_out(tmp_path / 'walk.mkv')
    config = tmp_path / 'cameras.toml'
    config.write_text(
        '[[cameras]]\ncode = "cam-1"\nsource = "elsewhere"\n'
        'hazards = [{ code = "stockroom", kind = "intrusion", clear_after_s = 2.0 }]\n',
        encoding='utf-8',
    )
    options = ['hazards', '--source', str(clip), '--config', str(config), '--camera', 'cam-1', '--json']
    done = CliRunner().invoke(app, options)
    assert done.exit_code == 0, done.output
    assert {alarm['code'] for alarm in json.loads(done.stdout)['alarms']} == {'stockroom'}


def test_bad_input_is_a_sentence_and_exit_code_2(tmp_path: Path) -> None:
    clip = draw_clip(tmp_path / 'quiet.mkv', [], pictures=5)
    config = tmp_path / 'cameras.toml'
    config.write_text(
        '[[cameras]]\ncode = "cam-1"\nsource = "x"\nhazards = [{ code = "a", kind = "density" }]\n', encoding='utf-8'
    )
    for options, said in (
        (['--source', str(tmp_path / 'none.mp4')], 'vision.source_unavailable'),
        (['--source', str(clip), '--config', str(config), '--camera', 'cam-2'], 'no camera cam-2'),
        (['--source', str(clip), '--config', str(config), '--camera', 'cam-1'], 'Calibrate the camera'),
    ):
        done = CliRunner().invoke(app, ['hazards', *options])
        assert (done.exit_code, said in done.output) == (2, True), done.output
