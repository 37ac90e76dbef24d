"""Notices reach those they are for, work orders keep their record and their time, badges end with the work."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.shared.actor import AccountId, Actor, MallId, TenantId
from domain.shared.attachments import AttachmentUnknown
from domain.shared.errors import DomainError, PermissionDenied
from domain.shared.operations import ask, perform
from domain.shared.pictures import PictureBroken, PictureUnknownKind
from domain.tenancy.commands import (
    ConfirmWorkOrder,
    EngageStaff,
    OpenWorkOrder,
    PublishNotice,
    ReadNotice,
    ReleaseStaff,
    ReopenWorkOrder,
    StepWorkOrder,
    Trouble,
    Urgency,
)
from domain.tenancy.errors import (
    BadgeTaken,
    LeavesBeforeStart,
    NobodyAddressed,
    NoticeUnknown,
    StaffUnknown,
    StepOutOfOrder,
    TenantUnknown,
    WorkOrderUnknown,
)
from domain.tenancy.notices import list_notices, list_receipts, publish_notice, read_notice
from domain.tenancy.staff import check_badge, engage_staff, list_staff, release_staff
from domain.tenancy.views import NoticeView, WorkOrderView
from domain.tenancy.work_orders import (
    accept_work_order,
    confirm_work_order,
    escalate_work_orders,
    finish_work_order,
    get_order_photos,
    get_work_order,
    keep_order_photo,
    list_work_orders,
    open_work_order,
    reopen_work_order,
)
from tests.conftest import Database
from tests.domain.leasing.world import World, build_world
from tests.domain.shared.pictures import from_a_phone, photograph

NOW = datetime(2026, 11, 22, 5, tzinfo=UTC)
TODAY = date(2026, 11, 22)
_numbers = count(1)


@pytest.fixture(scope='module')
def world(mall: MallId) -> World:
    return build_world(mall)


def of_shop(world: World, tenant: TenantId, account: int = 7) -> Actor:
    return replace(
        world.actor, name=f'shop {account}', kind='person', tenant_id=tenant, account_id=AccountId(account),
        permissions=frozenset({'tenancy.view', 'tenancy.ask', 'tenancy.manage_staff'}),
    )  # fmt: skip


def published(world: World, **facts: object) -> NoticeView:
    command = PublishNotice(key=f'the-notice-{next(_numbers)}', title='停水', body='明早六点至八点停水。', **facts)
    return perform(publish_notice, actor=world.actor, command=command, now=NOW)


def asked(world: World, tenant: TenantId, urgency: Urgency = Urgency.NORMAL) -> WorkOrderView:
    command = OpenWorkOrder(
        key=f'the-order-{next(_numbers)}', tenant_id=tenant, trouble=Trouble.AIR, urgency=urgency, place='后厨',
        words='空调漏水',
    )  # fmt: skip
    return perform(open_work_order, actor=of_shop(world, tenant), command=command, now=NOW)


def shown_to(world: World, notice: NoticeView) -> NoticeView:
    """The notice as the mall's list shows it."""
    return next(shown for shown in ask(list_notices, actor=world.actor) if shown.id == notice.id)


# Notices


def test_a_notice_reaches_those_it_was_published_to_and_those_alone(world: World) -> None:
    meant, other = world.tenant(), world.tenant()
    notice = published(world, tenant_ids=(meant,), must_read=True)

    assert notice.recipients == 1
    assert [seen.id for seen in ask(list_notices, actor=of_shop(world, meant))] == [notice.id]
    assert ask(list_notices, actor=of_shop(world, other)) == []
    with pytest.raises(NoticeUnknown):
        perform(read_notice, actor=of_shop(world, other), command=ReadNotice(notice_id=notice.id), now=NOW)


def test_a_notice_to_a_trade_reaches_its_tenants(world: World) -> None:
    world.tenant(), world.tenant()

    of_trade = published(world, categories=('fashion',)).recipients
    with pytest.raises(NobodyAddressed):
        published(world, categories=('food',))
    assert of_trade == published(world).recipients >= 2


def test_a_receipt_is_left_once_and_by_the_first_reader(world: World) -> None:
    tenant, silent = world.tenant(), world.tenant()
    notice = published(world, tenant_ids=(tenant, silent))
    for account, minutes in ((7, 1), (8, 2), (7, 3)):
        read = perform(
            read_notice, actor=of_shop(world, tenant, account), command=ReadNotice(notice_id=notice.id),
            now=NOW + timedelta(minutes=minutes),
        )  # fmt: skip
        assert read.is_read_by_me

    first, second = ask(list_receipts, actor=world.actor, notice_id=notice.id)
    assert (first.tenant_id, first.first_reader) == (silent, None)
    assert (second.tenant_id, second.first_reader, second.first_read_at) == (
        tenant, 'shop 7', NOW + timedelta(minutes=1)
    )  # fmt: skip
    shown = shown_to(world, notice)
    assert (shown.readers, shown.recipients) == (1, 2)


