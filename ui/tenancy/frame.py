"""What the pages have in common: the day's clock, title and tabs by right."""

from collections.abc import Iterator
from contextlib import contextmanager

from nicegui import context

from domain.permits.permissions import VIEW as VIEW_PERMITS
from domain.shared.actor import Actor
from domain.tenancy.permissions import VIEW
from ui.kit.address import Address
from ui.kit.i18n import t
from ui.kit.page import page_body, page_header
from ui.kit.tabs import tab_links
from ui.shell import paths

ORDERS = paths.TENANTS
NOTICES = f'{paths.TENANTS}/notices'
PROMOTIONS = f'{paths.TENANTS}/promotions'
TABS = {ORDERS: ('orders', VIEW), NOTICES: ('notices', VIEW), PROMOTIONS: ('promotions', VIEW_PERMITS)}


def address_of(path: str) -> Address:
    """What the address of this page asks for."""
    return Address(path, dict(context.client.request.query_params))


@contextmanager
def tenancy_frame(current: str, actor: Actor) -> Iterator[None]:
    """The tabs that would open."""
    shown = {path: t(f'tenancy.tab.{name}') for path, (name, permission) in TABS.items() if actor.may(permission)}
    with page_body():
        with page_header(t('tenancy.title'), t(f'tenancy.subtitle.{TABS[current][0]}')):
            pass
        tab_links(shown, current)
        yield
