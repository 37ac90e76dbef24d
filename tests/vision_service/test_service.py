"""A whole camera service against a real broker: counts arrive once, whatever dies in between."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from integrations.embedded.access import GATEWAY_USER
from tests.integrations.brokers import SECRET, BrokerProcess, make_broker
from tests.vision_service.clips import MIDDLE, two_in_one_out
from tests.vision_service.platform import Platform
from vision_service.cameras import CameraConfig, LineConfig
from vision_service.contracts import CameraState, CameraView, HealthView
from vision_service.service import VisionService
from vision_service.settings import VisionSettings


@pytest.fixture(scope='module')
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return two_in_one_out(tmp_path_factory.mktemp('clips') / 'clip.avi')


def camera(source: Path | str, code: str = 'cam-1', **changes: object) -> CameraConfig:
    line = LineConfig(code='door-f1-east', points=MIDDLE)
    return CameraConfig(code=code, source=str(source), lines=(line,), paced=False, **changes)


def configured(folder: Path, port: int, **changes: object) -> VisionSettings:
    base = VisionSettings(
        _env_file=None,
        mall='testmall',
        state_dir=folder / 'state',
        mqtt_port=port,
        mqtt_username=GATEWAY_USER,
        mqtt_password=SECRET,
        http_port=0,
        resend_after_s=1.0,
    )
    return base.model_copy(update=changes)


@asynccontextmanager
async def running(service: VisionService) -> AsyncIterator[VisionService]:
    task = asyncio.create_task(service.run())
    try:
        yield service
    finally:
        service.stop()
        await asyncio.wait_for(task, 30)


@pytest.fixture
def broker(tmp_path: Path) -> BrokerProcess:
    return make_broker('embedded', tmp_path / 'broker')


@pytest.fixture(scope='module')
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BrokerProcess]:
    """For tests that leave the broker alone; each speaks as a camera of its own."""
    broker = make_broker('embedded', tmp_path_factory.mktemp('broker'))
    broker.start()
    yield broker
    broker.stop()


def directions(platform: Platform, device: str) -> Counter[str]:
    return Counter(reading.direction for reading in platform.crossings(device))


async def test_a_clip_s_crossings_arrive_numbered_and_are_forgotten_when_committed(
    started: BrokerProcess, tmp_path: Path, clip: Path
) -> None:
    began = datetime.now(UTC)
    async with Platform(started.port) as platform:
        await platform.ready()
        service = VisionService(configured(tmp_path, started.port), (camera(clip, 'cam-1'),))
        await asyncio.wait_for(service.run(until_ended=True), 60)
        await platform.until(lambda: any(not status.online for status in platform.statuses['cam-1']))

    assert directions(platform, 'cam-1') == {'in': 2, 'out': 1}
    numbers = sorted(platform.readings['cam-1'])
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert [status.online for status in platform.statuses['cam-1']][-2:] == [True, False]
    assert all(
        began - timedelta(seconds=16) <= reading.at <= datetime.now(UTC) for reading in platform.crossings('cam-1')
    )
    assert {reading.line for reading in platform.crossings('cam-1')} == {'door-f1-east'}


async def test_numbers_go_on_in_the_next_session(started: BrokerProcess, tmp_path: Path, clip: Path) -> None:
    settings = configured(tmp_path, started.port)
    async with Platform(started.port) as platform:
        await platform.ready()
        for _ in range(2):
            await asyncio.wait_for(VisionService(settings, (camera(clip, 'cam-2'),)).run(until_ended=True), 60)

    numbers = sorted(platform.readings['cam-2'])
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    assert directions(platform, 'cam-2') == {'in': 4, 'out': 2}
    epochs = [status.epoch for status in platform.statuses['cam-2'] if status.online]
    assert epochs == [epochs[0], epochs[0] + 1]


async def test_counts_without_a_broker_and_back_fills_with_the_time_of_the_event(
    broker: BrokerProcess, tmp_path: Path, clip: Path
) -> None:
    service = VisionService(configured(tmp_path, broker.port), (camera(clip, 'cam-3'),))
    task = asyncio.create_task(service.run(until_ended=True))
    while not any(view.state is CameraState.ENDED for view in service.cameras()):
        await asyncio.sleep(0.05)
    counted_by = datetime.now(UTC)
    assert service.health().readings_waiting >= 4
    assert service.health().status == 'degraded'

    broker.start()
    try:
        async with Platform(broker.port) as platform:
            await asyncio.wait_for(task, 60)
    finally:
        broker.stop()

    assert directions(platform, 'cam-3') == {'in': 2, 'out': 1}
    assert all(reading.at < counted_by for reading in platform.crossings('cam-3'))


async def test_a_broker_killed_in_mid_stream_loses_and_doubles_nothing(
    broker: BrokerProcess, tmp_path: Path, clip: Path
) -> None:
    broker.start()
    async with Platform(broker.port) as platform:
        await platform.ready()
        service = VisionService(configured(tmp_path, broker.port), (camera(clip, 'cam-4', loop=True),))
        async with running(service):
            await platform.until(lambda: len(platform.crossings('cam-4')) >= 3)
            broker.kill()
            before = service.cameras()[0].counted_in
            while service.cameras()[0].counted_in < before + 4:
                await asyncio.sleep(0.05)
            broker.start()
            await platform.until(lambda: len(platform.crossings('cam-4')) >= before + 4)
            counted = service.cameras()[0]
        await platform.until(lambda: len(platform.crossings('cam-4')) >= counted.counted_in + counted.counted_out)

    numbers = sorted(platform.readings['cam-4'])
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    broker.stop()


async def test_what_nobody_acknowledges_is_sent_again(started: BrokerProcess, tmp_path: Path, clip: Path) -> None:
    async with Platform(started.port, acknowledges=False) as platform:
        await platform.ready()
        service = VisionService(configured(tmp_path, started.port), (camera(clip, 'cam-5'),))
        async with running(service):
            await platform.until(lambda: len(platform.crossings('cam-5')) == 3)
            heard = platform.messages
            await platform.until(lambda: platform.messages > heard)
            assert service.health().readings_waiting == len(platform.readings['cam-5'])
            platform.acknowledges = True
            while service.health().readings_waiting:
                await asyncio.sleep(0.05)


async def test_one_camera_s_trouble_is_its_own(started: BrokerProcess, tmp_path: Path, clip: Path) -> None:
    broken = tmp_path / 'broken.avi'
    broken.write_bytes(b'no video' * 100)
    async with Platform(started.port) as platform:
        await platform.ready()
        service = VisionService(configured(tmp_path, started.port), (camera(broken, 'cam-5b'), camera(clip, 'cam-6')))
        async with running(service):
            await platform.until(lambda: len(platform.crossings('cam-6')) == 3)
            troubled = next(view for view in service.cameras() if view.code == 'cam-5b')
            health = service.health()

    assert troubled.state is CameraState.UNREACHABLE
    assert 'is no video' in troubled.detail
    assert [part.name for part in health.parts if not part.ready] == ['cameras']


async def test_the_http_api_tells_what_goes_on(started: BrokerProcess, tmp_path: Path, clip: Path) -> None:
    service = VisionService(configured(tmp_path, started.port), (camera(clip, 'cam-7', loop=True),))
    async with running(service):
        while service.http_port is None or service.cameras()[0].frames < 40:
            await asyncio.sleep(0.05)
        async with httpx.AsyncClient(base_url=f'http://127.0.0.1:{service.http_port}') as client:
            health = HealthView.model_validate_json((await client.get('/healthz')).content)
            views = [CameraView.model_validate(each) for each in (await client.get('/api/v1/cameras')).json()]
            metrics = (await client.get('/metrics')).text
            picture = await client.get('/api/v1/cameras/cam-7/snapshot.jpg')
            unknown = await client.get('/api/v1/cameras/cam-9/snapshot.jpg')

    assert health.cameras == 1
    assert [view.code for view in views] == ['cam-7']
    assert 'atrium_vision_frames_total{camera="cam-7"}' in metrics
    assert picture.content.startswith(b'\xff\xd8')
    assert picture.headers['cache-control'] == 'no-store'
    assert unknown.status_code == 404


async def test_a_token_guards_all_but_health(started: BrokerProcess, tmp_path: Path, clip: Path) -> None:
    settings = VisionSettings(
        _env_file=None, http_token='s3cret', http_port=0, state_dir=tmp_path, mqtt_port=started.port
    )
    async with running(VisionService(settings, (camera(clip, 'cam-8'),))) as service:
        while service.http_port is None:
            await asyncio.sleep(0.05)
        async with httpx.AsyncClient(base_url=f'http://127.0.0.1:{service.http_port}') as client:
            open_one = await client.get('/healthz')
            refused = await client.get('/api/v1/cameras')
            wrong = await client.get('/api/v1/cameras', headers={'Authorization': 'Bearer s3cre'})
            allowed = await client.get('/api/v1/cameras', headers={'Authorization': 'Bearer s3cret'})

    assert [each.status_code for each in (open_one, refused, wrong, allowed)] == [200, 401, 401, 200]


def test_the_api_opens_to_others_only_with_a_token() -> None:
    with pytest.raises(ValueError, match='http_token'):
        VisionSettings(_env_file=None, http_host='0.0.0.0')
