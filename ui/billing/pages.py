"""The billing pages. Each reads like a table of contents: load, show, stay fresh."""

from domain.billing.commands import ChargeId, RunId
from domain.billing.permissions import VIEW
from domain.shared.actor import TenantId
from ui.billing import addresses
from ui.billing.account_page import AccountPage
from ui.billing.arrears_page import ArrearsPage
from ui.billing.bills_page import BillPage, BillsPage
from ui.billing.costs_page import CostsPage
from ui.billing.invoices_page import InvoicesPage
from ui.billing.payments_page import PaymentsPage
from ui.billing.place import billing_frame, read_place
from ui.billing.reconciliation_page import ReconciliationPage
from ui.billing.run_page import RunPage
from ui.billing.runs_page import RunsPage
from ui.screens import show_fresh
from ui.session import ClientSession
from ui.shell import paths
from ui.shell.pages import Title, page

BILLING = ('billing',)
CALM_S = 3.0


@page(addresses.RUNS, permission=VIEW, title=Title('账务', 'Billing'), icon='chart', nav='operations', order=21)
async def runs_page(session: ClientSession) -> None:
    """Runs, and a new one."""
    place = await read_place(session.actor, addresses.RUNS)
    with billing_frame(addresses.RUNS, session.actor):
        show_fresh(lambda _: RunsPage(place), BILLING, at_most_every_s=CALM_S)


@page(addresses.RUN, permission=VIEW, title=Title('出账批次', 'Bill run'))
async def run_page(session: ClientSession, run: int) -> None:
    """One run."""
    place = await read_place(session.actor, addresses.run(run))
    with billing_frame(addresses.RUNS, session.actor):
        show_fresh(lambda loader: RunPage(place, RunId(run), loader), BILLING, at_most_every_s=CALM_S)


@page(addresses.BILLS, permission=VIEW, title=Title('账单', 'Bills'))
async def bills_page(session: ClientSession) -> None:
    """Every charge."""
    place = await read_place(session.actor, addresses.BILLS)
    with billing_frame(addresses.BILLS, session.actor):
        show_fresh(lambda _: BillsPage(place), BILLING, at_most_every_s=CALM_S)


@page(addresses.BILL, permission=VIEW, title=Title('账单', 'Bill'))
async def bill_page(session: ClientSession, charge: int) -> None:
    """One charge."""
    place = await read_place(session.actor, addresses.bill(charge))
    with billing_frame(addresses.BILLS, session.actor):
        show_fresh(lambda loader: BillPage(place, ChargeId(charge), loader))


@page(addresses.PAYMENTS, permission=VIEW, title=Title('收款', 'Payments received'))
async def payments_page(session: ClientSession) -> None:
    """Money that came."""
    place = await read_place(session.actor, addresses.PAYMENTS)
    with billing_frame(addresses.PAYMENTS, session.actor):
        show_fresh(lambda loader: PaymentsPage(place, loader), BILLING, at_most_every_s=CALM_S)


@page(addresses.ARREARS, permission=VIEW, title=Title('欠费', 'Arrears'))
async def arrears_page(session: ClientSession) -> None:
    """Who owes how much since when."""
    place = await read_place(session.actor, addresses.ARREARS)
    with billing_frame(addresses.ARREARS, session.actor):
        show_fresh(lambda loader: ArrearsPage(place, loader), BILLING, at_most_every_s=CALM_S)


@page(addresses.COSTS, permission=VIEW, title=Title('公摊与费用', 'Shared costs'))
async def costs_page(session: ClientSession) -> None:
    """Key tables, costs and fees."""
    place = await read_place(session.actor, addresses.COSTS)
    with billing_frame(addresses.COSTS, session.actor):
        show_fresh(lambda loader: CostsPage(place, loader))


@page(addresses.RECONCILIATION, permission=VIEW, title=Title('年度清算', 'Reconciliation'))
async def reconciliation_page(session: ClientSession) -> None:
    """The year's audited turnover."""
    place = await read_place(session.actor, addresses.RECONCILIATION)
    with billing_frame(addresses.RECONCILIATION, session.actor):
        show_fresh(lambda loader: ReconciliationPage(place, loader))


@page(addresses.INVOICES, permission=VIEW, title=Title('数电票', 'Invoices'))
async def invoices_page(session: ClientSession) -> None:
    """Invoices asked for."""
    place = await read_place(session.actor, addresses.INVOICES)
    with billing_frame(addresses.INVOICES, session.actor):
        show_fresh(lambda loader: InvoicesPage(place, loader), BILLING, at_most_every_s=CALM_S)


@page(addresses.ACCOUNT, permission=VIEW, title=Title('商户账户', 'Account'))
async def account_page(session: ClientSession, tenant: int) -> None:
    """One tenant's account."""
    place = await read_place(session.actor, paths.tenant_account(tenant))
    with billing_frame(addresses.ARREARS, session.actor):
        show_fresh(lambda loader: AccountPage(place, TenantId(tenant), loader), BILLING, at_most_every_s=CALM_S)
