"""The safety pages: a hazard is verified in two clicks, and who may not see a clip does not."""

from nicegui.testing import User

from domain.safety.commands import OpenClip, Reason, ReviewHazard
from tests.ui.fakes import FakeDomain
from tests.ui.fakes.cameras import FakeVision
from tests.ui.screens import person, screens, tell
from ui.kit.data_table import DataTable


async def test_the_queue_says_what_and_how_urgent(domain: FakeDomain) -> None:
    async with screens(person(), vision=FakeVision()) as (user, _):
        await user.open('/safety')
        await user.should_see('第 1–3 条，共 3 条', retries=20)
        table = user.find(kind=DataTable).elements.pop()
        assert [row['badge']['text'] for row in table._table.rows] == ['紧急：探测器也报警', '待核实', '待核实']
        assert table._table.rows[1]['value'] == '4.6 人/㎡，限值 4.0'
        await user.should_see('绝不联动消防设备')


async def test_a_hazard_is_dismissed_in_two_clicks(domain: FakeDomain) -> None:
    async with screens(person(), vision=FakeVision()) as (user, _):
        await user.open('/safety')
        await user.should_see('第 1–3 条，共 3 条', retries=20)
        _open(user, 1)
        await user.should_see(marker='safety.clip', retries=20)
        assert await domain.heard('open_clip') == [OpenClip(hazard_id=1)]
        user.find(marker='safety.dismiss').click()
        await user.should_see(marker='safety.reason.clothing', retries=20)
        await user.should_not_see(marker='safety.reason.real')
        user.find(marker='safety.reason.clothing').click()
        await user.should_see('已排除 · 衣物', retries=20)
        sent = await domain.heard('review_hazard')
        assert sent == [ReviewHazard(hazard_id=1, verdict='dismissed', reason=Reason.CLOTHING)]


async def test_SE_R11_who_may_not_open_clips_sees_none_and_nothing_is_opened(domain: FakeDomain) -> None:
    async with screens(person('safety.view', 'mall.view'), vision=FakeVision()) as (user, _):
        await user.open('/safety')
        await user.should_see('第 1–3 条，共 3 条', retries=20)
        _open(user, 1)
        await user.should_see('您没有打开险情片段的权限', retries=20)
        await user.should_not_see(marker='safety.confirm')
        assert domain.times('open_clip') == 0


async def test_a_hazard_without_a_clip_or_a_service_says_so(domain: FakeDomain) -> None:
    async with screens(person()) as (user, _):
        await user.open('/safety')
        await user.should_see('第 1–3 条，共 3 条', retries=20)
        _open(user, 2)
        await user.should_see('没有片段', retries=20)
        await user.should_see('3 次')


async def test_news_refresh_the_queue(domain: FakeDomain) -> None:
    async with screens(person(), vision=FakeVision()) as (user, hub):
        await user.open('/safety')
        await user.should_see('第 1–3 条，共 3 条', retries=20)
        before = domain.times('list_hazards')
        await tell(hub, 'safety')
        await user.should_see('第 1–3 条，共 3 条', retries=20)
        assert domain.times('list_hazards') >= before


async def test_the_record_and_the_log_are_shown(domain: FakeDomain) -> None:
    async with screens(person(locale='en'), vision=FakeVision()) as (user, _):
        await user.open('/safety/record')
        await user.should_see('1–1 of 1', retries=20)
        table = user.find(kind=DataTable).elements.pop()
        assert (table._table.rows[0]['false'], table._table.rows[0]['took']) == ('25.0%', '42 s')
        await user.open('/safety/viewings')
        await user.should_see('1–1 of 1', retries=20)


def _open(user: User, hazard_id: int) -> None:
    table = user.find(kind=DataTable).elements.pop()
    user.find(kind=type(table._table)).trigger('rowClick', [{}, {'id': hazard_id}, 0])
