"""Daily life with the shops of the demo: notices, work orders in every state, badges, promotions and permits."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from uuid import NAMESPACE_URL, uuid5

from domain.approvals.commands import Decide
from domain.approvals.operations import decide
from domain.approvals.views import ApprovalView
from domain.leasing.queries import list_tenants
from domain.leasing.views import TenantView
from domain.mall.queries import get_business_clock
from domain.permits.commands import (
    AskPermit,
    BlockSpace,
    BookSpace,
    FilePromotion,
    Mechanics,
    OpenSpace,
    PriceProof,
    SpaceId,
)
from domain.permits.operations import ask_permit, book_space, file_promotion, open_space
from domain.permits.spaces import block_space
from domain.shared.actor import AccountId, Actor, MallId, system_actor
from domain.shared.database import Session
from domain.shared.operations import ask, operation, perform
from domain.shared.permissions import UPKEEP
from domain.tenancy.commands import (
    ConfirmWorkOrder,
    EngageStaff,
    OpenWorkOrder,
    PublishNotice,
    ReadNotice,
    StepWorkOrder,
    Trouble,
    Urgency,
)
from domain.tenancy.notices import list_notices, publish_notice, read_notice
from domain.tenancy.staff import engage_staff
from domain.tenancy.work_orders import (
    accept_work_order,
    confirm_work_order,
    escalate_work_orders,
    finish_work_order,
    open_work_order,
)

Say = Callable[[str], None]
SHOP, STAFF_OF, READERS = 'T-F4-02', 8, 61
FIRST_READER = 900_000  # accounts of shops that nobody signs in to


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    title: str
    body: str
    days_ago: int
    must_read: bool = False
    read_by: float = 0.9


NOTICES = (
    Told(
        title='元旦期间营业时间调整',
        body='12 月 31 日延长营业至次日 1:00，\n1 月 1 日 10:00 开门，请安排好班次。',
        days_ago=0,
        must_read=True,
        read_by=0.4,
    ),
    Told(
        title='B2 卸货区周三检修',
        body='周三 23:00 至次日 6:00 关闭 2 号卸货口，请改走 1 号口。',
        days_ago=1,
        read_by=0.55,
    ),
    Told(
        title='冬季消防检查',
        body='下周一起逐店检查灭火器、疏散通道与厨房油烟管道，请提前自查。',
        days_ago=3,
        must_read=True,
        read_by=0.85,
    ),
    Told(title='空调切换至供暖', body='全场已切换至供暖，店内温度异常请在“报修”中提交。', days_ago=9, read_by=0.97),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    trouble: Trouble
    place: str
    words: str
    hours_ago: float
    urgency: Urgency = Urgency.NORMAL
    state: str = 'open'


ORDERS = (
    Asked(trouble=Trouble.AIR, place='大堂', words='出风口滴水，已摆桶接着', hours_ago=1.5, urgency=Urgency.URGENT),
    Asked(
        trouble=Trouble.POWER,
        place='收银台',
        words='插座跳闸，合不上',
        hours_ago=0.2,
        urgency=Urgency.EMERGENCY,
        state='accepted',
    ),
    Asked(trouble=Trouble.WATER, place='后厨', words='下水慢，地漏返味', hours_ago=30),
    Asked(trouble=Trouble.NETWORK, place='门店', words='收银网络时断时续', hours_ago=5, state='accepted'),
    Asked(trouble=Trouble.CLEANING, place='门口', words='地面有油渍，顾客易滑倒', hours_ago=7, state='done'),
    Asked(trouble=Trouble.AIR, place='试衣间', words='温度过低', hours_ago=26, state='confirmed'),
    Asked(trouble=Trouble.OTHER, place='卷帘门', words='卷帘门有异响', hours_ago=50, state='confirmed'),
    Asked(trouble=Trouble.POWER, place='灯箱', words='门头灯箱一半不亮', hours_ago=3),
)
SPACES = (
    ('atrium', '中庭', 'Atrium', 240),
    ('north', '北门广场', 'North square', 120),
    ('screen', 'LED 大屏', 'LED screen', 0),
)
PEOPLE = (('小温', '服务员'), ('刘建国', '厨师长'), ('张丽', '迎宾'), ('王小虎', '传菜'), ('李慧', '收银'))


@dataclass(frozen=True, slots=True, kw_only=True)
class Leave:
    """A permit somebody asked for; `verdicts` are what reviewers said, in turn."""

    kind: Literal['works', 'after_hours', 'goods_out']
    text: str
    starts_in: float
    hours: float
    goods: tuple[str, ...] = ()
    verdicts: tuple[Literal['agree', 'return', 'reject'], ...] = ()


PERMITS = (
    Leave(kind='goods_out', text='旧餐桌运回仓库', starts_in=-1, hours=10, goods=('餐桌 4 张', '餐椅 16 把'),
          verdicts=('agree',)),
    Leave(kind='works', text='更换厨房排烟管，4 名工人，动火作业', starts_in=20, hours=8, verdicts=('agree',)),
    Leave(kind='after_hours', text='年末盘点，12 人', starts_in=8, hours=5),
    Leave(kind='after_hours', text='换季陈列，3 人', starts_in=-2, hours=9, verdicts=('agree',)),
    Leave(kind='works', text='门头灯箱检修，2 名电工', starts_in=-3, hours=12, verdicts=('agree', 'agree')),
    Leave(kind='works', text='隔墙拆改，未附图纸', starts_in=44, hours=10, verdicts=('return',)),
    Leave(kind='goods_out', text='样品借出', starts_in=6, hours=3, goods=('样衣 20 件',), verdicts=('reject',)),
)  # fmt: skip


def open_tenancy(mall_id: MallId, now: datetime, say: Say) -> None:
    """Once, after the leases."""
    actor = system_actor('seeder', mall_id)
    if ask(list_notices, actor=actor):
        return
    tenants = perform(live_with_shops, actor=actor, now=now)
    say(f'notices, work orders and promotions of {tenants} shops.')


@operation(UPKEEP, name='demo.live_with_shops')
def live_with_shops(session: Session, *, actor: Actor, now: datetime) -> int:
    """Everything in one transaction. Returns how many shops there are."""
    tenants = list_tenants(session, actor=actor)
    if not tenants:
        return 0
    ours = next((tenant for tenant in tenants if tenant.code == SHOP), tenants[0])
    others = [tenant for tenant in tenants if tenant.id != ours.id]
    _tell(session, actor, others, now)
    for number, asked in enumerate(ORDERS):
        _mend(session, actor, ours if number in (0, 4) else others[number * 7 % len(others)], asked, now)
    escalate_work_orders(session, actor=replace(actor, name='worker'), now=now)
    _engage(session, actor, [ours, *others[:STAFF_OF]], now)
    _promote(session, actor, [ours, *others], now)
    for number, leave in enumerate(PERMITS):
        _allow(session, actor, ours if number in (0, 1, 2) else others[number * 3 % len(others)], leave, now)
    return len(tenants)


def _tell(session: Session, actor: Actor, others: list[TenantView], now: datetime) -> None:
    office = replace(actor, name='林悦')
    for told in NOTICES:
        published = now - timedelta(days=told.days_ago, hours=2)
        notice = publish_notice(session, actor=office, now=published, command=PublishNotice(
            key=_key(told.title), title=told.title, body=told.body, must_read=told.must_read
        ))  # fmt: skip
        for number, tenant in enumerate(others[: int(READERS * told.read_by)]):
            reader = replace(
                actor, kind='person', name='店长', tenant_id=tenant.id, account_id=AccountId(FIRST_READER + number)
            )
            read = published + timedelta(minutes=3 + number)
            read_notice(session, actor=reader, command=ReadNotice(notice_id=notice.id), now=min(read, now))


def _mend(session: Session, actor: Actor, tenant: TenantView, asked: Asked, now: datetime) -> None:
    began = now - timedelta(hours=asked.hours_ago)
    shop, engineer = replace(actor, name=f'{tenant.name_zh} 店长'), replace(actor, name='赵海川')
    order = open_work_order(session, actor=shop, now=began, command=OpenWorkOrder(
        key=_key(asked.words), tenant_id=tenant.id, trouble=asked.trouble, urgency=asked.urgency, place=asked.place,
        words=asked.words,
    ))  # fmt: skip
    step = StepWorkOrder(work_order_id=order.id, words='已安排人员')
    if asked.state != 'open':
        accept_work_order(session, actor=engineer, command=step, now=began + timedelta(minutes=8))
    if asked.state in ('done', 'confirmed'):
        done = replace(step, words='已处理，请确认')
        finish_work_order(session, actor=engineer, command=done, now=began + timedelta(hours=2))
    if asked.state == 'confirmed':
        mark = ConfirmWorkOrder(work_order_id=order.id, mark=5 if asked.hours_ago > 40 else 4, words='很快')
        confirm_work_order(session, actor=shop, command=mark, now=began + timedelta(hours=3))


def _engage(session: Session, actor: Actor, tenants: list[TenantView], now: datetime) -> None:
    today = get_business_clock(session, actor=actor).business_on(now)
    for place, tenant in enumerate(tenants):
        for number, (name, position) in enumerate(PEOPLE if place == 0 else PEOPLE[1:3]):
            engage_staff(session, actor=actor, now=now, command=EngageStaff(
                tenant_id=tenant.id, name=name, position=position, badge=f'YJ-{place:02}{number:02}',
                starts_on=today - timedelta(days=30 * (number + 1)),
            ))  # fmt: skip


SHARED_COSTS = (0, 2_000_000, 600_000, 0)


def _promote(session: Session, actor: Actor, tenants: list[TenantView], now: datetime) -> None:
    clock = get_business_clock(session, actor=actor)
    today = clock.business_on(now)
    spaces = [_space(session, actor, *facts, now) for facts in SPACES]
    filings = (
        ('火锅节：锅底半价', True, 6, 0),
        ('新年穿搭秀', True, 12, 2),
        ('满 300 减 60', False, 3, 1),
        ('会员双倍礼', False, 20, 0),
    )
    for number, (title, is_loud, ahead, agreed) in enumerate(filings):
        tenant, starts = tenants[number * 5 % len(tenants)], today + timedelta(days=ahead)
        prices = (
            (PriceProof(item='鸳鸯锅底', regular_fen=6_800, promoted_fen=3_400, proof='11 月小票'),)
            if number == 0
            else ()
        )
        mechanics = Mechanics(
            title=title, text=f'{title}，活动期间到店即享，不与其他优惠同用。', starts_on=starts,
            ends_on=starts + timedelta(days=3), prices=prices, is_loud=is_loud, builds_stand=number == 1,
            shared_cost_fen=SHARED_COSTS[number], brand_share_bp=6_000 if SHARED_COSTS[number] else 10_000,
        )  # fmt: skip
        filed = file_promotion(session, actor=replace(actor, name=f'{tenant.name_zh} 店长'), now=now,
                               command=FilePromotion(tenant_id=tenant.id, mechanics=mechanics))  # fmt: skip
        begins, ends = clock.bounds(starts)
        book_space(session, actor=actor, now=now, command=BookSpace(
            promotion_id=filed.id, space_id=spaces[number % len(spaces)], starts_at=begins + timedelta(hours=6),
            ends_at=ends - timedelta(hours=2),
        ))  # fmt: skip
        _review(session, actor, filed.approval, ('agree',) * min(agreed, len(filed.approval.steps)), now)
    begins, ends = clock.bounds(today + timedelta(days=9))
    block_space(session, actor=actor, now=now, command=BlockSpace(
        space_id=spaces[-1], starts_at=begins + timedelta(hours=4), ends_at=ends, reason='吊顶检修',
    ))  # fmt: skip


def _allow(session: Session, actor: Actor, tenant: TenantView, leave: Leave, now: datetime) -> None:
    starts = (now + timedelta(hours=leave.starts_in)).replace(minute=0, second=0, microsecond=0)
    ends = starts + timedelta(hours=leave.hours)
    asked = ask_permit(session, actor=replace(actor, name=f'{tenant.name_zh} 店长'), now=now, command=AskPermit(
        tenant_id=tenant.id, kind=leave.kind, text=leave.text, starts_at=starts, ends_at=ends, goods=leave.goods,
        insured_until=(ends + timedelta(days=90)).date() if leave.kind == 'works' else None,
    ))  # fmt: skip
    _review(session, actor, asked.approval, leave.verdicts, now)


def _review(
    session: Session, actor: Actor, approval: ApprovalView, verdicts: Sequence[Literal['agree', 'return', 'reject']],
    now: datetime,
) -> None:  # fmt: skip
    """Reviewers say in turn what they decided; the steps after that wait."""
    said = {'agree': '同意', 'return': '请补充图纸后重新提交', 'reject': '未说明去向，不予放行'}
    for reviewer, verdict in zip(('林悦', '周毅'), verdicts, strict=False):
        approval = decide(session, actor=replace(actor, name=reviewer), now=now, command=Decide(
            approval_id=approval.id, content_hash=approval.content_hash, verdict=verdict, comment=said[verdict]
        ))  # fmt: skip


def _space(session: Session, actor: Actor, code: str, zh: str, en: str, buffer: int, now: datetime) -> SpaceId:
    command = OpenSpace(code=code, name_zh=zh, name_en=en, kind='atrium', buffer_minutes=buffer)
    return open_space(session, actor=actor, command=command, now=now).id


def _key(words: str) -> str:
    return str(uuid5(NAMESPACE_URL, f'demo/{words}'))
