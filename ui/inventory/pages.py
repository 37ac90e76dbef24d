"""The stock pages. Each reads like a table of contents: choose, load, show, stay fresh."""

from datetime import UTC, datetime

from domain.inventory.permissions import VIEW
from domain.purchasing.permissions import VIEW as SEE_ORDERS
from ui.inventory import addresses
from ui.inventory.concession_page import ConcessionPage
from ui.inventory.count_page import CountPage
from ui.inventory.counts_page import CountsPage
from ui.inventory.frame import read, stock_frame
from ui.inventory.item_page import ItemPage
from ui.inventory.lots_page import LotsPage
from ui.inventory.order_page import OrderPage
from ui.inventory.orders_page import OrdersPage
from ui.inventory.range_page import RangePage
from ui.inventory.replenishment_page import ReplenishmentPage
from ui.inventory.stock_page import StockPage
from ui.screens import show_fresh
from ui.session import ClientSession
from ui.shell.pages import Title, page

STOCK, PURCHASING = ('inventory',), ('inventory', 'purchasing')
CALM_S = 5.0


def _now() -> datetime:
    return datetime.now(UTC)


def _number(text: str) -> int:
    """The number in an address; what is none is nobody's number, and the domain says so."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(10**15)) else 0


@page(addresses.STOCK, permission=VIEW, title=Title('库存', 'Stock'), icon='layers', nav='operations', order=40)
async def stock_page(session: ClientSession) -> None:
    """What lies where."""
    place = await read(session.actor, addresses.STOCK)
    with stock_frame(addresses.STOCK, session.actor):
        show_fresh(lambda loader: StockPage(place, loader), STOCK, at_most_every_s=CALM_S)


@page(addresses.ITEM, permission=VIEW, title=Title('商品卡', 'Item'))
async def item_page(session: ClientSession, item: str) -> None:
    """One item. It is drawn anew only by its own acts: nobody loses a half-filled form to somebody's sale."""
    place = await read(session.actor, addresses.ITEM.format(item=item))
    with stock_frame(addresses.STOCK, session.actor):
        show_fresh(lambda loader: ItemPage(place, _number(item), loader))


@page(addresses.LOTS, permission=VIEW, title=Title('效期与召回', 'Expiry and recalls'))
async def lots_page(session: ClientSession) -> None:
    """Lots by expiry."""
    place = await read(session.actor, addresses.LOTS)
    with stock_frame(addresses.LOTS, session.actor):
        show_fresh(lambda loader: LotsPage(place, loader), STOCK, at_most_every_s=CALM_S)


@page(addresses.RANGE, permission=VIEW, title=Title('动销分析', 'Range'))
async def range_page(session: ClientSession) -> None:
    """What sells and what lies."""
    place = await read(session.actor, addresses.RANGE)
    with stock_frame(addresses.RANGE, session.actor):
        show_fresh(lambda _: RangePage(place), STOCK, at_most_every_s=60.0)


@page(addresses.ORDERS, permission=SEE_ORDERS, title=Title('采购单', 'Purchase orders'))
async def orders_page(session: ClientSession) -> None:
    """Orders."""
    place = await read(session.actor, addresses.ORDERS)
    with stock_frame(addresses.ORDERS, session.actor):
        show_fresh(lambda _: OrdersPage(place, _now), PURCHASING, at_most_every_s=CALM_S)


@page(addresses.ORDER, permission=SEE_ORDERS, title=Title('采购单', 'Purchase order'))
async def order_page(session: ClientSession, order: str) -> None:
    """One order."""
    place = await read(session.actor, addresses.ORDER.format(order=order))
    with stock_frame(addresses.ORDERS, session.actor):
        show_fresh(lambda loader: OrderPage(place, _number(order), loader))


@page(addresses.REPLENISHMENT, permission=SEE_ORDERS, title=Title('补货', 'Replenishment'))
async def replenishment_page(session: ClientSession) -> None:
    """What should be ordered."""
    place = await read(session.actor, addresses.REPLENISHMENT)
    with stock_frame(addresses.REPLENISHMENT, session.actor):
        show_fresh(lambda loader: ReplenishmentPage(place, loader, _now), ('purchasing',), at_most_every_s=CALM_S)


@page(addresses.COUNTS, permission=VIEW, title=Title('盘点', 'Counts'))
async def counts_page(session: ClientSession) -> None:
    """Counts."""
    place = await read(session.actor, addresses.COUNTS)
    with stock_frame(addresses.COUNTS, session.actor):
        show_fresh(lambda _: CountsPage(place), STOCK, at_most_every_s=CALM_S)


@page(addresses.COUNT, permission=VIEW, title=Title('盘点单', 'Count'))
async def count_page(session: ClientSession, count: str) -> None:
    """One count."""
    place = await read(session.actor, addresses.COUNT.format(count=count))
    with stock_frame(addresses.COUNTS, session.actor):
        show_fresh(lambda loader: CountPage(place, _number(count), loader))


@page(addresses.CONCESSION, permission=VIEW, title=Title('联营结算', 'Concession settlement'))
async def concession_page(session: ClientSession) -> None:
    """What brands are owed."""
    place = await read(session.actor, addresses.CONCESSION)
    with stock_frame(addresses.CONCESSION, session.actor):
        show_fresh(lambda loader: ConcessionPage(place, loader), STOCK, at_most_every_s=60.0)
