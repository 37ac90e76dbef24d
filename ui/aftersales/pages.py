"""The after-sales pages: requests, photographed receipts, shops."""

from datetime import UTC, datetime

from domain.aftersales.permissions import REVIEW, VIEW
from ui.aftersales import addresses
from ui.aftersales.claims import ClaimsPage
from ui.aftersales.frame import aftersales_frame
from ui.aftersales.requests import RequestsPage
from ui.aftersales.shops import ShopsPage
from ui.saleswords import read_counterfoil
from ui.screens import show_fresh
from ui.session import ClientSession
from ui.shell.pages import Title, page

AFTERSALES = ('aftersales',)
CALM_S = 3.0


@page(
    addresses.REQUESTS, permission=VIEW, title=Title('售后', 'After-sales'), icon='history', nav='operations', order=17
)
async def requests_page(session: ClientSession) -> None:
    """What customers ask of shops."""
    place = await read_counterfoil(session.actor, addresses.REQUESTS, datetime.now(UTC))
    with aftersales_frame(addresses.REQUESTS, session.actor):
        show_fresh(lambda _: RequestsPage(place), AFTERSALES, at_most_every_s=CALM_S)


@page(addresses.CLAIMS, permission=REVIEW, title=Title('拍照积分审核', 'Claims'))
async def claims_page(session: ClientSession) -> None:
    """Photographed receipts."""
    place = await read_counterfoil(session.actor, addresses.CLAIMS, datetime.now(UTC))
    with aftersales_frame(addresses.CLAIMS, session.actor):
        show_fresh(lambda _: ClaimsPage(place), AFTERSALES, at_most_every_s=CALM_S)


@page(addresses.SHOPS, permission=VIEW, title=Title('售后时效榜', "Shops' record"))
async def shops_page(session: ClientSession) -> None:
    """How shops keep their time."""
    place = await read_counterfoil(session.actor, addresses.SHOPS, datetime.now(UTC))
    with aftersales_frame(addresses.SHOPS, session.actor):
        show_fresh(lambda _: ShopsPage(place), AFTERSALES, at_most_every_s=CALM_S)
