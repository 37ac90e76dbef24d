"""`python -m tests.benchmarks.vision_looks`: the embedder on every engine, and the gallery beside faiss, in one run."""

import json
import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from vision_service.engines.choosing import measured
from vision_service.engines.ort import OnnxRuntimeEngine
from vision_service.engines.pytorch import TorchEngine
from vision_service.engines.sparse import DeepSparseEngine
from vision_service.models.embedder import HEIGHT, WIDTH, shipped
from vision_service.tracking.gallery import Gallery

BATCHES = (1, 8, 32)
ROUNDS = 15
HELD, SIZE, QUERIES, COUNT = 100_000, 256, 256, 10
THREADS = 2


def tell(figure: str, **values: Any) -> None:
    sys.stdout.write(json.dumps({'figure': figure, **values}) + '\n')
    sys.stdout.flush()


def tell_engines() -> None:
    network = shipped()
    for batch in BATCHES:
        crops = np.random.default_rng(1).random((batch, 3, HEIGHT, WIDTH), dtype=np.float32)
        engines: dict[str, Any] = {
            'torch.float32': TorchEngine(network.plain, device='cpu', threads=THREADS),
            'onnxruntime.float32': OnnxRuntimeEngine(network.plain, threads=THREADS),
            'deepsparse.float32': DeepSparseEngine(network.plain, batch=batch, threads=THREADS),
        }
        if network.int8:
            engines['onnxruntime.int8'] = OnnxRuntimeEngine(network.int8, threads=THREADS)
            engines['deepsparse.int8'] = DeepSparseEngine(network.int8, batch=batch, threads=THREADS)
        best = dict.fromkeys(engines, np.inf)
        for _ in range(ROUNDS):  # interleaved, so that a busy machine hits all of them alike
            for name, engine in engines.items():
                best[name] = min(best[name], measured(engine, crops, 2))
        fast = best.get('deepsparse.int8', best['deepsparse.float32'])
        tell(
            f'embedder.batch_{batch}',
            ms={name: round(float(each), 2) for name, each in best.items()},
            times={name: round(float(each / fast), 1) for name, each in best.items()},
        )


def rates(searches: dict[str, Callable[[], Any]]) -> dict[str, int]:
    """Queries a second, the best of interleaved rounds: a busy machine hits all of them alike."""
    best = dict.fromkeys(searches, np.inf)
    for _ in range(ROUNDS):
        for name, search in searches.items():
            began = time.perf_counter()
            search()
            best[name] = min(best[name], time.perf_counter() - began)
    return {name: round(QUERIES / each) for name, each in best.items()}


def tell_gallery() -> None:
    import faiss

    rng = np.random.default_rng(1)
    vectors = rng.normal(size=(HELD, SIZE)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    queries = vectors[rng.choice(HELD, QUERIES, replace=False)] + rng.normal(0, 0.03, (QUERIES, SIZE))
    queries = (queries / np.linalg.norm(queries, axis=1, keepdims=True)).astype(np.float32)
    gallery, flat = Gallery(SIZE), faiss.IndexFlatIP(SIZE)
    gallery.add(np.arange(HELD), vectors)
    flat.add(vectors)
    ours, theirs = gallery.search(queries, COUNT)[0], flat.search(queries, COUNT)[1]
    shared = [len(set(mine) & set(other)) / COUNT for mine, other in zip(ours.tolist(), theirs.tolist(), strict=True)]
    tell(
        'gallery.100000x256',
        recall_at_10=round(float(np.mean(shared)), 4),
        queries_per_second=rates(
            {'atrium': lambda: gallery.search(queries, COUNT), 'faiss flat': lambda: flat.search(queries, COUNT)}
        ),
    )


def main() -> None:
    tell_gallery()
    tell_engines()


if __name__ == '__main__':
    main()
