"""The payment pages: three books, bank credits, exceptions, refunds."""

from datetime import UTC, datetime

from domain.payments.permissions import MANAGE_CARDS, RECONCILE, VIEW
from ui.payments import addresses
from ui.payments.bank_page import BankPage
from ui.payments.cards_page import CardsPage
from ui.payments.channels import ChannelsPage
from ui.payments.exceptions import ExceptionsPage
from ui.payments.frame import payments_frame
from ui.payments.refunds import RefundsPage
from ui.saleswords import read_counterfoil
from ui.screens import show_fresh
from ui.session import ClientSession
from ui.shell.pages import Title, page

PAYMENTS = ('payments',)
CALM_S = 3.0


@page(addresses.CHANNELS, permission=VIEW, title=Title('支付', 'Payments'), icon='layers', nav='office', order=40)
async def channels_page(session: ClientSession) -> None:
    """Each channel's day in three books."""
    place = await read_counterfoil(session.actor, addresses.CHANNELS, datetime.now(UTC))
    with payments_frame(addresses.CHANNELS, session.actor):
        show_fresh(lambda _: ChannelsPage(place), PAYMENTS, at_most_every_s=CALM_S)


@page(addresses.BANK, permission=RECONCILE, title=Title('银行到账', 'Bank credits'))
async def bank_page(session: ClientSession) -> None:
    """What the bank booked."""
    place = await read_counterfoil(session.actor, addresses.BANK, datetime.now(UTC))
    with payments_frame(addresses.BANK, session.actor):
        show_fresh(lambda loader: BankPage(place, loader), PAYMENTS, at_most_every_s=CALM_S)


@page(addresses.EXCEPTIONS, permission=RECONCILE, title=Title('对账差异', 'Exceptions'))
async def exceptions_page(session: ClientSession) -> None:
    """What a person must look at."""
    place = await read_counterfoil(session.actor, addresses.EXCEPTIONS, datetime.now(UTC))
    with payments_frame(addresses.EXCEPTIONS, session.actor):
        show_fresh(lambda _: ExceptionsPage(place), PAYMENTS, at_most_every_s=CALM_S)


@page(addresses.REFUNDS, permission=VIEW, title=Title('退款', 'Refunds'))
async def refunds_page(session: ClientSession) -> None:
    """Money on its way back."""
    place = await read_counterfoil(session.actor, addresses.REFUNDS, datetime.now(UTC))
    with payments_frame(addresses.REFUNDS, session.actor):
        show_fresh(lambda _: RefundsPage(place), PAYMENTS, at_most_every_s=CALM_S)


@page(addresses.CARDS, permission=MANAGE_CARDS, title=Title('预付卡', 'Prepaid cards'))
async def cards_page(session: ClientSession) -> None:
    """Cards with value on them."""
    place = await read_counterfoil(session.actor, addresses.CARDS, datetime.now(UTC))
    with payments_frame(addresses.CARDS, session.actor):
        show_fresh(lambda loader: CardsPage(place, loader), PAYMENTS, at_most_every_s=CALM_S)
