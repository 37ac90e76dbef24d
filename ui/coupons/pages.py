"""The coupons' pages. Each reads like a table of contents: load, show, stay fresh."""

from datetime import UTC, datetime

from domain.coupons.overview import list_templates
from domain.coupons.permissions import REDEEM, VIEW
from domain.shared.operations import run_query
from ui.coupons import addresses
from ui.coupons.desk_page import DeskPage
from ui.coupons.frame import coupons_frame
from ui.coupons.register_page import RegisterPage
from ui.coupons.stacking_page import StackingPage
from ui.coupons.templates_page import TemplatesPage
from ui.saleswords import read_counterfoil
from ui.screens import show_fresh
from ui.session import ClientSession
from ui.shell.pages import Title, page


@page(addresses.TEMPLATES, permission=VIEW, title=Title('优惠券', 'Coupons'), icon='layers', nav='marketing', order=20)
async def templates_page(session: ClientSession) -> None:
    """Templates, their stock and how much of it is used."""
    place = await read_counterfoil(session.actor, addresses.TEMPLATES, datetime.now(UTC))
    with coupons_frame(addresses.TEMPLATES, session.actor):
        show_fresh(lambda loader: TemplatesPage(place, loader))


@page(addresses.REGISTER, permission=VIEW, title=Title('用券明细', 'Register'))
async def register_page(session: ClientSession) -> None:
    """Coupons one by one, and how many are used each day."""
    place = await read_counterfoil(session.actor, addresses.REGISTER, datetime.now(UTC))
    templates = await run_query(list_templates, actor=session.actor)
    with coupons_frame(addresses.REGISTER, session.actor):
        show_fresh(lambda loader: RegisterPage(place, loader, templates))


@page(addresses.STACKING, permission=VIEW, title=Title('叠加规则', 'Stacking'))
async def stacking_page(session: ClientSession) -> None:
    """Which coupons may meet, and why a basket gets what it gets."""
    place = await read_counterfoil(session.actor, addresses.STACKING, datetime.now(UTC))
    with coupons_frame(addresses.STACKING, session.actor):
        show_fresh(lambda loader: StackingPage(place, loader))


@page(addresses.DESK, permission=REDEEM, title=Title('核销台', 'Redeem'))
async def desk_page(session: ClientSession) -> None:
    """A coupon that somebody shows."""
    place = await read_counterfoil(session.actor, addresses.DESK, datetime.now(UTC))
    with coupons_frame(addresses.DESK, session.actor):
        DeskPage(place)
