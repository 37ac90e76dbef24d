"""Scenes, losses and the whole schedule of the person detector, at toy size."""

import json
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch

from vision_service.engines.ort import OnnxRuntimeEngine
from vision_service.engines.pytorch import TorchEngine
from vision_service.models.finding import found
from vision_service.tracking.overlap import overlaps
from vision_service.training import train_detector
from vision_service.training.finder_network import COARSEST, STRIDE, Finder
from vision_service.training.finding_losses import Targets, box_loss, generalised_overlap, heat_loss, targets
from vision_service.training.scenes import Backdrops, Scene, photographs, scene
from vision_service.training.sprites import Crowd

SIDE = 160


@pytest.fixture(scope='module')
def crowd() -> Crowd:
    return Crowd(np.random.default_rng(1), 12)


@pytest.fixture(scope='module')
def scenes(crowd: Crowd) -> list[Scene]:
    rng = np.random.default_rng(2)
    backdrops = Backdrops(rng, procedural=3)
    return [scene(rng, crowd, backdrops, SIDE) for _ in range(30)]


def test_a_sprite_is_cut_tight_and_holds_its_height(crowd: Crowd) -> None:
    for each in crowd.of_one_camera(np.random.default_rng(3), 5):
        assert each.cover[0].max() > 0.5 < each.cover[-1].max()
        assert each.cover[:, 0].max() > 0.5 < each.cover[:, -1].max()
        colours, cover = each.sized(40)
        assert colours.shape[:2] == cover.shape
        assert len(cover) == 40
        assert (colours.max(axis=2) <= 255 * cover + 12).all()  # multiplied: nothing where nobody is


def test_a_scene_s_people_share_a_camera(crowd: Crowd) -> None:
    pitches = [each.pitch for each in crowd.of_one_camera(np.random.default_rng(5), 20)]

    assert np.ptp(pitches) < 0.6 * np.ptp([each.pitch for each in crowd._people])


def test_scenes_hold_people_within_the_picture(scenes: list[Scene]) -> None:
    boxes = np.concatenate([each.boxes for each in scenes])

    assert len(boxes) > 30
    assert (boxes >= 0).all()
    assert (boxes <= SIDE).all()
    assert any(len(each.boxes) == 0 for each in scenes)
    assert any(each.doubtful.any() for each in scenes)
    assert all(len(each.boxes) == len(each.doubtful) for each in scenes)


def test_a_seed_gives_the_same_scene(crowd: Crowd) -> None:
    pair = []
    for _ in range(2):
        rng = np.random.default_rng(9)
        pair.append(scene(rng, crowd, Backdrops(rng, procedural=2), SIDE))

    np.testing.assert_array_equal(pair[0].picture, pair[1].picture)
    np.testing.assert_array_equal(pair[0].boxes, pair[1].boxes)


def test_photographs_are_laid_turned(tmp_path: Path) -> None:
    upright = np.zeros((600, 600, 3), np.uint8)
    upright[:300] = 255  # the sky above
    cv2.imwrite(str(tmp_path / 'sky.png'), upright)
    rng = np.random.default_rng(1)

    backdrops = Backdrops(rng, photographs(tmp_path), procedural=1)

    shown = [backdrops.one(rng, 64).mean(axis=2) for _ in range(60)]
    above_brighter = [each for each in shown if each[0].mean() > each[-1].mean() + 60 and np.ptp(each[0]) < 30]
    assert any(each[0].mean() < each[-1].mean() - 60 for each in shown)
    assert not above_brighter


def person(box: tuple[int, int, int, int], doubtful: bool = False) -> Scene:
    return Scene(np.zeros((96, 96, 3), np.uint8), np.array([box], float), np.array([doubtful]))


