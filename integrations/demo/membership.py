"""The demo mall's members: rules, tiers, benefits, tags, coupons, and people who bought in its shops for a year.

Nobody here exists: names are put together from common characters, numbers are 199 0000 followed by a count.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

from pydantic import SecretStr

from domain.coupons.granting import create_template, set_stacking
from domain.mall.queries import get_business_clock
from domain.members.adjusting import propose_adjustment
from domain.members.commands import (
    Channel,
    DecideConsent,
    DefineTag,
    EnrolMember,
    Identity,
    InstallScheme,
    MemberId,
    MergeMembers,
    ProposeAdjustment,
    Purpose,
    ReceiptLine,
    RecordReceipt,
    SaveBenefit,
    SaveSegment,
    UseBenefit,
)
from domain.members.directory import count_members
from domain.members.enrolment import decide_consent, enrol_member
from domain.members.loyalty import install_scheme, save_benefit, use_benefit
from domain.members.merging import merge_members
from domain.members.queries import get_member
from domain.members.receipts import record_receipt
from domain.members.tagging import define_tag, refresh_tags, save_segment
from domain.shared.actor import Actor, MallId, system_actor
from domain.shared.business_time import BusinessClock
from domain.shared.database import Session
from domain.shared.operations import ask, operation, perform
from domain.shared.permissions import UPKEEP
from integrations.demo.cards import issue_some_cards
from integrations.demo.couponing import COUPONS, STACKING, give_and_take_coupons

Say = Callable[[str], None]
AT_FIRST, IN_ALL = 60, 360
YEAR = 365
NAMES, GIVEN = (
    '赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦许何吕张孔曹严华',
    ('一诺', '子涵', '思远', '雨桐', '嘉禾', '明轩', '若溪', '景行', '知夏', '念安', '书瑶', '沐阳'),  # fmt: skip,
)
# A basket in each trade: the most likely total in yuan.
TICKETS = {'dining': 160, 'fashion': 420, 'kids': 260, 'cosmetics': 380, 'jewellery': 1800, 'sports': 520, 'cafe': 38}
USUAL_TICKET = 180

EARN = {
    'fen_per_point': 100,
    'value_millifen': 1000,
    'breakage_bp': 1500,
    'pending_days': 0,
    'lifetime_months': 12,
    'bonuses': [
        {'code': 'gold', 'kind': 'tier', 'percent': 150, 'matches': ['gold', 'black']},
        {'code': 'wednesday', 'kind': 'day', 'percent': 200, 'matches': ['wed']},
        {'code': 'birthday', 'kind': 'birthday', 'percent': 300},
    ],
}
TIERS = {
    'tiers': [
        {'code': 'silver', 'name_zh': '银卡', 'name_en': 'Silver', 'threshold_fen': 0},
        {'code': 'gold', 'name_zh': '金卡', 'name_en': 'Gold', 'threshold_fen': 1_000_000},
        {'code': 'black', 'name_zh': '黑卡', 'name_en': 'Black', 'threshold_fen': 5_000_000},
    ]
}
BENEFITS = (
    SaveBenefit(
        code='parking', name_zh='停车 3 小时', name_en='3 hours of parking', tiers=('gold', 'black'), quota=4,
        period='month',
    ),
    SaveBenefit(code='lounge', name_zh='贵宾厅', name_en='Lounge', tiers=('black',), quota=12),
    SaveBenefit(
        code='birthday', name_zh='生日礼', name_en='Birthday gift', tiers=('silver', 'gold', 'black'), quota=1,
        is_birthday_gift=True,
    ),
)  # fmt: skip
TAGS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ('rfm', 'RFM 分值', 'RFM score', {'metric': 'rfm'}),
    ('favourite', '偏好品类', 'Favourite category', {'metric': 'top_category'}),
    ('frequent', '高频到店', 'Frequent', {'metric': 'visits', 'at_least': 8}),
    ('high_value', '高价值', 'High value', {'metric': 'spend_fen', 'at_least': 500_000}),
    ('sleeping', '沉睡 90 天', 'Not seen for 90 days', {'metric': 'recency_days', 'at_least': 90}),
    ('age_band', '年龄段', 'Age band', {'metric': 'age_band'}),
)
BEHAVIOURS: tuple[tuple[str, str, str, dict[str, Any]], ...] = (
    ('coupon_fan', '爱用券', 'Uses coupons', {'act': 'coupon_used', 'at_least': 2, 'window_days': 180}),
    (
        'drives_here',
        '自驾到访',
        'Comes by car',
        {'act': 'coupon_used', 'coupon_kinds': ['parking'], 'window_days': 90},
    ),
)
SEGMENTS = (
    SaveSegment(code='gold-sleeping', name_zh='沉睡的金卡', name_en='Gold, not seen lately', owner='市场部',
        conditions=({'tiers': ['gold', 'black']}, {'tag': 'sleeping', 'values': ['yes']})),
    SaveSegment(code='frequent-consented', name_zh='可触达的高频会员', name_en='Frequent, with consent', owner='市场部',
        conditions=({'tag': 'frequent', 'values': ['yes']}, {'consent': 'marketing'})),
)  # fmt: skip


def open_membership(mall_id: MallId, shops: Sequence[Mapping[str, Any]], now: datetime, say: Say) -> None:
    """Rules and the first members, for a first look. Once."""
    actor = system_actor('seeder', mall_id)
    if ask(count_members, actor=actor):
        return
    perform(lay_down_rules, actor=actor, since=now - timedelta(days=YEAR + 30))
    perform(enrol_some, actor=actor, shops=list(shops), first=0, count=AT_FIRST)
    perform(refresh_tags, actor=actor, is_full=True)
    issue_some_cards(actor, now)
    say(f'{AT_FIRST} members with a year of receipts.')


def enrol_the_rest(mall_id: MallId, shops: Sequence[Mapping[str, Any]]) -> None:
    """More members, behind the running mall."""
    actor = system_actor('seeder', mall_id)
    for first in range(AT_FIRST, IN_ALL, AT_FIRST):
        if ask(count_members, actor=actor) <= first:
            perform(enrol_some, actor=actor, shops=list(shops), first=first, count=AT_FIRST)
    perform(refresh_tags, actor=actor, is_full=True)


@operation(UPKEEP, name='demo.lay_down_loyalty_rules')
def lay_down_rules(session: Session, *, actor: Actor, since: datetime, now: datetime) -> None:
    """Earn rules, tiers, benefits, tags, segments and coupons."""
    for kind, document in (('earn', EARN), ('tiers', TIERS)):
        command = InstallScheme(kind=kind, document=document, valid_from=since)  # type: ignore[arg-type]
        install_scheme(session, actor=actor, command=command, now=now)
    for benefit in BENEFITS:
        save_benefit(session, actor=actor, command=benefit, now=now)
    for code, name_zh, name_en, rule in TAGS:
        define_tag(session, actor=actor, now=now, command=DefineTag(
            code=code, name_zh=name_zh, name_en=name_en, kind='computed', owner='市场部', source='receipts',
            lifetime_hours=48, rule=rule | {'needs_consent': False},
        ))  # fmt: skip
    for code, name_zh, name_en, rule in BEHAVIOURS:
        define_tag(session, actor=actor, now=now, command=DefineTag(
            code=code, name_zh=name_zh, name_en=name_en, kind='behavioural', owner='市场部', source='events',
            lifetime_hours=24 * 90, rule=rule | {'needs_consent': False},
        ))  # fmt: skip
    for segment in SEGMENTS:
        save_segment(session, actor=actor, command=segment, now=now)
    for template in COUPONS:
        create_template(session, actor=actor, command=template, now=since)
    set_stacking(session, actor=actor, command=STACKING, now=since)


@operation(UPKEEP, name='demo.enrol_members')
def enrol_some(
    session: Session, *, actor: Actor, shops: list[Mapping[str, Any]], first: int, count: int, now: datetime
) -> int:
    """Members `first` and following, each with their purchases of the last year, told in order."""
    source = Random(first + 1)  # noqa: S311 - a demo that is the same every time
    ids = [_enrol(session, actor, number, source, now) for number in range(first, first + count)]
    clock = get_business_clock(session, actor=actor)
    for at, member_id, shop, fen in sorted(_purchases(ids, shops, source, clock, now), key=lambda bought: bought[0]):
        record_receipt(session, actor=actor, now=at, command=RecordReceipt(
            key=f'demo:{member_id}:{at:%Y%m%d%H%M%S}', member_id=member_id, channel=Channel.POS, shop=shop['code'],
            occurred_at=at, lines=(ReceiptLine(category=shop['category'], fen=fen),),
        ))  # fmt: skip
    give_and_take_coupons(session, actor, ids, now)
    if first == 0:
        _use_some_benefits(session, actor, ids, now)
        _merge_a_twin(session, actor, ids[7], now)
        proposed = ProposeAdjustment(member_id=ids[3], points=300, reason='POS 离线期间漏积')
        propose_adjustment(session, actor=actor, command=proposed, now=now)
    return len(ids)


def _use_some_benefits(session: Session, actor: Actor, ids: Sequence[MemberId], now: datetime) -> None:
    """Those of higher tiers have parked and sat in the lounge; who may not is refused, as at the desk."""
    for place, member_id in enumerate(ids):
        member = get_member(session, actor=actor, member_id=member_id, now=now)
        for benefit in ('parking', 'lounge'):
            if member.tier == 'black' or (member.tier == 'gold' and benefit == 'parking'):
                use = UseBenefit(member_id=member_id, benefit=benefit, key=f'demo:{benefit}:{member_id}')
                use_benefit(session, actor=actor, command=use, now=now - timedelta(days=place % 3, hours=place % 7))


def _merge_a_twin(session: Session, actor: Actor, kept: MemberId, now: datetime) -> None:
    """Somebody had enrolled twice, with an old number."""
    twin = enrol_member(session, actor=actor, now=now - timedelta(days=40), command=EnrolMember(
        channel=Channel.POS, phone=SecretStr('19900009999')
    ))  # fmt: skip
    merge_members(session, actor=actor, now=now - timedelta(days=2), command=MergeMembers(
        kept_id=kept, absorbed_id=twin.id, reason='顾客换号，旧号并入'
    ))  # fmt: skip


def _enrol(session: Session, actor: Actor, number: int, source: Random, now: datetime) -> MemberId:
    joined = now - timedelta(days=source.randint(YEAR // 2, YEAR))
    member = enrol_member(session, actor=actor, now=joined, command=EnrolMember(
        channel=source.choice((Channel.MINI_PROGRAM, Channel.MINI_PROGRAM, Channel.POS, Channel.FRONT_DESK)),
        phone=SecretStr(f'1990000{number:04d}'), name=SecretStr(source.choice(NAMES) + source.choice(GIVEN)),
        born_on=date(source.randint(1962, 2004), source.randint(1, 12), source.randint(1, 28)),
        identity=Identity(kind='wechat', subject=SecretStr(f'o-demo-{number:04d}')),
    ))  # fmt: skip
    if source.random() < 0.7:
        decide_consent(session, actor=actor, now=joined, command=DecideConsent(
            member_id=member.id, purpose=Purpose.MARKETING, is_granted=True, wording='marketing-2025',
            source=Channel.MINI_PROGRAM,
        ))  # fmt: skip
    return member.id


def _purchases(
    members: Sequence[MemberId], shops: Sequence[Mapping[str, Any]], source: Random, clock: BusinessClock, now: datetime
) -> Iterator[tuple[datetime, MemberId, Mapping[str, Any], int]]:
    """A few customers buy much, most buy now and then; each keeps to some shops."""
    for member in members:
        visits = min(40, 1 + int(source.paretovariate(1.1) * 3))
        liked = source.sample(list(shops), min(6, len(shops)))
        last = now - timedelta(days=source.choice((0, 1, 3, 8, 20, 45, 120)), minutes=source.randint(5, 600))
        for visit in range(visits):
            day = clock.local(last - timedelta(days=visit * source.uniform(2, YEAR / 2 / visits)))
            at = day.replace(hour=source.randint(10, 20), minute=source.randint(0, 59)).astimezone(UTC)
            if at >= now:
                continue
            shop = source.choice(liked)
            usual = TICKETS.get(shop['category'], USUAL_TICKET)
            yield at, member, shop, max(900, int(source.lognormvariate(0, 0.6) * usual * 100))
