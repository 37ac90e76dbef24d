"""The person detector's network: plain 3 × 3 convolutions, three scales joined on one grid of eight pixels a cell."""

from torch import Tensor, cat, nn
from torch.nn import functional

from vision_service.training.networks import block

STRIDE = 8
COARSEST = 32
"""Pictures are padded to multiples of this."""
LEVEL = 64
RARE = -2.2
"""Bias of the heat at the beginning: people are rare."""


class Finder(nn.Module):
    """RGB pictures `(n, 3, h, w)` in 0..1 → `(n, 5, h/8, w/8)`: heat, then how far left, top, right, bottom reach.

    Heat is a logit of "a person's middle is here"; reaches are logarithms of cells from the cell's middle.
    """

    def __init__(self) -> None:
        super().__init__()
        self.fine = nn.Sequential(
            block(3, 16, 2), block(16, 32, 2), block(32, 32, 1), block(32, 64, 2), block(64, 64, 1), block(64, 64, 1)
        )
        self.middle = nn.Sequential(block(64, 96, 2), block(96, 96, 1), block(96, 96, 1))
        self.coarse = nn.Sequential(block(96, 128, 2), block(128, 128, 1))
        self.from_fine, self.from_middle = nn.Conv2d(64, LEVEL, 1), nn.Conv2d(96, LEVEL, 1)
        self.from_coarse = nn.Conv2d(128, LEVEL, 1)
        self.joined = nn.Sequential(block(LEVEL, LEVEL, 1), block(LEVEL, LEVEL, 1))
        self.heat, self.reach = nn.Conv2d(LEVEL, 1, 1), nn.Conv2d(LEVEL, 4, 1)
        nn.init.constant_(self.heat.bias, RARE)
        nn.init.constant_(self.reach.bias, 1.0)

    def forward(self, pictures: Tensor) -> Tensor:
        fine = self.fine((pictures - 0.45) * 4.0)
        middle = self.middle(fine)
        joined = self.from_middle(middle) + _twice(self.from_coarse(self.coarse(middle)))
        joined = self.joined(self.from_fine(fine) + _twice(joined))
        return cat((self.heat(joined), self.reach(joined)), dim=1)


def _twice(level: Tensor) -> Tensor:
    return functional.interpolate(level, scale_factor=2.0, mode='nearest')
