"""The service's entry point for the composition root and for a process of its own."""

import asyncio
import signal

from vision_service.cameras import CameraConfig, PlanConfig, read_site
from vision_service.errors import ConfigurationInvalid
from vision_service.service import VisionService
from vision_service.settings import VisionSettings


def run(settings: VisionSettings | None = None) -> None:
    """Watches the cameras of `settings.cameras_file` until a signal comes; blocks.

    :raises ConfigurationInvalid: without a readable file of cameras
    :raises QueueUnwritable: when the queue on disk does not open
    """
    settings = settings or VisionSettings()
    if settings.cameras_file is None:
        raise ConfigurationInvalid('No cameras are configured.', 'Set ATRIUM_VISION_CAMERAS_FILE to a TOML file.')
    site = read_site(settings.cameras_file)
    run_cameras(settings, site.cameras, plan=site.plan)


def run_cameras(
    settings: VisionSettings,
    cameras: tuple[CameraConfig, ...],
    *,
    plan: PlanConfig | None = None,
    until_ended: bool = False,
) -> None:
    """Watches just these; with `until_ended` it returns when their sources are over and everything is delivered."""
    asyncio.run(_run(VisionService(settings, cameras, plan), until_ended=until_ended))


async def _run(service: VisionService, *, until_ended: bool) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, service.stop)
    await service.run(until_ended=until_ended)
