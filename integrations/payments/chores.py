"""What the worker does about payments, mall by mall and channel by channel; a channel in trouble waits alone."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from domain.mall.queries import get_business_clock
from domain.payments import checkout
from domain.payments.reconciling import reconcile
from domain.shared.actor import Actor
from domain.shared.errors import DomainError
from domain.shared.operations import ask, perform
from integrations.payments.client import GatewayChannel
from integrations.payments.gateway import ChannelsOf

log = structlog.get_logger(__name__)

BILLS_LOOKED_BACK = 3  # days; a bill that was late is compared when it comes


class Chores:
    """Bound to the channels of this installation."""

    def __init__(self, channels: ChannelsOf) -> None:
        self._channels = channels

    def resolve(self, actor: Actor) -> None:
        """Asks what became of attempts, and cancels those that took too long (PO-R5)."""
        self._each(actor, 'resolve', lambda channel, now: checkout.resolve(channel, actor=actor, now=now))

    def give_back(self, actor: Actor) -> None:
        """Asks for the refunds that are open."""
        self._each(actor, 'refund', lambda channel, now: checkout.refund_open(channel, actor=actor, now=now))

    def compare_bills(self, actor: Actor) -> None:
        """Compares the bills of the last days with our books; repeating it opens nothing twice (PO-R6)."""
        today = ask(get_business_clock, actor=actor).business_on(datetime.now(UTC))

        def compare(channel: GatewayChannel, now: datetime) -> None:
            for days_ago in range(BILLS_LOOKED_BACK, 0, -1):
                bill = channel.bill(today - timedelta(days=days_ago))
                if bill is not None:
                    perform(reconcile, actor=actor, command=bill, now=now)

        self._each(actor, 'reconcile', compare)

    def _each(self, actor: Actor, what: str, do: Callable[[GatewayChannel, datetime], Any]) -> None:
        assert actor.mall_id is not None
        for name, channel in self._channels(actor.mall_id).items():
            try:
                do(channel, datetime.now(UTC))
            except DomainError as error:
                log.warning('payment chore refused', chore=what, channel=name, mall_id=actor.mall_id, code=error.code)
            except Exception:
                log.exception('payment chore failed', chore=what, channel=name, mall_id=actor.mall_id)
