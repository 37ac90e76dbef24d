"""Float32 ONNX to INT8 as DeepSparse and onnxruntime run it fast: QLinearConv, a scale a tensor, convolutions only.

A script of its own that imports nothing of ours: the quantiser wants a newer `onnx` than DeepSparse allows, so it runs
in another environment (`pip install onnxruntime onnx numpy`). What DeepSparse does not take: QDQ, a scale per channel,
quantised MaxPool and Relu together, a quantised final layer.

    python quantising.py plain.onnx crops.npy int8.onnx
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

BATCH = 32
READS = {'', 'com.microsoft'}


class Crops(CalibrationDataReader):
    """Pictures from which the range of every tensor is learned."""

    def __init__(self, name: str, pictures: np.ndarray) -> None:
        self._batches = iter([{name: pictures[at : at + BATCH]} for at in range(0, len(pictures), BATCH)])

    def get_next(self) -> Any:
        return next(self._batches, None)


def quantise(plain: Path, pictures: np.ndarray, out: Path) -> None:
    name = onnx.load(str(plain)).graph.input[0].name
    quantize_static(
        str(plain),
        str(out),
        Crops(name, pictures),
        quant_format=QuantFormat.QOperator,
        per_channel=False,
        activation_type=QuantType.QUInt8,
        weight_type=QuantType.QInt8,
        op_types_to_quantize=['Conv', 'Add'],
        extra_options={'WeightSymmetric': True},
    )
    model = onnx.load(str(out))
    model.ir_version = 8
    kept = [each for each in model.opset_import if each.domain in READS]
    del model.opset_import[:]
    model.opset_import.extend(kept)
    onnx.save(model, str(out))


if __name__ == '__main__':
    quantise(Path(sys.argv[1]), np.load(sys.argv[2]), Path(sys.argv[3]))
