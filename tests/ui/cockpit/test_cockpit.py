"""The cockpit shows each figure with its completeness, moves by push alone, and says what it cannot know."""

from dataclasses import replace
from datetime import date

from domain.footfall.views import Comparability, Mode
from domain.shared.errors import DatabaseUnavailable
from tests.ui import fakes
from tests.ui.fakes import FakeDomain
from tests.ui.screens import person, screens, tell


async def test_every_figure_stands_beside_its_coverage_and_its_freshness(domain: FakeDomain) -> None:
    async with screens(person()) as (user, _):
        await user.open('/cockpit')
        await user.should_see('12,846')
        await user.should_see('观测 88%，余为估算')
        await user.should_see('暂估')
        await user.should_see('15:20 更新')
        await user.should_see('+4.1%')
        await user.should_see('较上周同时段 11月15日 周日')
        await user.should_see('设备 168 / 171 在线')
        await user.should_see('画面冻结')


async def test_it_speaks_english_to_those_who_read_english(domain: FakeDomain) -> None:
    async with screens(person(locale='en')) as (user, _):
        await user.open('/cockpit')
        await user.should_see('88% observed, rest estimated')
        await user.should_see('vs last week at the same time, Sun 15 Nov')
        await user.should_see('South main entrance')
        await user.should_see('168 of 171 devices online')


async def test_news_move_the_figures_without_anybody_asking_for_them(domain: FakeDomain) -> None:
    async with screens(person()) as (user, hub):
        await user.open('/cockpit')
        await user.should_see('12,846')
        asked = domain.times('cockpit_summary')
        domain.answers = {**domain.answers, 'cockpit_summary': lambda: fakes.summary(people=13_002)}

        await user.should_see('12,846')
        assert domain.times('cockpit_summary') == asked

        await tell(hub, 'footfall')
        await user.should_see('13,002', retries=20)
        await user.should_not_see('12,846')


async def test_pages_of_one_mall_share_an_answer_until_the_next_news(domain: FakeDomain) -> None:
    async with screens(person()) as (user, _):
        for _ in range(3):
            await user.open('/cockpit')
            await user.should_see('12,846')
        assert domain.times('cockpit_summary') == 1


async def test_what_is_missing_is_a_dash_and_never_a_zero(domain: FakeDomain) -> None:
    domain.answers = {
        **domain.answers,
        'cockpit_summary': lambda: fakes.summary(people=None),
        'curve_15min': lambda: fakes.curve(is_empty=True),
        'door_ranking': lambda limit: (),
        'list_alarms': lambda is_open, limit: [],
    }
    async with screens(person()) as (user, _):
        await user.open('/cockpit')
        await user.should_see('还没有出入口计数')
        await user.should_see('没有未处理的告警')
        await user.should_see(marker='cockpit.footfall')
        with user:
            words = [
                element.text
                for element in user.find(marker='cockpit.footfall').elements.pop().descendants()
                if getattr(element, 'text', '')
            ]
        assert '—' in words
        assert '0' not in words


async def test_CK_R9_a_redrawn_line_is_not_compared(domain: FakeDomain) -> None:
    redrawn = fakes.comparison(Mode.PREVIOUS_WEEK, date(2026, 11, 15), 900, 300, Comparability.REDRAWN)
    summary = replace(fakes.summary(), comparisons=(redrawn,))
    domain.answers = {**domain.answers, 'cockpit_summary': lambda: summary}
    async with screens(person()) as (user, _):
        await user.open('/cockpit')
        await user.should_see('不可比')
        await user.should_not_see('+200.0%')


async def test_who_may_not_see_devices_sees_the_rest(domain: FakeDomain) -> None:
    async with screens(person('footfall.view', 'mall.view')) as (user, _):
        await user.open('/cockpit')
        await user.should_see('12,846')
        await user.should_see('设备状态未知')
        assert domain.times('get_fleet') == 0
        assert domain.times('list_alarms') == 0


async def test_a_database_that_is_away_is_said_and_the_last_figures_stay(domain: FakeDomain) -> None:
    def fail() -> None:
        raise DatabaseUnavailable

    async with screens(person()) as (user, hub):
        await user.open('/cockpit')
        await user.should_see('12,846')
        domain.answers = {**domain.answers, 'cockpit_summary': fail}
        await tell(hub, 'footfall')
        await user.should_see('错误代码 database.unavailable', retries=20)
        await user.should_see('12,846')

        domain.answers = {**domain.answers, 'cockpit_summary': fakes.summary}
        user.find(marker='error.retry').click()
        await user.should_not_see('错误代码 database.unavailable', retries=20)


async def test_the_wall_shows_mall_day_and_time_of_the_figures(domain: FakeDomain) -> None:
    async with screens(person()) as (user, _):
        await user.open('/cockpit/wall')
        await user.should_see('云集天地')
        await user.should_see('2026年11月22日 周日')
        await user.should_see('15:20')
        await user.should_see('12,846')
