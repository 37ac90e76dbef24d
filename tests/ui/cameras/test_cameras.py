"""The camera pages: the wall, one camera with its layout and audit, ways and heat."""

from nicegui.testing import User

from domain.footfall.commands import RecordAudit
from tests.ui import fakes
from tests.ui.fakes import FakeDomain
from tests.ui.fakes.cameras import FakeVision
from tests.ui.screens import person, screens
from ui.kit.camera_picture import CameraPicture
from ui.kit.floor_plan import FloorPlan


async def test_the_wall_shows_each_camera_with_cause_and_remedy(domain: FakeDomain) -> None:
    async with screens(person(), vision=FakeVision()) as (user, _):
        await user.open('/cameras')
        await user.should_see('3 台中 2 台正常，画面中共 12 人', retries=20)
        await user.should_see('画面一分钟没有变化：重启摄像机。 the same picture for a minute')
        await user.should_see('2 条险情待核实')
        await user.should_see('未接入视觉服务的摄像机')
        assert len(user.find(kind=CameraPicture).elements) == 3


async def test_looking_at_the_wall_goes_on_record_once(domain: FakeDomain) -> None:
    async with screens(person(), vision=FakeVision()) as (user, _):
        await user.open('/cameras')
        (command,) = await domain.heard('watch_cameras')
        assert command.device_codes == ('cam-f1-main', 'cam-f1-east', 'cam-f2-bridge')


async def test_without_a_vision_service_the_wall_says_so(domain: FakeDomain) -> None:
    away = FakeVision()
    away.is_away = True
    async with screens(person(locale='en'), vision=away) as (user, _):
        await user.open('/cameras')
        await user.should_see('The vision service cannot be reached', retries=20)
        await user.should_see('safety.vision_unavailable')


async def test_a_line_is_drawn_and_saved_as_a_new_version(domain: FakeDomain) -> None:
    vision = FakeVision()
    async with screens(person(), vision=vision) as (user, _):
        await user.open('/cameras/cam-f1-main')
        await user.should_see('door-f1-main', retries=20)
        user.find(marker='cameras.draw_line').click()
        await user.should_see('保存为新版本', retries=20)
        _click(user, 0.2, 0.5)
        user.find(marker='cameras.shape_code').type('door-new')
        user.find(marker='form.submit').click()
        await user.should_see('请点两个点', retries=20)
        _click(user, 0.8, 0.5)
        user.find(marker='form.submit').click()
        await user.should_see('已保存为 v4', retries=20)
        (saved,) = vision.saved
        assert saved['based_on'] == 3
        assert {line.code: line.points for line in saved['lines']}['door-new'] == ((0.2, 0.5), (0.8, 0.5))
        assert [command.version for command in await domain.heard('note_layout')] == [4]


async def test_who_was_slower_is_told_and_loses_nothing(domain: FakeDomain) -> None:
    vision = FakeVision()
    vision.is_outdated = True
    async with screens(person(), vision=vision) as (user, _):
        await user.open('/cameras/cam-f1-main')
        await user.should_see('door-f1-main', retries=20)
        user.find(marker='cameras.draw_line').click()
        await user.should_see('保存为新版本', retries=20)
        _click(user, 0.2, 0.5)
        _click(user, 0.8, 0.5)
        user.find(marker='cameras.shape_code').type('door-new')
        user.find(marker='form.submit').click()
        await user.should_see('已被他人修改', retries=20)
        await user.should_see('保存为新版本')


async def test_calibration_asks_for_pairs_and_shows_its_error(domain: FakeDomain) -> None:
    vision = FakeVision()
    async with screens(person(), vision=vision) as (user, _):
        await user.open('/cameras/cam-f1-main')
        await user.should_see('door-f1-main', retries=20)
        user.find(marker='cameras.calibrate').click()
        await user.should_see('已有 3 对（至少 4 对）', retries=20)
        _click(user, 0.1, 0.9)
        await user.should_see('请在平面图上点同一个位置', retries=20)
        user.find(kind=FloorPlan).trigger('placed', [3.0, 8.0])
        await user.should_see('误差 0.21 米；四个点总能重合', retries=20)
        user.find(marker='cameras.save_calibration').click()
        await user.should_see('已保存为 v4', retries=20)
        assert vision.saved[0]['calibration'].metres[-1] == (3.0, 8.0)


async def test_who_may_only_watch_draws_nothing(domain: FakeDomain) -> None:
    async with screens(person('safety.watch_cameras', 'mall.view'), vision=FakeVision()) as (user, _):
        await user.open('/cameras/cam-f1-main')
        await user.should_see('door-f1-main', retries=20)
        await user.should_not_see(marker='cameras.draw_line')
        await user.should_not_see(marker='cameras.begin_audit')


async def test_a_hand_count_is_stored_for_the_line(domain: FakeDomain) -> None:
    mine = next(line for line in fakes.lines() if line.retired_at is None)
    domain.answers = {
        **domain.answers,
        'list_lines': lambda: [type(mine)(**{**_fields(mine), 'device_id': 900})],
        'record_audit': lambda command: fakes.audits()[0],
    }
    async with screens(person(), vision=FakeVision()) as (user, _):
        await user.open('/cameras/cam-f1-main')
        await user.should_see(marker='cameras.begin_audit', retries=20)
        user.find(marker='cameras.begin_audit').click()
        await user.should_see('进 0', retries=20)
        user.find(marker='cameras.count_in').click()
        user.find(marker='cameras.count_in').click()
        user.find(marker='cameras.count_out').click()
        await user.should_see('进 2', retries=20)
        user.find(marker='cameras.end_audit').click()
        await user.should_see('保存核对结果', retries=20)
        user.find(marker='form.submit').click()
        (command,) = await domain.heard('record_audit')
        assert isinstance(command, RecordAudit)
        assert (command.line_id, command.hand_in, command.hand_out) == (mine.id, 2, 1)
        assert (command.window.started_at.second, command.window.started_at.microsecond) == (0, 0)


async def test_ways_and_heat_are_shown(domain: FakeDomain) -> None:
    async with screens(person(locale='en'), vision=FakeVision()) as (user, _):
        await user.open('/cameras/ways')
        await user.should_see('1 cells with fewer than 10 people are hidden', retries=20)
        await user.should_see('Choose a shop')
        await user.open('/cameras/heat')
        await user.should_see('person-minutes in this hour', retries=20)
        before = domain.times('heat_map')
        slider = user.find(marker='cameras.hour').elements.pop()
        wanted = 12 if slider.value != 12 else 14
        slider.set_value(wanted)
        await user.should_see(f'{wanted}:00 – {wanted + 1}:00', retries=20)
        assert domain.times('heat_map') > before


def _click(user: User, x: float, y: float) -> None:
    user.find(kind=CameraPicture).trigger('placed', {'x': x, 'y': y})


def _fields(line: object) -> dict[str, object]:
    return {name: getattr(line, name) for name in line.__dataclass_fields__}  # type: ignore[attr-defined]