def test_the_mall_reads_without_a_receipt(world: World) -> None:
    world.tenant()
    notice = published(world)

    perform(read_notice, actor=world.actor, command=ReadNotice(notice_id=notice.id), now=NOW)

    assert shown_to(world, notice).readers == 0


def test_a_notice_sent_twice_is_published_once_and_an_old_one_makes_room(world: World) -> None:
    world.tenant()
    command = PublishNotice(key='same-key-1', title='一', body='二', expires_on=TODAY)
    first, again = (perform(publish_notice, actor=world.actor, command=command, now=NOW) for _ in range(2))

    assert first.id == again.id
    shown = [[notice.id for notice in ask(list_notices, actor=world.actor, on=TODAY + timedelta(days=days))]
             for days in (0, 1)]  # fmt: skip
    assert [ids.count(first.id) for ids in shown] == [1, 0]


def test_a_notice_to_a_stranger_is_refused(world: World) -> None:
    with pytest.raises(TenantUnknown):
        published(world, tenant_ids=(TenantId(999_999),))


def test_the_words_of_a_notice_never_change(world: World, database: Database) -> None:
    world.tenant()
    published(world)

    with psycopg.connect(database.owner_url) as connection, pytest.raises(psycopg.Error):
        connection.execute("UPDATE tenant_notice SET body = 'other'")


# Work orders


def test_a_work_order_goes_its_way_and_keeps_every_step(world: World) -> None:
    tenant = world.tenant()
    order = asked(world, tenant, Urgency.URGENT)
    step = StepWorkOrder(work_order_id=order.id, words='十分钟后到')

    perform(accept_work_order, actor=world.actor, command=step, now=NOW + timedelta(minutes=5))
    perform(finish_work_order, actor=world.actor, command=step, now=NOW + timedelta(hours=1))
    shop = of_shop(world, tenant)
    reopen = ReopenWorkOrder(work_order_id=order.id, words='又漏了')
    again = perform(reopen_work_order, actor=shop, command=reopen, now=NOW + timedelta(hours=2))
    assert (again.state, again.due_at, again.handler) == ('open', NOW + timedelta(hours=6), None)

    perform(finish_work_order, actor=world.actor, command=step, now=NOW + timedelta(hours=3))
    confirm = ConfirmWorkOrder(work_order_id=order.id, mark=4)
    done = perform(confirm_work_order, actor=shop, command=confirm, now=NOW + timedelta(hours=4))

    assert (done.state, done.mark) == ('confirmed', 4)
    assert [step.what for step in done.steps] == ['opened', 'accepted', 'done', 'reopened', 'done', 'confirmed']


@pytest.mark.parametrize('step', ['accept', 'finish', 'confirm', 'reopen'])
def test_a_step_that_does_not_fit_changes_nothing(world: World, step: str) -> None:
    tenant = world.tenant()
    order = asked(world, tenant)
    perform(finish_work_order, actor=world.actor, command=StepWorkOrder(work_order_id=order.id), now=NOW)
    confirm = ConfirmWorkOrder(work_order_id=order.id, mark=5)
    perform(confirm_work_order, actor=of_shop(world, tenant), command=confirm, now=NOW)
    steps: dict[str, Callable[[], object]] = {
        'accept': lambda: perform(accept_work_order, actor=world.actor, command=StepWorkOrder(work_order_id=order.id)),
        'finish': lambda: perform(finish_work_order, actor=world.actor, command=StepWorkOrder(work_order_id=order.id)),
        'confirm': lambda: perform(confirm_work_order, actor=of_shop(world, tenant), command=confirm),
        'reopen': lambda: perform(
            reopen_work_order, actor=of_shop(world, tenant),
            command=ReopenWorkOrder(work_order_id=order.id, words='再修'),
        ),
    }  # fmt: skip
    before = ask(get_work_order, actor=world.actor, work_order_id=order.id)

    with pytest.raises(StepOutOfOrder):
        steps[step]()

    assert ask(get_work_order, actor=world.actor, work_order_id=order.id) == before


