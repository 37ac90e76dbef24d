"""What raises an alarm and what must not: drawn scenes, and the real footage where it is there."""

import pytest

from tests.vision_service.footage import DATA, needs_footage
from tests.vision_service.hazards import scenes
from vision_service.alarming import Alarms, alarm_clip, usual_hazards
from vision_service.cameras import CameraConfig
from vision_service.contracts import HazardKind

FIRE = (HazardKind.FLAME, HazardKind.SMOKE)
SECOND_LOOK_S = 5.0


def watched(clip: scenes.Clip, *kinds: HazardKind, **limits: float) -> Alarms:
    hazards = tuple(each.model_copy(update=limits) for each in usual_hazards(kinds or FIRE))
    return alarm_clip(CameraConfig(code='cam', source='drawn', hazards=hazards), source=clip)


def test_a_flame_is_raised_within_five_seconds_and_cleared_when_it_is_out() -> None:
    found = watched(scenes.Clip(40, scenes.flame(6, 20)), HazardKind.FLAME)
    raised, cleared = found.events
    assert (raised.edge, cleared.edge) == ('raised', 'cleared')
    assert 6 <= raised.at <= 6 + SECOND_LOOK_S
    assert 20 < cleared.at < 40
    left, top, right, bottom = raised.box or (0, 0, 0, 0)
    assert left < 200 / 320 < right
    assert top < 180 / 240 < bottom + 0.1


@pytest.mark.parametrize(
    ('name', 'painter'),
    [
        ('red jacket', scenes.coat((40, 40, 220))),
        ('bright red jacket that sways', scenes.coat((60, 70, 250), sways=14)),
        ('orange waistcoat', scenes.coat((40, 140, 250), sways=10)),
        ('red jacket that walks by', scenes.walker((30, 40, 220), start=4)),
    ],
)
def test_a_coat_is_no_flame(name: str, painter: scenes.Painter) -> None:
    assert watched(scenes.Clip(25, painter)).events == []


def test_spreading_smoke_is_raised() -> None:
    found = watched(scenes.Clip(25, scenes.plume(6, spread=14, most=120)))
    assert [each.kind for each in found.raised()] == [HazardKind.SMOKE]
    assert found.raised()[0].at < 20


def test_steam_that_stays_small_is_no_smoke() -> None:
    assert watched(scenes.Clip(30, scenes.plume(5, spread=10, most=22, dark=235))).events == []


def test_people_in_an_ordinary_room_raise_nothing() -> None:
    clip = scenes.Clip(
        30,
        scenes.walker(start=3),
        scenes.walker((170, 170, 175), start=8),
        scenes.coat((200, 200, 200), start=12, stay=10),
    )
    assert watched(clip, *FIRE, HazardKind.FALL).events == []


def test_a_bag_left_alone_is_raised_and_cleared_when_it_is_fetched() -> None:
    found = watched(scenes.Clip(45, scenes.bag(6, end=30)), HazardKind.ABANDONED, raise_at=12.0)
    assert [each.edge for each in found.events] == ['raised', 'cleared']
    assert 17 < found.events[0].at < 22


def test_a_fall_is_raised_and_a_bow_is_not() -> None:
    assert [each.kind for each in watched(scenes.Clip(18, scenes.faller(9.0)), HazardKind.FALL).raised()] == [
        HazardKind.FALL
    ]
    assert watched(scenes.Clip(18, scenes.walker(start=5, speed=30)), HazardKind.FALL).events == []


@pytest.mark.parametrize('mark', [pytest.param(None, marks=needs_footage)])
def test_the_burning_house_is_raised_within_five_seconds(mark: None) -> None:
    found = alarm_clip(CameraConfig(code='cam', source=str(DATA / 'fire' / 'furg_house6.mp4')))
    assert found.raised(HazardKind.FLAME)[0].at <= SECOND_LOOK_S


@pytest.mark.parametrize(
    'clip',
    [
        pytest.param('video/intel_one-by-one-person-detection.mp4', marks=needs_footage),
        pytest.param('pets_s2l1/vtest_480x360.avi', marks=needs_footage),
        pytest.param('epfl_lab/Single1.mp4', marks=needs_footage),
    ],
)
def test_ordinary_footage_raises_nothing(clip: str) -> None:
    assert alarm_clip(CameraConfig(code='cam', source=str(DATA / clip))).events == []
