"""What the utilities' pages have in common: title and tabs; losses and bills are for those who bill."""

from contextlib import AbstractContextManager

from domain.shared.actor import Actor
from domain.utilities.permissions import BILL
from ui.screens import tabbed_frame
from ui.utilities import addresses

RIGHTS = {addresses.LOSSES: BILL, addresses.BILLS: BILL}


def utilities_frame(current: str, actor: Actor) -> AbstractContextManager[None]:
    """A page of utilities."""
    return tabbed_frame('utilities', addresses.NAMES, current, actor, RIGHTS)
