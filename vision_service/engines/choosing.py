"""Which engine runs a network here: asked for by name, or the fastest by a short measurement at start."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vision_service.engines.ort import OnnxRuntimeEngine
from vision_service.engines.protocol import Batch, Engine, Network
from vision_service.engines.pytorch import TorchEngine
from vision_service.engines.sparse import DeepSparseEngine
from vision_service.errors import EngineUnavailable

logger = logging.getLogger(__name__)

Maker = Callable[[Path, int], Engine]
ENGINES: dict[str, Maker] = {
    'deepsparse': lambda file, batch: DeepSparseEngine(file, batch=batch),
    'onnxruntime': lambda file, _: OnnxRuntimeEngine(file),
    'torch': lambda file, _: TorchEngine(file),
}
LEAST_LIKENESS = 0.98
"""Cosine between an engine's outputs and the float32 ones of onnxruntime; below it an engine is not used."""


@dataclass(frozen=True, slots=True)
class Trial:
    """How one engine did with one precision: milliseconds a batch, or why it is not used."""

    engine: str
    precision: str
    ms: float | None
    likeness: float | None
    reason: str = ''


@dataclass(frozen=True, slots=True)
class Choice:
    """The engine that works, and all trials, so that the state is plain to see."""

    engine: Engine
    precision: str
    trials: tuple[Trial, ...]


def choose(network: Network, sample: Batch, *, wanted: str = 'auto', rounds: int = 5) -> Choice:
    """The fastest engine whose outputs agree with the reference; `wanted` narrows it to `name` or `name-precision`.

    An engine that cannot load is a trial with its reason, and the others go on.

    :raises EngineUnavailable: none of those asked for can run the network.
    """
    reference = _reference(network, sample)
    tried: list[tuple[Trial, Engine | None]] = []
    for name, maker in ENGINES.items():
        for precision in ('int8', 'float32'):
            file = network.file(precision)
            if file is not None and wanted in ('auto', name, f'{name}-{precision}'):
                tried.append(_try(name, precision, file, maker, sample, reference, rounds))
    trials = tuple(trial for trial, _ in tried)
    usable = [(trial.ms, number) for number, (trial, engine) in enumerate(tried) if engine and trial.ms is not None]
    if not usable:
        reasons = ' '.join(f'{each.engine} {each.precision}: {each.reason}' for each in trials)
        raise EngineUnavailable(f'No engine "{wanted}" runs {network.plain.name}. {reasons}', 'Set the engine to auto.')
    best, engine = tried[min(usable)[1]]
    assert engine is not None
    logger.info('%s runs on %s in %s: %.1f ms', network.plain.name, best.engine, best.precision, best.ms)
    return Choice(engine, best.precision, trials)


def _reference(network: Network, sample: Batch) -> Batch | None:
    try:
        return OnnxRuntimeEngine(network.plain).run(sample)[0]
    except EngineUnavailable as error:
        logger.warning('no reference for %s: %s', network.plain.name, error)
        return None


def _try(
    name: str, precision: str, file: Path, maker: Maker, sample: Batch, reference: Batch | None, rounds: int
) -> tuple[Trial, Engine | None]:
    try:
        engine = maker(file, len(sample))
        answer = engine.run(sample)[0]
    except EngineUnavailable as error:
        return Trial(name, precision, None, None, str(error)), None
    likeness = None if reference is None else cosine(answer, reference)
    if likeness is not None and likeness < LEAST_LIKENESS:
        reason = f'its answers differ: cosine {likeness:.3f} to float32.'
        return Trial(name, precision, None, likeness, reason), None
    return Trial(name, precision, measured(engine, sample, rounds), likeness), engine


def measured(engine: Engine, sample: Batch, rounds: int) -> float:
    """Milliseconds a batch: the best of some rounds, for the machine is shared."""
    best = np.inf
    for _ in range(rounds):
        began = time.perf_counter()
        engine.run(sample)
        best = min(best, time.perf_counter() - began)
    return float(best * 1000)


def cosine(some: Batch, others: Batch) -> float:
    """The mean over rows of the cosine between two answers."""
    one, two = some.reshape(len(some), -1).astype(float), others.reshape(len(others), -1).astype(float)
    lengths = np.linalg.norm(one, axis=1) * np.linalg.norm(two, axis=1)
    return float(np.mean((one * two).sum(1) / np.maximum(lengths, 1e-12)))
