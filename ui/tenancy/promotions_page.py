"""活动审核: what shops filed, the step that waits, and the decision of whoever may take it."""

from datetime import datetime, timedelta
from typing import Any

from nicegui import ui

from domain.leasing.permissions import VIEW as VIEW_LEASES
from domain.leasing.queries import list_tenants
from domain.leasing.views import TenantView
from domain.permits.commands import Mechanics
from domain.permits.operations import list_promotions
from domain.permits.permissions import FILE
from domain.permits.views import PromotionView
from domain.shared.operations import run_query
from ui.applicant import promotion_acts
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.description_list import description_list
from ui.kit.format import day
from ui.kit.i18n import t, words
from ui.kit.money import yuan
from ui.kit.row_paging import page_of
from ui.kit.section import section
from ui.kit.side_panel import SidePanel
from ui.kit.text import Text
from ui.loading import Loader, together
from ui.reviewwords import STATES, share_words, state_words
from ui.screens import Place
from ui.tenancy.reviewing import decision, may_decide, trail, waiting_step


class PromotionsPage:
    """The filings that wait stand first."""

    def __init__(self, place: Place, loader: Loader[Any]) -> None:
        self._place, self._loader = place, loader
        self._filings: dict[int, PromotionView] = {}
        self._names: dict[int, str] = {}
        self._wanted = place.address.integer('open', 0)
        with ui.element('div').classes('at-split at-split--side'):
            with section(t('tenancy.promotions'), t('tenancy.promotions_hint')):
                options = {state: state_words(state) for state in STATES}
                self._table = DataTable(
                    _columns(), self._page, address=place.address,
                    filters=[Filter(name='state', label=t('tenancy.state'), options=options)],
                    empty_title=t('tenancy.no_promotions'), on_open=lambda row: self._open(row['id']),
                )  # fmt: skip
                self._table.mark('tenancy.promotions')
            self._panel = SidePanel(t('tenancy.choose_promotion'), 'calendar')

    async def load(self) -> tuple[list[PromotionView], dict[int, str]]:
        """Filings with the names of their shops."""
        filings, tenants = await together(run_query(list_promotions, actor=self._place.actor), self._tenants())
        return filings, {tenant.id: words(tenant.name_zh, tenant.name_en) for tenant in tenants}

    async def _tenants(self) -> list[TenantView]:
        """Who reviews fire and noise need not see the leases: the filing then goes by its number."""
        return await run_query(list_tenants, actor=self._place.actor) if self._place.actor.may(VIEW_LEASES) else []

    def show(self, loaded: tuple[list[PromotionView], dict[int, str]]) -> None:
        """Show them."""
        filings, self._names = loaded
        first = sorted(filings, key=lambda one: one.approval.status != 'pending')
        self._filings = {one.id: one for one in first}
        self._table.show(self._paged(self._table.query))
        if self._wanted in self._filings:
            wanted, self._wanted = self._wanted, 0
            self._open(wanted)

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        return page_of([self._row(one) for one in self._filings.values()], query, searched=('title', 'tenant'))

    def _row(self, filing: PromotionView) -> dict[str, Any]:
        status = filing.approval.status
        return {
            'id': filing.id, 'title': filing.mechanics.title, 'tenant': self._shop(filing),
            'days': _days(filing), 'waits': waiting_step(filing.approval), 'state': status,
            'badge': {'state': STATES[status], 'text': state_words(status)},
        }  # fmt: skip

    def _open(self, filing_id: int) -> None:
        filing = self._filings[filing_id]
        mechanics = filing.mechanics
        with self._panel.refilled():
            Text(mechanics.title, tag='h2', classes='at-section__title')
            Text(mechanics.text, tag='p')
            description_list({
                t('tenancy.tenant'): self._shop(filing), t('tenancy.days'): _days(filing),
                t('tenancy.on_site'): '、'.join(_on_site(filing)) or None,
                **_costs(mechanics), t('tenancy.waits_for'): waiting_step(filing.approval) or None,
                **{price.item: t('tenancy.price', regular=yuan(price.regular_fen), promoted=yuan(price.promoted_fen),
                                 proof=price.proof) for price in mechanics.prices},
                **{t('tenancy.space', number=number): self._booked(booking.starts_at, booking.ends_at)
                   for number, booking in enumerate(filing.bookings, 1) if not booking.is_cancelled},
            })  # fmt: skip
            trail(self._place, filing.approval)
            if self._place.actor.may(FILE):
                promotion_acts(self._place, filing, after=lambda: self._again(filing_id), on_writing=lambda _: None)
            if may_decide(self._place.actor, filing.approval):
                decision(self._place.actor, filing.approval, lambda: self._again(filing_id))

    async def _again(self, filing_id: int) -> None:
        await self._loader.refresh()
        self._open(filing_id)

    def _shop(self, filing: PromotionView) -> str:
        return self._names.get(filing.tenant_id, f'#{filing.tenant_id}')

    def _booked(self, starts: datetime, ends: datetime) -> str:
        return f'{self._place.moment(starts)} – {self._place.moment(ends)}'


def _columns() -> list[Column]:
    return [
        Column(name='title', label=t('tenancy.promotion')), Column(name='tenant', label=t('tenancy.tenant')),
        Column(name='days', label=t('tenancy.days')), Column(name='waits', label=t('tenancy.waits_for')),
        Column(name='badge', label=t('tenancy.state'), kind='badge'),
    ]  # fmt: skip


def _days(filing: PromotionView) -> str:
    last = filing.mechanics.ends_on - timedelta(days=1)
    return f'{day(filing.mechanics.starts_on, with_weekday=False)} – {day(last, with_weekday=False)}'


def _costs(mechanics: Mechanics) -> dict[str, str]:
    """What is to be shared, where anything is."""
    if not mechanics.shared_cost_fen:
        return {}
    return {
        t('settlement.budget'): yuan(mechanics.shared_cost_fen),
        t('settlement.share'): share_words(mechanics.brand_share_bp),
    }


def _on_site(filing: PromotionView) -> list[str]:
    mechanics = filing.mechanics
    facts = {'is_loud': mechanics.is_loud, 'builds_stand': mechanics.builds_stand}
    return [t(f'tenant.{name}') for name, holds in facts.items() if holds]
