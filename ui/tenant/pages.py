"""The shop's pages. Each reads like a table of contents: whose shop, load, show, stay fresh."""

from domain.benchmarks.permissions import VIEW as VIEW_BENCHMARKS
from domain.billing.permissions import VIEW as VIEW_BILLS
from domain.identity.permissions import MANAGE_SHOP_KEYS
from domain.leasing.permissions import REPORT_TURNOVER
from domain.permits.permissions import VIEW as VIEW_PERMITS
from domain.tenancy.permissions import MANAGE_STAFF, VIEW
from domain.utilities.permissions import VIEW as VIEW_METERS
from domain.webhooks.permissions import MANAGE as MANAGE_WEBHOOKS
from ui.kit.i18n import t
from ui.kit.tabs import tab_links
from ui.screens import show_fresh
from ui.session import ClientSession
from ui.shell.pages import Title, page
from ui.tenant import addresses
from ui.tenant.bills import BillsPage
from ui.tenant.energy import EnergyPage
from ui.tenant.filings import FilingsPage
from ui.tenant.frame import shop_frame
from ui.tenant.home import HomePage
from ui.tenant.hooks import HooksPage
from ui.tenant.keys import KeysPage
from ui.tenant.notices import NoticesPage
from ui.tenant.orders import OrdersPage
from ui.tenant.permits import PermitsPage
from ui.tenant.place import read_place
from ui.tenant.sales import SalesPage
from ui.tenant.staff import StaffPage
from ui.tenant.turnover import TurnoverPage

CALM_S = 5.0


@page(addresses.HOME, permission=VIEW, whose='shops', title=Title('今天', 'Today'), icon='home', nav='shop', order=1)
async def home_page(session: ClientSession) -> None:
    """What this shop has to do."""
    place = await read_place(session.actor, addresses.HOME)
    with shop_frame(place, t('tenant.today_title')):
        show_fresh(lambda _: HomePage(place), ('tenancy', 'billing', 'leasing'), at_most_every_s=CALM_S)


@page(
    addresses.BILLS, permission=VIEW_BILLS, whose='shops', title=Title('账单', 'Bills'), icon='copy', nav='shop',
    order=2,
)  # fmt: skip
async def bills_page(session: ClientSession) -> None:
    """What is open, and paying it."""
    place = await read_place(session.actor, addresses.BILLS)
    with shop_frame(place, t('tenant.bills_title')):
        show_fresh(lambda loader: BillsPage(place, loader), ('billing',))


@page(
    addresses.TURNOVER, permission=REPORT_TURNOVER, whose='shops', title=Title('营业额', 'Turnover'), icon='chart',
    nav='shop', order=3,
)  # fmt: skip
async def turnover_page(session: ClientSession) -> None:
    """Days to report, months so far, the trade beside."""
    place = await read_place(session.actor, addresses.TURNOVER)
    with shop_frame(place, t('tenant.turnover_title')):
        show_fresh(lambda loader: TurnoverPage(place, loader), ('leasing', 'benchmarks'), at_most_every_s=CALM_S)


@page(
    addresses.SALES, permission=VIEW_BENCHMARKS, whose='shops', title=Title('经营分析', 'Sales'), icon='chart',
    nav='shop', order=4,
)  # fmt: skip
async def sales_page(session: ClientSession) -> None:
    """What sales are made of, beside the trade."""
    place = await read_place(session.actor, addresses.SALES)
    with shop_frame(place, t('shopsales.title')):
        show_fresh(lambda loader: SalesPage(place, loader), ('benchmarks',), at_most_every_s=60.0)


@page(
    addresses.NOTICES, permission=VIEW, whose='shops', title=Title('通知', 'Notices'), icon='info', nav='shop', order=4
)
async def notices_page(session: ClientSession) -> None:
    """What the mall has to say."""
    place = await read_place(session.actor, addresses.NOTICES)
    with shop_frame(place, t('tenant.notices')):
        show_fresh(lambda loader: NoticesPage(place, loader), ('tenancy',), at_most_every_s=CALM_S)


