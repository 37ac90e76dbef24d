"""Own and torchvision's detectors with small random weights: shapes, batches, missing files; nothing is downloaded."""

import sys
from pathlib import Path

import numpy as np
import pytest

from vision_service.cameras import CameraConfig
from vision_service.engines.ort import OnnxRuntimeEngine
from vision_service.engines.protocol import Batch
from vision_service.errors import ConfigurationInvalid, EngineUnavailable, WeightsMissing
from vision_service.evaluation.detecting import Found, precision_at
from vision_service.models import own, pretrained
from vision_service.models.choosing import Detectors, DetectorSettings
from vision_service.models.embedder import MODELS
from vision_service.models.hog import HogDetector
from vision_service.models.motion import MotionDetector
from vision_service.models.own import OwnDetector, OwnSettings, as_inputs, own_network
from vision_service.models.pooling import PooledDetector
from vision_service.models.pretrained import NAMES, PretrainedDetector, pretrained_detector
from vision_service.pipeline import Pipeline

torch = pytest.importorskip('torch', reason='the `torch` extra makes the networks')

SMALL = 'ssdlite320_mobilenet_v3_large'


@pytest.fixture(scope='session')
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from vision_service.training.finder_network import Finder
    from vision_service.training.train_detector import export_finder

    torch.manual_seed(4)
    file = tmp_path_factory.mktemp('detector') / 'detector.onnx'
    export_finder(Finder(), file)
    return file


