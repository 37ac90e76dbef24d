"""The job queue: procrastinate on the platform's own PostgreSQL."""

from typing import Any

import procrastinate
import structlog
from procrastinate.jobs import DeleteJobCondition

from domain.shared.operations import run_in_thread
from integrations.worker.subscriptions import Delivered, reactions_to
from integrations.worker.upkeep import UPKEEP, Upkeep

log = structlog.get_logger(__name__)

QUEUES = ('events', 'upkeep')
# A reaction that fails is tried again after 4, 16, 64 … seconds, eight times, then kept as failed for people to see.
RETRY = procrastinate.RetryStrategy(max_attempts=8, exponential_wait=4)


def create_app(url: str) -> procrastinate.App:
    """The queue with every task this worker knows."""
    app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=url))
    app.task(_deliver, name='deliver_event', queue='events', retry=RETRY)
    for upkeep in UPKEEP:
        _schedule(app, upkeep)
    return app


async def work(app: procrastinate.App, *, concurrency: int) -> None:
    """Does jobs until cancelled; a job in hand is finished first."""
    async with app.open_async():
        await app.run_worker_async(
            queues=list(QUEUES),
            concurrency=concurrency,
            install_signal_handlers=False,
            delete_jobs=DeleteJobCondition.SUCCESSFUL,
            shutdown_graceful_timeout=10,
        )


async def _deliver(event_id: str, name: str, version: int, facts: dict[str, Any], **later_fields: object) -> None:
    event = Delivered(event_id=event_id, name=name, version=version, facts=facts)
    for reaction in reactions_to(name):
        await run_in_thread(reaction, event)


def _schedule(app: procrastinate.App, upkeep: Upkeep) -> None:
    async def run(timestamp: int) -> None:
        await run_in_thread(upkeep.run_everywhere)

    # The queueing lock keeps a slow upkeep from piling up; the periodic table keeps it to one per minute over workers.
    task = app.task(run, name=f'upkeep.{upkeep.name}', queue='upkeep', queueing_lock=upkeep.name, lock=upkeep.name)
    app.periodic(cron=upkeep.cron, periodic_id=upkeep.name)(task)
