"""Upkeep (维护): what each mall needs done by the clock, as one table of name, times and action.

An action does one mall. It is an ordinary operation, so a mall in trouble raises, is logged, and the others go on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import orjson
import structlog

from domain.devices.alarms import watch_silence
from domain.mall.queries import list_malls
from domain.shared.actor import Actor, MallId, system_actor
from domain.shared.errors import DomainError
from domain.shared.operations import ask, perform
from domain.shared.upkeep import check_books, forget_idempotency_keys, seal_audit
from integrations.worker.settings import WorkerSettings

log = structlog.get_logger(__name__)

Action = Callable[[Actor], None]

_settings = WorkerSettings()


def configure(settings: WorkerSettings) -> None:
    """Sets what the actions need, once, before the first runs."""
    global _settings
    _settings = settings


@dataclass(frozen=True, kw_only=True)
class Upkeep:
    """One thing to do in every mall, at the times of a cron expression (UTC)."""

    name: str
    cron: str
    action: Action

    def run_everywhere(self) -> None:
        """Does it in each mall; a mall that fails is logged and does not keep the others waiting."""
        for actor in actors():
            try:
                self.action(actor)
            except DomainError as error:
                log.warning('upkeep refused', upkeep=self.name, mall_id=actor.mall_id, code=error.code)
            except Exception:
                log.exception('upkeep failed', upkeep=self.name, mall_id=actor.mall_id)


def actors() -> list[Actor]:
    """The worker as an actor in each mall."""
    anywhere = system_actor('worker')
    return [anywhere.within(MallId(mall.id)) for mall in ask(list_malls, actor=anywhere)]


def _seal_audit(actor: Actor) -> None:
    sealed = perform(seal_audit, actor=actor)
    if sealed.linked and sealed.head is not None:
        _keep_anchor(_settings.anchor_file, sealed.head)


def _keep_anchor(path: Path, head: object) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open('ab') as file:
        file.write(orjson.dumps(head) + b'\n')


def _check_books(actor: Actor) -> None:
    books = ask(check_books, actor=actor)
    if not books.are_sound:
        log.error('the books do not hold', mall_id=actor.mall_id, units=books.unbalanced_units)


def _forget_keys(actor: Actor) -> None:
    perform(forget_idempotency_keys, actor=actor, after=timedelta(days=_settings.idempotency_days))


UPKEEP: tuple[Upkeep, ...] = (
    Upkeep(name='seal_audit', cron='* * * * *', action=_seal_audit),
    Upkeep(name='watch_silence', cron='* * * * *', action=lambda actor: _perform(watch_silence, actor)),
    Upkeep(name='check_books', cron='17 * * * *', action=_check_books),
    Upkeep(name='forget_idempotency_keys', cron='43 20 * * *', action=_forget_keys),
)


def _perform(operation: Callable[..., object], actor: Actor) -> None:
    perform(operation, actor=actor)
