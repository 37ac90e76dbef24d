"""Domain events (领域事件): facts in the past tense that others may react to.

A slice declares them as frozen dataclasses and calls `emit`; `integrations/worker/subscriptions.py` is the one table of
who reacts. An event carries an id, a version and the few facts a listener needs; listeners tolerate unknown fields.
"""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import ClassVar
from uuid import uuid4

from sqlmodel import Session

from domain.shared import _outbox


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of every event. `name` reads `slice.thing_happened`; a change of meaning raises `version`."""

    name: ClassVar[str]
    version: ClassVar[int] = 1

    mall_id: int
    occurred_at: datetime


def emit(session: Session, event: Event) -> None:
    """Lets the event leave with the commit of this transaction; a rollback takes it back."""
    facts = {key: value.isoformat() if isinstance(value, datetime) else value for key, value in asdict(event).items()}
    _outbox.add_event(session, {'event_id': str(uuid4()), 'name': event.name, 'version': event.version, 'facts': facts})
