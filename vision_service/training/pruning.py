"""Pruning in blocks of four input channels: the pattern that DeepSparse skips, in float32 and in INT8.

The first convolution stays dense (it has three inputs), and so does the final layer.
"""

from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

BLOCK = 4


@dataclass(slots=True)
class Pruner:
    """Keeps the largest blocks of every convolution and the others at nought, also while it is tuned."""

    network: nn.Module
    masks: dict[str, Tensor] = field(default_factory=dict)

    def prune(self, share: float) -> None:
        """Sets the smallest `share` of blocks of each convolution to nought; what was nought stays so."""
        for name, layer in self._layers():
            size = blocks(layer.weight).abs().sum(-1)
            keep = max(1, round(size.numel() * (1 - share)))
            least = size.flatten().kthvalue(size.numel() - keep + 1).values
            kept = (size >= least) & (size > 0)
            self.masks[name] = kept.repeat_interleave(BLOCK, dim=-1).permute(0, 3, 1, 2).to(layer.weight.dtype)
        self.hold()

    def hold(self) -> None:
        """Call after every step of the optimiser, which knows nothing of the masks."""
        with torch.no_grad():
            for name, layer in self._layers():
                if name in self.masks:
                    layer.weight.mul_(self.masks[name])

    @property
    def share(self) -> float:
        """Share of nought among the weights of the convolutions that are pruned."""
        weights = [layer.weight for _, layer in self._layers()]
        return float(sum((each == 0).sum() for each in weights) / sum(each.numel() for each in weights))

    def _layers(self) -> list[tuple[str, nn.Conv2d]]:
        return [
            (name, each)
            for name, each in self.network.named_modules()
            if isinstance(each, nn.Conv2d) and each.in_channels % BLOCK == 0
        ]


def blocks(weight: Tensor) -> Tensor:
    """`(out, in, h, w)` as `(out, h, w, in / 4, 4)`."""
    out, inside, high, wide = weight.shape
    return weight.detach().permute(0, 2, 3, 1).reshape(out, high, wide, inside // BLOCK, BLOCK)


def planned_share(done: float, final: float) -> float:
    """How much is pruned when `done` of the pruning phase is over: fast at first, gently at the end (Zhu and Gupta)."""
    return final * (1 - (1 - min(max(done, 0.0), 1.0)) ** 3)
