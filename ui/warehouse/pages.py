"""The hand-held's page: what there is goes out to the browser, what was noted there comes back as moves."""

from typing import Any

from domain.inventory.permissions import MOVE
from ui.loading import Loader, keep_fresh
from ui.session import ClientSession
from ui.shell import paths
from ui.shell.pages import Title, page
from ui.warehouse.screen import WarehouseScreen

CALM_S = 5.0


@page(
    paths.WAREHOUSE, permission=MOVE, title=Title('仓库手持', 'Hand-held'), frame='till', icon='device',
    nav='operations', order=41,
)  # fmt: skip
async def warehouse_page(session: ClientSession) -> None:
    """Receive, move, issue, count and look up."""
    loader: Loader[Any] = Loader()
    screen = WarehouseScreen(session.actor)
    keep_fresh(loader.serve(screen.load, screen.show), ('inventory', 'purchasing'), at_most_every_s=CALM_S)
