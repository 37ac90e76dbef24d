"""The leasing pages. Each reads like a table of contents: load, show, stay fresh."""

from domain.leasing.commands import LeaseId
from domain.leasing.permissions import DRAFT, REVIEW_TURNOVER, VIEW
from ui.leasing import addresses
from ui.leasing.amendment_page import AmendmentPage
from ui.leasing.frame import leasing_frame
from ui.leasing.lease_page import LeasePage
from ui.leasing.new_page import NewPage
from ui.leasing.place import read_place
from ui.leasing.portfolio_page import PortfolioPage
from ui.leasing.reports_page import ReportsPage
from ui.leasing.roll_page import RollPage
from ui.leasing.turnover_page import TurnoverPage
from ui.leasing.units_page import UnitsPage
from ui.screens import show_fresh
from ui.session import ClientSession
from ui.shell import paths
from ui.shell.pages import Title, page

LEASING = ('leasing',)
CALM_S = 3.0


@page(addresses.ROLL, permission=VIEW, title=Title('租约', 'Leases'), icon='layers', nav='operations', order=20)
async def roll_page(session: ClientSession) -> None:
    """The rent roll."""
    place = await read_place(session.actor, addresses.ROLL)
    with leasing_frame(addresses.ROLL, session.actor):
        show_fresh(lambda _: RollPage(place), LEASING, at_most_every_s=CALM_S)


@page(addresses.UNITS, permission=VIEW, title=Title('铺位', 'Units'))
async def units_page(session: ClientSession) -> None:
    """Who holds what, and what stands empty."""
    place = await read_place(session.actor, addresses.UNITS)
    with leasing_frame(addresses.UNITS, session.actor):
        show_fresh(lambda loader: UnitsPage(place, loader))


@page(addresses.TURNOVER, permission=VIEW, title=Title('营业额', 'Turnover'))
async def turnover_page(session: ClientSession) -> None:
    """A month of every shop."""
    place = await read_place(session.actor, addresses.TURNOVER)
    with leasing_frame(addresses.TURNOVER, session.actor):
        show_fresh(lambda loader: TurnoverPage(place, loader), LEASING, at_most_every_s=CALM_S)


@page(addresses.REPORTS, permission=REVIEW_TURNOVER, title=Title('Z 报表审核', 'Z reports'))
async def reports_page(session: ClientSession) -> None:
    """Days that shops typed in, beside the photographs of their Z reports."""
    place = await read_place(session.actor, addresses.REPORTS)
    with leasing_frame(addresses.REPORTS, session.actor):
        show_fresh(lambda loader: ReportsPage(place, loader), LEASING, at_most_every_s=CALM_S)


@page(addresses.PORTFOLIO, permission=VIEW, title=Title('租约组合', 'Portfolio'))
async def portfolio_page(session: ClientSession) -> None:
    """How long the income is secured."""
    place = await read_place(session.actor, addresses.PORTFOLIO)
    with leasing_frame(addresses.PORTFOLIO, session.actor):
        show_fresh(lambda _: PortfolioPage(place), LEASING, at_most_every_s=CALM_S)


@page(addresses.NEW, permission=DRAFT, title=Title('新租约', 'New lease'))
async def new_page(session: ClientSession) -> None:
    """A lease from the figures people agree on."""
    place = await read_place(session.actor, addresses.NEW)
    with leasing_frame(addresses.NEW, session.actor):
        show_fresh(lambda loader: NewPage(place, loader))


@page(addresses.LEASE, permission=VIEW, title=Title('租约', 'Lease'))
async def lease_page(session: ClientSession, lease: int) -> None:
    """One lease."""
    place = await read_place(session.actor, paths.lease(lease))
    with leasing_frame(addresses.ROLL, session.actor):
        show_fresh(lambda loader: LeasePage(place, LeaseId(lease), loader))


@page(addresses.AMEND, permission=DRAFT, title=Title('补充协议', 'Amendment'))
async def amendment_page(session: ClientSession, lease: int) -> None:
    """A change of a signed lease."""
    place = await read_place(session.actor, addresses.amend(lease))
    with leasing_frame(addresses.ROLL, session.actor):
        show_fresh(lambda _: AmendmentPage(place, LeaseId(lease)))
