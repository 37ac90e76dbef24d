"""What the platform does for itself in each mall: seals the audit chain, checks its books, forgets old keys."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from domain.shared import audit, idempotency, journal
from domain.shared.actor import Actor
from domain.shared.operations import operation, query
from domain.shared.permissions import UPKEEP, VERIFY_AUDIT


@dataclass(frozen=True, slots=True)
class Sealed:
    """How many entries were linked, and the head of the chain afterwards."""

    linked: int
    head: audit.Anchor | None


@dataclass(frozen=True, slots=True)
class Books:
    """Whether the journal's laws hold: every unit sums to zero, every kept balance equals its postings."""

    unbalanced_units: tuple[str, ...]
    drifted_accounts: tuple[int, ...]

    @property
    def are_sound(self) -> bool:
        return not self.unbalanced_units and not self.drifted_accounts


@operation(UPKEEP, name='platform.seal_audit', is_audited=False)
def seal_audit(session: Session, *, actor: Actor, now: datetime) -> Sealed:
    """Links the mall's new audit entries; the head is returned so that it can be kept elsewhere."""
    linked = audit.seal(session, now=now)
    return Sealed(linked, audit.anchor(session))


@operation(UPKEEP, name='platform.forget_idempotency_keys', is_audited=False)
def forget_idempotency_keys(session: Session, *, actor: Actor, now: datetime, after: timedelta) -> int:
    """Drops idempotency keys older than their retention; returns how many."""
    return idempotency.forget_before(session, moment=now - after)


@query(UPKEEP, name='platform.check_books')
def check_books(session: Session, *, actor: Actor) -> Books:
    """Law X-R9, asked of the running platform."""
    totals = journal.trial_balance(session)
    return Books(
        unbalanced_units=tuple(sorted(unit for unit, total in totals.items() if total)),
        drifted_accounts=tuple(journal.drifted_accounts(session)),
    )


@query(VERIFY_AUDIT, name='platform.verify_audit', is_audited=True)
def verify_audit(session: Session, *, actor: Actor, against: Sequence[audit.Anchor] = ()) -> audit.Verification:
    """Recomputes the mall's whole chain and compares it with anchors kept elsewhere."""
    return audit.verify(session, against=against)
