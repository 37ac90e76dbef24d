"""`make train-embedder`: trains the person embedder on synthetic people and writes weights, ONNX and history.

The same code at two sizes: `--scale small` ends in minutes on two processor cores, `--scale full` wants a GPU.
"""

import argparse
import json
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch

from vision_service.training.bank import bank
from vision_service.training.batches import seen_by_cameras
from vision_service.training.losses import same_person
from vision_service.training.networks import Embedder


@dataclass(frozen=True, slots=True)
class Plan:
    """One schedule: how much is drawn, and how long it is learned."""

    people: int
    views: int
    steps: int
    batch_people: int
    batch_each: int
    rate: float
    minutes: float


SCALES = {
    'tiny': Plan(8, 4, 3, 4, 2, 1e-3, 1.0),
    'brief': Plan(300, 8, 1800, 16, 4, 2e-3, 8.0),
    'small': Plan(1500, 6, 1800, 16, 4, 2e-3, 9.0),
    'full': Plan(20_000, 12, 60_000, 64, 4, 2e-3, 600.0),
}


def train(
    plan: Plan, seed: int, device: str, folder: Path, *, checkpoint: Path | None = None, begun: Path | None = None
) -> tuple[Embedder, list[float]]:
    """The trained network and its losses; ends early, annealed, when the plan's minutes are over.

    The people drawn for it are kept in `folder`.
    """
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    drawn = bank(folder, plan.people, plan.views, seed)
    tell(drawn=plan.people * plan.views)
    network = Embedder()
    if begun:
        network.load_state_dict(torch.load(begun, weights_only=True))
    network.to(device, memory_format=torch.channels_last)  # a third faster on a processor
    optimiser = torch.optim.AdamW(network.parameters(), plan.rate, weight_decay=5e-4)
    seen = seen_by_cameras(drawn, rng, people=plan.batch_people, each=plan.batch_each)
    losses, began = [], time.monotonic()
    while (done := progress(len(losses), plan, time.monotonic() - began)) < 1:
        for group in optimiser.param_groups:
            group['lr'] = plan.rate * min(1.0, done / 0.05 + 0.02) * (0.5 + 0.5 * np.cos(np.pi * done))
        crops, who = next(seen)
        loss = same_person(network(crops.to(device)), who.to(device))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
        if len(losses) % 50 == 0:
            tell(step=len(losses), share=round(done, 3), loss=round(float(np.mean(losses[-50:])), 4))
            if checkpoint:
                torch.save(network.state_dict(), checkpoint)
    return network.eval(), losses


def progress(steps: int, plan: Plan, seconds: float) -> float:
    """Share of the plan that is behind us, by steps or by the clock, whichever is further."""
    return max(steps / plan.steps, seconds / 60 / plan.minutes)


def tell(**values: object) -> None:
    sys.stdout.write(json.dumps(values) + '\n')
    sys.stdout.flush()


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument('--scale', choices=sorted(SCALES), default='small')
    asked.add_argument('--seed', type=int, default=1)
    asked.add_argument('--resume', type=Path, help='weights to go on from')
    asked.add_argument('--out', type=Path, default=Path('.state/training/embedder'))
    chosen = asked.parse_args()
    chosen.out.mkdir(parents=True, exist_ok=True)
    plan = SCALES[chosen.scale]
    device = 'cuda' if torch.cuda.is_available() else 'cpu'
    network, losses = train(
        plan, chosen.seed, device, chosen.out / 'bank', checkpoint=chosen.out / 'checkpoint.pt', begun=chosen.resume
    )
    torch.save(network.cpu().state_dict(), chosen.out / 'embedder.pt')
    history = {'plan': asdict(plan), 'scale': chosen.scale, 'seed': chosen.seed, 'steps': len(losses), 'loss': losses}
    (chosen.out / 'history.json').write_text(json.dumps(history))
    tell(steps=len(losses), loss=round(float(np.mean(losses[-50:])), 4), weights=str(chosen.out / 'embedder.pt'))


if __name__ == '__main__':
    main()