@page(
    addresses.ORDERS, permission=VIEW, whose='shops', title=Title('报修', 'Repairs'), icon='settings', nav='shop',
    order=5,
)  # fmt: skip
async def orders_page(session: ClientSession) -> None:
    """Something to be mended."""
    place = await read_place(session.actor, addresses.ORDERS)
    with shop_frame(place, t('tenant.orders')):
        show_fresh(lambda loader: OrdersPage(place, loader), ('tenancy',), at_most_every_s=CALM_S)


@page(
    addresses.FILINGS, permission=VIEW_PERMITS, whose='shops', title=Title('活动申报', 'Promotions'), icon='calendar',
    nav='shop', order=6,
)  # fmt: skip
async def filings_page(session: ClientSession) -> None:
    """Promotions and the spaces for them."""
    place = await read_place(session.actor, addresses.FILINGS)
    with shop_frame(place, t('tenant.filings')):
        show_fresh(lambda loader: FilingsPage(place, loader), ('permits', 'approvals'), at_most_every_s=CALM_S)


@page(
    addresses.PERMITS, permission=VIEW_PERMITS, whose='shops', title=Title('许可', 'Permits'), icon='lock', nav='shop',
    order=6,
)  # fmt: skip
async def permits_page(session: ClientSession) -> None:
    """Leave for works, late hours and goods that leave."""
    place = await read_place(session.actor, addresses.PERMITS)
    with shop_frame(place, t('permits.title')):
        show_fresh(lambda loader: PermitsPage(place, loader), ('permits', 'approvals'), at_most_every_s=CALM_S)


@page(
    addresses.ENERGY, permission=VIEW_METERS, whose='shops', title=Title('能耗', 'Energy'), icon='heat', nav='shop',
    order=7,
)  # fmt: skip
async def energy_page(session: ClientSession) -> None:
    """The shop's own meters."""
    place = await read_place(session.actor, addresses.ENERGY)
    with shop_frame(place, t('tenant.energy_title')):
        show_fresh(lambda _: EnergyPage(place), ('utilities',), at_most_every_s=60.0)


@page(
    addresses.STAFF, permission=MANAGE_STAFF, whose='shops', title=Title('员工', 'Staff'), icon='user', nav='shop',
    order=8,
)  # fmt: skip
async def staff_page(session: ClientSession) -> None:
    """Who works here."""
    place = await read_place(session.actor, addresses.STAFF)
    with shop_frame(place, t('tenant.staff')):
        show_fresh(lambda loader: StaffPage(place, loader), ('tenancy',), at_most_every_s=CALM_S)


@page(
    addresses.KEYS, permission=MANAGE_SHOP_KEYS, whose='shops', title=Title('接口对接', 'Interfaces'), icon='key',
    nav='shop', order=9,
)  # fmt: skip
async def keys_page(session: ClientSession) -> None:
    """Keys for the shop's own programs."""
    place = await read_place(session.actor, addresses.KEYS)
    with shop_frame(place, t('interfaces.keys')):
        _interface_tabs(session, addresses.KEYS)
        show_fresh(lambda loader: KeysPage(place, loader))


@page(addresses.HOOKS, permission=MANAGE_WEBHOOKS, whose='shops', title=Title('事件回调', 'Webhooks'))
async def hooks_page(session: ClientSession) -> None:
    """Where the shop's own systems hear of events."""
    place = await read_place(session.actor, addresses.HOOKS)
    with shop_frame(place, t('interfaces.hooks')):
        _interface_tabs(session, addresses.HOOKS)
        show_fresh(lambda loader: HooksPage(place, loader), ('webhooks',), at_most_every_s=2.0)


def _interface_tabs(session: ClientSession, current: str) -> None:
    rights = {addresses.KEYS: ('keys', MANAGE_SHOP_KEYS), addresses.HOOKS: ('hooks', MANAGE_WEBHOOKS)}
    shown = {path: t(f'interfaces.tab.{name}') for path, (name, right) in rights.items() if session.may(right)}
    tab_links(shown, current)