def test_a_hill_stands_over_everybody_s_middle() -> None:
    wanted = targets([person((20, 10, 52, 90))])

    row, column = divmod(int(wanted.heat[0].argmax()), 12)
    assert (row, column) == (50 // STRIDE, 36 // STRIDE)
    assert wanted.heat.max() == 1
    assert wanted.boxes[0, :, row, column].tolist() == [20, 10, 52, 90]


def test_the_hardly_seen_are_neither_asked_for_nor_held_against_the_network() -> None:
    wanted = targets([person((20, 10, 52, 90), doubtful=True)])

    assert wanted.heat.max() == 0
    assert wanted.weight.max() == 0
    assert wanted.counted[0, 50 // STRIDE, 36 // STRIDE] == 0
    assert wanted.counted[0, 0, 0] == 1


def answer_of(wanted: Targets) -> torch.Tensor:
    """What a network that knows everything would say."""
    rows, columns = wanted.heat.shape[1:]
    x = (torch.arange(columns) + 0.5) * STRIDE
    y = (torch.arange(rows) + 0.5) * STRIDE
    left, top = x[None] - wanted.boxes[:, 0], y[:, None] - wanted.boxes[:, 1]
    right, bottom = wanted.boxes[:, 2] - x[None], wanted.boxes[:, 3] - y[:, None]
    reach = (torch.stack((left, top, right, bottom), 1) / STRIDE).clamp(min=0.1).log()
    heat = torch.where(wanted.heat == 1, 8.0, -8.0)
    return torch.cat((heat[:, None], reach), 1)


def test_losses_are_nought_for_the_truth_and_its_boxes_are_read_back() -> None:
    alone = person((20, 10, 52, 90))
    wanted = targets([alone])
    right = answer_of(wanted)

    assert heat_loss(right[:, 0], wanted) < 0.01 < 1 < heat_loss(-right[:, 0], wanted)
    assert box_loss(right[:, 1:], wanted) < 0.01 < 0.2 < box_loss(right[:, 1:] + 1, wanted)
    np.testing.assert_allclose(found(right[0].numpy(), least_score=0.5).boxes, alone.boxes, atol=1e-3)


def test_generalised_overlap_is_overlap_where_boxes_meet_and_below_nought_far_apart() -> None:
    one, near, far = (torch.tensor([each]) for each in ([0.0, 0, 10, 10], [5.0, 0, 15, 10], [90.0, 0, 99, 10]))

    assert generalised_overlap(one, one) == pytest.approx(1)
    assert float(generalised_overlap(one, near)) == pytest.approx(float(overlaps(one.numpy(), near.numpy())[0, 0]))
    assert generalised_overlap(one, far) < -0.5


@pytest.fixture(scope='module')
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp('detector')
    with pytest.MonkeyPatch.context() as patched:
        patched.delenv('ATRIUM_QUANTISER', raising=False)
        patched.setattr(sys, 'argv', ['train', '--scale', 'tiny', '--threads', '1', '--out', str(out)])
        train_detector.main()
    return out


def test_the_schedule_writes_weights_history_and_a_file(trained: Path) -> None:
    history = json.loads((trained / 'history.json').read_text())

    assert history['steps'] == len(history['loss']) == 3
    assert np.isfinite(history['loss']).all()
    assert (trained / 'detector.onnx').stat().st_size < 5_000_000
    assert not (trained / 'detector.int8.onnx').exists()


@pytest.mark.parametrize('engine', [OnnxRuntimeEngine, TorchEngine])
@pytest.mark.parametrize('size', [(1, 96, 160), (3, 64, 64)])
def test_the_file_says_what_the_network_says_at_any_size(
    trained: Path, engine: type, size: tuple[int, int, int]
) -> None:
    network = Finder()
    network.load_state_dict(torch.load(trained / 'detector.pt', weights_only=True))
    count, height, width = size
    assert height % COARSEST == width % COARSEST == 0
    pictures = np.random.default_rng(1).random((count, 3, height, width), dtype=np.float32)
    with torch.inference_mode():
        expected = network.eval()(torch.from_numpy(pictures)).numpy()

    np.testing.assert_allclose(engine(trained / 'detector.onnx').run(pictures)[0], expected, rtol=1e-3, atol=1e-3)


def test_workers_draw_scenes_of_their_own() -> None:
    plan = train_detector.SCALES['tiny']

    training = train_detector.Training(plan, 5, 'cpu', workers=2)

    samples = training.samples(4)
    assert samples.shape == (4, 3, plan.side, plan.side)
    assert 0 <= samples.min() < samples.max() <= 1
    assert not np.array_equal(samples[:2], samples[2:])


def test_training_goes_on_from_given_weights(trained: Path) -> None:
    plan = train_detector.SCALES['tiny']

    going_on = train_detector.Training(plan, 5, 'cpu', begun=trained / 'detector.pt')

    kept = torch.load(trained / 'detector.pt', weights_only=True)['heat.weight']
    torch.testing.assert_close(going_on.network.heat.weight.detach(), kept)


def test_a_few_steps_on_one_scene_teach_it_where_people_are(crowd: Crowd) -> None:
    torch.manual_seed(1)
    rng = np.random.default_rng(6)
    backdrops = Backdrops(rng, procedural=2)
    batch = [scene(rng, crowd, backdrops, SIDE) for _ in range(4)]
    wanted, pictures = targets(batch), train_detector.as_pictures(batch).float() / 255
    network = Finder().train()
    optimiser = torch.optim.AdamW(network.parameters(), 4e-3)

    def step() -> float:
        answer = network(pictures)
        loss = heat_loss(answer[:, 0], wanted) + box_loss(answer[:, 1:], wanted)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        return float(loss.detach())

    first = step()
    last = [step() for _ in range(25)][-1]

    assert last < 0.6 * first
