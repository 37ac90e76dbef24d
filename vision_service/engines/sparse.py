"""DeepSparse: the fastest on a processor with AVX-512 when weights are pruned in blocks of four and in INT8."""

import os
import warnings
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vision_service.engines.protocol import Batch, in_pieces
from vision_service.errors import EngineUnavailable

LEAST_SUPPORTED = 0.95


class DeepSparseEngine:
    """Compiled for one batch size; other batches are cut and filled up.

    :raises EngineUnavailable: it is not installed, cannot load the file, or would hand the file on to onnxruntime
        without a word, which it does with operators that it does not know.
    """

    name = 'deepsparse'

    def __init__(self, file: Path, *, batch: int = 16, threads: int = 0) -> None:
        os.environ['NM_DISABLE_ANALYTICS'] = '1'  # before the import: it would report its use over the network
        try:
            with warnings.catch_warnings():  # its own code is written for an older pydantic, and says so
                warnings.simplefilter('ignore')
                from deepsparse import Engine as Compiled
        except Exception as error:  # a wheel for another processor fails in many ways
            raise EngineUnavailable(
                f'DeepSparse does not load: {error}.', 'It needs Linux on x86-64 and Python below 3.12.'
            ) from error
        try:
            self._compiled = Compiled(str(file), batch_size=batch, num_cores=threads or None)
        except Exception as error:  # it raises whatever its compiler met
            raise EngineUnavailable(f'DeepSparse cannot load {file}: {error}.', 'Check the file.') from error
        self.supported = float(self._compiled.fraction_of_supported_ops)
        self._batch = batch
        if self.supported < LEAST_SUPPORTED:
            raise EngineUnavailable(
                f'DeepSparse knows only {self.supported:.0%} of {Path(file).name}.',
                'Quantise as training/quantising.py does, or let onnxruntime run it.',
            )

    def run(self, batch: Batch) -> list[NDArray[Any]]:
        given = batch if len(batch) else np.zeros((1, *batch.shape[1:]), batch.dtype)
        answers = [
            [output[:real] for output in self._compiled.run([piece])] for piece, real in in_pieces(given, self._batch)
        ]
        return [np.concatenate(each)[: len(batch)] for each in zip(*answers, strict=True)]
