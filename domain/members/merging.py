"""Merging and splitting members (合并与拆分). Rule PT-R12.

Lots, receipts, identities, messages and acts change hands with everything they carry and remember whose they were; a
split gives back what is left of them. Points spent from a merged lot stay spent.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, col, select

from domain.members import _behaving, _posting, _settling
from domain.members._loading import clock_of, mall_of, tier_scheme
from domain.members._rating import change_tier, tier_book
from domain.members._reading import member_view
from domain.members._rules.tiers import qualified_tier, qualifying_fen
from domain.members.commands import MergeMembers, SplitMember
from domain.members.errors import MemberUnknown, MergeImpossible
from domain.members.events import MembersMerged
from domain.members.models import Member, MemberConsent, MemberMerge
from domain.members.permissions import MANAGE
from domain.members.schemes import TierScheme
from domain.members.views import MemberView
from domain.shared import journal
from domain.shared.actor import Actor
from domain.shared.events import emit
from domain.shared.journal import LedgerAccountId, NewEntry
from domain.shared.operations import operation

_OWNED = ('point_lot', 'point_receipt', 'member_identity', 'member_message', 'member_act')
_HELD = text(
    'SELECT EXISTS (SELECT FROM point_redemption WHERE mall_id = app_mall() AND member_id = ANY(:members)'
    " AND state = 'held')"
)
_SUMS = text("""
SELECT coalesce(sum(remaining) FILTER (WHERE state = 'available'), 0) AS available,
    coalesce(sum(remaining) FILTER (WHERE state = 'pending'), 0) AS pending
