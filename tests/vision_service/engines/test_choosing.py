"""An engine is chosen by measurement or by name, and what cannot load says why."""

from pathlib import Path

import numpy as np
import pytest

from vision_service.engines import choosing
from vision_service.engines.choosing import choose, cosine
from vision_service.engines.protocol import Network
from vision_service.errors import EngineUnavailable

SAMPLE = np.random.default_rng(2).random((2, 3, 128, 64), dtype=np.float32)


def test_the_fastest_of_those_that_agree_is_chosen(network_file: Path) -> None:
    chosen = choose(Network(network_file), SAMPLE, rounds=1)

    ready = [each for each in chosen.trials if each.ms is not None]
    assert chosen.engine.name == min(ready, key=lambda each: each.ms).engine
    assert all(each.likeness > 0.999 for each in ready)


def test_configuration_narrows_the_choice(network_file: Path) -> None:
    chosen = choose(Network(network_file), SAMPLE, wanted='onnxruntime', rounds=1)

    assert (chosen.engine.name, [each.engine for each in chosen.trials]) == ('onnxruntime', ['onnxruntime'])


def test_an_engine_that_cannot_load_leaves_the_others(network_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise EngineUnavailable('The processor is too old.', 'Use another.')

    monkeypatch.setitem(choosing.ENGINES, 'deepsparse', broken)

    chosen = choose(Network(network_file), SAMPLE, rounds=1)

    (trial,) = (each for each in chosen.trials if each.engine == 'deepsparse')
    assert chosen.engine.name != 'deepsparse'
    assert trial.ms is None
    assert 'too old' in trial.reason


def test_an_engine_whose_answers_differ_is_not_used(network_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Wrong:
        name = 'torch'

        def run(self, batch: np.ndarray) -> list[np.ndarray]:
            return [np.random.default_rng(1).normal(size=(len(batch), 256))]

    monkeypatch.setattr(choosing, 'ENGINES', {'torch': lambda *_: Wrong()})

    with pytest.raises(EngineUnavailable, match='its answers differ'):
        choose(Network(network_file), SAMPLE, rounds=1)


def test_no_engine_at_all_is_told_with_the_reasons(tmp_path: Path) -> None:
    with pytest.raises(EngineUnavailable, match='onnxruntime float32'):
        choose(Network(tmp_path / 'missing.onnx'), SAMPLE)


def test_likeness_is_the_mean_cosine() -> None:
    assert cosine(np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([[2.0, 0.0], [1.0, 0.0]])) == pytest.approx(0.5)
