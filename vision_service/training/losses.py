"""What the networks are asked for."""

import torch
from torch import Tensor
from torch.nn import functional


def same_person(vectors: Tensor, labels: Tensor, temperature: float = 0.1) -> Tensor:
    """Supervised contrastive loss (Khosla et al., 2020): pictures of one person together, all others apart."""
    unit = functional.normalize(vectors, dim=1)
    likeness = unit @ unit.T / temperature
    itself = torch.eye(len(labels), dtype=torch.bool, device=labels.device)
    likeness = likeness.masked_fill(itself, -1e4)
    chance = likeness - torch.logsumexp(likeness, dim=1, keepdim=True)
    alike = (labels[:, None] == labels[None, :]) & ~itself
    return -(chance * alike).sum(1).div(alike.sum(1).clamp(min=1)).mean()
