"""What the coupons' pages have in common: title and tabs; the desk is for those who redeem."""

from contextlib import AbstractContextManager

from domain.coupons.permissions import REDEEM
from domain.shared.actor import Actor
from ui.coupons import addresses
from ui.screens import tabbed_frame


def coupons_frame(current: str, actor: Actor) -> AbstractContextManager[None]:
    """A page of coupons."""
    return tabbed_frame('coupons', addresses.NAMES, current, actor, {addresses.DESK: REDEEM})
