"""Layouts over HTTP: versions that stay, changes at work from the next picture on, pictures with nobody in them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from tests.vision_service.clips import MIDDLE, two_in_one_out
from vision_service.api import create_api
from vision_service.camera import Camera
from vision_service.cameras import CalibrationConfig, CameraConfig, LineConfig, ZoneConfig
from vision_service.contracts import FlowsView, LayoutView
from vision_service.errors import ConfigurationInvalid
from vision_service.layouts import Layouts
from vision_service.metrics import create_registry
from vision_service.service import VisionService
from vision_service.settings import VisionSettings
from vision_service.sources.file import FileSource
from vision_service.store.layouts import LayoutStore
from vision_service.store.queue import ReadingQueue

LINE = {'code': 'door', 'points': [[0.5, 0.0], [0.5, 1.0]]}
SQUARE = [[0.1, 0.1], [0.9, 0.1], [0.9, 0.9], [0.1, 0.9]]


@pytest.fixture
def config(tmp_path: Path) -> CameraConfig:
    clip = two_in_one_out(tmp_path / 'clip.avi')
    return CameraConfig(
        code='cam-1', source=str(clip), lines=(LineConfig(code='door', points=MIDDLE),), floor='F1', paced=False
    )


@pytest.fixture
def service(tmp_path: Path, config: CameraConfig) -> Iterator[VisionService]:
    settings = VisionSettings(_env_file=None, state_dir=tmp_path / 'state')
    service = VisionService(settings, (config,))
    service._cameras['cam-1'].run()
    yield service
    service._queue.close()
    service._store.close()


@pytest.fixture
def client(service: VisionService) -> httpx.AsyncClient:
    api = create_api(service, service._owner, create_registry(service.cameras), 'secret')
    transport = httpx.ASGITransport(app=api)
    headers = {'Authorization': 'Bearer secret'}
    return httpx.AsyncClient(transport=transport, base_url='http://vision', headers=headers)


async def test_the_layout_comes_in_shares_whatever_the_file_says(client: httpx.AsyncClient) -> None:
    view = LayoutView.model_validate_json((await client.get('/api/v1/cameras/cam-1/layout')).content)

    assert view.version == 1
    assert view.lines[0].points[0] == pytest.approx((160 / 320, 10 / 240))


async def test_FT_R15_a_change_is_a_new_version_and_the_old_one_stays(client: httpx.AsyncClient) -> None:
    before = (await client.get('/api/v1/cameras/cam-1/layout')).json()
    change = {'based_on': 1, 'lines': [LINE], 'zones': [{'code': 'f1-hall', 'points': SQUARE}], 'changed_by': 'Lin'}
    changed = LayoutView.model_validate_json((await client.put('/api/v1/cameras/cam-1/layout', json=change)).content)
    history = (await client.get('/api/v1/cameras/cam-1/layout/history')).json()

    assert (changed.version, changed.changed_by) == (2, 'Lin')
    assert [each['version'] for each in history] == [2, 1]
    assert history[1] == before


async def test_a_change_drawn_over_an_old_layout_is_refused(client: httpx.AsyncClient) -> None:
    change = {'based_on': 1, 'lines': [LINE]}

    assert (await client.put('/api/v1/cameras/cam-1/layout', json=change)).status_code == 200
    assert (await client.put('/api/v1/cameras/cam-1/layout', json=change)).status_code == 409


@pytest.mark.parametrize(
    'change',
    [
        {'based_on': 1, 'lines': [LINE, LINE]},
        {'based_on': 1, 'lines': [{'code': 'door', 'points': [[0.5, 0.5], [0.5, 0.5]]}]},
        {'based_on': 1, 'zones': [{'code': 'z', 'points': [[0, 0], [1, 1]]}]},
        {'based_on': 1, 'calibration': {'points': SQUARE, 'metres': SQUARE[:3] + [[5, 5]] * 2}},
    ],
)
async def test_what_makes_no_sense_is_refused_and_nothing_changes(client: httpx.AsyncClient, change: dict) -> None:
    answer = await client.put('/api/v1/cameras/cam-1/layout', json=change)

    assert answer.status_code == 422, answer.text
    assert (await client.get('/api/v1/cameras/cam-1/layout')).json()['version'] == 1


async def test_a_calibration_is_tried_without_being_kept(client: httpx.AsyncClient) -> None:
    shape = {'points': [*SQUARE, [0.5, 0.5]], 'metres': [[0, 0], [8, 0], [8, 8], [0, 8], [4.4, 4]]}

    fit = (await client.post('/api/v1/cameras/cam-1/calibration/fit', json=shape)).json()

    assert fit['is_checked']
    assert max(fit['errors_m']) == fit['errors_m'][4] > 0.05
    assert (await client.get('/api/v1/cameras/cam-1/layout')).json()['calibration'] is None


async def test_what_is_not_there_is_said(client: httpx.AsyncClient) -> None:
    for path in ('cameras/cam-9/layout', 'cameras/cam-9/live.mjpeg', 'paths?target=nowhere'):
        assert (await client.get(f'/api/v1/{path}')).status_code == 404
    empty = FlowsView.model_validate_json((await client.get('/api/v1/flows')).content)
    assert empty.cells == ()
    naive = await client.get('/api/v1/flows', params={'since': '2026-01-01T00:00:00'})
    assert naive.status_code == 422


async def test_all_of_it_needs_the_token(client: httpx.AsyncClient) -> None:
    client.headers.pop('Authorization')
    for path in ('cameras/cam-1/layout', 'cameras/cam-1/live.mjpeg', 'flows', 'paths?target=a', 'association'):
        assert (await client.get(f'/api/v1/{path}')).status_code == 401


async def test_the_live_view_is_pictures_one_after_the_other(service: VisionService) -> None:
    from vision_service.live import BOUNDARY, Stage

    stage = Stage()
    shown = stage.show(lambda: service.live('cam-1'), 10.0)
    first = await anext(shown)

    assert first.startswith(f'--{BOUNDARY}\r\nContent-Type: image/jpeg'.encode())
    assert stage.watchers == 1
    await shown.aclose()
    assert stage.watchers == 0


def counted(tmp_path: Path, config: CameraConfig, change_at: int | None) -> tuple[int, int]:
    """The clip's crossings, with the same layout drawn anew at a picture."""
    queue = ReadingQueue(tmp_path / f'{change_at}.sqlite3')
    source = FileSource(config.source)
    camera = Camera(config, queue, source=source)
    for index, frame in enumerate(source.frames()):
        if index == change_at:
            camera.relayout(config, 2)
        camera._take(frame)
    return camera.counted['door', 'in'], camera.counted['door', 'out']


