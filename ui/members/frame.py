"""What all members' pages have in common: title, tabs by right, and the mall around them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from domain.members.permissions import ENROL, MANAGE, VIEW, VIEW_LIABILITY
from domain.shared.actor import Actor
from ui.kit.i18n import t
from ui.kit.page import page_body, page_header
from ui.kit.tabs import tab_links
from ui.members import addresses
from ui.saleswords import Counterfoil, read_counterfoil

RIGHTS = {
    addresses.ENROL: ENROL, addresses.MERGES: MANAGE, addresses.POINTS: VIEW_LIABILITY,
    addresses.POSTINGS: VIEW_LIABILITY,
}  # fmt: skip


async def read(actor: Actor, path: str) -> Counterfoil:
    """The mall around its members."""
    return await read_counterfoil(actor, path, datetime.now(UTC))


@contextmanager
def members_frame(current: str, actor: Actor) -> Iterator[None]:
    """Title and the tabs that would open."""
    names = addresses.NAMES
    shown = {path: name for path, name in names.items() if actor.may(RIGHTS.get(path, VIEW))}
    with page_body():
        with page_header(t('members.title'), t(f'members.subtitle.{names.get(current, "members")}')):
            pass
        tab_links({path: t(f'members.tab.{name}') for path, name in shown.items()}, current)
        yield
