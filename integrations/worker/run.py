"""The worker's two halves side by side: the job queue and the ingest."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager, suppress

import prometheus_client
import structlog

from domain.shared.errors import DatabaseUnavailable
from domain.shared.operations import run_in_thread
from integrations.mqtt import worker as ingest
from integrations.mqtt.settings import MqttSettings
from integrations.payments.settings import PaymentSettings
from integrations.worker import district, jobs, paying, upkeep
from integrations.worker.settings import WorkerSettings

log = structlog.get_logger(__name__)

RETRY_S = 2.0


async def run(
    settings: WorkerSettings,
    broker: MqttSettings,
    database_url: str,
    payments: PaymentSettings,
    signals: Callable[[], AbstractContextManager[asyncio.Event]],
) -> None:
    """Works until told to stop; outlives the loss of database and broker."""
    upkeep.configure(settings)
    paying.configure(payments)
    district.configure(payments)
    if settings.metrics_port:
        prometheus_client.start_http_server(settings.metrics_port, addr='127.0.0.1')
    with signals() as stop:
        queue = asyncio.create_task(_jobs_until_stopped(settings, database_url))
        await ingest.run(broker, stop)
        queue.cancel()
        with suppress(asyncio.CancelledError):
            await queue


async def _jobs_until_stopped(settings: WorkerSettings, url: str) -> None:
    """Runs the queue, and again whenever the database was away; jobs wait in it meanwhile."""
    while True:
        try:
            await run_in_thread(upkeep.actors)
            await jobs.work(jobs.create_app(url), concurrency=settings.concurrency)
        except DatabaseUnavailable:
            log.warning('the job queue waits for the database')
        except Exception:
            log.exception('the job queue broke off and starts again')
        await asyncio.sleep(RETRY_S)
