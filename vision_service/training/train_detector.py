"""`make train-detector`: trains the person detector on synthetic scenes and writes weights, ONNX and history.

The same code at two sizes: `--scale small` ends in minutes on one processor core, `--scale full` wants a GPU. With
ATRIUM_QUANTISER (a Python with onnxruntime, onnx and numpy) an INT8 file is written, too.
"""

import argparse
import json
import time
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import DataLoader, IterableDataset, get_worker_info

from vision_service.training.export import export
from vision_service.training.finder_network import Finder
from vision_service.training.finding_losses import Targets, loss_of, targets
from vision_service.training.refine_embedder import quantised
from vision_service.training.scenes import SIDE, Backdrops, Scene, photographs, scene
from vision_service.training.sprites import Crowd
from vision_service.training.train_embedder import tell

WARM_UP = 0.02
AVERAGED = 0.998
SAMPLES = 64


@dataclass(frozen=True, slots=True)
class DetectorPlan:
    """One schedule: how many people and grounds are drawn, and how long it is learned."""

    people: int
    grounds: int
    steps: int
    batch: int
    rate: float
    minutes: float
    side: int = SIDE


SCALES = {
    'tiny': DetectorPlan(8, 3, 3, 2, 2e-3, 1.0, side=128),
    'small': DetectorPlan(600, 80, 1_500, 8, 2e-3, 10.0),
    'hour': DetectorPlan(3_000, 200, 20_000, 8, 2e-3, 60.0),
    'full': DetectorPlan(20_000, 1_000, 120_000, 64, 2e-3, 600.0),
}


class Averaged:
    """The network's weights averaged over its last steps: steadier than any single step's."""

    def __init__(self, network: Finder) -> None:
        self.network = deepcopy(network).eval()
        self._steps = 0

    @torch.no_grad()
    def follow(self, network: Finder) -> None:
        self._steps += 1
        keep = min(AVERAGED, self._steps / (self._steps + 10))
        for mine, theirs in zip(self.network.state_dict().values(), network.state_dict().values(), strict=True):
            if mine.dtype.is_floating_point:
                mine.lerp_(theirs, 1 - keep)
            else:
                mine.copy_(theirs)


class Batches(IterableDataset[tuple[Tensor, Targets]]):
    """Scenes without end, none twice; as many processes as there are workers draw them, each from dice of its own."""

    def __init__(self, plan: DetectorPlan, seed: int, grounds: Path | None, workers: int) -> None:
        self._plan, self._seed, self._grounds = plan, seed, grounds
        self._people = max(plan.people // max(workers, 1), 1)

    def __iter__(self) -> Iterator[tuple[Tensor, Targets]]:
        worker = get_worker_info()
        rng = np.random.default_rng((self._seed, worker.id) if worker else self._seed)
        crowd = Crowd(rng, self._people)
        backdrops = Backdrops(rng, photographs(self._grounds) if self._grounds else [], procedural=self._plan.grounds)
        while True:
            scenes = [scene(rng, crowd, backdrops, self._plan.side) for _ in range(self._plan.batch)]
            crowd.renew(rng)
            yield as_pictures(scenes), targets(scenes)


class Training:
    """One run on one device."""

    def __init__(
        self,
        plan: DetectorPlan,
        seed: int,
        device: str,
        grounds: Path | None = None,
        begun: Path | None = None,
        workers: int = 0,
    ) -> None:
        torch.manual_seed(seed)
        self.plan, self._device = plan, device
        drawn = DataLoader(Batches(plan, seed, grounds, workers), batch_size=None, num_workers=workers)
        self._batches: Iterator[tuple[Tensor, Targets]] = iter(drawn)
        network = Finder()
        if begun:
            network.load_state_dict(torch.load(begun, weights_only=True))
        self.network = network.to(device, memory_format=torch.channels_last).train()
        self.averaged = Averaged(self.network)
        self._optimiser = torch.optim.AdamW(self.network.parameters(), plan.rate, weight_decay=1e-3)

    def run(self, checkpoint: Path | None = None, every: int = 250) -> list[tuple[float, float]]:
        """Losses of heat and of boxes, step by step; ends early, annealed, when the plan's minutes are over."""
        losses: list[tuple[float, float]] = []
        began = time.monotonic()
        while (done := max(len(losses) / self.plan.steps, (time.monotonic() - began) / 60 / self.plan.minutes)) < 1:
            self._set_rate(done)
            losses.append(self._step())
            if len(losses) % every == 0:
                heat, boxes = np.mean(losses[-every:], axis=0).tolist()
                tell(step=len(losses), share=round(done, 3), heat=round(heat, 4), boxes=round(boxes, 4))
                if checkpoint:
                    torch.save(self.averaged.network.state_dict(), checkpoint)
        return losses

    def samples(self, count: int) -> NDArray[np.float32]:
        """Pictures as the network sees them, from which INT8 learns the range of every tensor."""
        drawn: list[Tensor] = []
        while sum(len(each) for each in drawn) < count:
            drawn.append(next(self._batches)[0])
        return torch.cat(drawn)[:count].float().div_(255).numpy()

    def _step(self) -> tuple[float, float]:
        pictures, wanted = next(self._batches)
        planes = pictures.to(self._device).float().div_(255).contiguous(memory_format=torch.channels_last)
        with torch.autocast(self._device, torch.bfloat16):
            answer = self.network(planes)
        heat, boxes = loss_of(answer.float(), wanted.to(self._device))
        self._optimiser.zero_grad()
        (heat + 2 * boxes).backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), 10.0)
        self._optimiser.step()
        self.averaged.follow(self.network)
        return float(heat.detach()), float(boxes.detach())

    def _set_rate(self, done: float) -> None:
        for group in self._optimiser.param_groups:
            group['lr'] = self.plan.rate * min(1.0, done / WARM_UP + 0.05) * (0.5 + 0.5 * np.cos(np.pi * done))


