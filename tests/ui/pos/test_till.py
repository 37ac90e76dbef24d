"""The till as cashiers use it: scan, pay, wait, give back, count. The domain is the real one."""

import asyncio
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from nicegui import ui
from nicegui.testing import User
from pydantic import SecretStr

from domain.coupons import granting
from domain.coupons.commands import CreateTemplate, GrantCoupons
from domain.members import enrolment, loyalty, points
from domain.members.commands import Channel as Origin
from domain.members.commands import EnrolMember, GrantPoints, InstallScheme
from domain.members.queries import show_member_code
from domain.payments.ports import Outcome
from domain.sales import queries, shifts, suspending
from tests.ui.pos.conftest import Channel, Counter, Open

WECHAT = '134567890123456789'


async def scan(user: User, code: str) -> None:
    user.find(marker='pos.scan').trigger('keydown.enter', code)
    await asyncio.sleep(0)


def fill(user: User, marker: str, text: str) -> None:
    field = user.find(marker=marker).elements.pop()
    field.value = text


def press(user: User, key: str) -> None:
    from ui.pos.till import BrowserTill

    user.find(kind=BrowserTill).trigger('shortcut', {'key': key})


async def sell_for(user: User, counter: Counter) -> None:
    """Two beers in the basket, ready to pay."""
    await scan(user, f'2*{counter.beer}')
    await user.should_see('¥13.00', retries=30)
    press(user, 'F9')
    await user.should_see('待收', retries=30)


async def test_a_shift_opens_with_its_float_and_an_empty_basket(at_till: Open, counter: Counter) -> None:
    async with at_till() as user:
        await user.should_see(counter.code, retries=30)
        user.find(marker=f'pos.till.{counter.code}')
        buttons = [b for b in user.find(marker='pos.open_shift').elements if _card_of(b) == f'pos.till.{counter.code}']
        interaction = user.find(marker='pos.open_shift')
        interaction.elements = set(buttons)
        interaction.click()
        await user.should_see('等待第一件商品', retries=30)
        report = counter.ask(shifts.get_x_report, till=counter.code)
        assert report.cashier == counter.cashier.name


def _card_of(button: ui.button) -> str:
    card = next(parent for parent in button.ancestors() if any(m.startswith('pos.till.') for m in parent._markers))
    return next(m for m in card._markers if m.startswith('pos.till.'))


async def test_scanning_counts_up_and_cash_gives_change(at_till: Open, counter: Counter) -> None:
    counter.open()
    async with at_till() as user:
        await user.should_see('等待第一件商品', retries=30)
        await scan(user, counter.beer)
        await user.should_see('¥6.50', retries=30)
        await scan(user, '69000000017'[:7] + counter.code[1:])  # a barcode no article has
        await scan(user, counter.beer)
        await user.should_see('¥13.00', retries=30)
        press(user, 'F9')
        await user.should_see('待收', retries=30)
        fill(user, 'pos.given', '20')
        await user.should_see('找零 ¥7.00', retries=30)
        user.find(marker='form.submit').click()
        await user.should_see('收款完成', retries=30)
        await user.should_see('找零 ¥7.00')
        [row] = counter.ask(queries.list_day, day=_today(counter), words=counter.code)
        assert (row.money_fen, row.pieces, row.state) == (1_300, 2, 'paid')
        assert row.seconds >= 1
        press(user, 'F9')
        await user.should_see('等待第一件商品', retries=30)


async def test_pinyin_finds_and_an_unknown_code_says_so(at_till: Open, counter: Counter) -> None:
    counter.open()
    async with at_till() as user:
        await user.should_see('等待第一件商品', retries=30)
        await scan(user, '0000000000000')
        await user.should_see('没有找到该商品', retries=30)
        await scan(user, 'ljc')
        await user.should_see('¥99.00', retries=30)


async def test_PO_R5_an_unknown_payment_says_do_not_hand_over_and_takes_nothing_more(
    at_till: Open, counter: Counter, channel: Channel
) -> None:
    counter.open()
    channel.answers = [Outcome.UNKNOWN]
    async with at_till() as user:
        await user.should_see('等待第一件商品', retries=30)
        await sell_for(user, counter)
        user.find(marker='pos.paycode').trigger('keydown.enter', WECHAT)
        await user.should_see('请勿交付商品', retries=30)
        await user.should_not_see(marker='pos.given')
        await user.should_not_see(marker='pos.abandon')
        user.find(marker='pos.leave_open').click()
        await user.should_see('等待第一件商品', retries=30)
        press(user, 'F3')
        await user.should_see('收款未确认', retries=30)
        channel.answers = [Outcome.PAID]
        user.find(marker='pos.reopen').click()
        await user.should_see('请勿交付商品', retries=30)


