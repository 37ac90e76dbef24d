"""The footfall pages: each loads, in both languages, crowded and empty; what is withheld is said."""

from datetime import date

import pytest

from domain.footfall.commands import RedrawLine, RetireLine
from domain.footfall.views import FlowMatrix
from tests.ui import fakes
from tests.ui.fakes import FakeDomain
from tests.ui.screens import person, screens, tell
from ui.kit.floor_plan import FloorPlan

BASE = '/operations/footfall'
LINE = fakes.lines()[0]
CROWDED = {
    '': ('15 分钟客流', '14,200', '+4.1%', '不可比', '1,224'),
    '/plan': ('楼层平面图', '点选一家店铺', '15:20 更新'),
    '/capture': ('各店进店率', '第 1–25 条，共 119 条'),
    '/dwell': ('停留最久的区域', '第 1–25 条，共 119 条'),
    '/flows': ('区域之间的动线', '为保护个人不予显示'),
    '/lines': ('计数线', '第 1–25 条'),
    f'/lines/{LINE.id}': ('摄像机移位后重新标定', '首次设定', '未通过', '重画'),
    '/coverage': ('覆盖率日历', '第 1–25 条，共 30 条'),
}
ENGLISH = {
    '': 'Footfall by 15 minutes',
    '/plan': 'Choose a shop',
    '/capture': 'Capture rate by shop',
    '/dwell': 'Where people stay longest',
    '/flows': 'are withheld to protect individuals',
    '/lines': 'Lines',
    f'/lines/{LINE.id}': 'Redraw',
    '/coverage': 'Coverage calendar',
}
EMPTY = {
    '/capture': ({'capture_rates': lambda window: ()}, '这一天没有进店数据'),
    '/dwell': ({'dwell_by_zone': lambda window, floor_id: ()}, '这一天没有停留数据'),
    '/flows': (
        {
            'flows': lambda window, floor_id: FlowMatrix(
                window=window,
                threshold=10,
                flows=(),
                suppressed=0,
                totals_by_origin={},
                totals_by_target={},
                coverage=0,
                fresh_at=None,
            )
        },
        '没有可公布的动线',
    ),
    '/lines': ({'list_lines': lambda: ()}, '还没有计数线'),
    '/coverage': (
        {
            'coverage_calendar': lambda first_on, until_on: (),
            'list_gaps': lambda window: (),
            'list_imputations': lambda window: (),
        },
        '还没有覆盖率记录',
    ),
}


@pytest.mark.parametrize('path', CROWDED)
async def test_every_page_shows_what_it_promises(domain: FakeDomain, path: str) -> None:
    async with screens(person()) as (user, _):
        await user.open(BASE + path)
        for words in CROWDED[path]:
            await user.should_see(words, retries=20)


@pytest.mark.parametrize('path', ENGLISH)
async def test_every_page_speaks_english(domain: FakeDomain, path: str) -> None:
    async with screens(person(locale='en')) as (user, _):
        await user.open(BASE + path)
        await user.should_see(ENGLISH[path], retries=20)


@pytest.mark.parametrize('path', EMPTY)
async def test_an_empty_page_says_so_and_what_to_do(domain: FakeDomain, path: str) -> None:
    answers, words = EMPTY[path]
    domain.answers = {**domain.answers, **answers}
    async with screens(person()) as (user, _):
        await user.open(BASE + path)
        await user.should_see(words, retries=20)


async def test_a_shop_chosen_on_the_plan_shows_its_figures(domain: FakeDomain) -> None:
    async with screens(person()) as (user, _):
        await user.open(f'{BASE}/plan')
        await user.should_see(FloorPlan, retries=20)
        unit = fakes.floor_plan(3).units[1]
        user.find(kind=FloorPlan).trigger('unit', str(unit.id))
        await user.should_see(unit.number)
        await user.should_see('员工到访')


