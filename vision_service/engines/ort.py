"""onnxruntime on the processor: always there, the engine others are compared with."""

from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from vision_service.engines.protocol import Batch
from vision_service.errors import EngineUnavailable


class OnnxRuntimeEngine:
    """Runs a file in float32 or INT8.

    :raises EngineUnavailable: onnxruntime is not installed, or the file is missing or no network.
    """

    name = 'onnxruntime'

    def __init__(self, file: Path, *, threads: int = 0) -> None:
        try:
            import onnxruntime
        except ImportError as error:
            raise EngineUnavailable('onnxruntime is not installed.', "Install Atrium's `edge` extra.") from error
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(str(file), options, providers=['CPUExecutionProvider'])
        except Exception as error:  # its exceptions share no base
            raise EngineUnavailable(f'onnxruntime cannot load {file}: {error}.', 'Check the file.') from error
        self._input = self._session.get_inputs()[0].name

    def run(self, batch: Batch) -> list[NDArray[Any]]:
        return list(self._session.run(None, {self._input: batch}))
