"""Cameras on many processes and machines: one owner of identities, groups by floor, Ray where it is installed."""

import json
import os
import signal
import sys
from pathlib import Path

import httpx
import pytest

from vision_service.cameras import CameraConfig, CamerasFile
from vision_service.cluster import grouped, placed, run_on_cluster, settings_of_worker
from vision_service.contracts import Observation
from vision_service.errors import ConfigurationInvalid
from vision_service.settings import VisionSettings
from vision_service.trajectories.forwarding import MOST_WAITING, Forwarding

ONE = Observation(camera='a', t=1.0, track=1, x_m=0, y_m=0, floor='F1')


def forwarding(answer: httpx.Response | None, posted: list[list]) -> Forwarding:
    def take(request: httpx.Request) -> httpx.Response:
        if answer is None:
            raise httpx.ConnectError('away')
        posted.append(json.loads(request.content))
        return answer

    return Forwarding('http://owner', 'secret', transport=httpx.MockTransport(take))


def test_observations_go_to_the_owner_in_batches() -> None:
    posted: list[list] = []
    forward = forwarding(httpx.Response(202), posted)
    forward.observe([ONE] * 2_500)

    assert forward.tick() == 2_500
    assert [len(batch) for batch in posted] == [2_000, 500]
    assert Observation.model_validate(posted[0][0]) == ONE
    assert forward.tick() == 0


@pytest.mark.parametrize('answer', [None, httpx.Response(401), httpx.Response(503)])
def test_an_owner_that_is_away_holds_up_nobody(answer: httpx.Response | None) -> None:
    forward = forwarding(answer, [])
    forward.observe([ONE] * (MOST_WAITING + 5))

    assert forward.tick() == 0
    assert len(forward._waiting) <= MOST_WAITING


def cameras(*floors: str) -> list[CameraConfig]:
    return [CameraConfig(code=f'cam-{n}', source='0', floor=floor) for n, floor in enumerate(floors)]


def test_cameras_of_a_floor_go_to_one_worker() -> None:
    groups = list(grouped(cameras('F2', 'F1', 'F2', 'F1', 'F3'), 2))

    assert [[camera.floor for camera in group] for group in groups] == [['F1', 'F1'], ['F2', 'F2'], ['F3']]


def test_a_worker_has_its_own_queue(tmp_path: Path) -> None:
    settings = VisionSettings(_env_file=None, state_dir=tmp_path)

    assert {settings_of_worker(settings, n).state_dir for n in range(3)} == {tmp_path / f'worker-{n}' for n in range(3)}


def test_without_ray_it_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, 'ray', None)

    with pytest.raises(ConfigurationInvalid, match='not installed'):
        run_on_cluster(VisionSettings(_env_file=None, state_dir=tmp_path), CamerasFile(cameras=()))


def test_ray_places_cameras_and_starts_a_dead_worker_again(tmp_path: Path) -> None:
    """On one machine; skipped where the cluster extra is not installed."""
    ray = pytest.importorskip('ray', reason='the cluster extra is not installed')
    settings, site = VisionSettings(_env_file=None, state_dir=tmp_path), CamerasFile(cameras=tuple(cameras('F1', 'F2')))
    try:
        workers = placed(settings, site, per_worker=1)
        told = ray.get([worker.told.remote() for worker in workers], timeout=120)
        os.kill(told[0]['pid'], signal.SIGKILL)
        again = ray.get(workers[0].told.remote(), timeout=120)
    finally:
        ray.shutdown()

    assert [each['cameras'] for each in told] == [['cam-0'], ['cam-1']]
    assert again['cameras'] == ['cam-0']
    assert again['pid'] != told[0]['pid']
