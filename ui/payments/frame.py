"""What the payment pages have in common: title and tabs."""

from collections.abc import Iterator
from contextlib import contextmanager

from domain.payments.permissions import MANAGE_CARDS, RECONCILE, VIEW
from domain.shared.actor import Actor
from ui.kit.i18n import t
from ui.kit.page import page_body, page_header
from ui.kit.tabs import tab_links
from ui.payments import addresses


@contextmanager
def payments_frame(current: str, actor: Actor) -> Iterator[None]:
    """Exceptions are for those who reconcile, cards for those who keep them."""
    rights = {addresses.EXCEPTIONS: RECONCILE, addresses.CARDS: MANAGE_CARDS}
    shown = {path: name for path, name in addresses.NAMES.items() if actor.may(rights.get(path, VIEW))}
    with page_body():
        with page_header(t('payments.title'), t(f'payments.subtitle.{addresses.NAMES[current]}')):
            pass
        tab_links({path: t(f'payments.tab.{name}') for path, name in shown.items()}, current)
        yield
