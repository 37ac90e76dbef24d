"""Leases: every camera is watched by one process, evenly, and by another when that one dies."""

import asyncio
from collections.abc import Sequence

import pytest

from tests.vision_service.store.test_archive import url  # noqa: F401 - a fixture
from vision_service.fleet import Fleet
from vision_service.store.archive import prepare
from vision_service.store.leases import Leases, Share

CAMERAS = ['cam-1', 'cam-2', 'cam-3', 'cam-4']


async def test_two_processes_share_evenly_and_one_takes_over_from_the_dead(url: str) -> None:  # noqa: F811
    await prepare(url)
    first = Leases(url, 'first', capacity=8, lease_s=60)
    second = Leases(url, 'second', capacity=8, lease_s=60)

    assert (await first.hold(CAMERAS)).held == set(CAMERAS)
    assert (await second.hold(CAMERAS)).held == set()

    share = await first.hold(CAMERAS)
    assert share == Share(frozenset(CAMERAS), frozenset({'cam-3', 'cam-4'}))
    await first.release(sorted(share.surplus))
    assert (await second.hold(CAMERAS)).held == {'cam-3', 'cam-4'}

    dying = Leases(url, 'first', capacity=8, lease_s=0.0)
    await dying.hold(CAMERAS)  # its last sign of life, already over
    assert (await second.hold(CAMERAS)).held == set(CAMERAS)


async def test_nobody_takes_more_than_he_can_carry(url: str) -> None:  # noqa: F811
    await prepare(url)

    assert len((await Leases(url, 'small', capacity=3).hold(CAMERAS)).held) == 3


class Table:
    """Leases as the table would give them, one after the other; an error where it is away."""

    lease_s = 0.03

    def __init__(self, *shares: Share | Exception) -> None:
        self._shares = list(shares)
        self.released: list[str] = []
        self.left = False

    async def hold(self, cameras: Sequence[str]) -> Share:
        share = self._shares.pop(0) if len(self._shares) > 1 else self._shares[0]
        if isinstance(share, Exception):
            raise share
        return share

    async def release(self, cameras: Sequence[str], *, leave: bool = False) -> None:
        self.released += cameras
        self.left = self.left or leave


class Service:
    def __init__(self, cameras: frozenset[str], log: list[str]) -> None:
        self._cameras, self._log, self._stopped = cameras, log, asyncio.Event()

    async def run(self) -> None:
        self._log.append(f'start {sorted(self._cameras)}')
        await self._stopped.wait()
        self._log.append(f'end {sorted(self._cameras)}')

    def stop(self) -> None:
        self._stopped.set()


async def until(fleet: Fleet, is_so: object) -> None:
    task = asyncio.create_task(fleet.run())
    async with asyncio.timeout(5):
        while not is_so():  # type: ignore[operator]
            await asyncio.sleep(0.005)
    fleet.stop()
    await task


async def test_a_camera_is_stopped_before_it_is_given_up() -> None:
    both, one = frozenset({'cam-1', 'cam-2'}), frozenset({'cam-1'})
    table, log = Table(Share(both, frozenset()), Share(both, frozenset({'cam-2'})), Share(one, frozenset())), []
    released_at: list[int] = []
    fleet = Fleet(table, CAMERAS, lambda cameras: Service(cameras, log))
    release = table.release

    async def noted(cameras: Sequence[str], *, leave: bool = False) -> None:
        released_at.append(len(log))
        await release(cameras, leave=leave)

    table.release = noted  # type: ignore[method-assign]
    await until(fleet, lambda: 'cam-2' in table.released)

    assert log[:2] == ["start ['cam-1', 'cam-2']", "end ['cam-1', 'cam-2']"]
    assert released_at[0] >= 2
    assert table.left


@pytest.mark.parametrize('fault', [OSError('away'), TimeoutError()])
async def test_without_the_table_cameras_rest_before_the_lease_is_over(fault: Exception) -> None:
    log: list[str] = []
    fleet = Fleet(
        Table(Share(frozenset({'cam-1'}), frozenset()), fault), CAMERAS, lambda cameras: Service(cameras, log)
    )

    await until(fleet, lambda: log[-1:] == ["end ['cam-1']"])

    assert fleet.watching == frozenset()
