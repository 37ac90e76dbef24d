"""What the worker does for the district, mall by mall; a payment in trouble does not keep the others waiting."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TypeVar

import structlog

from domain.district import earning, syncing
from domain.district.ports import DistrictPort
from domain.district.views import ParkingSync, PointsSync
from domain.shared.actor import Actor
from domain.shared.errors import DomainError
from domain.shared.operations import ask, perform

log = structlog.get_logger(__name__)

Item = TypeVar('Item')


class Chores:
    """Bound to the district merchant of this installation."""

    def __init__(self, district: DistrictPort) -> None:
        self._district = district

    def settle(self, actor: Actor) -> None:
        """Posts points of payments that have none yet, looks again at those a person decides, and tells WeChat."""
        waiting = ask(earning.list_unsettled, actor=actor)
        _each(waiting, lambda number: perform(earning.settle_payment, actor=actor, transaction_no=number))
        self.sync_points(actor)

    def sync_points(self, actor: Actor) -> None:
        """Tells WeChat what transactions earned (PO-R12)."""

        def tell(sync: PointsSync) -> None:
            is_done = self._district.sync_points(sync)
            perform(
                syncing.record_sync,
                actor=actor,
                transaction_no=sync.transaction_no,
                settled_at=sync.settled_at,
                is_done=is_done,
            )

        _each(ask(syncing.list_due_syncs, actor=actor, now=datetime.now(UTC)), tell)

    def sync_parking(self, actor: Actor) -> None:
        """Tells WeChat whose cars came and left."""

        def tell(sync: ParkingSync) -> None:
            is_done = self._district.sync_parking(sync)
            perform(syncing.record_parking_sync, actor=actor, key=sync.key, is_done=is_done)

        _each(ask(syncing.list_due_parking, actor=actor, now=datetime.now(UTC)), tell)


def _each(items: Iterable[Item], do: Callable[[Item], object]) -> None:
    for item in items:
        try:
            do(item)
        except DomainError as error:
            log.warning('district chore refused', code=error.code)
