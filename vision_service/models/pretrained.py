"""torchvision's detectors, trained on photographs by others: from a file, or from its hub where that is allowed.

They find people better than anything that learned without photographs, and take ten to a hundred times as long.
"""

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from vision_service.errors import ConfigurationInvalid, EngineUnavailable, WeightsMissing
from vision_service.models.detections import Detections, Image

PERSON = 1
"""COCO's number of the category."""
NAMES = (
    'fasterrcnn_mobilenet_v3_large_320_fpn',
    'fasterrcnn_mobilenet_v3_large_fpn',
    'fasterrcnn_resnet50_fpn_v2',
    'fcos_resnet50_fpn',
    'retinanet_resnet50_fpn_v2',
    'ssdlite320_mobilenet_v3_large',
)


def pretrained_detector(
    name: str, weights: Path | None = None, *, may_download: bool = False, least_score: float = 0.2
) -> 'PretrainedDetector':
    """:raises WeightsMissing: there is no file, and none may or can be fetched

    :raises ConfigurationInvalid: torchvision has no such detector, or the file holds weights of another
    :raises EngineUnavailable: torchvision is not installed
    """
    if name not in NAMES:
        raise ConfigurationInvalid(f'There is no detector {name}.', f'Choose one of {", ".join(NAMES)}.')
    try:
        from torchvision.models import detection
    except ImportError as error:
        raise EngineUnavailable('torchvision is not installed.', "Install Atrium's `torch` extra.") from error
    build = getattr(detection, name)
    network = _from_file(build, name, weights) if weights else _from_hub(build, name, may_download)
    return PretrainedDetector(network, least_score=least_score)


def _from_file(build: Callable[..., Any], name: str, weights: Path) -> Any:
    import torch

    if not weights.is_file():
        raise WeightsMissing(f'The weights {weights} are missing.', f'Put the file of {name} there.')
    network = build(weights=None, weights_backbone=None)
    try:
        network.load_state_dict(torch.load(weights, map_location='cpu', weights_only=True))
    except Exception as error:  # the reader's exceptions share no base
        raise ConfigurationInvalid(
            f'{weights} does not hold weights of {name}: {_first_line(error)}.', 'Name the file of this very detector.'
        ) from error
    return network


def _from_hub(build: Callable[..., Any], name: str, may_download: bool) -> Any:
    if not may_download:
        raise WeightsMissing(
            f'There are no weights for {name}.',
            'Name a file in ATRIUM_VISION_TORCHVISION_WEIGHTS, or allow the internet with '
            'ATRIUM_VISION_TORCHVISION_DOWNLOAD=true.',
        )
    try:
        return build(weights='DEFAULT')
    except Exception as error:  # whatever the network and the disk come to
        raise WeightsMissing(
            f'The weights of {name} could not be fetched: {_first_line(error)}.',
            'Fetch them elsewhere and name the file in ATRIUM_VISION_TORCHVISION_WEIGHTS.',
        ) from error


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or [type(error).__name__])[0].rstrip('.:')


class PretrainedDetector:
    """People of one of torchvision's networks, on a GPU where there is one."""

    def __init__(self, network: Any, *, least_score: float = 0.2, device: str | None = None) -> None:
        import torch

        self._torch = torch
        self._device = device or ('cuda' if torch.cuda.is_available() else 'cpu')
        self._network = network.eval().to(self._device)
        self._least_score = least_score
        self._lock = threading.Lock()

    def detect(self, image: Image) -> Detections:
        return self.detect_all([image])[0]

    def detect_all(self, images: Sequence[Image]) -> list[Detections]:
        """torchvision brings pictures of different shapes to one batch itself."""
        if not images:
            return []
        planes = [self._torch.from_numpy(np.ascontiguousarray(each[..., ::-1].transpose(2, 0, 1))) for each in images]
        with self._lock, self._torch.inference_mode():
            answers = self._network([each.to(self._device).float().div_(255) for each in planes])
        return [self._people(each) for each in answers]

    def _people(self, answer: dict[str, Any]) -> Detections:
        labels, scores = answer['labels'].cpu().numpy(), answer['scores'].cpu().numpy().astype(np.float64)
        people = (labels == PERSON) & (scores >= self._least_score)
        return Detections(answer['boxes'].cpu().numpy().astype(np.float64)[people].reshape(-1, 4), scores[people])
