"""What the payment pages have in common: title and tabs; some are only for those who deal with what they show."""

from contextlib import AbstractContextManager

from domain.payments.permissions import MANAGE_CARDS, RECONCILE
from domain.shared.actor import Actor
from ui.payments import addresses
from ui.screens import tabbed_frame

RIGHTS = {addresses.BANK: RECONCILE, addresses.EXCEPTIONS: RECONCILE, addresses.CARDS: MANAGE_CARDS}


def payments_frame(current: str, actor: Actor) -> AbstractContextManager[None]:
    """A page of payments."""
    return tabbed_frame('payments', addresses.NAMES, current, actor, RIGHTS)
