"""The service's entry point for the composition root and for a process of its own."""

import asyncio
import signal
import socket
from collections.abc import Callable

from vision_service.cameras import CameraConfig, CamerasFile, PlanConfig, read_site
from vision_service.errors import ConfigurationInvalid
from vision_service.fleet import Fleet
from vision_service.service import VisionService
from vision_service.settings import VisionSettings
from vision_service.store.archive import prepare
from vision_service.store.leases import Leases


def run(settings: VisionSettings | None = None) -> None:
    """Watches the cameras of `settings.cameras_file` until a signal comes; blocks.

    :raises ConfigurationInvalid: without a readable file of cameras
    :raises QueueUnwritable: when the queue on disk does not open
    """
    settings = settings or VisionSettings()
    if settings.cameras_file is None:
        raise ConfigurationInvalid('No cameras are configured.', 'Set ATRIUM_VISION_CAMERAS_FILE to a TOML file.')
    site = read_site(settings.cameras_file)
    if settings.fleet_capacity:
        asyncio.run(_run_fleet(settings, site))
        return
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


async def _run_fleet(settings: VisionSettings, site: CamerasFile) -> None:
    if settings.database_url is None:
        raise ConfigurationInvalid('Leases need a database.', 'Set ATRIUM_VISION_DATABASE_URL.')
    url = settings.database_url.get_secret_value()
    await prepare(url)
    name = f'{socket.gethostname()}-{settings.state_dir.resolve().name}'[:64]
    leases = Leases(url, name, capacity=settings.fleet_capacity, lease_s=settings.fleet_lease_s)

    def start(held: frozenset[str]) -> VisionService:
        return VisionService(settings, tuple(each for each in site.cameras if each.code in held), site.plan)

    fleet = Fleet(leases, [camera.code for camera in site.cameras], start)
    _stop_by_signal(fleet.stop)
    await fleet.run()


def _stop_by_signal(stop: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)


async def _run(service: VisionService, *, until_ended: bool) -> None:
    _stop_by_signal(service.stop)
    await service.run(until_ended=until_ended)
