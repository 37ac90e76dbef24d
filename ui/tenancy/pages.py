"""The pages of the mall's tenant service. Each reads like a table of contents: load, show, stay fresh."""

from typing import Any

from domain.mall.queries import get_business_clock
from domain.permits.permissions import VIEW as VIEW_PERMITS
from domain.shared.operations import run_query
from domain.tenancy.permissions import VIEW
from ui.loading import Loader, keep_fresh
from ui.session import ClientSession
from ui.shell.pages import Title, page
from ui.tenancy.frame import NOTICES, ORDERS, PROMOTIONS, tenancy_frame
from ui.tenancy.notices_page import NoticesPage
from ui.tenancy.orders_page import OrdersPage
from ui.tenancy.promotions_page import PromotionsPage

CALM_S = 3.0


@page(ORDERS, permission=VIEW, title=Title('商户服务', 'Tenant service'), icon='settings', nav='operations', order=45)
async def orders_page(session: ClientSession) -> None:
    """Work orders."""
    clock = await run_query(get_business_clock, actor=session.actor)
    with tenancy_frame(ORDERS, session.actor):
        loader: Loader[Any] = Loader()
        view = OrdersPage(session.actor, clock, loader)
    keep_fresh(loader.serve(view.load, view.show), ('tenancy',), at_most_every_s=CALM_S)


@page(NOTICES, permission=VIEW, title=Title('商户通知', 'Notices'))
async def notices_page(session: ClientSession) -> None:
    """Notices and their receipts."""
    clock = await run_query(get_business_clock, actor=session.actor)
    with tenancy_frame(NOTICES, session.actor):
        loader: Loader[Any] = Loader()
        view = NoticesPage(session.actor, clock, loader)
        await view.offer()
    keep_fresh(loader.serve(view.load, view.show), ('tenancy',), at_most_every_s=CALM_S)


@page(
    PROMOTIONS,
    permission=VIEW_PERMITS,
    title=Title('活动审核', 'Promotions'),
    icon='calendar',
    nav='operations',
    order=46,
)
async def promotions_page(session: ClientSession) -> None:
    """Promotions that shops filed."""
    clock = await run_query(get_business_clock, actor=session.actor)
    with tenancy_frame(PROMOTIONS, session.actor):
        loader: Loader[Any] = Loader()
        view = PromotionsPage(session.actor, clock, loader)
    keep_fresh(loader.serve(view.load, view.show), ('permits', 'approvals'), at_most_every_s=CALM_S)
