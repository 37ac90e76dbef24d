"""`make train-detector`: trains the person detector on synthetic scenes and writes weights, ONNX and history.

The same code at two sizes: `--scale small` ends in minutes on one processor core, `--scale full` wants a GPU.
"""

import argparse
import json
import time
from copy import deepcopy
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from vision_service.training.export import export
from vision_service.training.finder_network import Finder
from vision_service.training.finding_losses import loss_of, targets
from vision_service.training.scenes import SIDE, Backdrops, Scene, photographs, scene
from vision_service.training.sprites import Crowd
from vision_service.training.train_embedder import tell

WARM_UP = 0.02
AVERAGED = 0.998


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


class Training:
    """One run: scenes are drawn as it goes, none is seen twice."""

    def __init__(
        self, plan: DetectorPlan, seed: int, device: str, grounds: Path | None = None, begun: Path | None = None
    ) -> None:
        torch.manual_seed(seed)
        self.plan, self._device = plan, device
        self._rng = np.random.default_rng(seed)
        self._crowd = Crowd(self._rng, plan.people)
        given = photographs(grounds) if grounds else []
        self._backdrops = Backdrops(self._rng, given, procedural=plan.grounds)
        tell(people=plan.people, photographs=len(given))
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

    def _step(self) -> tuple[float, float]:
        scenes = [scene(self._rng, self._crowd, self._backdrops, self.plan.side) for _ in range(self.plan.batch)]
        self._crowd.renew(self._rng)
        wanted = targets(scenes)
        with torch.autocast(self._device, torch.bfloat16):
            answer = self.network(as_pictures(scenes).to(self._device, memory_format=torch.channels_last))
        heat, boxes = loss_of(answer.float().cpu(), wanted)
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
    stacked = np.stack([each.picture for each in scenes]).transpose(0, 3, 1, 2)
    return torch.from_numpy(np.ascontiguousarray(stacked)).float().div_(255)


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
    training = Training(plan, chosen.seed, device, chosen.photographs, chosen.resume)
    losses = training.run(chosen.out / 'checkpoint.pt')
    network = training.averaged.network
    torch.save(network.cpu().state_dict(), chosen.out / 'detector.pt')
    export_finder(network, chosen.out / 'detector.onnx')
    history = {'plan': asdict(plan), 'scale': chosen.scale, 'seed': chosen.seed, 'steps': len(losses), 'loss': losses}
    (chosen.out / 'history.json').write_text(json.dumps(history))
    tell(steps=len(losses), weights=str(chosen.out / 'detector.pt'))


if __name__ == '__main__':
    main()
