"""The pages of the mall's tenant service. Each reads like a table of contents: load, show, stay fresh."""

from domain.identity.permissions import MANAGE_API_KEYS
from domain.mall.queries import list_categories
from domain.permits.permissions import CHECK
from domain.permits.permissions import VIEW as VIEW_PERMITS
from domain.shared.operations import run_query
from domain.tenancy.permissions import VIEW
from ui.kit.i18n import t
from ui.kit.page import page_body, page_header
from ui.screens import Place, look_around, show_fresh
from ui.session import ClientSession
from ui.shell.pages import Title, page
from ui.tenancy.frame import GATE, INTERFACES, NOTICES, ORDERS, PERMITS, PROMOTIONS, SETTLEMENTS, SPACES, tenancy_frame
from ui.tenancy.gate_page import GatePage
from ui.tenancy.interfaces_page import InterfacesPage
from ui.tenancy.notices_page import NoticesPage
from ui.tenancy.orders_page import OrdersPage
from ui.tenancy.permits_page import PermitsPage
from ui.tenancy.promotions_page import PromotionsPage
from ui.tenancy.settlements_page import SettlementsPage
from ui.tenancy.spaces_page import SpacesPage

TOPICS, REVIEWS = ('tenancy',), ('permits', 'approvals')
CALM_S = 3.0


@page(ORDERS, permission=VIEW, title=Title('商户服务', 'Tenant service'), icon='settings', nav='operations', order=45)
async def orders_page(session: ClientSession) -> None:
    """Work orders."""
    place = await look_around(Place, session.actor, ORDERS)
    with tenancy_frame(ORDERS, session.actor):
        show_fresh(lambda loader: OrdersPage(place, loader), TOPICS, at_most_every_s=CALM_S)


@page(NOTICES, permission=VIEW, title=Title('商户通知', 'Notices'))
async def notices_page(session: ClientSession) -> None:
    """Notices and their receipts."""
    place = await look_around(Place, session.actor, NOTICES)
    categories = await run_query(list_categories, actor=session.actor)
    with tenancy_frame(NOTICES, session.actor):
        show_fresh(lambda loader: NoticesPage(place, categories, loader), TOPICS, at_most_every_s=CALM_S)


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
    place = await look_around(Place, session.actor, PROMOTIONS)
    with tenancy_frame(PROMOTIONS, session.actor):
        show_fresh(lambda loader: PromotionsPage(place, loader), REVIEWS, at_most_every_s=CALM_S)


@page(PERMITS, permission=VIEW_PERMITS, title=Title('施工与出门许可', 'Permits'))
async def permits_page(session: ClientSession) -> None:
    """Works, late hours and goods that leave."""
    place = await look_around(Place, session.actor, PERMITS)
    with tenancy_frame(PERMITS, session.actor):
        show_fresh(lambda loader: PermitsPage(place, loader), REVIEWS, at_most_every_s=CALM_S)


@page(SETTLEMENTS, permission=VIEW_PERMITS, title=Title('费用结算', 'Settlement'))
async def settlements_page(session: ClientSession) -> None:
    """Shared costs of promotions."""
    place = await look_around(Place, session.actor, SETTLEMENTS)
    with tenancy_frame(SETTLEMENTS, session.actor):
        show_fresh(lambda loader: SettlementsPage(place, loader), (*REVIEWS, 'billing'), at_most_every_s=CALM_S)


@page(SPACES, permission=VIEW_PERMITS, title=Title('场地日历', 'Spaces'))
async def spaces_page(session: ClientSession) -> None:
    """Who has which space when."""
    place = await look_around(Place, session.actor, SPACES)
    with tenancy_frame(SPACES, session.actor):
        show_fresh(lambda loader: SpacesPage(place, loader), REVIEWS, at_most_every_s=CALM_S)


@page(INTERFACES, permission=MANAGE_API_KEYS, title=Title('接口对接', 'Interfaces'))
async def interfaces_page(session: ClientSession) -> None:
    """Whose programs may call, and what they are told."""
    place = await look_around(Place, session.actor, INTERFACES)
    with tenancy_frame(INTERFACES, session.actor):
        show_fresh(lambda loader: InterfacesPage(place, loader), ('webhooks',), at_most_every_s=CALM_S)


@page(GATE, permission=CHECK, title=Title('出入口核验', 'Gate'), icon='lock', nav='operations', order=47)
async def gate_page(session: ClientSession) -> None:
    """Permits and badges that people show to a guard."""
    place = await look_around(Place, session.actor, GATE)
    with page_body():
        with page_header(t('permits.gate_title'), t('permits.gate_hint')):
            pass
        show_fresh(lambda loader: GatePage(place, loader), ('permits',), at_most_every_s=CALM_S)
