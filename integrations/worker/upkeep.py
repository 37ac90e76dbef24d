"""Upkeep (维护): what each mall needs done by the clock, as one table of name, times and action.

An action does one mall. It is an ordinary operation, so a mall in trouble raises, is logged, and the others go on.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
import structlog

from domain.footfall.commands import CloseBusinessDay, EnsurePartitions, ForgetTokens, ImputeGaps, Window
from domain.footfall.operations import close_business_day, ensure_partitions, forget_tokens, impute_gaps
from domain.identity.operations import forget_attempts
from domain.mall.queries import get_business_clock, list_malls
from domain.shared.actor import Actor, MallId, system_actor
from domain.shared.errors import DomainError, NotFound
from domain.shared.operations import ask, perform
from domain.shared.upkeep import check_books, forget_idempotency_keys, seal_audit
from integrations.worker import district, forecasts, loyalty, paying, tenants, webhooks
from integrations.worker.settings import WorkerSettings
from integrations.worker.tills import escalate_requests

log = structlog.get_logger(__name__)

Action = Callable[[Actor], None]

# How far back devices may still deliver what they kept while the network was away.
LATE_DATA = timedelta(hours=72)
CLOSE_AGAIN_DAYS = 3

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


def actor_in(code: str) -> Actor:
    """The platform as an actor in the mall of that code.

    :raises NotFound: when there is no such mall.
    """
    anywhere = system_actor('command line')
    found = next((mall.id for mall in ask(list_malls, actor=anywhere) if mall.code == code), None)
    if found is None:
        raise NotFound
    return anywhere.within(MallId(found))


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


def _forget_attempts(actor: Actor) -> None:
    """The lock-out looks back an hour; the audit log keeps every attempt."""
    perform(forget_attempts, actor=actor, before=datetime.now(UTC) - timedelta(days=1))


def _impute_gaps(actor: Actor) -> None:
    now = datetime.now(UTC)
    command = ImputeGaps(window=Window(started_at=now - LATE_DATA, ended_at=now))
    perform(impute_gaps, actor=actor, command=command, now=now)


def _close_days(actor: Actor) -> None:
    """Closes the days that ended: yesterday, and again the days before, whose late data may have come since."""
    clock = ask(get_business_clock, actor=actor)
    now = datetime.now(UTC)
    today = clock.business_on(now)
    for days_ago in range(CLOSE_AGAIN_DAYS, 0, -1):
        command = CloseBusinessDay(business_on=today - timedelta(days=days_ago))
        perform(close_business_day, actor=actor, command=command, now=now)


UPKEEP: tuple[Upkeep, ...] = (
    Upkeep(name='seal_audit', cron='* * * * *', action=_seal_audit),
    Upkeep(name='check_books', cron='17 * * * *', action=_check_books),
    Upkeep(name='escalate_requests', cron='* * * * *', action=escalate_requests),
    Upkeep(name='escalate_work_orders', cron='* * * * *', action=tenants.escalate_orders),
    Upkeep(name='chase_turnover', cron='0 2 * * *', action=tenants.chase_turnover),  # 10:00 in Shanghai
    Upkeep(name='compare_shops', cron='10 20 * * *', action=tenants.compare_shops),  # 04:10 in Shanghai
    Upkeep(name='explain_sales', cron='40 20 * * *', action=tenants.explain_sales),  # 04:40 in Shanghai
    Upkeep(name='foretell', cron='30 20 * * *', action=forecasts.foretell),  # 04:30 in Shanghai
    Upkeep(name='replenish', cron='50 20 * * *', action=forecasts.replenish),  # 04:50 in Shanghai, by the forecasts
    Upkeep(name='impute_gaps', cron='*/15 * * * *', action=_impute_gaps),
    # 04:20 in Shanghai, after the default cut-off; a mall of another zone is closed when its own day is over.
    Upkeep(name='close_business_days', cron='20 * * * *', action=_close_days),
    Upkeep(
        name='ensure_partitions',
        cron='5 * * * *',
        action=lambda actor: _do(ensure_partitions, actor, EnsurePartitions()),
    ),
    # The sixth field counts seconds: a till waits for the answer.
    Upkeep(name='resolve_payments', cron='* * * * * */5', action=paying.resolve),
    Upkeep(name='deliver_webhooks', cron='* * * * * */5', action=webhooks.deliver),
    Upkeep(name='give_money_back', cron='* * * * *', action=paying.give_back),
    Upkeep(name='settle_district', cron='* * * * *', action=district.settle),
    Upkeep(name='tell_of_parking', cron='* * * * *', action=district.sync_parking),
    # 10:40 in Shanghai: the channels' bills of yesterday are there at 10.
    Upkeep(name='compare_bills', cron='40 2 * * *', action=paying.compare_bills),
    Upkeep(name='forget_tokens', cron='35 20 * * *', action=lambda actor: _do(forget_tokens, actor, ForgetTokens())),
    Upkeep(name='forget_idempotency_keys', cron='43 20 * * *', action=_forget_keys),
    Upkeep(name='release_holds', cron='* * * * *', action=loyalty.release),
    Upkeep(name='mature_points', cron='*/10 * * * *', action=loyalty.mature),
    Upkeep(name='expire_points_and_coupons', cron='*/10 * * * *', action=loyalty.expire),
    Upkeep(name='refresh_tags', cron='*/5 * * * *', action=loyalty.refresh),
    Upkeep(name='members_by_night', cron='0 19 * * *', action=loyalty.run_by_night),  # 03:00 in Shanghai
    Upkeep(name='forget_attempts', cron='51 20 * * *', action=_forget_attempts),
)


def _do(operation: Callable[..., object], actor: Actor, command: object) -> None:
    perform(operation, actor=actor, command=command)