async def test_a_scanned_code_is_paid_at_its_channel(at_till: Open, counter: Counter, channel: Channel) -> None:
    counter.open()
    channel.answers = [Outcome.PAID]
    async with at_till() as user:
        await user.should_see('等待第一件商品', retries=30)
        await sell_for(user, counter)
        user.find(marker='pos.paycode').trigger('keydown.enter', WECHAT)
        await user.should_see('收款完成', retries=30)
        assert [(asked.fen, asked.auth_code) for asked in channel.asked] == [(1_300, WECHAT)]


async def test_a_bill_is_split_between_a_shown_code_and_cash(at_till: Open, counter: Counter, channel: Channel) -> None:
    counter.open()
    channel.answers = [Outcome.PAID]
    async with at_till() as user:
        await user.should_see('等待第一件商品', retries=30)
        await sell_for(user, counter)
        fill(user, 'pos.part', '5.00')
        user.find(marker='pos.show.wechat').click()
        await user.should_see('¥8.00', retries=30)
        user.find(marker='form.submit').click()
        await user.should_see('收款完成', retries=30)
        assert [asked.fen for asked in channel.asked] == [500]


async def test_a_basket_is_put_aside_and_taken_up_again(at_till: Open, counter: Counter) -> None:
    counter.open()
    async with at_till() as user:
        await user.should_see('等待第一件商品', retries=30)
        await scan(user, counter.tea)
        await user.should_see('¥99.00', retries=30)
        press(user, 'F2')
        await user.should_see(marker='pos.label', retries=30)
        fill(user, 'pos.label', '红衣女士')
        user.find(marker='form.submit').click()
        await user.should_see('等待第一件商品', retries=30)
        assert len(counter.ask(suspending.list_suspended, till=counter.code)) == 1
        press(user, 'F3')
        await user.should_see('红衣女士', retries=30)
        await user.should_see(marker='pos.take_up', retries=30)
        user.find(marker='pos.take_up').click()
        await user.should_see('¥99.00', retries=30)


async def test_a_price_is_overridden_by_who_may_with_a_reason(at_till: Open, counter: Counter) -> None:
    counter.open()
    async with at_till() as user:
        await user.should_see('等待第一件商品', retries=30)
        await scan(user, counter.tea)
        await user.should_see('¥99.00', retries=30)
        press(user, 'F6')
        await user.should_see('改价需要主管权限', retries=30)
        await user.should_not_see(marker='pos.new_price')
    async with at_till('operations') as user:
        await user.should_see('等待第一件商品', retries=30)
        await scan(user, counter.tea)
        await user.should_see('¥99.00', retries=30)
        press(user, 'F6')
        await user.should_see(marker='pos.new_price', retries=30)
        fill(user, 'pos.new_price', '80')
        fill(user, 'pos.reason', 'damaged')
        user.find(marker='form.submit').click()
        await user.should_see('商品瑕疵', retries=30)
        await user.should_see('¥80.00')


async def test_goods_come_back_against_the_receipt(at_till: Open, counter: Counter) -> None:
    counter.open()
    async with at_till() as user:
        await user.should_see('等待第一件商品', retries=30)
        await sell_for(user, counter)
        user.find(marker='form.submit').click()
        await user.should_see('收款完成', retries=30)
        [row] = counter.ask(queries.list_day, day=_today(counter), words=counter.code)
        press(user, 'F9')
        await user.should_see('等待第一件商品', retries=30)
        press(user, 'F7')
        await user.should_see(marker='pos.receipt_code', retries=30)
        fill(user, 'pos.receipt_code', f'#{row.id}')
        user.find(marker='form.submit').click()
        await user.should_see('可退 2 件', retries=30)
        fill(user, 'pos.quantity_back', 1)  # type: ignore[arg-type]
        user.find(marker='pos.do_return').click()
        await user.should_see('退货完成', retries=30)
        await user.should_see('¥6.50')


async def test_PO_R14_the_count_is_blind_and_its_difference_is_shown_afterwards(
    at_till: Open, counter: Counter
) -> None:
    counter.open()
    async with at_till() as user:
        await user.should_see('等待第一件商品', retries=30)
        press(user, 'F10')
        await user.should_see(marker='pos.x_report', retries=30)
        user.find(marker='pos.x_report').click()
        await user.should_see('盲点原则', retries=30)
        await user.should_not_see('应有现金')
        press(user, 'F10')
        await user.should_see(marker='pos.z_report', retries=30)
        user.find(marker='pos.z_report').click()
        await user.should_see(marker='pos.counted', retries=30)
        fill(user, 'pos.counted', '495.50')
        user.find(marker='form.submit').click()
        await user.should_see('−¥4.50', retries=30)
        await user.should_see('应有现金')