def test_a_new_layout_counts_nobody_twice(tmp_path: Path, config: CameraConfig) -> None:
    whole = counted(tmp_path, config, None)

    for change_at in (48, 52, 75, 112):
        again = counted(tmp_path, config, change_at)
        assert all(each <= most for each, most in zip(again, whole, strict=True)), change_at


def test_the_file_wins_when_it_was_changed_and_the_editor_otherwise(tmp_path: Path, config: CameraConfig) -> None:
    store = LayoutStore(tmp_path / 'layouts.sqlite3', clock=lambda: datetime(2026, 11, 27, tzinfo=UTC))
    layouts = Layouts(store)
    _, first = layouts.begin(config)
    drawn = {'lines': [LINE], 'zones': [], 'calibration': None}
    store.change('cam-1', first, 'Lin', drawn)

    kept, version = layouts.begin(config)
    assert (version, kept.lines[0].points[0]) == (2, (0.5, 0.0))

    edited, version = layouts.begin(config.model_copy(update={'zones': (ZoneConfig(code='z', points=SQUARE),)}))
    assert (version, len(edited.zones), edited.lines[0].points[0]) == (3, 1, MIDDLE[0])


def test_a_calibration_in_the_file_keeps_its_lens() -> None:
    calibration = CalibrationConfig(points=SQUARE, metres=[(0, 0), (4, 0), (4, 4), (0, 4)], distortion=-0.1)

    assert calibration.placed(640, 480).lens is not None
    with pytest.raises(ConfigurationInvalid):
        CalibrationConfig(points=[(0.1, 0.1)] * 4, metres=[(0, 0)] * 4).placed(640, 480)
