"""Rows into views."""

from datetime import datetime

from domain.members._rules.birthdays import age_on
from domain.members.commands import MemberId
from domain.members.models import Member
from domain.members.views import MemberView
from domain.shared.business_time import BusinessClock
from domain.shared.sealing import unseal

ADULT = 18


def member_view(member: Member, clock: BusinessClock, now: datetime) -> MemberView:
    today = clock.local(now).date()
    return MemberView(
        id=MemberId(member.id), state=member.state, channel=member.channel, enrolled_at=member.enrolled_at,
        name=opened(member.name_sealed, member, 'name') or '',
        phone_masked=masked(opened(member.phone_sealed, member, 'phone')), born_on=member.born_on,
        is_minor=member.born_on is not None and age_on(today, member.born_on) < ADULT, tier=member.tier,
        tier_grace_until=member.tier_grace_until, closes_at=member.closes_at,
    )  # fmt: skip


def opened(sealed: bytes | None, member: Member, field: str) -> str | None:
    return None if sealed is None else unseal(sealed, mall_id=member.mall_id, field=field)


def masked(phone: str | None) -> str:
    """138****8888: enough to recognise one's own, not enough to call."""
    local = (phone or '').removeprefix('+86')
    return f'{local[:3]}****{local[-4:]}' if local else ''
