"""Becoming, being and ceasing to be a member: enrol, revise, identities, consent, closing."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

from pydantic import SecretStr
from sqlalchemy import text
from sqlmodel import Session, col, select

from domain.members import _posting, _settling, points
from domain.members._contact_tables import MemberAct, MemberMessage
from domain.members._loading import (
    clock_of,
    ensure_program,
    load_member,
    load_open_member,
    load_program,
    mall_of,
    open_member_accounts,
    tier_scheme,
)
from domain.members._posting import Change
from domain.members._reading import member_view
from domain.members._rules.birthdays import needs_guardian
from domain.members.commands import DecideConsent, EnrolMember, Identity, LinkIdentity, MemberId, ReviseMember
from domain.members.errors import GuardianNeeded, IdentityTaken, PhoneInvalid
from domain.members.events import MemberClosing, MemberEnrolled
from domain.members.models import Member, MemberConsent, MemberIdentity, MemberTag
from domain.members.permissions import ENROL, RUN_LOYALTY
from domain.members.views import ClosingWarning, MemberView, RunReport
from domain.shared.actor import Actor
from domain.shared.events import emit
from domain.shared.operations import operation
from domain.shared.sealing import blind_index, seal

COOLING = timedelta(days=15)
TAIL = 4
BATCH = 100
_MAINLAND = re.compile(r'^1[3-9]\d{9}$')
_ABROAD = re.compile(r'^\+[1-9]\d{6,14}$')


@operation(ENROL, name='members.enrol_member')
def enrol_member(session: Session, *, actor: Actor, command: EnrolMember, now: datetime) -> MemberView:
    """Makes somebody a member, or finds the member who has this phone or identity, whatever the channel.

    :raises PhoneInvalid:
    :raises GuardianNeeded: for a child under 14 without a guardian who is a member.
    :raises IdentityTaken: when phone and identity belong to two members.
    """
    mall_id = mall_of(actor)
    phone = None if command.phone is None else normal_phone(command.phone)
    member = _known(session, mall_id, phone, command.identity)
    if member is None:
        member = _enrol(session, mall_id, command, phone, now)
    if command.identity is not None:
        _link(session, member, command.identity, now)
    session.flush()
    return member_view(member, clock_of(session, mall_id), now)


@operation(ENROL, name='members.revise_member')
def revise_member(session: Session, *, actor: Actor, command: ReviseMember, now: datetime) -> MemberView:
    """Corrects a name or a birthday. A new birthday brings no second gift: its quota is the year's (PT-R13).

    :raises GuardianNeeded: when the new birthday makes them a child without a guardian.
    """
    member = load_open_member(session, command.member_id, locked=True)
    if command.name is not None:
        member.name_sealed = seal(command.name.get_secret_value(), mall_id=member.mall_id, field='name')
    if command.born_on is not None:
        member.born_on = command.born_on
        _check_guardian(session, member, member.guardian_id, now)
    member.facts_changed_at = now
    return member_view(member, clock_of(session, member.mall_id), now)


@operation(ENROL, name='members.link_identity')
def link_identity(session: Session, *, actor: Actor, command: LinkIdentity, now: datetime) -> MemberView:
    """Gives a member one more outside name.

    :raises IdentityTaken: when it is another member's.
    """
    member = load_open_member(session, command.member_id, locked=True)
    _link(session, member, command.identity, now)
    return member_view(member, clock_of(session, member.mall_id), now)


@operation(ENROL, name='members.decide_consent')
def decide_consent(session: Session, *, actor: Actor, command: DecideConsent, now: datetime) -> None:
    """Records what a member agreed to or refused, for one purpose.

    :raises GuardianNeeded: when a child under 14 agrees to something without their guardian.
    """
    member = load_open_member(session, command.member_id, locked=True)
    today = clock_of(session, member.mall_id).local(now).date()
    is_guarded = command.guardian_id is not None and command.guardian_id == member.guardian_id
    if command.is_granted and needs_guardian(today, member.born_on) and not is_guarded:
        raise GuardianNeeded
    session.add(MemberConsent(
        mall_id=member.mall_id, member_id=member.id, purpose=command.purpose.value, is_granted=command.is_granted,
        decided_at=now, source=command.source.value, wording=command.wording, guardian_id=command.guardian_id,
    ))  # fmt: skip
    member.facts_changed_at = now


@operation(ENROL, name='members.request_closing')
def request_closing(session: Session, *, actor: Actor, member_id: MemberId, now: datetime) -> ClosingWarning:
    """Starts the cooling period (冷静期) and says what will be lost when it is over."""
    member = load_open_member(session, member_id, locked=True)
    if member.closes_at is None:
        member.state, member.closes_at = 'closing', now + COOLING
        emit(session, MemberClosing(mall_id=member.mall_id, occurred_at=now, member_id=member.id))
    lost = sum(lot.remaining for lot in _posting.live_lots(session, member.id, now=now))
    return ClosingWarning(id=MemberId(member.id), closes_at=member.closes_at, points_lost=lost, tier_lost=member.tier)


@operation(ENROL, name='members.cancel_closing')
def cancel_closing(session: Session, *, actor: Actor, member_id: MemberId, now: datetime) -> MemberView:
    """Stays after all.

    :raises MemberClosed: when the cooling period is over and the account erased.
    """
    member = load_open_member(session, member_id, locked=True)
    member.state, member.closes_at = 'active', None
    return member_view(member, clock_of(session, member.mall_id), now)


@operation(RUN_LOYALTY, name='members.close_due_members')
def close_due_members(session: Session, *, actor: Actor, now: datetime) -> RunReport:
    """Erases members whose cooling period is over; run it until it does nothing."""
    due = select(Member).where(Member.state == 'closing', col(Member.closes_at) <= now).order_by(col(Member.id))
    members = session.exec(due.limit(BATCH).with_for_update(key_share=True)).all()
    return RunReport(done=len(members), points=sum(_close(session, member, now) for member in members))


def normal_phone(phone: SecretStr) -> str:
    """The number in its international form.

    :raises PhoneInvalid: when it is none.
    """
    digits = re.sub(r'[\s()-]', '', phone.get_secret_value())
    digits = digits.removeprefix('0086')
    if _MAINLAND.match(digits):
        return f'+86{digits}'
    if not _ABROAD.match(digits):
        raise PhoneInvalid
    return digits


def phone_index(phone: str, *, mall_id: int) -> bytes:
    return blind_index(phone, mall_id=mall_id, field='phone')


def tail_index(tail: str, *, mall_id: int) -> bytes:
    return blind_index(tail, mall_id=mall_id, field='phone_tail')


def subject_index(identity: Identity, *, mall_id: int) -> bytes:
    return blind_index(identity.subject.get_secret_value(), mall_id=mall_id, field=f'identity:{identity.kind}')


def _known(session: Session, mall_id: int, phone: str | None, identity: Identity | None) -> Member | None:
    found = None
    if phone is not None:
        index = phone_index(phone, mall_id=mall_id)
        # Two doors may enrol one person in the same instant: they pass here one after the other.
        session.execute(text('SELECT pg_advisory_xact_lock(hashtext(:phone))'), {'phone': index.hex()})
        found = session.exec(select(Member.id).where(Member.phone_index == index)).one_or_none()
    if found is None and phone is None and identity is not None:
        session.execute(
            text('SELECT pg_advisory_xact_lock(hashtext(:subject))'),
            {'subject': subject_index(identity, mall_id=mall_id).hex()},
        )
        found = _identity_owner(session, mall_id, identity)
    return None if found is None else load_member(session, found)


def _enrol(session: Session, mall_id: int, command: EnrolMember, phone: str | None, now: datetime) -> Member:
    ensure_program(session, mall_id)
    tier = tier_scheme(session, now).lowest
    available, pending, held = open_member_accounts(session, uuid4().hex)
    member = Member(
        mall_id=mall_id, channel=command.channel.value, enrolled_at=now, born_on=command.born_on,
        guardian_id=command.guardian_id, tier=tier, facts_changed_at=now, available_account_id=available,
        pending_account_id=pending, held_account_id=held,
    )  # fmt: skip
    _check_guardian(session, member, command.guardian_id, now)
    if phone is not None:
        member.phone_sealed = seal(phone, mall_id=mall_id, field='phone')
        member.phone_index = phone_index(phone, mall_id=mall_id)
        member.tail_index = tail_index(phone[-TAIL:], mall_id=mall_id)
    if command.name is not None:
        member.name_sealed = seal(command.name.get_secret_value(), mall_id=mall_id, field='name')
    session.add(member)
    session.flush()
    emit(session, MemberEnrolled(
        mall_id=mall_id, occurred_at=now, member_id=member.id, channel=command.channel.value
    ))  # fmt: skip
    return member


def _check_guardian(session: Session, member: Member, guardian_id: int | None, now: datetime) -> None:
    today = clock_of(session, member.mall_id).local(now).date()
    if not needs_guardian(today, member.born_on):
        return
    if guardian_id is None or needs_guardian(today, load_open_member(session, guardian_id).born_on):
        raise GuardianNeeded


def _link(session: Session, member: Member, identity: Identity, now: datetime) -> None:
    owner = _identity_owner(session, member.mall_id, identity)
    if owner is not None and owner != member.id:
        raise IdentityTaken
    if owner is None:
        session.add(MemberIdentity(
            mall_id=member.mall_id, member_id=member.id, origin_id=member.id, kind=identity.kind, linked_at=now,
            subject_index=subject_index(identity, mall_id=member.mall_id),
        ))  # fmt: skip


def _identity_owner(session: Session, mall_id: int, identity: Identity) -> int | None:
    index = subject_index(identity, mall_id=mall_id)
    found = select(MemberIdentity.member_id).where(
        MemberIdentity.kind == identity.kind, MemberIdentity.subject_index == index
    )
    return session.exec(found).one_or_none()


def _close(session: Session, member: Member, now: datetime) -> int:
    held = session.execute(
        text(
            'SELECT id, member_id, key, points, restored, state FROM point_redemption WHERE mall_id = app_mall()'
            " AND member_id = :member AND state = 'held' FOR UPDATE"
        ),
        {'member': member.id},
    ).all()
    for row in held:
        points.release(session, row, now=now)
    lost = _forfeit(session, member, now)
    for table in (MemberIdentity, MemberTag, MemberMessage, MemberAct):
        for mine in session.exec(select(table).where(table.member_id == member.id)).all():
            session.delete(mine)
    member.state, member.closes_at = 'closed', None
    member.name_sealed = member.phone_sealed = member.phone_index = member.tail_index = member.born_on = None
    return lost


def _forfeit(session: Session, member: Member, now: datetime) -> int:
    """Points end with the account, debts too; the books keep every entry."""
    _posting.lock_points(session, [member])
    lots = session.execute(
        text(
            'SELECT id, remaining, state FROM point_lot'
            ' WHERE mall_id = app_mall() AND member_id = :m AND remaining <> 0'
        ),
        {'m': member.id},
    ).all()  # fmt: skip
    pending: int = sum(lot.remaining for lot in lots if lot.state == 'pending')
    available: int = sum(lot.remaining for lot in lots) - pending
    program = load_program(session)
    amounts = {
        member.pending_account_id: -pending, program.issued_account_id: pending,
        member.available_account_id: -available, program.expired_account_id: available,
    }  # fmt: skip
    if lots and any(amounts.values()):
        changes = [Change(lot.id, 'forfeit', -lot.remaining) for lot in lots]
        moment = _settling.moment_at(session, member.mall_id, now, now)
        _posting.change(session, changes, kind='points.forfeit', key=str(member.id), amounts=amounts, moment=moment)
    return pending + available
