"""What the detector's network is asked for: a hill of heat over everybody's middle, and boxes that cover them."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from vision_service.training.finder_network import STRIDE
from vision_service.training.scenes import Scene

STEEP, FORGIVING = 2.0, 4.0
SLOPE = 0.3
"""Height of the hill from which a cell is asked for the box."""


@dataclass(frozen=True, slots=True)
class Targets:
    """Grids `(n, rows, columns)`; `boxes`, four of them, hold corners in pixels where `weight` is above nought."""

    heat: Tensor
    boxes: Tensor
    weight: Tensor
    counted: Tensor

    def to(self, device: str) -> 'Targets':
        return Targets(*(getattr(self, name).to(device) for name in ('heat', 'boxes', 'weight', 'counted')))


def targets(scenes: Sequence[Scene]) -> Targets:
    side = scenes[0].picture.shape[0] // STRIDE
    heat, weight = np.zeros((len(scenes), side, side), np.float32), np.zeros((len(scenes), side, side), np.float32)
    boxes, counted = np.zeros((len(scenes), 4, side, side), np.float32), np.ones_like(heat)
    for place, scene in enumerate(scenes):
        _draw(scene, heat[place], boxes[place], weight[place], counted[place], side)
    return Targets(*(torch.from_numpy(each) for each in (heat, boxes, weight, counted)))


def _draw(
    scene: Scene, heat: np.ndarray, boxes: np.ndarray, weight: np.ndarray, counted: np.ndarray, side: int
) -> None:
    cells = (np.arange(side) + 0.5) * STRIDE
    for box, doubtful in zip(scene.boxes, scene.doubtful.tolist(), strict=True):
        middle, size = (box[:2] + box[2:]) / 2, np.maximum(box[2:] - box[:2], 1)
        spread = np.maximum(size * (0.16, 0.12), 0.55 * STRIDE)
        across = np.exp(-0.5 * ((cells - middle[0]) / spread[0]) ** 2)
        down = np.exp(-0.5 * ((cells - middle[1]) / spread[1]) ** 2)
        hill = (down[:, None] * across[None]).astype(np.float32)
        if doubtful:
            counted[hill > SLOPE] = 0
            continue
        column, row = (np.clip(middle / STRIDE, 0, side - 1)).astype(int)
        hill[row, column] = 1
        nearest = hill > heat
        heat[nearest] = hill[nearest]
        asked = nearest & (hill > SLOPE)
        weight[asked] = hill[asked]
        boxes[:, asked] = box[:, None]


def loss_of(answer: Tensor, wanted: Targets) -> tuple[Tensor, Tensor]:
    """How wrong the heat and the boxes are."""
    heat, reach = answer[:, 0], answer[:, 1:]
    return heat_loss(heat, wanted), box_loss(reach, wanted)


def heat_loss(heat: Tensor, wanted: Targets) -> Tensor:
    """Focal loss over hills (Law and Deng, 2018): near a middle a little heat is forgiven."""
    sure, unsure = functional.logsigmoid(heat), functional.logsigmoid(-heat)
    chance = heat.sigmoid()
    peak = (wanted.heat == 1).float()
    missed = peak * (1 - chance) ** STEEP * sure
    invented = (1 - peak) * wanted.counted * (1 - wanted.heat) ** FORGIVING * chance**STEEP * unsure
    return -(missed + invented).sum() / peak.sum().clamp(min=1)


def box_loss(reach: Tensor, wanted: Targets) -> Tensor:
    """Generalised overlap (Rezatofighi et al., 2019), weighed by the hill."""
    picture, rows, columns = wanted.weight.nonzero(as_tuple=True)
    if not len(rows):
        return reach.sum() * 0
    weight, true = wanted.weight[picture, rows, columns], wanted.boxes[picture, :, rows, columns]
    middle = (torch.stack((columns, rows), dim=1).float() + 0.5) * STRIDE
    reaches = reach[picture, :, rows, columns].clamp(-4, 5).exp() * STRIDE
    mine = torch.cat((middle - reaches[:, :2], middle + reaches[:, 2:]), dim=1)
    return ((1 - generalised_overlap(mine, true)) * weight).sum() / weight.sum()


def generalised_overlap(mine: Tensor, true: Tensor) -> Tensor:
    """Of pairs of boxes row by row: 1 the same, towards -1 far apart."""
    shared = (torch.minimum(mine[:, 2:], true[:, 2:]) - torch.maximum(mine[:, :2], true[:, :2])).clamp(min=0).prod(1)
    around = (torch.maximum(mine[:, 2:], true[:, 2:]) - torch.minimum(mine[:, :2], true[:, :2])).prod(1)
    union = (mine[:, 2:] - mine[:, :2]).prod(1) + (true[:, 2:] - true[:, :2]).prod(1) - shared
    return shared / union.clamp(min=1e-6) - (around - union) / around.clamp(min=1e-6)