class Marked:
    """An engine that finds the middle of every bright block, as a trained network would."""

    name = 'marked'

    def __init__(self) -> None:
        self.batches: list[tuple[int, ...]] = []

    def run(self, batch: Batch) -> list[np.ndarray]:
        self.batches.append(batch.shape)
        grid = np.full((len(batch), 5, batch.shape[2] // 8, batch.shape[3] // 8), -9, np.float32)
        for row, planes in enumerate(batch):
            bright = np.argwhere(planes[0] > 0.9)
            if len(bright):
                y, x = (bright.mean(axis=0) // 8).astype(int)
                size = (bright.max(axis=0) - bright.min(axis=0) + 1) / 2 / 8
                grid[row, 0, y, x] = 3
                grid[row, 1:, y, x] = np.log([size[1], size[0], size[1], size[0]])
        return [grid]


def picture(box: tuple[int, int, int, int] | None, width: int = 480, height: int = 360) -> np.ndarray:
    image = np.zeros((height, width, 3), np.uint8)
    if box:
        image[box[1] : box[3], box[0] : box[2]] = 255
    return image


def test_boxes_come_back_in_pixels_of_the_picture() -> None:
    detector = OwnDetector(Marked(), OwnSettings(width=640))

    people = detector.detect(picture((200, 100, 230, 190)))

    np.testing.assert_allclose(people.boxes, [[200, 100, 230, 190]], atol=8)


def test_pictures_of_one_shape_are_one_batch_and_answers_keep_their_order() -> None:
    engine = Marked()

    found = OwnDetector(engine, OwnSettings(width=320)).detect_all(
        [picture((10, 10, 40, 90)), picture(None, 640, 360), picture(None), picture((300, 200, 340, 300))]
    )

    assert [len(each) for each in found] == [1, 0, 0, 1]
    assert found[3].boxes[0, 0] > 250
    assert sorted(shape[0] for shape in engine.batches) == [1, 3]
    assert all(edge % 32 == 0 for shape in engine.batches for edge in shape[2:])


def test_inputs_are_red_first_and_padded_with_grey() -> None:
    blue = np.zeros((50, 64, 3), np.uint8)
    blue[..., 0] = 255

    planes = as_inputs([blue], 1.0)

    assert planes.shape == (1, 3, 64, 64)
    assert planes[0, :, 0, 0].tolist() == [0, 0, 1]
    np.testing.assert_allclose(planes[0, :, 60], own.GREY / 255)


def test_random_weights_run_on_pictures_of_any_size(weights: Path) -> None:
    detector = OwnDetector(OnnxRuntimeEngine(weights), OwnSettings(width=160, least_score=0.01))

    for size in ((480, 360), (333, 217), (64, 64)):
        people = detector.detect(np.random.default_rng(2).integers(0, 255, (size[1], size[0], 3), np.uint8))
        assert (people.boxes >= 0).all()
        assert (people.boxes[:, ::2] <= size[0]).all()
        assert (people.boxes[:, 1::2] <= size[1]).all()


def test_the_shipped_weights_are_small_and_have_a_card() -> None:
    network = own_network()

    assert network.int8 is not None
    assert network.plain.stat().st_size < 5_000_000
    card = (MODELS / 'person-detector.md').read_text(encoding='utf-8')
    assert all(
        part in card for part in ('## Data', '## Method', '## Accuracy on real footage', '## Licence', 'CC BY 4.0')
    )


def test_the_shipped_detector_finds_drawn_people_and_nobody_in_an_empty_scene() -> None:
    """Scenes of dice that it never learned from."""
    from vision_service.training.scenes import Backdrops, scene
    from vision_service.training.sprites import Crowd

    rng = np.random.default_rng(20_000)
    crowd, backdrops = Crowd(rng, 30), Backdrops(rng, procedural=8)
    detector = OwnDetector(OnnxRuntimeEngine(own_network().plain), OwnSettings(width=320, least_score=0.05))
    scenes = [scene(rng, crowd, backdrops) for _ in range(30)]

    people = [detector.detect(np.ascontiguousarray(each.picture[..., ::-1])) for each in scenes]

    sure = [each.boxes[~each.doubtful] for each in scenes]
    measured = precision_at(Found(sure, people, 0.0, 0.0), 0.5)
    assert measured.average > 0.7
    empty = [
        len(found.chosen(found.scores > 0.5)) for found, each in zip(people, scenes, strict=True) if not len(each.boxes)
    ]
    assert sum(empty) <= 1


def test_missing_weights_say_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match='make train-detector'):
        own_network(tmp_path / 'none.onnx')


def test_torchvision_s_detector_reads_a_local_file_and_finds_people_only(tmp_path: Path) -> None:
    from torchvision.models import detection

    torch.manual_seed(1)
    file = tmp_path / 'ssd.pth'
    network = getattr(detection, SMALL)(weights=None, weights_backbone=None)
    torch.save(network.state_dict(), file)

    detector = pretrained_detector(SMALL, file, least_score=0.0)

    images = [np.random.default_rng(seed).integers(0, 255, (120, 90, 3), np.uint8) for seed in range(2)]
    found = detector.detect_all(images)
    assert len(found) == 2
    np.testing.assert_allclose(found[0].scores, detector.detect(images[0]).scores, rtol=1e-3, atol=1e-4)
    assert detector.detect_all([]) == []


def test_of_torchvision_s_answers_people_above_the_score_are_kept() -> None:
    class Answering(torch.nn.Module):
        def forward(self, planes: list) -> list[dict]:
            assert float(planes[0][0].max()) == 0.0
            assert float(planes[0][2].max()) == 1.0
            boxes = torch.tensor([[1.0, 2, 3, 4], [5, 6, 7, 8], [9, 9, 12, 12]])
            return [{'boxes': boxes, 'labels': torch.tensor([1, 3, 1]), 'scores': torch.tensor([0.9, 0.9, 0.1])}]

    blue = np.zeros((20, 20, 3), np.uint8)
    blue[..., 0] = 255

    found = PretrainedDetector(Answering(), device='cpu').detect(blue)

    assert found.boxes.tolist() == [[1, 2, 3, 4]]


def test_a_hub_is_not_asked_unless_it_may_be(monkeypatch: pytest.MonkeyPatch) -> None:
    from torchvision.models import detection

    def asked(**_: object) -> None:
        raise OSError('no route to host')

    monkeypatch.setattr(detection, SMALL, asked)

    with pytest.raises(WeightsMissing, match='ATRIUM_VISION_TORCHVISION_DOWNLOAD'):
        pretrained_detector(SMALL)
    with pytest.raises(WeightsMissing, match='no route to host'):
        pretrained_detector(SMALL, may_download=True)


def test_wrong_names_and_files_are_told_plainly(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = tmp_path / 'other.pth'
    torch.save({'a': torch.zeros(1)}, other)

    with pytest.raises(ConfigurationInvalid, match=NAMES[0]):
        pretrained_detector('yolo')
    with pytest.raises(ConfigurationInvalid, match='does not hold weights'):
        pretrained_detector(SMALL, other)
    with pytest.raises(WeightsMissing, match='are missing'):
        pretrained_detector(SMALL, tmp_path / 'none.pth')
    monkeypatch.setitem(sys.modules, 'torchvision.models', None)
    with pytest.raises(EngineUnavailable, match='torchvision is not installed'):
        pretrained.pretrained_detector(SMALL, other)


def test_cameras_share_a_network_and_keep_what_remembers_to_themselves(weights: Path) -> None:
    detectors = Detectors(DetectorSettings(own_weights=weights, own_engine='onnxruntime-float32', own_width=160))

    own_one, own_other = (detectors.of_camera('own', None) for _ in range(2))
    wide = detectors.of_camera('own', None, (3, 1))

    assert own_one is own_other
    assert isinstance(own_one, PooledDetector)
    assert wide is not own_one
    assert isinstance(detectors.of_camera('motion', None), MotionDetector)
    assert isinstance(detectors.of_camera('hog', None), HogDetector)
    assert detectors.of_camera('motion', None) is not detectors.of_camera('motion', None)
    assert wide.detect(picture(None, 640, 200)).boxes.shape[1] == 4


def test_a_camera_with_a_network_counts_by_chances(weights: Path) -> None:
    detectors = Detectors(DetectorSettings(own_weights=weights, own_engine='onnxruntime-float32', own_width=160))
    camera = CameraConfig(code='c1', source='given', detector='own', tiles=(2, 1))

    pipeline = Pipeline(camera, 320, 240, detectors=detectors)

    assert pipeline.relayout(camera) == ([], [])
    assert isinstance(pipeline.detector, PooledDetector)
