"""The hidden gallery shows every component, in both languages and both lightings."""

from urllib.parse import urlencode

import pytest
from nicegui import ui
from nicegui.testing import User
from nicegui.testing.user_interaction import UserInteraction
from nicegui.testing.user_simulation import user_simulation

from ui.kit import theme
from ui.kit.data_table import DataTable
from ui.kit.gallery.page import gallery_page
from ui.kit.i18n import catalogue


def serve() -> None:
    theme.install()

    @ui.page('/_kit')
    def kit(locale: str = 'zh-CN', appearance: str = 'light', q: str = '') -> None:
        gallery_page(locale, appearance, {'q': q})


async def opened(user: User, address: str) -> None:
    serve()
    await user.open(address)


@pytest.mark.parametrize('locale', ['zh-CN', 'en'])
@pytest.mark.parametrize('appearance', ['light', 'dark', 'wall'])
async def test_every_section_is_there(locale: str, appearance: str) -> None:
    async with user_simulation(root=lambda: None) as user:
        await opened(user, f'/_kit?locale={locale}&appearance={appearance}')
        sentences = catalogue(locale)
        for name in ('title', 'chart', 'plan', 'table', 'forms', 'details', 'backfill'):
            await user.should_see(sentences[f'kit.gallery.{name}'])


async def test_a_table_pages_searches_and_says_so_when_nothing_matches() -> None:
    async with user_simulation(root=lambda: None) as user:
        await opened(user, '/_kit')
        await user.should_see('第 1–25 条，共 640 条', retries=10)
        table = user.find(kind=DataTable).elements.pop()
        user.find(marker='table.search').type('不存在的店')
        await user.should_see('没有符合条件的记录', retries=10)
        assert str(table._address) == f'/_kit?{urlencode({"q": "不存在的店"})}'
        with user:
            clear = next(element for element in table.descendants() if 'empty.action' in element._markers)
        UserInteraction(user, {clear}, 'empty.action').click()
        await user.should_see('第 1–25 条，共 640 条', retries=10)


async def test_a_form_objects_at_the_field_and_is_submitted_once_it_is_right() -> None:
    async with user_simulation(root=lambda: None) as user:
        await opened(user, '/_kit')
        user.find(marker='form.submit').click()
        await user.should_see('请填写此项')
        user.find(marker='gallery.name').type('东门')
        user.find(marker='form.submit').click()
        await user.should_not_see('请填写此项')
        assert '已保存' in user.notify.messages


async def test_a_destructive_act_says_what_it_does_and_asks_once() -> None:
    async with user_simulation(root=lambda: None) as user:
        await opened(user, '/_kit')
        user.find(marker='gallery.delete').click()
        await user.should_see('此操作会记录在审计日志中', retries=5)
        user.find(marker='confirmation.cancel').click()
        assert '已删除' not in user.notify.messages
        user.find(marker='gallery.delete').click()
        user.find(marker='confirmation.accept').click()
        assert '已删除' in user.notify.messages


async def test_dialogs_do_not_pile_up() -> None:
    async with user_simulation(root=lambda: None) as user:
        await opened(user, '/_kit')
        for _ in range(5):
            user.find(marker='gallery.delete').click()
            user.find(marker='confirmation.cancel').click()
        with user as client:
            assert sum(isinstance(element, ui.dialog) for element in client.elements.values()) == 1
