"""What the mall's pages about its shops have in common: title and tabs by right."""

from contextlib import AbstractContextManager

from domain.identity.permissions import MANAGE_API_KEYS
from domain.permits.permissions import VIEW as VIEW_PERMITS
from domain.shared.actor import Actor
from domain.tenancy.permissions import VIEW
from ui.screens import tabbed_frame
from ui.shell import paths

ORDERS = paths.TENANTS
NOTICES = f'{paths.TENANTS}/notices'
PROMOTIONS = f'{paths.TENANTS}/promotions'
PERMITS = f'{paths.TENANTS}/permits'
SPACES = f'{paths.TENANTS}/spaces'
SETTLEMENTS = f'{paths.TENANTS}/settlements'
INTERFACES = f'{paths.TENANTS}/interfaces'
GATE = paths.GATE
NAMES = {
    ORDERS: 'orders',
    NOTICES: 'notices',
    PROMOTIONS: 'promotions',
    PERMITS: 'permits',
    SPACES: 'spaces',
    SETTLEMENTS: 'settlements',
    INTERFACES: 'interfaces',
}
RIGHTS = {
    ORDERS: VIEW, NOTICES: VIEW, PROMOTIONS: VIEW_PERMITS, PERMITS: VIEW_PERMITS, SPACES: VIEW_PERMITS,
    SETTLEMENTS: VIEW_PERMITS, INTERFACES: MANAGE_API_KEYS,
}  # fmt: skip


def tenancy_frame(current: str, actor: Actor) -> AbstractContextManager[None]:
    """A page of the tenant service."""
    return tabbed_frame('tenancy', NAMES, current, actor, RIGHTS)
