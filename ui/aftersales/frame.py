"""What the after-sales pages have in common: title and tabs."""

from collections.abc import Iterator
from contextlib import contextmanager

from domain.aftersales.permissions import REVIEW
from domain.shared.actor import Actor
from ui.aftersales import addresses
from ui.kit.i18n import t
from ui.kit.page import page_body, page_header
from ui.kit.tabs import tab_links


@contextmanager
def aftersales_frame(current: str, actor: Actor) -> Iterator[None]:
    """Claims are for those who review them."""
    shown = {path: name for path, name in addresses.NAMES.items() if path != addresses.CLAIMS or actor.may(REVIEW)}
    with page_body():
        with page_header(t('aftersales.title'), t(f'aftersales.subtitle.{addresses.NAMES[current]}')):
            pass
        tab_links({path: t(f'aftersales.tab.{name}') for path, name in shown.items()}, current)
        yield
