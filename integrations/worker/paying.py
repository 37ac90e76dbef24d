"""The worker's part in payments: the chores of `integrations.payments`, bound to this installation's channels."""

from domain.shared.actor import Actor
from integrations.payments.chores import Chores
from integrations.payments.gateway import channels_of
from integrations.payments.settings import PaymentSettings

_chores = Chores(channels_of(PaymentSettings()))  # no channel until `configure` names some


def configure(settings: PaymentSettings) -> None:
    """Sets the channels, once, before the first chore."""
    global _chores
    _chores = Chores(channels_of(settings))


def resolve(actor: Actor) -> None:
    """Asks what became of attempts."""
    _chores.resolve(actor)


def give_back(actor: Actor) -> None:
    """Asks for the refunds that are open."""
    _chores.give_back(actor)


def compare_bills(actor: Actor) -> None:
    """Compares the channels' bills with our books."""
    _chores.compare_bills(actor)
