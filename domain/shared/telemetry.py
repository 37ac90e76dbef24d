"""What every operation leaves in the logs and the metrics: its name, its actor, how long it took, how it ended."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from prometheus_client import Counter, Histogram

from domain.shared.actor import Actor
from domain.shared.errors import DomainError

log = structlog.get_logger('atrium.operation')

OPERATIONS = Counter('atrium_operations_total', 'Operations and queries by outcome', ['name', 'outcome'])
DURATIONS = Histogram(
    'atrium_operation_seconds',
    'Time of operations and queries, transaction included',
    ['name'],
    buckets=(0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)


@contextmanager
def observed(name: str, actor: Actor) -> Iterator[None]:
    """Counts, times and logs one run; every log line inside carries the actor, the mall and the request."""
    started = time.perf_counter()
    outcome = 'done'
    with structlog.contextvars.bound_contextvars(
        operation=name, actor=actor.name, mall_id=actor.mall_id, request_id=actor.request_id
    ):
        try:
            yield
        except DomainError as error:
            outcome = error.code
            log.info('operation refused', code=error.code)
            raise
        except Exception:
            outcome = 'bug'
            log.exception('operation failed')
            raise
        finally:
            OPERATIONS.labels(name, outcome).inc()
            DURATIONS.labels(name).observe(time.perf_counter() - started)
