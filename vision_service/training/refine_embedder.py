"""`make train-embedder`, second half: prunes the trained embedder while tuning it, and exports dense and sparse files.

INT8 needs the quantiser's own environment: ATRIUM_QUANTISER names a Python with onnxruntime, onnx and numpy; without
it the float32 files alone are written, and that is said.
"""

import argparse
import json
import os
import subprocess
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch

from vision_service.training.bank import Bank, bank
from vision_service.training.batches import seen_by_cameras
from vision_service.training.crops import HEIGHT, WIDTH
from vision_service.training.export import export
from vision_service.training.losses import same_person
from vision_service.training.networks import Embedder
from vision_service.training.pruning import Pruner, planned_share
from vision_service.training.train_embedder import tell


@dataclass(frozen=True, slots=True)
class Refinement:
    """How far and how long the network is pruned; half of the time it is tuned at the final sparsity."""

    people: int
    views: int
    steps: int
    minutes: float
    share: float
    rate: float = 1e-3
    batch_people: int = 16


SCALES = {
    'tiny': Refinement(8, 4, 4, 1.0, 0.8, batch_people=4),
    'brief': Refinement(300, 8, 300, 4.0, 0.8, rate=6e-4),
    'small': Refinement(1500, 6, 600, 3.0, 0.8),
    'full': Refinement(20_000, 12, 20_000, 200.0, 0.85, batch_people=64),
}


def refine(network: Embedder, plan: Refinement, seed: int, device: str, people: Bank) -> Embedder:
    """Tunes `network` in place to `plan.share` of blocks at nought."""
    torch.manual_seed(seed)
    seen = seen_by_cameras(people, np.random.default_rng((seed, 2)), people=plan.batch_people, each=4)
    network.to(device, memory_format=torch.channels_last).train()
    pruner = Pruner(network)
    optimiser = torch.optim.AdamW(network.parameters(), plan.rate, weight_decay=0.0)
    steps, began = 0, time.monotonic()
    while (done := max(steps / plan.steps, (time.monotonic() - began) / 60 / plan.minutes)) < 1:
        for group in optimiser.param_groups:
            group['lr'] = plan.rate * (0.5 + 0.5 * np.cos(np.pi * done))
        pruner.prune(planned_share(done * 2, plan.share))
        crops, who = next(seen)
        loss = same_person(network(crops.to(device)), who.to(device))
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        pruner.hold()
        steps += 1
        if steps % 25 == 0:
            tell(step=steps, share=round(done, 3), sparse=round(pruner.share, 3), loss=round(float(loss.detach()), 4))
    pruner.prune(plan.share)
    tell(steps=steps, sparse=round(pruner.share, 4))
    return network.cpu().eval()


def quantised(plain: Path, pictures: np.ndarray, out: Path) -> bool:
    """Whether there is a quantiser, and so an INT8 file."""
    python = os.environ.get('ATRIUM_QUANTISER')
    if not python:
        tell(int8='left out: ATRIUM_QUANTISER is not set')
        return False
    samples = out.with_suffix('.npy')
    np.save(samples, pictures)
    script = Path(__file__).with_name('quantising.py')
    subprocess.run([python, str(script), str(plain), str(samples), str(out)], check=True)  # noqa: S603
    samples.unlink()
    return True


def write_files(network: Embedder, name: str, folder: Path, people: Bank) -> None:
    plain = folder / f'{name}.onnx'
    export(network, torch.zeros(2, 3, HEIGHT, WIDTH), plain)
    seen = seen_by_cameras(people, np.random.default_rng(1000), people=16, each=4)
    samples = np.concatenate([next(seen)[0].numpy() for _ in range(5)])
    quantised(plain, samples, folder / f'{name}.int8.onnx')


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument('--scale', choices=sorted(SCALES), default='small')
    asked.add_argument('--seed', type=int, default=1, help='of the training, whose drawn people are shown again')
    asked.add_argument('--out', type=Path, default=Path('.state/training/embedder'))
    chosen = asked.parse_args()
    plan = SCALES[chosen.scale]
    device = 'cuda' if torch.cuda.is_available() else 'cpu'
    people = bank(chosen.out / 'bank', plan.people, plan.views, chosen.seed)
    network = Embedder()
    network.load_state_dict(torch.load(chosen.out / 'embedder.pt', weights_only=True))
    write_files(network.eval(), 'dense', chosen.out, people)
    refine(network, plan, chosen.seed, device, people)
    torch.save(network.state_dict(), chosen.out / 'sparse.pt')
    write_files(network, 'sparse', chosen.out, people)
    (chosen.out / 'refinement.json').write_text(json.dumps({'plan': asdict(plan), 'seed': chosen.seed}))


if __name__ == '__main__':
    main()
