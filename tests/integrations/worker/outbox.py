"""Events as the outbox holds them, delivered as often as a test says."""

from typing import Any

import psycopg

from integrations.worker.subscriptions import Delivered, reactions_to
from tests.conftest import Database


def waiting(database: Database, *names: str, **facts: Any) -> list[Delivered]:
    """Events of these names and facts that wait for the worker, oldest first."""
    with psycopg.connect(database.owner_url) as owner:
        rows = owner.execute("SELECT args FROM procrastinate_jobs WHERE args ->> 'name' = ANY(%s) ORDER BY id",
                             [list(names)]).fetchall()  # fmt: skip
    events = [Delivered(**args) for (args,) in rows]
    return [event for event in events if facts.items() <= event.facts.items()]


def deliver(*events: Delivered, times: int = 1) -> None:
    """What the worker does with events, again and again."""
    for event in events * times:
        for reaction in reactions_to(event.name):
            reaction(event)
