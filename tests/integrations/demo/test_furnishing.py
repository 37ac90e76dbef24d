"""The demo mall is furnished by the product's own operations, and twice is once."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from domain.devices.queries import list_devices
from domain.footfall.queries import list_lines, list_zones
from domain.mall.operations import import_mall
from domain.shared.actor import Actor, system_actor
from domain.shared.operations import ask
from integrations.demo import malls, seeding, state
from tests.conftest import Database

NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)


@pytest.fixture(scope='module')
def furnished(database: Database) -> Actor:
    """The small demo mall, furnished."""
    document = malls.documents(malls.HOME)['qinghe']
    mall, _ = import_mall(actor=system_actor('seeder'), document=document, now=NOW)
    for _ in range(2):
        seeding.equip('qinghe', mall.id, document, NOW - timedelta(days=30), NOW, say=lambda _: None)
    return system_actor('reader', mall.id)


def test_every_device_of_the_plan_is_registered(furnished: Actor) -> None:
    document = malls.documents(malls.HOME)['qinghe']
    planned = {d['code'] for b in document['buildings'] for f in b['floors'] for d in f['devices']}

    assert {device.code for device in ask(list_devices, actor=furnished)} == planned


def test_every_door_is_a_counting_line_with_its_counter(furnished: Actor) -> None:
    lines = ask(list_lines, actor=furnished)

    assert {line.role.value for line in lines} == {'entrance', 'shop', 'passage'}
    assert all(line.device_id is not None for line in lines)


def test_every_shop_has_a_zone_and_a_strip_in_front_of_it(furnished: Actor) -> None:
    codes = {zone.code for zone in ask(list_zones, actor=furnished)}

    shops = {code for code in codes if f'pass-{code}' in codes}
    assert len(shops) == 12


def test_inward_lies_to_the_left_of_every_line(furnished: Actor) -> None:
    document = malls.documents(malls.HOME)['qinghe']
    inward = {d['code']: d['inward'] for b in document['buildings'] for f in b['floors'] for d in f['doors']}

    for line in ask(list_lines, actor=furnished):
        along = (line.end[0] - line.start[0], line.end[1] - line.start[1])
        assert along[0] * inward[line.code][1] - along[1] * inward[line.code][0] > 0


@pytest.mark.parametrize(
    ('utc_hour', 'zone'),
    [(4, 'Asia/Shanghai'), (11, 'Asia/Shanghai'), (14, 'Etc/GMT'), (20, 'Etc/GMT+6'), (0, 'Etc/GMT+10')],
)
def test_a_demo_made_at_night_lives_where_it_is_day(utc_hour: int, zone: str) -> None:
    now = datetime(2026, 11, 22, utc_hour, 30, tzinfo=UTC)

    assert malls.zone_for(now) == zone
    assert 11 <= now.astimezone(ZoneInfo(malls.zone_for(now))).hour < 20


def test_the_zone_is_chosen_once(tmp_path: Path) -> None:
    first = malls.chosen_zone(tmp_path, datetime(2026, 11, 22, 20, tzinfo=UTC), print)

    assert malls.chosen_zone(tmp_path, datetime(2026, 11, 22, 5, tzinfo=UTC), print) == first == 'Etc/GMT+6'


def test_secrets_are_made_once_and_readable_by_this_user_alone(tmp_path: Path) -> None:
    first = state.with_secrets(tmp_path)
    state.save(tmp_path, first)

    assert state.with_secrets(tmp_path) == first
    assert (tmp_path / state.FILE).stat().st_mode & 0o077 == 0
    assert not set(state.with_secrets(tmp_path / 'another').values()) & set(first.values())
