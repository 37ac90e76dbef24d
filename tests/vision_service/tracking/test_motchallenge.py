"""MOTChallenge in and out, and `atrium vision track`."""

from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from vision_service.cli import app
from vision_service.errors import ConfigurationInvalid
from vision_service.tracking.motchallenge import read_detections, read_table


def walk_file(path: Path, *, frames: int = 30, gap: tuple[int, ...] = ()) -> Path:
    lines = [f'{k},-1,{100 + 5 * k},200,40,120,0.9' for k in range(1, frames + 1) if k not in gap]
    lines += [f'{k},-1,{600 - 4 * k},180,40,110,0.8' for k in range(1, frames + 1)]
    path.write_text('\n'.join(lines), encoding='ascii')
    return path


def test_people_keep_their_numbers_from_the_first_frame_on(tmp_path: Path) -> None:
    detections, out = walk_file(tmp_path / 'det.txt', gap=(10, 11, 12)), tmp_path / 'out.txt'

    result = CliRunner().invoke(app, ['track', '--detections', str(detections), '--out', str(out), '--fps', '25'])

    assert result.exit_code == 0, result.output
    table = read_table(out)
    assert table[:, 0].min() == 1
    assert set(table[:, 1]) == {1.0, 2.0}
    assert len(table) == 57
    assert len(np.unique(table[:, :2], axis=0)) == len(table)


def test_boxes_come_out_as_they_went_in(tmp_path: Path) -> None:
    detections, out = walk_file(tmp_path / 'det.txt'), tmp_path / 'out.txt'
    CliRunner().invoke(app, ['track', '--detections', str(detections), '--out', str(out)])

    given = {tuple(row) for row in read_table(detections)[:, [0, 2, 3, 4, 5]].tolist()}
    assert {tuple(row) for row in read_table(out)[:, [0, 2, 3, 4, 5]].tolist()} == given


def test_a_file_without_scores_means_certain_people(tmp_path: Path) -> None:
    path = tmp_path / 'det.txt'
    path.write_text('1,-1,10,10,20,60\n', encoding='ascii')

    assert read_detections(path)[1].scores.tolist() == [1.0]


@pytest.mark.parametrize(
    ('content', 'said'),
    [('hello', 'is no MOTChallenge file'), ('1,2,3\n', 'has 3 columns'), (None, 'is no MOTChallenge file')],
)
def test_what_is_no_such_file_is_said(tmp_path: Path, content: str | None, said: str) -> None:
    path = tmp_path / 'det.txt'
    if content is not None:
        path.write_text(content, encoding='ascii')

    with pytest.raises(ConfigurationInvalid, match=said):
        read_table(path)


def test_nobody_in_means_nobody_out(tmp_path: Path) -> None:
    path, out = tmp_path / 'det.txt', tmp_path / 'out.txt'
    path.write_text('1,-1,10,10,20,60,0.01\n', encoding='ascii')

    assert CliRunner().invoke(app, ['track', '--detections', str(path), '--out', str(out)]).exit_code == 0
    assert out.read_text() == ''