async def test_training_looks_the_same_and_posts_nothing(at_till: Open, counter: Counter) -> None:
    counter.open()
    async with at_till() as user:
        await user.should_see('等待第一件商品', retries=30)
        press(user, 'F10')
        await user.should_see(marker='pos.training', retries=30)
        user.find(marker='pos.training').click()
        await user.should_see(marker='pos.training_badge', retries=30)
        await sell_for(user, counter)
        user.find(marker='form.submit').click()
        await user.should_see('培训完成', retries=30)
        await user.should_see('培训 · 非交易凭证')
        assert counter.ask(queries.list_day, day=_today(counter), words=counter.code) == []


@pytest.fixture
def member(counter: Counter) -> int:
    """With 3,000 points, a coupon that fits and one that does not."""
    long_ago = datetime(2020, 1, 1, tzinfo=UTC)
    tiers = {'tiers': [{'code': 'gold', 'name_zh': '金卡', 'name_en': 'Gold', 'threshold_fen': 0}]}
    for kind, document in (('tiers', tiers), ('earn', {'fen_per_point': 100})):
        counter.do(loyalty.install_scheme, command=InstallScheme(kind=kind, document=document, valid_from=long_ago))  # type: ignore[arg-type]
    phone = SecretStr(f'139{uuid4().int % 10**8:08d}')
    found = counter.do(enrolment.enrol_member, command=EnrolMember(channel=Origin.POS, phone=phone)).id
    counter.do(points.grant_points, command=GrantPoints(member_id=found, key=str(uuid4()), points=3_000, source='test'))
    for name, least, off in (('满90减10', 9_000, 1_000), ('满500减90', 50_000, 9_000)):
        code = str(uuid4())
        counter.do(granting.create_template, command=CreateTemplate(
            code=code, name_zh=name, name_en=name, validity={'days_from_grant': 9}, stock=5,
            terms={'kind': 'full_reduction', 'threshold_fen': least, 'reduce_fen': off},
        ))  # fmt: skip
        counter.do(granting.grant_coupons, command=GrantCoupons(template=code, member_id=found, key=code))
    return int(found)


async def test_a_members_code_brings_coupons_with_their_reasons_and_points(
    at_till: Open, counter: Counter, member: int
) -> None:
    counter.open()
    code = counter.ask(show_member_code, member_id=member, now=datetime.now(UTC))
    async with at_till() as user:
        await user.should_see('等待第一件商品', retries=30)
        await scan(user, counter.tea)
        await user.should_see('¥99.00', retries=30)
        await scan(user, code)
        await user.should_see('满90减10', retries=30)
        await user.should_see('未达门槛')
        await user.should_see('¥89.00')
        user.find(marker='pos.use_points').elements.pop().value = True
        await user.should_see('积分抵扣（3,000 分）', retries=30)
        user.find(marker='pos.toggle_coupons').click()
        await user.should_see('恢复最优组合', retries=30)


async def test_a_tail_alone_shows_nobody(at_till: Open, counter: Counter, member: int) -> None:
    counter.open()
    async with at_till() as user:
        await user.should_see('等待第一件商品', retries=30)
        press(user, 'F4')
        await user.should_see(marker='pos.member_words', retries=30)
        fill(user, 'pos.member_words', '0000')
        user.find(marker='form.submit').click()
        await user.should_see('没有找到该会员', retries=30)
        await user.should_not_see(marker='pos.take_member')


async def test_what_was_typed_offline_goes_on_online(at_till: Open, counter: Counter) -> None:
    from ui.pos.till import BrowserTill

    counter.open()
    async with at_till(locale='en') as user:
        await user.should_see('Waiting for the first article', retries=30)
        lines = [
            {'sku': counter.beer, 'quantity': 4},
            {'sku': 'unknown', 'quantity': 1},
            {'sku': counter.tea, 'quantity': 0},
        ]
        user.find(kind=BrowserTill).trigger('resume', {'lines': lines})
        await user.should_see('¥26.00', retries=30)
        user.find(kind=BrowserTill).trigger('queue', {'waiting': 2})
        await user.should_see('2 to sync', retries=30)
        await user.should_see('Beer')


def _today(counter: Counter):  # type: ignore[no-untyped-def]
    from domain.mall.queries import get_business_clock

    return counter.ask(get_business_clock).business_on(datetime.now(UTC))
