"""On-site adaptation: the embedder learns a site's cameras from the tracks it saw there, without anybody's name.

Pictures of one track are one person, and two tracks that one camera saw at the same time are two. Tracks of different
cameras are never compared: who is who across cameras is what we want to know, so it is not told.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from vision_service.training.batches import as_planes, shaken
from vision_service.training.doll import Rng
from vision_service.training.losses import same_person
from vision_service.training.networks import Embedder


@dataclass(frozen=True, slots=True)
class Tracks:
    """RGB crops `(n, 128, 64, 3)`, the track of each, and the moment in which it is known to be another than others.

    Tracks of one `scene` were in view together; a batch is drawn from one scene alone.
    """

    pictures: NDArray[np.uint8]
    tracks: NDArray[np.int64]
    scenes: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class AdaptationPlan:
    steps: int = 240
    tracks: int = 16
    each: int = 4
    rate: float = 4e-4
    seed: int = 1


def adapt(network: Embedder, seen: Tracks, plan: AdaptationPlan) -> Embedder:
    """Tunes `network` in place; measure before use: it may learn what tells people apart on one camera only."""
    torch.manual_seed(plan.seed)
    rng = np.random.default_rng(plan.seed)
    optimiser = torch.optim.AdamW(network.parameters(), plan.rate, weight_decay=5e-4)
    network.train()
    scenes = np.unique(seen.scenes)
    for step in range(plan.steps):
        for group in optimiser.param_groups:
            group['lr'] = plan.rate * (0.5 + 0.5 * np.cos(np.pi * step / plan.steps))
        rows = _drawn(seen, rng.choice(scenes), plan, rng)
        crops = shaken(as_planes(seen.pictures[rows]), rng)
        loss = same_person(network(crops), torch.from_numpy(seen.tracks[rows]))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    return network.eval()


def _drawn(seen: Tracks, scene: int, plan: AdaptationPlan, rng: Rng) -> NDArray[np.int64]:
    here = np.unique(seen.tracks[seen.scenes == scene])
    chosen = rng.choice(here, min(plan.tracks, len(here)), replace=False)
    rows = []
    for track in chosen:
        of_track = np.flatnonzero((seen.tracks == track) & (seen.scenes == scene))
        rows.append(rng.choice(of_track, plan.each, replace=len(of_track) < plan.each))
    return np.concatenate(rows)
