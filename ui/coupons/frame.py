"""What the coupons' pages have in common: title and tabs by right."""

from collections.abc import Iterator
from contextlib import contextmanager

from domain.coupons.permissions import REDEEM
from domain.shared.actor import Actor
from ui.coupons import addresses
from ui.kit.i18n import t
from ui.kit.page import page_body, page_header
from ui.kit.tabs import tab_links


@contextmanager
def coupons_frame(current: str, actor: Actor) -> Iterator[None]:
    """The desk is for those who redeem."""
    shown = {path: name for path, name in addresses.NAMES.items() if path != addresses.DESK or actor.may(REDEEM)}
    with page_body():
        with page_header(t('coupons.title'), t(f'coupons.subtitle.{addresses.NAMES[current]}')):
            pass
        tab_links({path: t(f'coupons.tab.{name}') for path, name in shown.items()}, current)
        yield
