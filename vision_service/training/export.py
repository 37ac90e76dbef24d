"""A trained network as an ONNX file that every engine reads."""

import warnings
from pathlib import Path

import torch
from torch import nn


def export(
    network: nn.Module, sample: torch.Tensor, file: Path, *, output: str = 'vectors', any_size: bool = False
) -> None:
    """Writes `network` with batch normalisation folded into its convolutions, for any number of inputs at once.

    With `any_size` also for pictures of other sides than the sample's, as far as the network allows.
    """
    free = {0: 'n', 2: 'height', 3: 'width'} if any_size else {0: 'n'}
    given = {0: 'n', 2: 'rows', 3: 'columns'} if any_size else {0: 'n'}
    network.eval()
    with warnings.catch_warnings():  # DeepSparse reads opset 13, which only the older exporter writes
        warnings.simplefilter('ignore', DeprecationWarning)
        torch.onnx.export(
            network,
            (sample,),
            str(file),
            dynamo=False,
            opset_version=13,
            input_names=['pictures'],
            output_names=[output],
            dynamic_axes={'pictures': free, output: given},
        )
