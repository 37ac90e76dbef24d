"""The same inputs give the same outputs, whichever engine runs them."""

from pathlib import Path

import numpy as np
import pytest
import torch

from vision_service.engines.choosing import ENGINES
from vision_service.engines.ort import OnnxRuntimeEngine
from vision_service.engines.protocol import in_pieces
from vision_service.engines.pytorch import TorchEngine
from vision_service.errors import EngineUnavailable
from vision_service.training.networks import Embedder


def pictures(count: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).random((count, 3, 128, 64), dtype=np.float32)


@pytest.fixture(scope='session')
def engines(network_file: Path) -> dict[str, object]:
    made = {}
    for name, maker in ENGINES.items():
        try:
            made[name] = maker(network_file, 4)
        except EngineUnavailable as error:
            if name == 'onnxruntime':
                raise
            made[name] = error
    return made


@pytest.mark.parametrize('name', ['torch', 'deepsparse'])
@pytest.mark.parametrize('count', [1, 4, 7])
def test_an_engine_answers_as_onnxruntime_does(engines: dict, name: str, count: int) -> None:
    if isinstance(engines[name], EngineUnavailable):
        pytest.skip(str(engines[name]))

    (answer,) = engines[name].run(pictures(count))

    (expected,) = engines['onnxruntime'].run(pictures(count))
    assert answer.shape == expected.shape == (count, 256)
    np.testing.assert_allclose(answer, expected, rtol=1e-3, atol=1e-4)


def test_the_file_says_what_the_trained_network_says(network_file: Path) -> None:
    network = Embedder()
    network.load_state_dict(torch.load(network_file.with_suffix('.pt'), weights_only=True))
    with torch.inference_mode():
        expected = network.eval()(torch.from_numpy(pictures(3))).numpy()

    np.testing.assert_allclose(OnnxRuntimeEngine(network_file).run(pictures(3))[0], expected, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize('name', list(ENGINES))
def test_nobody_in_view_is_an_empty_answer(engines: dict, name: str) -> None:
    if isinstance(engines[name], EngineUnavailable):
        pytest.skip(str(engines[name]))

    assert engines[name].run(pictures(0))[0].shape == (0, 256)


def test_pieces_are_whole_and_lose_nothing() -> None:
    batch = pictures(5)

    pieces = in_pieces(batch, 2)

    assert [len(piece) for piece, _ in pieces] == [2, 2, 2]
    np.testing.assert_array_equal(np.concatenate([piece[:real] for piece, real in pieces]), batch)


@pytest.mark.parametrize('name', list(ENGINES))
def test_a_file_that_is_no_network_is_told_plainly(tmp_path: Path, name: str) -> None:
    bad = tmp_path / 'bad.onnx'
    bad.write_bytes(b'nothing of the kind')

    with pytest.raises(EngineUnavailable) as failed:
        ENGINES[name](bad, 1)

    assert failed.value.code == 'vision.engine_unavailable'


def test_an_operator_that_torch_does_not_know_is_named(tmp_path: Path) -> None:
    from onnx import TensorProto, helper, save

    ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ['n', 2]) for name in ('x', 'y')]
    graph = helper.make_graph([helper.make_node('Erf', ['x'], ['y'])], 'g', ends[:1], ends[1:])
    save(helper.make_model(graph, opset_imports=[helper.make_opsetid('', 13)], ir_version=8), tmp_path / 'erf.onnx')

    with pytest.raises(EngineUnavailable, match='Erf'):
        TorchEngine(tmp_path / 'erf.onnx')
