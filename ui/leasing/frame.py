"""What the leasing pages have in common: title and tabs; new leases are for those who draft them."""

from contextlib import AbstractContextManager

from domain.leasing.permissions import DRAFT
from domain.shared.actor import Actor
from ui.leasing import addresses
from ui.screens import tabbed_frame


def leasing_frame(current: str, actor: Actor) -> AbstractContextManager[None]:
    """A page of leasing."""
    return tabbed_frame('leasing', addresses.NAMES, current, actor, {addresses.NEW: DRAFT})