def test_of_two_who_accept_at_once_one_has_it(world: World) -> None:
    order = asked(world, world.tenant())

    def accept(name: str) -> str:
        try:
            view = perform(
                accept_work_order, actor=replace(world.actor, name=name),
                command=StepWorkOrder(work_order_id=order.id), now=NOW,
            )  # fmt: skip
        except StepOutOfOrder:
            return 'late'
        return view.handler or ''

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(accept, [f'engineer {n}' for n in range(8)]))

    assert answers.count('late') == 7
    taken = ask(get_work_order, actor=world.actor, work_order_id=order.id)
    assert taken.handler in answers
    assert [step.what for step in taken.steps] == ['opened', 'accepted']


def test_an_order_over_time_is_escalated_once(world: World) -> None:
    order = asked(world, world.tenant(), Urgency.EMERGENCY)
    in_time, late = NOW + timedelta(minutes=29), NOW + timedelta(minutes=30)

    lifted = []
    for at in (in_time, late, late):
        perform(escalate_work_orders, actor=world.actor, now=at)
        lifted.append(ask(get_work_order, actor=world.actor, work_order_id=order.id))

    assert [view.is_escalated for view in lifted] == [False, True, True]
    assert [step.what for step in lifted[-1].steps] == ['opened', 'escalated']


def test_the_most_pressing_order_stands_first(world: World) -> None:
    tenant = world.tenant()
    done, normal, emergency = asked(world, tenant), asked(world, tenant), asked(world, tenant, Urgency.EMERGENCY)
    perform(finish_work_order, actor=world.actor, command=StepWorkOrder(work_order_id=done.id), now=NOW)

    shop = of_shop(world, tenant)
    assert [order.id for order in ask(list_work_orders, actor=shop)] == [emergency.id, normal.id, done.id]
    assert [order.id for order in ask(list_work_orders, actor=shop, is_open=False)] == [done.id]


def test_an_order_written_twice_is_one(world: World) -> None:
    tenant = world.tenant()
    command = OpenWorkOrder(key='written-twice', tenant_id=tenant, trouble=Trouble.WATER, place='吧台', words='漏水')

    first, again = (perform(open_work_order, actor=of_shop(world, tenant), command=command, now=NOW) for _ in range(2))

    assert first == again


# Staff


def test_a_badge_opens_doors_from_the_first_day_until_the_last(world: World) -> None:
    tenant = world.tenant()
    command = EngageStaff(tenant_id=tenant, name='小李', position='导购', badge='YJ-0001', starts_on=TODAY)
    staff = perform(engage_staff, actor=of_shop(world, tenant), command=command, now=NOW)
    last = TODAY + timedelta(days=3)
    perform(release_staff, actor=of_shop(world, tenant), command=ReleaseStaff(staff_id=staff.id, last_on=last))

    valid = {day: ask(check_badge, actor=world.actor, badge=' yj-0001', on=TODAY + timedelta(days=day)).is_valid
             for day in (-1, 0, 3, 4)}  # fmt: skip
    assert valid == {-1: False, 0: True, 3: True, 4: False}
    assert not ask(check_badge, actor=world.actor, badge='YJ-9999', on=TODAY).is_valid


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=15, deadline=None)
@given(gap=st.integers(-3, 3))
def test_a_badge_is_worn_by_one_at_a_time(world: World, gap: int) -> None:
    tenant, badge = world.tenant(), f'B-{next(_numbers):04}'
    command = EngageStaff(tenant_id=tenant, name='甲', position='店员', badge=badge, starts_on=date(2026, 1, 1))
    staff = perform(engage_staff, actor=world.actor, command=command, now=NOW)
    perform(release_staff, actor=world.actor, command=ReleaseStaff(staff_id=staff.id, last_on=TODAY))
    following = replace(command, name='乙', starts_on=TODAY + timedelta(days=gap))

    if gap > 0:
        assert perform(engage_staff, actor=world.actor, command=following, now=NOW).badge == badge
    else:
        with pytest.raises(BadgeTaken):
            perform(engage_staff, actor=world.actor, command=following, now=NOW)


def test_who_works_in_the_mall_keeps_the_badge(world: World) -> None:
    command = EngageStaff(tenant_id=world.tenant(), name='甲', position='店员', badge='AA-1', starts_on=TODAY)
    staff = perform(engage_staff, actor=world.actor, command=command, now=NOW)

    with pytest.raises(BadgeTaken):
        perform(engage_staff, actor=world.actor, command=replace(command, tenant_id=world.tenant()), now=NOW)
    early = ReleaseStaff(staff_id=staff.id, last_on=TODAY - timedelta(days=1))
    with pytest.raises(LeavesBeforeStart):
        perform(release_staff, actor=world.actor, command=early)
    perform(release_staff, actor=world.actor, command=replace(early, last_on=TODAY))
    with pytest.raises(StaffUnknown):
        perform(release_staff, actor=world.actor, command=replace(early, last_on=TODAY))


