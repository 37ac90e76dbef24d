"""The sales pages. Each reads like a table of contents: choose, load, show, stay fresh."""

from typing import Any

from domain.sales.permissions import MANAGE_TILLS, VIEW
from ui.kit.toolbar import toolbar
from ui.loading import Loader, keep_fresh
from ui.sales import addresses
from ui.sales.cashiers import CashiersPage
from ui.sales.frame import day_choice, read, sales_frame
from ui.sales.overrides_page import OverridesPage
from ui.sales.prices_page import PricesPage
from ui.sales.receipt import ReceiptPage
from ui.sales.receipts import ReceiptsPage
from ui.sales.shifts_page import ShiftsPage
from ui.sales.tills_page import TillsPage
from ui.screens import show_fresh
from ui.session import ClientSession
from ui.shell.pages import Title, page

SALES = ('sales',)
CALM_S = 3.0


@page(addresses.RECEIPTS, permission=VIEW, title=Title('销售', 'Sales'), icon='chart', nav='operations', order=16)
async def receipts_page(session: ClientSession) -> None:
    """What a business day sold."""
    place = await read(session.actor, addresses.RECEIPTS)
    with sales_frame(addresses.RECEIPTS, session.actor):
        loader: Loader[Any] = Loader()
        with toolbar():
            day_choice(place, loader.refresh)
        view = ReceiptsPage(place)
    keep_fresh(loader.serve(view.load, view.show), SALES, at_most_every_s=CALM_S)


@page(addresses.RECEIPT, permission=VIEW, title=Title('小票', 'Receipt'))
async def receipt_page(session: ClientSession, key: str) -> None:
    """One receipt."""
    place = await read(session.actor, addresses.receipt(key))
    with sales_frame(addresses.RECEIPTS, session.actor):
        show_fresh(lambda _: ReceiptPage(place, key), SALES, at_most_every_s=CALM_S)


@page(addresses.SHIFTS, permission=VIEW, title=Title('班次', 'Shifts'))
async def shifts_page(session: ClientSession) -> None:
    """X and Z reports."""
    place = await read(session.actor, addresses.SHIFTS)
    with sales_frame(addresses.SHIFTS, session.actor):
        loader: Loader[Any] = Loader()
        with toolbar():
            day_choice(place, loader.refresh)
        view = ShiftsPage(place)
    keep_fresh(loader.serve(view.load, view.show), SALES, at_most_every_s=CALM_S)


@page(addresses.CASHIERS, permission=VIEW, title=Title('收银效率', 'Pace'))
async def cashiers_page(session: ClientSession) -> None:
    """Seconds per basket."""
    place = await read(session.actor, addresses.CASHIERS)
    with sales_frame(addresses.CASHIERS, session.actor):
        loader: Loader[Any] = Loader()
        with toolbar():
            day_choice(place, loader.refresh)
        view = CashiersPage(place)
    keep_fresh(loader.serve(view.load, view.show), SALES, at_most_every_s=CALM_S)


@page(addresses.OVERRIDES, permission=VIEW, title=Title('改价', 'Overrides'))
async def overrides_page(session: ClientSession) -> None:
    """Prices that tills overrode."""
    place = await read(session.actor, addresses.OVERRIDES)
    with sales_frame(addresses.OVERRIDES, session.actor):
        loader: Loader[Any] = Loader()
        with toolbar():
            day_choice(place, loader.refresh)
        view = OverridesPage(place)
    keep_fresh(loader.serve(view.load, view.show), SALES, at_most_every_s=CALM_S)


@page(addresses.PRICES, permission=VIEW, title=Title('价目', 'Prices'))
async def prices_page(session: ClientSession) -> None:
    """The price lists of the shops."""
    place = await read(session.actor, addresses.PRICES)
    with sales_frame(addresses.PRICES, session.actor):
        show_fresh(lambda _: PricesPage(place), SALES, at_most_every_s=CALM_S)


@page(addresses.TILLS, permission=MANAGE_TILLS, title=Title('收银台', 'Tills'))
async def tills_page(session: ClientSession) -> None:
    """The tills of the mall."""
    place = await read(session.actor, addresses.TILLS)
    with sales_frame(addresses.TILLS, session.actor):
        show_fresh(lambda _: TillsPage(place), SALES, at_most_every_s=CALM_S)
