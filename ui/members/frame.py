"""What all members' pages have in common: title, tabs by right, and the mall around them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from domain.members.permissions import VIEW_LIABILITY
from domain.shared.actor import Actor
from ui.kit.i18n import t
from ui.kit.page import page_body, page_header
from ui.kit.tabs import tab_links
from ui.members import addresses
from ui.saleswords import Counterfoil, read_counterfoil


async def read(actor: Actor, path: str) -> Counterfoil:
    """The mall around its members."""
    return await read_counterfoil(actor, path, datetime.now(UTC))


@contextmanager
def members_frame(current: str, actor: Actor) -> Iterator[None]:
    """Title and tabs; the books are for those who may see the liability."""
    names = addresses.NAMES
    shown = {path: name for path, name in names.items() if path != addresses.POINTS or actor.may(VIEW_LIABILITY)}
    with page_body():
        with page_header(t('members.title'), t(f'members.subtitle.{names.get(current, "members")}')):
            pass
        tab_links({path: t(f'members.tab.{name}') for path, name in shown.items()}, current)
        yield