async def test_another_floor_and_day_are_kept_in_the_address(domain: FakeDomain) -> None:
    async with screens(person()) as (user, _):
        await user.open(f'{BASE}/dwell?floor=4&on=2026-11-01')
        await user.should_see('11月1日 周日', retries=20)
        await user.should_see('第 1–', retries=20)
        asked = [facts for name, facts in domain.asked if name == 'dwell_by_zone']
        assert asked[-1]['floor_id'] == 4
        assert (asked[-1]['window'].started_at, asked[-1]['window'].ended_at) == fakes.CLOCK.bounds(date(2026, 11, 1))


@pytest.mark.parametrize('nonsense', ['on=yesterday', 'on=2026-02-30', 'on=9999-12-31', 'floor=77', 'floor=-1', 'on='])
async def test_nonsense_in_the_address_shows_today_and_the_whole_mall(domain: FakeDomain, nonsense: str) -> None:
    async with screens(person()) as (user, _):
        await user.open(f'{BASE}/dwell?{nonsense}')
        await user.should_see('第 1–25 条，共 119 条', retries=20)


async def test_news_are_shown(domain: FakeDomain) -> None:
    async with screens(person()) as (user, hub):
        await user.open(f'{BASE}/capture')
        await user.should_see('第 1–25 条，共 119 条', retries=20)
        domain.answers = {**domain.answers, 'capture_rates': lambda window: fakes.capture()[:7]}
        await tell(hub, 'footfall')
        await user.should_see('第 1–7 条，共 7 条', retries=20)


async def test_FT_R15_a_line_is_redrawn_with_a_reason_as_a_new_version(domain: FakeDomain) -> None:
    async with screens(person()) as (user, _):
        await user.open(f'{BASE}/lines/{LINE.id}')
        await user.should_see(marker='footfall.redraw', retries=20)
        user.find(marker='footfall.redraw').click()
        await user.should_see('旧数据不改写')
        user.find(kind=FloorPlan).trigger('drafted', {'a': [3.5, 4.25], 'b': [9.0, 4.5]})
        user.find(marker='form.submit').click()
        await user.should_see('请填写此项')
        assert domain.times('redraw_line') == 0

        user.find(marker='footfall.reason').type('门改向')
        user.find(marker='form.submit').click()
        sent = await domain.heard('redraw_line')
        assert sent == [RedrawLine(line_id=LINE.id, start=(3.5, 4.25), end=(9.0, 4.5), device_id=None, reason='门改向')]


async def test_a_line_is_retired_only_after_a_yes(domain: FakeDomain) -> None:
    async with screens(person()) as (user, _):
        await user.open(f'{BASE}/lines/{LINE.id}')
        await user.should_see(marker='footfall.retire', retries=20)
        user.find(marker='footfall.retire').click()
        await user.should_see('历史数据保留')
        assert domain.times('retire_line') == 0
        user.find(marker='confirmation.accept').click()
        sent = await domain.heard('retire_line')
        assert [(type(command), command.line_id) for command in sent] == [(RetireLine, LINE.id)]


async def test_who_may_only_look_gets_no_buttons_that_change_or_export(domain: FakeDomain) -> None:
    async with screens(person('footfall.view', 'mall.view')) as (user, _):
        await user.open(f'{BASE}/lines/{LINE.id}')
        await user.should_see('摄像机移位后重新标定', retries=20)
        await user.should_not_see(marker='footfall.redraw')
        await user.open(BASE)
        await user.should_see('14,200', retries=20)
        await user.should_not_see(marker='footfall.export')


async def test_a_line_that_does_not_exist_is_said_in_words(domain: FakeDomain) -> None:
    async with screens(person()) as (user, _):
        await user.open(f'{BASE}/lines/999999')
        await user.should_see('错误代码 object.not_found', retries=20)


async def test_the_export_is_a_file_named_after_its_day(domain: FakeDomain) -> None:
    async with screens(person()) as (user, _):
        await user.open(f'{BASE}?on=2026-11-01')
        await user.should_see('14,200', retries=20)
        user.find(marker='footfall.export').click()
        response = await user.download.next()
        assert response.content == fakes.export()
        assert domain.times('export_csv') == 1
