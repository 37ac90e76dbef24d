"""Webhooks behind the platform: every event is written down for those who want it, and sent."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any

from domain.shared.actor import Actor
from domain.shared.operations import perform
from domain.webhooks.commands import OFFERED, Heard
from domain.webhooks.operations import hear, record_outcome, take_due
from domain.webhooks.views import DueDelivery
from integrations.webhooks.client import send

AT_ONCE = 8
MOST_ROUNDS = 50


def write_down(actor: Actor, event_id: str, name: str, facts: Mapping[str, Any]) -> None:
    """Notes an event for the endpoints that want it."""
    if name in OFFERED:
        perform(hear, actor=actor, command=Heard(event_id=event_id, name=name, facts=dict(facts)))


def deliver(actor: Actor) -> None:
    """Sends what is due, several at a time, so that a receiver that hangs keeps few others waiting."""
    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix='webhooks') as pool:
        for _ in range(MOST_ROUNDS):
            due = perform(take_due, actor=actor, now=datetime.now(UTC), limit=AT_ONCE)
            if not due:
                return
            list(pool.map(lambda one: _try(actor, one), due))


def _try(actor: Actor, delivery: DueDelivery) -> None:
    now = datetime.now(UTC)
    perform(record_outcome, actor=actor, command=send(delivery, now=now), now=now)
