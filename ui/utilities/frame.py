"""What the utilities' pages have in common: title and tabs by right."""

from collections.abc import Iterator
from contextlib import contextmanager

from domain.shared.actor import Actor
from domain.utilities.permissions import BILL
from ui.kit.i18n import t
from ui.kit.page import page_body, page_header
from ui.kit.tabs import tab_links
from ui.utilities import addresses

FOR_BILLING = (addresses.LOSSES, addresses.BILLS)


@contextmanager
def utilities_frame(current: str, actor: Actor) -> Iterator[None]:
    """Losses and bills are for those who reckon the whole mall."""
    shown = {path: name for path, name in addresses.NAMES.items() if path not in FOR_BILLING or actor.may(BILL)}
    with page_body():
        with page_header(t('utilities.title'), t(f'utilities.subtitle.{addresses.NAMES[current]}')):
            pass
        tab_links({path: t(f'utilities.tab.{name}') for path, name in shown.items()}, current)
        yield
