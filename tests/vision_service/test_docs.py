"""What the manual promises is there."""

from pathlib import Path

import pytest

from vision_service.cameras import read_cameras
from vision_service.contracts import CameraState
from vision_service.settings import VisionSettings

MANUAL = (Path(__file__).parents[2] / 'docs' / 'vision.md').read_text(encoding='utf-8')


@pytest.mark.parametrize('name', list(VisionSettings.model_fields))
def test_every_setting_stands_in_the_manual(name: str) -> None:
    assert name.upper() in MANUAL.partition('## Settings')[2]


@pytest.mark.parametrize('state', list(CameraState))
def test_every_state_stands_in_the_manual(state: CameraState) -> None:
    assert state.value in MANUAL.partition('What it says of itself')[2].partition("People's privacy")[0]


def test_the_manual_s_example_is_a_valid_file(tmp_path: Path) -> None:
    path = tmp_path / 'cameras.toml'
    path.write_text(MANUAL.partition('```toml\n')[2].partition('```')[0], encoding='utf-8')

    (camera,) = read_cameras(path)

    assert camera.calibration is not None
    assert camera.calibration.placed(640, 480).error_m < 0.01
