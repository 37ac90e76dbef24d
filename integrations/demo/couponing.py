"""The demo mall's coupons: templates of every kind, which may meet, and what members did with theirs."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from domain.coupons.commands import CommitCoupons, CreateTemplate, GrantCoupons, SetStacking
from domain.coupons.granting import grant_coupons
from domain.coupons.redeeming import commit_coupons
from domain.members.commands import MemberId
from domain.shared.actor import Actor
from domain.shared.database import Session

COUPONS = (
    CreateTemplate(
        code='hundred-twenty', name_zh='满 100 减 20', name_en='20 off 100', stock=2_000, cap_per_member=3,
        terms={'kind': 'full_reduction', 'threshold_fen': 10_000, 'reduce_fen': 2_000},
        validity={'days_from_grant': 60}, budget_fen=2_000_000,
    ),
    CreateTemplate(
        code='ten-percent', name_zh='全场 9 折', name_en='10 % off', stock=800, cap_per_member=1,
        terms={'kind': 'discount', 'percent': 90, 'most_fen': 20_000, 'stack_group': 'discount'},
        validity={'days_from_grant': 30},
    ),
    CreateTemplate(
        code='dining-fifty', name_zh='餐饮满 200 减 50', name_en='50 off 200 for dining', stock=1_200, cap_per_member=2,
        cap_per_day=300, uses_per_member_day=1, budget_fen=1_500_000,
        terms={'kind': 'full_reduction', 'threshold_fen': 20_000, 'reduce_fen': 5_000, 'categories': ['dining', 'cafe'],
               'stack_group': 'dining'},
        validity={'days_from_grant': 45, 'blackout_on': ['2027-01-01', '2027-02-06', '2027-02-07', '2027-02-08']},
    ),
    CreateTemplate(
        code='parking-two', name_zh='停车 2 小时', name_en='2 hours of parking', stock=1_000, cap_per_member=2,
        terms={'kind': 'parking', 'parking_minutes': 120}, validity={'days_from_grant': 30},
    ),
    CreateTemplate(
        code='lucky', name_zh='随机立减', name_en='A lucky reduction', stock=600, cap_per_member=1,
        terms={'kind': 'random', 'random_low_fen': 500, 'random_high_fen': 5_000, 'threshold_fen': 8_000,
               'stack_group': 'discount'},
        validity={'days_from_grant': 20},
    ),
)  # fmt: skip
STACKING = SetStacking(document={
    'most_coupons': 2, 'exclusive_groups': [['discount', 'discount'], ['common', 'common'], ['dining', 'discount']],
})  # fmt: skip
DAYS_BACK = 21
TAKEN_FEN = {'hundred-twenty': 2_000, 'ten-percent': 3_600, 'dining-fifty': 5_000, 'lucky': 1_800, 'parking-two': 0}


def give_and_take_coupons(session: Session, actor: Actor, members: Sequence[MemberId], now: datetime) -> None:
    """Everybody has a coupon or two; about half were used in the last three weeks."""
    source = Random(members[0])  # noqa: S311 - a demo that is the same every time
    for place, member_id in enumerate(members):
        for template in _of(place):
            granted_at = now - timedelta(days=source.randint(1, DAYS_BACK), minutes=source.randint(0, 600))
            key = f'demo:{template.code}:{member_id}'
            granted = GrantCoupons(template=template.code, member_id=member_id, key=key)
            [coupon] = grant_coupons(session, actor=actor, command=granted, now=granted_at)
            used_at = granted_at + timedelta(days=source.randint(0, 12), hours=source.randint(1, 6))
            if source.random() < 0.55 and used_at < now:
                commit_coupons(session, actor=actor, now=used_at, command=CommitCoupons(
                    member_id=member_id, order_key=key, discounts=((coupon.id, TAKEN_FEN[template.code]),)
                ))  # fmt: skip


def _of(place: int) -> list[CreateTemplate]:
    """The first for all, one of the others for every second."""
    return [COUPONS[0]] + ([COUPONS[1 + place // 2 % (len(COUPONS) - 1)]] if place % 2 == 0 else [])
