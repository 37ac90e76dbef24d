"""PyTorch, on a GPU where there is one: runs the same ONNX file, so that there is one set of weights."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vision_service.engines.protocol import Batch
from vision_service.errors import EngineUnavailable


class TorchEngine:
    """The operators that our own networks are made of, and no others.

    :raises EngineUnavailable: PyTorch is not installed, the file is unreadable, or it has other operators.
    """

    name = 'torch'

    def __init__(self, file: Path, *, device: str | None = None, threads: int = 0) -> None:
        try:
            import onnx
            import torch
        except ImportError as error:
            raise EngineUnavailable(f'{error.name} is not installed.', "Install Atrium's `torch` extra.") from error
        try:
            graph = onnx.load(str(file)).graph
        except Exception as error:  # the reader raises what protobuf does
            raise EngineUnavailable(f'{file} cannot be read: {error}.', 'Check the file.') from error
        self._torch = torch
        self._device = device or ('cuda' if torch.cuda.is_available() else 'cpu')
        if threads:
            torch.set_num_threads(threads)
        weights = {each.name: onnx.numpy_helper.to_array(each).copy() for each in graph.initializer}
        self._weights = {name: torch.from_numpy(value).to(self._device) for name, value in weights.items()}
        self._nodes = [_Node(each, onnx.helper.get_attribute_value, onnx.numpy_helper.to_array) for each in graph.node]
        self._input = next(each.name for each in graph.input if each.name not in weights)
        self._outputs = [each.name for each in graph.output]
        strange = {each.kind for each in self._nodes} - set(_operators(torch))
        if strange:
            raise EngineUnavailable(
                f'Our PyTorch engine does not know {", ".join(sorted(strange))}.', 'Use another engine for this file.'
            )
        self._verbs = _operators(torch)

    def run(self, batch: Batch) -> list[NDArray[Any]]:
        with self._torch.inference_mode():
            known = {**self._weights, self._input: self._torch.from_numpy(np.ascontiguousarray(batch)).to(self._device)}
            for node in self._nodes:
                known[node.output] = self._verbs[node.kind](*(known[name] for name in node.inputs), **node.settings)
            return [known[name].cpu().numpy() for name in self._outputs]


class _Node:
    """One operation of the graph in plain Python."""

    def __init__(self, node: Any, value_of: Any, array_of: Any) -> None:
        self.kind: str = node.op_type
        self.inputs = [name for name in node.input if name]
        self.output: str = node.output[0]
        self.settings = {each.name: value_of(each) for each in node.attribute}
        if self.kind == 'Constant':
            self.settings = {'value': array_of(self.settings['value']).copy()}


def _operators(torch: Any) -> dict[str, Any]:
    functional = torch.nn.functional

    def conv(x, weight, bias=None, *, strides, pads, group=1, dilations=(1, 1), kernel_shape=None):
        return functional.conv2d(x, weight, bias, tuple(strides), tuple(pads[:2]), tuple(dilations), group)

    def pool(x, *, kernel_shape, strides, pads=(0, 0, 0, 0), ceil_mode=0, count_include_pad=0):
        return functional.avg_pool2d(x, tuple(kernel_shape), tuple(strides), tuple(pads[:2]), bool(ceil_mode))

    def gemm(a, b, c=None, *, alpha=1.0, beta=1.0, transA=0, transB=0):
        product = alpha * ((a.T if transA else a) @ (b.T if transB else b))
        return product if c is None else product + beta * c

    def constant(*, value):
        return torch.from_numpy(value)

    def resize(x, scales, *, mode, nearest_mode=b'floor', coordinate_transformation_mode=b'asymmetric', **_):
        if mode != b'nearest':
            raise EngineUnavailable(f'Our PyTorch engine cannot resize by {mode.decode()}.', 'Use another engine.')
        return functional.interpolate(x, scale_factor=scales[2:].tolist(), mode='nearest')

    return {
        'Conv': conv,
        'AveragePool': pool,
        'Gemm': gemm,
        'Constant': constant,
        'Relu': torch.relu,
        'Sigmoid': torch.sigmoid,
        'Add': torch.add,
        'Sub': torch.sub,
        'Mul': torch.mul,
        'Flatten': lambda x, *, axis=1: torch.flatten(x, axis),
        'Resize': resize,
        'Concat': lambda *xs, axis: torch.cat(xs, axis),
    }
