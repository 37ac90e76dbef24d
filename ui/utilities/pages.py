"""The utilities' pages. Each reads like a table of contents: load, show, stay fresh."""

from domain.utilities.commands import MeterId
from domain.utilities.permissions import BILL, VIEW
from ui.screens import show_fresh
from ui.session import ClientSession
from ui.shell.pages import Title, page
from ui.utilities import addresses
from ui.utilities.bills_page import BillsPage
from ui.utilities.frame import utilities_frame
from ui.utilities.losses_page import LossesPage
from ui.utilities.meter_page import MeterPage
from ui.utilities.meters_page import MetersPage
from ui.utilities.place import read_place
from ui.utilities.tariffs_page import TariffsPage
from ui.utilities.waiting_page import WaitingPage

TOPICS = ('utilities',)
CALM_S = 15.0


@page(addresses.METERS, permission=VIEW, title=Title('能耗', 'Utilities'), icon='heat', nav='operations', order=26)
async def meters_page(session: ClientSession) -> None:
    """The registry."""
    place = await read_place(session.actor, addresses.METERS)
    with utilities_frame(addresses.METERS, session.actor):
        show_fresh(lambda loader: MetersPage(place, loader), TOPICS, at_most_every_s=CALM_S)


@page(addresses.WAITING, permission=VIEW, title=Title('待处理读数', 'Readings to settle'))
async def waiting_page(session: ClientSession) -> None:
    """What waits for a person."""
    place = await read_place(session.actor, addresses.WAITING)
    with utilities_frame(addresses.WAITING, session.actor):
        show_fresh(lambda loader: WaitingPage(place, loader), TOPICS, at_most_every_s=CALM_S)


@page(addresses.LOSSES, permission=BILL, title=Title('损耗', 'Losses'))
async def losses_page(session: ClientSession) -> None:
    """Main meters against those behind them."""
    place = await read_place(session.actor, addresses.LOSSES)
    with utilities_frame(addresses.LOSSES, session.actor):
        show_fresh(lambda loader: LossesPage(place, loader))


@page(addresses.TARIFFS, permission=VIEW, title=Title('能耗价格', 'Tariffs'))
async def tariffs_page(session: ClientSession) -> None:
    """Prices by the time of day."""
    place = await read_place(session.actor, addresses.TARIFFS)
    with utilities_frame(addresses.TARIFFS, session.actor):
        show_fresh(lambda loader: TariffsPage(place, loader))


@page(addresses.BILLS, permission=BILL, title=Title('能耗账单', 'Utility bills'))
async def bills_page(session: ClientSession) -> None:
    """What the billing run will take."""
    place = await read_place(session.actor, addresses.BILLS)
    with utilities_frame(addresses.BILLS, session.actor):
        show_fresh(lambda loader: BillsPage(place, loader))


@page(addresses.METER, permission=VIEW, title=Title('计量表', 'Meter'))
async def meter_page(session: ClientSession, meter: int) -> None:
    """One meter."""
    place = await read_place(session.actor, addresses.meter(meter))
    with utilities_frame(addresses.METERS, session.actor):
        show_fresh(lambda loader: MeterPage(place, MeterId(meter), loader), TOPICS, at_most_every_s=CALM_S)