FROM point_lot WHERE mall_id = app_mall() AND member_id = :member AND origin_id = ANY(:origins)
""")
_USES = text("""
INSERT INTO benefit_use AS u (mall_id, member_id, benefit_id, period, used)
SELECT mall_id, :kept, benefit_id, period, used FROM benefit_use WHERE mall_id = app_mall() AND member_id = :absorbed
ON CONFLICT (mall_id, member_id, benefit_id, period) DO UPDATE SET used = u.used + excluded.used
""")
_CAPS = text("""
INSERT INTO point_cap_use AS u (mall_id, member_id, cap, period, used)
SELECT mall_id, :kept, cap, period, used FROM point_cap_use WHERE mall_id = app_mall() AND member_id = :absorbed
ON CONFLICT (mall_id, member_id, cap, period) DO UPDATE SET used = u.used + excluded.used
""")
_TAGS = text("""
INSERT INTO member_tag (mall_id, member_id, code, value, source, computed_at, expires_at)
SELECT mall_id, :kept, code, value, source, computed_at, expires_at FROM member_tag
WHERE mall_id = app_mall() AND member_id = :absorbed ON CONFLICT DO NOTHING
""")
_ORIGINS = text("""
WITH RECURSIVE origins(id) AS (
    SELECT CAST(:member AS bigint)
    UNION SELECT m.absorbed_id FROM member_merge m JOIN origins o ON m.kept_id = o.id
    WHERE m.mall_id = app_mall() AND m.split_at IS NULL
) SELECT id FROM origins
""")


@operation(MANAGE, name='members.merge_members')
def merge_members(session: Session, *, actor: Actor, command: MergeMembers, now: datetime) -> MemberView:
    """Makes two records of one person one: the higher tier, all lots intact, gifts used stay used (PT-R12).

    :raises MergeImpossible: when they are the same, one is closed or merged, or a checkout holds their points.
    """
    mall_id = mall_of(actor)
    kept, absorbed = _both(session, command.kept_id, command.absorbed_id)
    if kept.id == absorbed.id or {kept.state, absorbed.state} & {'closed', 'merged'}:
        raise MergeImpossible(reason='only two different, open members can be merged')
    _refuse_held(session, [kept.id, absorbed.id])
    scheme = tier_scheme(session, now)
    before: dict[str, object] = {'kept_tier': kept.tier, 'absorbed_tier': absorbed.tier}
    session.add(MemberMerge(
        mall_id=mall_id, kept_id=kept.id, absorbed_id=absorbed.id, reason=command.reason, merged_at=now,
        merged_by=actor.name, before=before,
    ))  # fmt: skip
    origins = _origins(session, absorbed.id)
    _move(session, absorbed, kept, origins, key=f'merge:{absorbed.id}:{now.isoformat()}', now=now)
    _behaving.settle(session, [kept.id, absorbed.id], now=now)
    for statement in (_USES, _CAPS, _TAGS):
        session.execute(statement, {'kept': kept.id, 'absorbed': absorbed.id})
    _carry_consents(session, kept, absorbed)
    if scheme.rank(absorbed.tier) > scheme.rank(kept.tier):
        change_tier(session, kept, absorbed.tier, reason='merge', effective_at=now, now=now)
        kept.tier, kept.tier_grace_until = absorbed.tier, absorbed.tier_grace_until
    absorbed.state, absorbed.merged_into_id = 'merged', kept.id
    kept.facts_changed_at = now
    emit(session, MembersMerged(mall_id=mall_id, occurred_at=now, kept_id=kept.id, absorbed_id=absorbed.id))
    return member_view(kept, clock_of(session, mall_id), now)


@operation(MANAGE, name='members.split_member')
def split_member(session: Session, *, actor: Actor, command: SplitMember, now: datetime) -> MemberView:
    """Undoes a merge: whatever came from the absorbed member and is left goes back to them.

    :raises MergeImpossible: when there is nothing to undo, or a later merge must be undone first.
    """
    open_merge = select(MemberMerge).where(
        MemberMerge.absorbed_id == command.absorbed_id, col(MemberMerge.split_at).is_(None)
    )
    merge = session.exec(open_merge).one_or_none()
    if merge is None:
        raise MergeImpossible(reason='this member was not merged')
    kept, absorbed = _both(session, merge.kept_id, merge.absorbed_id)
    if kept.merged_into_id is not None:
        raise MergeImpossible(reason='undo the later merge first')
    _refuse_held(session, [kept.id, absorbed.id])
    absorbed.state, absorbed.merged_into_id = 'active', None
    merge.split_at, merge.split_by = now, actor.name
    session.flush()
    origins = _origins(session, absorbed.id)
    _move(session, kept, absorbed, origins, key=f'split:{absorbed.id}:{now.isoformat()}', now=now)
    scheme = tier_scheme(session, now)
    for member, tier in ((kept, merge.before['kept_tier']), (absorbed, merge.before['absorbed_tier'])):
        _own_tier(session, scheme, member, str(tier), now)
        member.facts_changed_at = now
    _behaving.settle(session, [kept.id, absorbed.id], now=now)
    return member_view(absorbed, clock_of(session, absorbed.mall_id), now)


def _both(session: Session, first: int, second: int) -> tuple[Member, Member]:
    """Two members, locked in the order of their ids, so that crossing merges cannot wait for each other."""
    found = select(Member).where(col(Member.id).in_([first, second])).order_by(col(Member.id))
    locked = found.with_for_update(key_share=True).execution_options(populate_existing=True)
    members = {member.id: member for member in session.exec(locked)}
    if not {first, second} <= members.keys():
        raise MemberUnknown
    return members[first], members[second]


def _refuse_held(session: Session, members: list[int]) -> None:
    if session.execute(_HELD, {'members': members}).scalar_one():
        raise MergeImpossible(reason='a checkout holds their points; try again when it is over')


def _origins(session: Session, member_id: int) -> list[int]:
    return list(session.execute(_ORIGINS, {'member': member_id}).scalars())


def _move(session: Session, giver: Member, taker: Member, origins: Sequence[int], *, key: str, now: datetime) -> None:
    _posting.lock_points(session, [giver, taker])
    sums = session.execute(_SUMS, {'member': giver.id, 'origins': list(origins)}).one()
    amounts = {
        giver.available_account_id: -int(sums.available), taker.available_account_id: int(sums.available),
        giver.pending_account_id: -int(sums.pending), taker.pending_account_id: int(sums.pending),
    }  # fmt: skip
    amounts = {account: amount for account, amount in amounts.items() if amount}
    if amounts:
        moment = _settling.moment_at(session, giver.mall_id, now, now)
        journal.post(session, NewEntry(
            kind='points.move', key=f'points.move:{key}', occurred_at=now, business_on=moment.business_on,
            amounts={LedgerAccountId(account): amount for account, amount in amounts.items()},
        ), now=now)  # fmt: skip
    for table in _OWNED:
        session.execute(
            text(
                f'UPDATE {table} SET member_id = :taker'  # noqa: S608 - constants
                ' WHERE mall_id = app_mall() AND member_id = :giver AND origin_id = ANY(:origins)'
            ),
            {'taker': taker.id, 'giver': giver.id, 'origins': list(origins)},
        )


def _carry_consents(session: Session, kept: Member, absorbed: Member) -> None:
    """Both are one person: per purpose, what they decided last counts."""
    latest: dict[str, MemberConsent] = {}
    rows = select(MemberConsent).where(col(MemberConsent.member_id).in_([kept.id, absorbed.id]))
    for consent in session.exec(rows.order_by(col(MemberConsent.decided_at), col(MemberConsent.id))):
        latest[consent.purpose] = consent
    for consent in latest.values():
        if consent.member_id == absorbed.id:
            facts = consent.model_dump(exclude={'id', 'member_id'})
            session.add(MemberConsent(**facts, member_id=kept.id))


def _own_tier(session: Session, scheme: TierScheme, member: Member, before: str, now: datetime) -> None:
    """The tier a member has without the other: what they had before, or what their own spending reached since."""
    book = tier_book(session, member, at=now, now=now)
    reached = qualified_tier(scheme, qualifying_fen(scheme, book.spends, now))
    tier = max((before, reached), key=scheme.rank)
    if tier != member.tier:
        change_tier(session, member, tier, reason='split', effective_at=now, now=now)
        member.tier, member.tier_grace_until = tier, None
