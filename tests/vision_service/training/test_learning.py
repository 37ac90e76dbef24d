"""Losses, pruning and whole schedules, at toy size."""

import json
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from vision_service.engines.ort import OnnxRuntimeEngine
from vision_service.training import refine_embedder, train_embedder
from vision_service.training.bank import bank
from vision_service.training.batches import batches, seen_by_cameras
from vision_service.training.crops import identities
from vision_service.training.losses import same_person
from vision_service.training.networks import Embedder
from vision_service.training.pruning import BLOCK, Pruner, blocks, planned_share


def test_the_loss_is_small_when_people_lie_together_and_apart_from_others() -> None:
    labels = torch.tensor([0, 0, 1, 1])
    together = torch.tensor([[1.0, 0], [1, 0], [0, 1], [0, 1]])
    mixed = torch.tensor([[1.0, 0], [0, 1], [1, 0], [0, 1]])

    assert same_person(together, labels) < 0.01 < 1 < same_person(mixed, labels)


def test_batches_hold_several_pictures_of_each_person() -> None:
    pictures, labels = identities(4, 3, seed=1)

    planes, who = next(batches(pictures, labels, np.random.default_rng(1), people=3, each=2))

    assert planes.shape == (6, 3, 128, 64)
    assert 0 <= planes.min() <= planes.max() <= 1
    assert sorted(np.unique(who.numpy(), return_counts=True)[1]) == [2, 2, 2]


def test_a_bank_is_drawn_once_and_the_same_for_a_seed(tmp_path: Path) -> None:
    first = bank(tmp_path / 'one', 2, 2, 5, grounds=2)
    again = bank(tmp_path / 'one', 2, 2, 5, grounds=2)
    other = bank(tmp_path / 'two', 2, 2, 5, grounds=2)

    assert [each.name for each in (tmp_path / 'one').iterdir()] == ['figures-2x2-5.npy']
    for one in (again, other):
        np.testing.assert_array_equal(first.figures, one.figures)
        np.testing.assert_array_equal(first.grounds, one.grounds)


def test_every_camera_of_a_batch_sees_everybody_once(tmp_path: Path) -> None:
    people = bank(tmp_path, 3, 2, 5, grounds=2)

    planes, who = next(seen_by_cameras(people, np.random.default_rng(1), people=3, each=2))

    assert planes.shape == (6, 3, 128, 64)
    assert 0 <= planes.min() < planes.max() <= 1
    assert sorted(who.tolist()) == [0, 0, 1, 1, 2, 2]


@pytest.mark.parametrize('share', [0.5, 0.8, 0.9])
def test_pruning_takes_whole_blocks_and_leaves_the_first_layer(share: float) -> None:
    torch.manual_seed(1)
    network = Embedder()
    pruner = Pruner(network)

    pruner.prune(share)

    assert pruner.share == pytest.approx(share, abs=0.01)
    convolutions = [each for each in network.modules() if isinstance(each, torch.nn.Conv2d)]
    assert (convolutions[0].weight != 0).all()
    for each in convolutions[1:]:
        filled = (blocks(each.weight) != 0).sum(-1)
        assert set(filled.unique().tolist()) <= {0, BLOCK}


def test_what_is_pruned_stays_pruned_while_tuning() -> None:
    network = Embedder()
    pruner = Pruner(network)
    pruner.prune(0.8)
    with torch.no_grad():
        for each in network.parameters():
            each.add_(0.1)

    pruner.hold()

    assert pruner.share == pytest.approx(0.8, abs=0.01)


def test_pruning_begins_at_once_and_ends_gently() -> None:
    assert planned_share(0, 0.8) == 0
    assert planned_share(0.5, 0.8) == pytest.approx(0.7)
    assert planned_share(2, 0.8) == 0.8


def test_the_whole_schedule_runs_small_and_writes_files_that_engines_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv('ATRIUM_QUANTISER', raising=False)
    monkeypatch.setattr(sys, 'argv', ['train', '--scale', 'tiny', '--out', str(tmp_path)])

    train_embedder.main()
    refine_embedder.main()

    told = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {'int8': 'left out: ATRIUM_QUANTISER is not set'} in told
    sparse = Embedder()
    sparse.load_state_dict(torch.load(tmp_path / 'sparse.pt', weights_only=True))
    assert Pruner(sparse).share == pytest.approx(0.8, abs=0.01)
    sample = np.random.default_rng(1).random((3, 3, 128, 64), dtype=np.float32)
    with torch.inference_mode():
        expected = sparse.eval()(torch.from_numpy(sample)).numpy()
    np.testing.assert_allclose(
        OnnxRuntimeEngine(tmp_path / 'sparse.onnx').run(sample)[0], expected, rtol=1e-3, atol=1e-3
    )
