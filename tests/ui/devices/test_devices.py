"""The device pages: who is ill, who cares for it, and every message that could not be recorded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.devices.commands import AcknowledgeAlarm, PurgeQuarantined, RetryQuarantined
from tests.ui import fakes
from tests.ui.fakes import FakeDomain
from tests.ui.screens import person, screens, tell
from ui.devices.payload import readable
from ui.kit.data_table import DataTable


async def test_the_fleet_shows_who_is_ill_and_why(domain: FakeDomain) -> None:
    async with screens(person()) as (user, _):
        await user.open('/devices')
        await user.should_see('168', retries=20)
        await user.should_see('/ 171 台')
        await user.should_see('第 1–25 条，共 171 条')
        table = user.find(kind=DataTable).elements.pop()
        badges = {row['badge']['text']: row['badge']['state'] for row in table._table.rows}
        assert badges['静默'] == 'act'
        assert badges['时钟偏差'] == 'watch'
        assert badges['维护中'] == 'off'


async def test_a_device_opens_beside_the_list(domain: FakeDomain) -> None:
    async with screens(person(locale='en')) as (user, _):
        await user.open('/devices')
        await user.should_see('1–25 of 171', retries=20)
        device = fakes.devices()[0]
        _open_row(user, device.id)
        await user.should_see('Clock skew')
        await user.should_see('AT-3D2')


async def test_filters_in_the_address_narrow_the_list(domain: FakeDomain) -> None:
    async with screens(person()) as (user, _):
        await user.open('/devices?state=off&floor=3')
        await user.should_see('第 1–1 条，共 1 条', retries=20)


async def test_an_alarm_is_acknowledged_by_a_person(domain: FakeDomain) -> None:
    async with screens(person()) as (user, _):
        await user.open('/devices/alarms')
        await user.should_see('第 1–5 条，共 5 条', retries=20)
        _open_row(user, 0)
        user.find(marker='devices.acknowledge').click()
        await user.should_see('陈经理 11月22日 15:20', retries=20)
        await user.should_not_see(marker='devices.acknowledge')
        sent = await domain.heard('acknowledge_alarm')
        assert sent == [AcknowledgeAlarm(alarm_id=0)]


async def test_who_may_only_look_cannot_acknowledge_or_release(domain: FakeDomain) -> None:
    async with screens(person('devices.view', 'mall.view')) as (user, _):
        await user.open('/devices/alarms')
        await user.should_see('第 1–5 条，共 5 条', retries=20)
        _open_row(user, 0)
        await user.should_see('发现')
        await user.should_not_see(marker='devices.acknowledge')
        await user.open('/devices/quarantine')
        await user.should_see('第 1–4 条，共 4 条', retries=20)
        _open_row(user, 1)
        await user.should_see(marker='devices.payload')
        await user.should_not_see(marker='devices.purge')


async def test_a_quarantined_message_shows_its_reason_and_its_bytes(domain: FakeDomain) -> None:
    async with screens(person()) as (user, _):
        await user.open('/devices/quarantine')
        await user.should_see('第 1–4 条，共 4 条', retries=20)
        _open_row(user, 0)
        await user.should_see('不是有效的 JSON')
        await user.should_see('00 17 fe 7b 67 61 72 62 61 67 65')
        _open_row(user, 1)
        await user.should_see('"seq": 1234')
        _open_row(user, 3)
        await user.should_see('因此不能重试')
        await user.should_not_see(marker='devices.retry')


async def test_messages_are_retried_or_after_a_yes_purged(domain: FakeDomain) -> None:
    async with screens(person()) as (user, _):
        await user.open('/devices/quarantine')
        await user.should_see('第 1–4 条，共 4 条', retries=20)
        _open_row(user, 2)
        user.find(marker='devices.retry').click()
        await user.should_see('点选一条消息查看原文', retries=20)
        _open_row(user, 1)
        user.find(marker='devices.purge').click()
        await user.should_see('原文将无法找回')
        assert domain.times('purge_quarantined') == 0
        user.find(marker='confirmation.accept').click()
        await user.should_see('点选一条消息查看原文', retries=20)
        assert await domain.heard('retry_quarantined') == [RetryQuarantined(ids=(2,))]
        assert await domain.heard('purge_quarantined') == [PurgeQuarantined(ids=(1,))]


@pytest.mark.parametrize(
    ('path', 'name', 'words'),
    [
        ('/devices', 'list_devices', '还没有设备'),
        ('/devices/alarms', 'list_alarms', '没有告警'),
        ('/devices/quarantine', 'list_quarantined', '隔离区是空的'),
    ],
)
async def test_an_empty_list_says_so(domain: FakeDomain, path: str, name: str, words: str) -> None:
    domain.answers = {**domain.answers, name: lambda **_: []}
    async with screens(person()) as (user, _):
        await user.open(path)
        await user.should_see(words, retries=20)


async def test_a_new_alarm_appears_by_itself(domain: FakeDomain) -> None:
    domain.answers = {**domain.answers, 'list_alarms': lambda **_: []}
    async with screens(person()) as (user, hub):
        await user.open('/devices/alarms')
        await user.should_see('没有告警', retries=20)
        domain.answers = {**domain.answers, 'list_alarms': lambda **_: fakes.alarms()}
        await tell(hub, 'devices')
        await user.should_see('第 1–5 条，共 5 条', retries=20)


@given(st.binary(max_size=20_000))
def test_any_bytes_can_be_read(payload: bytes) -> None:
    shown = readable(payload)
    assert all(character.isprintable() or character in '\r\n\t' for character in shown)
    assert len(shown) < 60_000


@given(
    st.recursive(
        st.one_of(st.none(), st.integers(-1_000, 1_000), st.text(max_size=8)),
        lambda inner: st.lists(inner, max_size=4),
        max_leaves=12,
    )
)
def test_json_is_indented_and_loses_nothing(value: object) -> None:
    import json

    text = json.dumps(value)
    assert json.loads(readable(text.encode())) == value


def _open_row(user: object, row: int) -> None:
    table = user.find(kind=DataTable).elements.pop()  # type: ignore[attr-defined]
    user.find(kind=type(table._table)).trigger('rowClick', [{}, {'id': row}, 0])  # type: ignore[attr-defined]
