"""Cameras on many machines by Ray (the `cluster` extra): it places groups of them on workers and starts the dead again.

Ray is imported only here and only when asked for.
"""

import asyncio
import os
from collections.abc import Iterator, Sequence
from typing import Any

from vision_service.cameras import CameraConfig, CamerasFile, PlanConfig
from vision_service.errors import ConfigurationInvalid
from vision_service.settings import VisionSettings

PER_WORKER = 4


class CameraWorker:
    """Runs in a process of Ray's: a service for a few cameras. Started again, it goes on with its queue."""

    def __init__(self, settings: VisionSettings, cameras: tuple[CameraConfig, ...], plan: PlanConfig) -> None:
        self._settings, self._cameras, self._plan = settings, cameras, plan

    def run(self) -> None:
        """Blocks until the service is stopped."""
        from vision_service.service import VisionService

        asyncio.run(VisionService(self._settings, self._cameras, self._plan).run())

    def told(self) -> dict[str, Any]:
        """Which cameras it watches, and in which process."""
        return {'pid': os.getpid(), 'cameras': [camera.code for camera in self._cameras]}


def grouped(cameras: Sequence[CameraConfig], per_worker: int) -> Iterator[tuple[CameraConfig, ...]]:
    """Cameras of one floor stay together where they fit: they see the same people."""
    ordered = sorted(cameras, key=lambda camera: (camera.floor or '', camera.code))
    for first in range(0, len(ordered), per_worker):
        yield tuple(ordered[first : first + per_worker])


def settings_of_worker(settings: VisionSettings, number: int) -> VisionSettings:
    """Its own queue and a port that is free; a lost worker's queue is found again under its number."""
    return settings.model_copy(update={'state_dir': settings.state_dir / f'worker-{number}', 'http_port': 0})


def run_on_cluster(settings: VisionSettings, site: CamerasFile, *, per_worker: int = PER_WORKER) -> None:
    """Blocks for as long as there are workers; those that die are started again, wherever there is room.

    :raises ConfigurationInvalid: where Ray is not installed
    """
    ray = _ray()
    ray.get([worker.run.remote() for worker in placed(settings, site, per_worker=per_worker)])


def placed(settings: VisionSettings, site: CamerasFile, *, per_worker: int = PER_WORKER) -> list[Any]:
    """Workers on the cluster, one for each group of cameras, not yet running.

    :raises ConfigurationInvalid: where Ray is not installed
    """
    ray = _ray()
    if not ray.is_initialized():
        ray.init(address=settings.ray_address, namespace='atrium-vision', log_to_driver=False)
    kind = ray.remote(num_cpus=1, max_restarts=-1, max_task_retries=-1, max_concurrency=2)(CameraWorker)
    return [
        kind.options(name=f'cameras-{number}').remote(settings_of_worker(settings, number), group, site.plan)
        for number, group in enumerate(grouped(site.cameras, per_worker))
    ]


def _ray() -> Any:
    try:
        import ray
    except ImportError as error:
        raise ConfigurationInvalid(
            'Ray is not installed.', 'Install the cluster extra, or leave --cluster out.'
        ) from error
    return ray
