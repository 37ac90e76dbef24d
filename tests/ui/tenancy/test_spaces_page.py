"""The calendar of spaces over the real domain: staff see who, shops see when."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from nicegui.testing import User

from domain.permits.commands import BookSpace, FilePromotion, OpenSpace
from domain.permits.operations import book_space, file_promotion, open_space
from domain.permits.spaces import list_calendar, list_spaces
from domain.permits.views import BookingView
from domain.shared.actor import Actor, MallId
from domain.shared.operations import ask, perform
from tests.domain.leasing.world import World, build_world
from tests.domain.permits.test_permits import MECHANICS
from tests.ui.screens import fill, looking, screens, staff
from tests.ui.shell.test_live import until
from ui.kit.i18n import Locale

PATH = '/operations/tenants/spaces'


@pytest.fixture(scope='module')
def world(mall: MallId) -> World:
    return build_world(mall)


@pytest.fixture(scope='module')
def booking(world: World) -> BookingView:
    """A booking in the middle of May 2026, with four hours of set-up."""
    atrium = perform(open_space, actor=world.actor, command=OpenSpace(
        code='atrium-1', name_zh='一号中庭', name_en='Atrium One', kind='atrium', buffer_minutes=240
    ))  # fmt: skip
    filing = perform(
        file_promotion, actor=world.actor, command=FilePromotion(tenant_id=world.tenant(), mechanics=MECHANICS)
    )
    starts = datetime(2026, 5, 10, 2, tzinfo=UTC)
    return perform(book_space, actor=world.actor, command=BookSpace(
        promotion_id=filing.id, space_id=atrium.id, starts_at=starts, ends_at=starts + timedelta(days=2)
    ))  # fmt: skip


@asynccontextmanager
async def shop(world: World, tenant_id: int, path: str, locale: Locale = 'zh-CN') -> AsyncIterator[User]:
    session = staff(world.actor, 'tenant_manager', locale)
    actor: Actor = replace(session.actor, tenant_id=tenant_id)  # type: ignore[arg-type]
    async with screens(replace(session, actor=actor)) as (user, _):
        await user.open(path)
        yield user


async def test_a_booking_stands_in_its_month_with_its_shop_and_a_way_to_its_filing(
    world: World, booking: BookingView
) -> None:
    async with looking(world.actor, 'leasing', f'{PATH}?on=2026-05-20') as user:
        await user.should_see('2026年5月', retries=60)
        user.find(marker=f'timeline.{booking.id}').click()
        await user.should_see('布展开始', retries=40)
        await user.should_see(marker='spaces.filing')
        await user.should_not_see('占用场地')  # leasing looks, operations keep the spaces
        user.find(marker='spaces.after').click()
        await user.should_see('2026年6月', retries=40)
        await user.should_not_see(marker=f'timeline.{booking.id}')


async def test_a_week_shows_the_same_in_english(world: World, booking: BookingView) -> None:
    async with looking(world.actor, 'operations', f'{PATH}?on=2026-05-10&view=week', 'en') as user:
        await user.should_see('4 May – 10 May', retries=60)
        await user.should_see(marker=f'timeline.{booking.id}')
        user.find(marker='spaces.after').click()
        await user.should_see('11 May – 17 May', retries=40)


async def test_a_block_says_what_it_meets_and_stands_where_there_is_room(world: World, booking: BookingView) -> None:
    window = {'starts_at': booking.starts_at - timedelta(days=9), 'ends_at': booking.ends_at + timedelta(days=9)}
    async with looking(world.actor, 'operations', f'{PATH}?on=2026-05-10') as user:
        await user.should_see(marker=f'timeline.{booking.id}', retries=60)
        fill(user, {'场地': booking.space_id, '开始': '2026-05-11T10:00', '结束': '2026-05-11T22:00', '用途': '检修'})
        user.find(content='占用场地', marker='form.submit').click()
        await user.should_see('时间重叠', retries=40)
        assert [one.standing for one in ask(list_calendar, actor=world.actor, **window)] == ['held']
        fill(user, {'开始': '2026-05-14T10:00', '结束': '2026-05-14T22:00'})
        user.find(content='占用场地', marker='form.submit').click()
        await user.should_see('检修 · 商场占用', retries=60)
        [block] = [one for one in ask(list_calendar, actor=world.actor, **window) if one.standing == 'blocked']
        user.find(marker=f'timeline.{block.booking.id}').click()
        await user.should_see('解除占用', retries=40)
        user.find(marker='spaces.unblock').click()
        user.find(marker='confirmation.accept').click()
        await user.should_not_see(marker=f'timeline.{block.booking.id}', retries=60)


async def test_a_space_is_opened_on_the_page(world: World) -> None:
    async with looking(world.actor, 'operations', PATH, 'en') as user:
        await user.should_see('New space', retries=60)
        fill(user, {
            'Code': 'ad-9', 'Name in Chinese': '九号灯箱', 'Name in English': 'Light Box Nine',
            'Kind': 'advertising', 'Set-up time': 1.5,
        })  # fmt: skip
        user.find(content='New space', marker='form.submit').click()
        await until(lambda: any(one.code == 'ad-9' for one in ask(list_spaces, actor=world.actor)))
    [made] = [one for one in ask(list_spaces, actor=world.actor) if one.code == 'ad-9']
    assert (made.kind, made.buffer_minutes) == ('advertising', 90)


async def test_TA_R2_a_shop_that_files_sees_taken_and_not_by_whom(world: World, booking: BookingView) -> None:
    async with shop(world, world.tenant(), '/tenant/promotions') as user:
        await user.should_see('场地占用情况', retries=60)
        fill(user, {'开始日期': '2026-05-09', '结束日期（含）': '2026-05-12'})
        await user.should_see('已占用', retries=60)
        await user.should_not_see('五月满减')