# Scope


def test_TA_R2_a_shop_neither_sees_nor_moves_anything_of_another(world: World) -> None:
    mine, other = world.tenant(), world.tenant()
    order = asked(world, other)
    perform(finish_work_order, actor=world.actor, command=StepWorkOrder(work_order_id=order.id), now=NOW)
    command = EngageStaff(tenant_id=other, name='甲', position='店员', badge='CC-1', starts_on=TODAY)
    staff = perform(engage_staff, actor=world.actor, command=command, now=NOW)
    me = of_shop(world, mine)

    assert ask(list_work_orders, actor=me) == [] == ask(list_staff, actor=me)
    attempts: list[tuple[type[DomainError], Callable[[], object]]] = [
        (WorkOrderUnknown, lambda: ask(get_work_order, actor=me, work_order_id=order.id)),
        (WorkOrderUnknown, lambda: perform(
            confirm_work_order, actor=me, command=ConfirmWorkOrder(work_order_id=order.id, mark=1))),
        (StaffUnknown, lambda: perform(
            release_staff, actor=me, command=ReleaseStaff(staff_id=staff.id, last_on=TODAY))),
        (TenantUnknown, lambda: perform(engage_staff, actor=me, command=replace(command, badge='CC-2'), now=NOW)),
        (PermissionDenied, lambda: perform(
            publish_notice, actor=me, command=PublishNotice(key='by-a-shop', title='一', body='二'), now=NOW)),
    ]  # fmt: skip
    for refused, attempt in attempts:
        with pytest.raises(refused):
            attempt()


def test_a_work_order_has_photographs_of_both_sides_and_no_other_shop_sees_them(world: World) -> None:
    tenant, other = world.tenant(), world.tenant()
    shop, stranger = of_shop(world, tenant), of_shop(world, other)
    engineer = replace(world.actor, name='徐工', permissions=frozenset({'tenancy.view', 'tenancy.handle'}))
    leak = perform(keep_order_photo, actor=shop, content=from_a_phone(), tenant_id=tenant).name
    theirs = perform(keep_order_photo, actor=stranger, content=photograph(200), tenant_id=other).name
    command = OpenWorkOrder(
        key=f'the-order-{next(_numbers)}', tenant_id=tenant, trouble=Trouble.WATER, place='后厨', words='漏水',
        photos=(leak,),
    )  # fmt: skip

    order = perform(open_work_order, actor=shop, command=command, now=NOW)
    mended = perform(keep_order_photo, actor=engineer, content=photograph(90), tenant_id=tenant).name
    done = StepWorkOrder(work_order_id=order.id, words='换了垫圈', photos=(mended,))
    finished = perform(finish_work_order, actor=engineer, command=done, now=NOW)

    assert [step.photos for step in finished.steps] == [(leak,), (mended,)]
    seen = ask(get_order_photos, actor=shop, work_order_id=order.id)
    assert list(seen) == [leak, mended]
    assert b'31.2N' not in seen[leak].content
    with pytest.raises(WorkOrderUnknown):
        ask(get_order_photos, actor=stranger, work_order_id=order.id)
    with pytest.raises(TenantUnknown):
        perform(keep_order_photo, actor=stranger, content=photograph(), tenant_id=tenant)
    for actor in (shop, world.actor):
        again = ReopenWorkOrder(work_order_id=order.id, words='还漏', photos=(theirs,))
        with pytest.raises(AttachmentUnknown):
            perform(reopen_work_order, actor=actor, command=again, now=NOW)
    assert ask(get_work_order, actor=shop, work_order_id=order.id).state == 'done'


def test_only_who_asks_or_mends_adds_photographs_and_only_photographs(world: World) -> None:
    tenant = world.tenant()
    reader = replace(world.actor, permissions=frozenset({'tenancy.view'}), kind='person')

    with pytest.raises(PermissionDenied):
        perform(keep_order_photo, actor=reader, content=photograph(), tenant_id=tenant)
    for content, refusal in ((b'<svg/>', PictureUnknownKind), (photograph()[:-30], PictureBroken)):
        with pytest.raises(refusal):
            perform(keep_order_photo, actor=of_shop(world, tenant), content=content, tenant_id=tenant)
