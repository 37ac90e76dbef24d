"""What the after-sales pages have in common: title and tabs; claims are for those who review them."""

from contextlib import AbstractContextManager

from domain.aftersales.permissions import REVIEW
from domain.shared.actor import Actor
from ui.aftersales import addresses
from ui.screens import tabbed_frame


def aftersales_frame(current: str, actor: Actor) -> AbstractContextManager[None]:
    """A page of after-sales."""
    return tabbed_frame('aftersales', addresses.NAMES, current, actor, {addresses.CLAIMS: REVIEW})
