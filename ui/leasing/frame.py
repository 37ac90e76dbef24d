"""What the leasing pages have in common: title and tabs by right."""

from collections.abc import Iterator
from contextlib import contextmanager

from domain.leasing.permissions import DRAFT
from domain.shared.actor import Actor
from ui.kit.i18n import t
from ui.kit.page import page_body, page_header
from ui.kit.tabs import tab_links
from ui.leasing import addresses


@contextmanager
def leasing_frame(current: str, actor: Actor) -> Iterator[None]:
    """New leases are for those who draft them."""
    shown = {path: name for path, name in addresses.NAMES.items() if path != addresses.NEW or actor.may(DRAFT)}
    with page_body():
        with page_header(t('leasing.title'), t(f'leasing.subtitle.{addresses.NAMES[current]}')):
            pass
        tab_links({path: t(f'leasing.tab.{name}') for path, name in shown.items()}, current)
        yield
