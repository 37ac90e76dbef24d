"""Amendments are written by those who let the space and signed by those who may: between the two they wait here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from pydantic import TypeAdapter
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from domain.leasing._repository import load_lease
from domain.leasing.commands import Amendment, FreeTerms, ItemTerms, LeaseId, NewItem, RentTerms
from domain.leasing.errors import LeaseInvalid, LeaseNotOpen, ProposalOpen, ProposalUnknown
from domain.leasing.models import LeaseProposal
from domain.leasing.operations import amend_lease
from domain.leasing.permissions import DRAFT, SIGN, VIEW
from domain.leasing.queries import preview_amendment
from domain.leasing.rounding import divided
from domain.leasing.views import LeaseView
from domain.shared.actor import Actor
from domain.shared.live import notify
from domain.shared.operations import operation, query

AMENDMENT = TypeAdapter(Amendment)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalView:
    """An amendment that waits, or what became of it."""

    lease_id: LeaseId
    amendment: Amendment
    status: str
    proposed_by: str
    proposed_at: datetime


@operation(DRAFT, name='leasing.propose_amendment')
def propose_amendment(session: Session, *, actor: Actor, command: Amendment, now: datetime) -> ProposalView:
    """Lays an amendment before those who sign. It changes nothing yet.

    :raises LeaseUnknown:
    :raises LeaseNotOpen: when the lease is not signed.
    :raises LeaseInvalid: with every complaint about what it would make of the lease.
    :raises ProposalOpen: when another one waits.
    """
    lease = load_lease(session, actor, command.lease_id, is_locked=True)
    if lease.status != 'signed':
        raise LeaseNotOpen(status=lease.status)
    complaints = preview_amendment(session, actor=actor, command=command).complaints
    if complaints:
        raise LeaseInvalid(complaints='; '.join(complaints))
    row = LeaseProposal(
        mall_id=lease.mall_id, lease_id=lease.id, tenant_id=lease.tenant_id, for_version=lease.version,
        document=AMENDMENT.dump_python(command, mode='json'), summary=command.summary, status='open',
        proposed_by=actor.name, proposed_at=now,
    )  # fmt: skip
    session.add(row)
    try:
        session.flush()
    except IntegrityError as error:
        raise ProposalOpen from error
    notify(session, 'leasing', lease.mall_id)
    return _view(row)


@operation(SIGN, name='leasing.sign_proposal')
def sign_proposal(session: Session, *, actor: Actor, lease_id: LeaseId, now: datetime) -> LeaseView:
    """Signs the amendment that waits for a lease.

    :raises ProposalUnknown: when none waits.
    :raises AmendmentOutdated: when the lease has moved on since it was written.
    """
    row = _open(session, lease_id)
    _decide(row, 'signed', actor, now)
    return amend_lease(session, actor=actor, command=_view(row).amendment, now=now)


@operation(DRAFT, name='leasing.withdraw_proposal')
def withdraw_proposal(session: Session, *, actor: Actor, lease_id: LeaseId, now: datetime) -> ProposalView:
    """Takes the amendment that waits for a lease back.

    :raises ProposalUnknown: when none waits.
    """
    row = _open(session, lease_id)
    _decide(row, 'withdrawn', actor, now)
    session.flush()
    notify(session, 'leasing', row.mall_id)
    return _view(row)


@query(VIEW)
def list_proposals(session: Session, *, actor: Actor, lease_id: LeaseId | None = None) -> list[ProposalView]:
    """The amendments that wait; of one lease where asked."""
    statement = select(LeaseProposal).where(LeaseProposal.status == 'open').order_by(col(LeaseProposal.proposed_at))
    if lease_id is not None:
        statement = statement.where(LeaseProposal.lease_id == lease_id)
    return [_view(row) for row in session.exec(statement)]


def relieved(lease: LeaseView, *, from_on: date, until_on: date, percent: int, summary: str) -> Amendment:
    """Less base rent for some days: `percent` of what was agreed."""
    closes, adds = [], []
    for item in lease.items:
        if item.kind == 'rent' and item.starts_on < until_on and from_on < item.ends_on:
            low, high = max(item.starts_on, from_on), min(item.ends_on, until_on)
            terms = _rebased(item.terms, lambda base: divided(base * percent, 100))
            pieces = [(item.starts_on, low, item.terms), (low, high, terms), (high, item.ends_on, item.terms)]
            closes.append(item.id)
            adds += [_item(starts, ends, piece) for starts, ends, piece in pieces if starts < ends]
    return Amendment(
        lease_id=lease.id, version=lease.version, closes=tuple(closes), adds=tuple(adds), summary=summary
    )  # fmt: skip


def extended(lease: LeaseView, *, ends_on: date, base_fen: int, summary: str) -> Amendment:
    """A later end: every running charge goes on, the base rent as stated. An earlier one cuts what lies behind it.

    Items keep their words; those that end with the lease are replaced by such as end with its new end.
    """
    last = [item for item in lease.items if item.ends_on > min(lease.ends_on, ends_on) or item.ends_on == lease.ends_on]
    adds = []
    for item in last:
        if ends_on > lease.ends_on and item.kind == 'rent':
            adds.append(_item(item.starts_on, item.ends_on, item.terms))
            adds.append(_item(item.ends_on, ends_on, _rebased(item.terms, lambda _: base_fen)))
        elif item.starts_on < ends_on:
            adds.append(_item(item.starts_on, ends_on, item.terms))
    return Amendment(
        lease_id=lease.id, version=lease.version, closes=tuple(item.id for item in last), adds=tuple(adds),
        ends_on=ends_on, summary=summary,
    )  # fmt: skip


def freed(lease: LeaseView, *, from_on: date, until_on: date, kinds: Sequence[str], summary: str) -> Amendment:
    """Days without rent, or without other charges too."""
    terms = FreeTerms(frees=tuple(kinds))  # type: ignore[arg-type]
    return Amendment(
        lease_id=lease.id, version=lease.version, adds=(_item(from_on, until_on, terms),), summary=summary
    )  # fmt: skip


def proved(lease: LeaseView, *, needs_z_report: bool, summary: str) -> Amendment:
    """Whether days that the shop types in need a photograph of the Z report; no amount changes."""
    terms = replace(lease.terms, needs_z_report=needs_z_report)
    return Amendment(lease_id=lease.id, version=lease.version, terms=terms, summary=summary)


def _rebased(terms: ItemTerms, new_base: Callable[[int], int]) -> ItemTerms:
    return replace(terms, base_fen=new_base(terms.base_fen)) if isinstance(terms, RentTerms) else terms


def _item(starts_on: date, ends_on: date, terms: ItemTerms) -> NewItem:
    return NewItem(starts_on=starts_on, ends_on=ends_on, terms=terms)


def _open(session: Session, lease_id: LeaseId) -> LeaseProposal:
    statement = select(LeaseProposal).where(LeaseProposal.lease_id == lease_id, LeaseProposal.status == 'open')
    row = session.exec(statement.with_for_update()).one_or_none()
    if row is None:
        raise ProposalUnknown(lease=lease_id)
    return row


def _decide(row: LeaseProposal, status: str, actor: Actor, now: datetime) -> None:
    row.status, row.decided_by, row.decided_at = status, actor.name, now


def _view(row: LeaseProposal) -> ProposalView:
    return ProposalView(
        lease_id=LeaseId(row.lease_id), amendment=AMENDMENT.validate_python(row.document), status=row.status,
        proposed_by=row.proposed_by, proposed_at=row.proposed_at,
    )  # fmt: skip
