"""Folders of pictures become vectors and boxes in files that others read."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner

from vision_service.cli import app
from vision_service.errors import WeightsMissing
from vision_service.models.detections import Detections
from vision_service.models.embedder import MODELS, as_planes, cut_out, shipped
from vision_service.pictures import image_ids


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pictures = tmp_path / 'pictures'
    (pictures / 'within').mkdir(parents=True)
    rng = np.random.default_rng(1)
    for name in ('7.png', '9.jpg', 'within/11.png'):
        cv2.imwrite(str(pictures / name), rng.integers(0, 255, (256, 128, 3), np.uint8))
    (pictures / '12.png').write_bytes(b'no picture')
    (pictures / '13.png').write_bytes(b'')
    return pictures


def test_embed_names_every_picture_and_leaves_broken_ones_out(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / 'looks.npz'

    told = CliRunner().invoke(
        app, ['embed', '--images', str(folder), '--out', str(out), '--engine', 'onnxruntime-float32']
    )

    assert told.exit_code == 0, told.output
    with np.load(out) as looks:
        assert looks['names'].tolist() == ['7.png', '9.jpg', 'within/11.png']
        assert looks['vectors'].dtype == np.float32
        np.testing.assert_allclose(np.linalg.norm(looks['vectors'], axis=1), 1, atol=1e-5)
    assert '12.png is no picture' in told.output


def test_detect_writes_coco_results(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / 'found.json'

    told = CliRunner().invoke(app, ['detect', '--images', str(folder), '--out', str(out)])

    assert told.exit_code == 0, told.output
    assert all(set(row) == {'image_id', 'category_id', 'bbox', 'score'} for row in json.loads(out.read_text()))
    assert '3 pictures' in told.output


@pytest.mark.parametrize(
    ('options', 'said'),
    [
        (['--detector', 'own', '--weights', '/none.onnx'], 'vision.weights_missing: The person detector /none.onnx'),
        (['--detector', 'torchvision'], 'ATRIUM_VISION_TORCHVISION_WEIGHTS'),
        (['--tiles', '9x9'], '9x9 is no number of tiles'),
    ],
)
def test_detect_tells_plainly_what_it_lacks(folder: Path, tmp_path: Path, options: list[str], said: str) -> None:
    told = CliRunner().invoke(app, ['detect', '--images', str(folder), '--out', str(tmp_path / 'found.json'), *options])

    assert told.exit_code == 2
    assert said in told.output


def test_detect_with_a_network_and_tiles(folder: Path, tmp_path: Path) -> None:
    torch = pytest.importorskip('torch', reason='the `torch` extra makes the network')
    from vision_service.training.finder_network import Finder
    from vision_service.training.train_detector import export_finder

    torch.manual_seed(3)
    weights, out = tmp_path / 'detector.onnx', tmp_path / 'found.json'
    network = Finder()
    torch.nn.init.constant_(network.heat.bias, 1.0)
    export_finder(network, weights)

    options = ['--detector', 'own', '--weights', str(weights), '--tiles', '2x1']
    told = CliRunner().invoke(app, ['detect', '--images', str(folder), '--out', str(out), *options])

    assert told.exit_code == 0, told.output
    rows = json.loads(out.read_text())
    assert {row['image_id'] for row in rows} == {7, 9, 11}
    assert all(row['bbox'][0] >= 0 and row['bbox'][0] + row['bbox'][2] <= 128 for row in rows)


@pytest.mark.parametrize('command', ['embed', 'detect'])
def test_an_empty_folder_is_told_plainly(tmp_path: Path, command: str) -> None:
    told = CliRunner().invoke(app, [command, '--images', str(tmp_path), '--out', str(tmp_path / 'out')])

    assert told.exit_code == 2
    assert 'There is no picture' in told.output


def test_image_ids_are_the_numbers_of_the_names_or_else_the_places() -> None:
    assert list(image_ids([Path('000000012.jpg'), Path('7.png')]).values()) == [12, 7]
    assert list(image_ids([Path('a.jpg'), Path('7.png')]).values()) == [1, 2]
    assert list(image_ids([Path('x/7.jpg'), Path('y/7.png')]).values()) == [1, 2]


def test_missing_weights_are_told_with_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match='make train-embedder'):
        shipped(tmp_path)


def test_boxes_outside_the_picture_keep_their_place() -> None:
    image = np.full((50, 40, 3), 9, np.uint8)

    inside, outside, half = cut_out(image, Detections.of([[5, 5, 15, 30], [90, 90, 99, 99], [-5, -5, 10, 10]]))

    assert (inside.shape, half.shape) == ((25, 10, 3), (10, 10, 3))
    assert not outside.any()


def test_planes_are_red_first_and_between_nought_and_one() -> None:
    blue = np.zeros((20, 10, 3), np.uint8)
    blue[..., 0] = 255

    planes = as_planes([blue])

    assert planes.shape == (1, 3, 128, 64)
    assert planes[0, :, 0, 0].tolist() == [0, 0, 1]


def test_the_shipped_weights_are_small_and_have_a_card() -> None:
    network = shipped()

    assert network.plain.stat().st_size < 5_000_000
    card = (MODELS / 'person-embedder.md').read_text(encoding='utf-8')
    assert all(part in card for part in ('## Data', '## Method', '## Accuracy on real footage', '## Licence', 'seed'))
