"""The worker's part in the district: the chores of `integrations.district`, where there is a district merchant."""

from domain.shared.actor import Actor
from integrations.district.chores import Chores
from integrations.district.gateway import district_of
from integrations.payments.settings import PaymentSettings

_chores: Chores | None = None


def configure(settings: PaymentSettings) -> None:
    """Sets the merchant, once, before the first chore."""
    global _chores
    district = district_of(settings)
    _chores = None if district is None else Chores(district)


def settle(actor: Actor) -> None:
    """Posts points for payments in shops, and tells WeChat."""
    if _chores is not None:
        _chores.settle(actor)


def sync_parking(actor: Actor) -> None:
    """Tells WeChat whose cars came and left."""
    if _chores is not None:
        _chores.sync_parking(actor)
