"""What the leasing pages have in common: title and tabs; new leases and Z reports are for those who may decide."""

from contextlib import AbstractContextManager

from domain.leasing.permissions import DRAFT, REVIEW_TURNOVER
from domain.shared.actor import Actor
from ui.leasing import addresses
from ui.screens import tabbed_frame

RIGHTS = {addresses.NEW: DRAFT, addresses.REPORTS: REVIEW_TURNOVER}


def leasing_frame(current: str, actor: Actor) -> AbstractContextManager[None]:
    """A page of leasing."""
    return tabbed_frame('leasing', addresses.NAMES, current, actor, RIGHTS)
