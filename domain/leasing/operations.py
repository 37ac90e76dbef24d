"""Leases are drafted, signed, amended and ended."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from domain.leasing._repository import (
    BREAKS,
    LEASE_TERMS,
    as_item,
    item_row,
    items_of,
    lease_view,
    load_lease,
    mall_of,
    new_item,
)
from domain.leasing._rules.schedule import Item
from domain.leasing._rules.validity import complaints_about
from domain.leasing.commands import Amendment, DraftLease, SignLease, TerminateLease
from domain.leasing.errors import (
    AmendmentOutdated,
    LeaseInvalid,
    LeaseNotOpen,
    LettableUnitUnknown,
    TenantUnknown,
)
from domain.leasing.events import LeaseAmended, LeaseEnded, LeaseSigned
from domain.leasing.models import Lease, LeaseItem, LeaseUnit, LeaseVersion, LettableUnit, Tenant
from domain.leasing.periods import Period
from domain.leasing.permissions import DRAFT, SIGN
from domain.leasing.units import refusing
from domain.leasing.views import LeaseView
from domain.shared.actor import Actor
from domain.shared.events import emit
from domain.shared.live import notify
from domain.shared.operations import operation

FIRST_VERSION = 1


@operation(DRAFT, name='leasing.draft_lease')
def draft_lease(session: Session, *, actor: Actor, command: DraftLease, now: datetime) -> LeaseView:
    """Writes a lease down. A draft holds no unit; several may compete for one.

    :raises LeaseInvalid: with every complaint about its items.
    :raises TenantUnknown:
    :raises LettableUnitUnknown:
    :raises CodeTaken: when the number is used.
    """
    _check(command.starts_on, command.ends_on, [new_item(item) for item in command.items])
    _check_parties(session, command)
    lease = Lease(
        mall_id=mall_of(actor), tenant_id=command.tenant_id, number=command.number, category=command.category,
        status='draft', starts_on=command.starts_on, ends_on=command.ends_on, version=FIRST_VERSION,
        terms=LEASE_TERMS.dump_python(command.terms, mode='json'),
        breaks=list(BREAKS.dump_python(command.breaks, mode='json')), drafted_at=now,
    )  # fmt: skip
    with refusing(session, taken=command.number):
        session.add(lease)
    session.add_all(_holdings(lease, command.unit_ids))
    session.add_all(item_row(lease, item, FIRST_VERSION) for item in command.items)
    session.flush()
    return lease_view(session, lease)


@operation(SIGN, name='leasing.sign_lease')
def sign_lease(session: Session, *, actor: Actor, command: SignLease, now: datetime) -> LeaseView:
    """Makes a draft binding: from now on no other lease can hold its units in its days.

    :raises LeaseUnknown:
    :raises LeaseNotOpen: when it is no draft.
    :raises UnitLet: when another lease holds one of the units.
    :raises UnitEnds: when a unit does not exist for all of the lease.
    """
    lease = load_lease(session, actor, command.lease_id, is_locked=True)
    if lease.status != 'draft':
        raise LeaseNotOpen(status=lease.status)
    with refusing(session):
        session.execute(update(LeaseUnit).where(col(LeaseUnit.lease_id) == lease.id).values(is_held=True))
    lease.status, lease.signed_at = 'signed', now
    session.add(_version(lease, 'signed', actor, now))
    session.flush()
    emit(session, LeaseSigned(mall_id=lease.mall_id, occurred_at=now, lease_id=lease.id, tenant_id=lease.tenant_id))
    notify(session, 'leasing', lease.mall_id)
    return lease_view(session, lease)


@operation(SIGN, name='leasing.amend_lease')
def amend_lease(session: Session, *, actor: Actor, command: Amendment, now: datetime) -> LeaseView:
    """Brings a signed lease to its next version. What an earlier version said stays readable.

    :raises LeaseUnknown:
    :raises LeaseNotOpen: when it is not signed.
    :raises AmendmentOutdated: when it was written for an earlier version.
    :raises LeaseInvalid: when the items no longer fit together.
    :raises UnitLet: when a later end meets another lease.
    :raises UnitEnds: when a later end outlives a unit.
    """
    lease = _open_lease(session, actor, command)
    ends_on = command.ends_on or lease.ends_on
    _check(lease.starts_on, ends_on, amended_items(session, lease, command))
    lease.version += 1
    if command.terms is not None:
        lease.terms = LEASE_TERMS.dump_python(command.terms, mode='json')
    session.execute(
        update(LeaseItem)
        .where(col(LeaseItem.lease_id) == lease.id, col(LeaseItem.id).in_(command.closes))
        .values(until_version=lease.version)
    )
    session.add_all(item_row(lease, item, lease.version) for item in command.adds)
    _end_on(session, lease, ends_on)
    session.add(_version(lease, command.summary, actor, now))
    session.flush()
    emit(session, LeaseAmended(
        mall_id=lease.mall_id, occurred_at=now, lease_id=lease.id, tenant_id=lease.tenant_id,
        lease_version=lease.version,
    ))  # fmt: skip
    notify(session, 'leasing', lease.mall_id)
    return lease_view(session, lease)


@operation(SIGN, name='leasing.terminate_lease')
def terminate_lease(session: Session, *, actor: Actor, command: TerminateLease, now: datetime) -> LeaseView:
    """Ends a signed lease early; its units are free from that day. Items keep their words, the lease's end cuts them.

    :raises LeaseUnknown:
    :raises LeaseNotOpen: when it is not signed, or the day lies outside it.
    """
    lease = load_lease(session, actor, command.lease_id, is_locked=True)
    if lease.status != 'signed' or not lease.starts_on < command.ends_on < lease.ends_on:
        raise LeaseNotOpen(status=lease.status)
    lease.status = 'terminated'
    lease.version += 1
    _end_on(session, lease, command.ends_on)
    session.add(_version(lease, command.reason, actor, now))
    session.flush()
    emit(session, LeaseEnded(
        mall_id=lease.mall_id, occurred_at=now, lease_id=lease.id, tenant_id=lease.tenant_id,
        ends_on=command.ends_on.isoformat(),
    ))  # fmt: skip
    notify(session, 'leasing', lease.mall_id)
    return lease_view(session, lease)


def amended_items(session: Session, lease: Lease, command: Amendment) -> list[Item]:
    """The items that an amendment leaves in force.

    :raises LeaseInvalid: when it closes an item that is not in force.
    """
    current = items_of(session, [lease.id])[lease.id]
    foreign = set(command.closes) - {item.id for item in current}
    if foreign:
        raise LeaseInvalid(complaints=f'item {min(foreign)} is not in force in this lease')
    kept = [as_item(item) for item in current if item.id not in command.closes]
    return kept + [new_item(item) for item in command.adds]


def _open_lease(session: Session, actor: Actor, command: Amendment) -> Lease:
    lease = load_lease(session, actor, command.lease_id, is_locked=True)
    if lease.status != 'signed':
        raise LeaseNotOpen(status=lease.status)
    if lease.version != command.version:
        raise AmendmentOutdated(version=lease.version)
    return lease


def _check(starts_on: date, ends_on: date, items: Sequence[Item]) -> None:
    if ends_on <= starts_on:
        raise LeaseInvalid(complaints='the lease ends before it begins')
    complaints = complaints_about(Period(starts_on, ends_on), items)
    if complaints:
        raise LeaseInvalid(complaints='; '.join(complaints))


def _check_parties(session: Session, command: DraftLease) -> None:
    if session.exec(select(Tenant.id).where(Tenant.id == command.tenant_id)).first() is None:
        raise TenantUnknown(tenant=command.tenant_id)
    known = set(session.exec(select(LettableUnit.id).where(col(LettableUnit.id).in_(command.unit_ids))))
    missing = set(command.unit_ids) - known
    if missing:
        raise LettableUnitUnknown(unit=min(missing))


def _holdings(lease: Lease, unit_ids: Sequence[int]) -> list[LeaseUnit]:
    return [
        LeaseUnit(
            mall_id=lease.mall_id, lease_id=lease.id, unit_id=unit_id, tenant_id=lease.tenant_id,
            starts_on=lease.starts_on, ends_on=lease.ends_on, is_held=False,
        ) for unit_id in dict.fromkeys(unit_ids)
    ]  # fmt: skip


def _end_on(session: Session, lease: Lease, ends_on: date) -> None:
    lease.ends_on = ends_on
    with refusing(session):
        session.execute(update(LeaseUnit).where(col(LeaseUnit.lease_id) == lease.id).values(ends_on=ends_on))


def _version(lease: Lease, summary: str, actor: Actor, now: datetime) -> LeaseVersion:
    return LeaseVersion(
        mall_id=lease.mall_id, lease_id=lease.id, tenant_id=lease.tenant_id, version=lease.version,
        ends_on=lease.ends_on, terms=lease.terms, summary=summary, signed_by=actor.name, signed_at=now,
    )  # fmt: skip