def as_pictures(scenes: list[Scene]) -> Tensor:
    """Planes `(n, 3, side, side)` of bytes: a quarter of what floats would take from process to process."""
    stacked = np.stack([each.picture for each in scenes]).transpose(0, 3, 1, 2)
    return torch.from_numpy(np.ascontiguousarray(stacked))


def export_finder(network: Finder, file: Path) -> None:
    """For any number of pictures of any size whose sides are multiples of 32."""
    plain = network.cpu().eval().to(memory_format=torch.contiguous_format)
    export(plain, torch.zeros(2, 3, 96, 160), file, output='grid', any_size=True)


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument('--scale', choices=sorted(SCALES), default='small')
    asked.add_argument('--seed', type=int, default=1)
    asked.add_argument('--photographs', type=Path, help='a folder of pictures to turn and lay behind the people')
    asked.add_argument('--resume', type=Path, help='weights to go on from')
    asked.add_argument('--minutes', type=float, help="instead of the schedule's")
    asked.add_argument('--workers', type=int, default=0, help='processes that draw scenes; a GPU wants many')
    asked.add_argument('--threads', type=int, default=0, help='0: as many as PyTorch likes')
    asked.add_argument('--out', type=Path, default=Path('.state/training/detector'))
    chosen = asked.parse_args()
    if chosen.threads:
        torch.set_num_threads(chosen.threads)
    chosen.out.mkdir(parents=True, exist_ok=True)
    plan = SCALES[chosen.scale]
    if chosen.minutes:
        plan = DetectorPlan(**{**asdict(plan), 'minutes': chosen.minutes})
    device = 'cuda' if torch.cuda.is_available() else 'cpu'
    training = Training(plan, chosen.seed, device, chosen.photographs, chosen.resume, chosen.workers)
    losses = training.run(chosen.out / 'checkpoint.pt')
    network = training.averaged.network
    torch.save(network.cpu().state_dict(), chosen.out / 'detector.pt')
    export_finder(network, chosen.out / 'detector.onnx')
    quantised(chosen.out / 'detector.onnx', training.samples(SAMPLES), chosen.out / 'detector.int8.onnx')
    history = {'plan': asdict(plan), 'scale': chosen.scale, 'seed': chosen.seed, 'steps': len(losses), 'loss': losses}
    (chosen.out / 'history.json').write_text(json.dumps(history))
    tell(steps=len(losses), weights=str(chosen.out / 'detector.pt'))


if __name__ == '__main__':
    main()
