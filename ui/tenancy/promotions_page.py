"""活动审核: what shops filed, the step that waits, and the decision of whoever may take it."""

from datetime import datetime, timedelta
from typing import Any

from nicegui import ui

from domain.approvals.commands import Decide
from domain.approvals.operations import decide
from domain.approvals.permissions import DECIDE
from domain.leasing.permissions import VIEW as VIEW_LEASES
from domain.leasing.queries import list_tenants
from domain.leasing.views import TenantView
from domain.permits.operations import list_promotions
from domain.permits.views import PromotionView
from domain.shared.operations import run_operation, run_query
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.description_list import description_list
from ui.kit.field import at_most, choice_field, required, text_field
from ui.kit.form import form
from ui.kit.format import day
from ui.kit.i18n import t, words
from ui.kit.money import yuan
from ui.kit.row_paging import page_of
from ui.kit.section import section
from ui.kit.side_panel import SidePanel
from ui.kit.text import Text
from ui.kit.tokens import State
from ui.loading import Loader, together
from ui.screens import Place

STATES: dict[str, State] = {'pending': 'watch', 'approved': 'good', 'returned': 'act', 'rejected': 'off'}
VERDICTS = ('agree', 'return', 'reject')


class PromotionsPage:
    """The filings that wait stand first."""

    def __init__(self, place: Place, loader: Loader[Any]) -> None:
        self._place, self._loader = place, loader
        self._filings: dict[int, PromotionView] = {}
        self._names: dict[int, str] = {}
        with ui.element('div').classes('at-split at-split--side'):
            with section(t('tenancy.promotions'), t('tenancy.promotions_hint')):
                options = {state: t(f'tenant.filing_state.{state}') for state in STATES}
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

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        return page_of([self._row(one) for one in self._filings.values()], query, searched=('title', 'tenant'))

    def _row(self, filing: PromotionView) -> dict[str, Any]:
        status = filing.approval.status
        return {
            'id': filing.id, 'title': filing.mechanics.title, 'tenant': self._shop(filing),
            'days': _days(filing), 'waits': _step(filing), 'state': status,
            'badge': {'state': STATES[status], 'text': t(f'tenant.filing_state.{status}')},
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
                t('tenancy.waits_for'): _step(filing) or None,
                **{price.item: t('tenancy.price', regular=yuan(price.regular_fen), promoted=yuan(price.promoted_fen),
                                 proof=price.proof) for price in mechanics.prices},
                **{t('tenancy.space', number=number): self._booked(booking.starts_at, booking.ends_at)
                   for number, booking in enumerate(filing.bookings, 1) if not booking.is_cancelled},
            })  # fmt: skip
            description_list(
                {t(f'tenant.verdict.{one.verdict}'): f'{one.decided_by} {one.comment}' for one in filing.approval.trail}
            )
            if filing.approval.status == 'pending' and self._may_decide(filing):
                self._ask(filing)

    def _shop(self, filing: PromotionView) -> str:
        return self._names.get(filing.tenant_id, f'#{filing.tenant_id}')

    def _booked(self, starts: datetime, ends: datetime) -> str:
        return f'{self._place.moment(starts)} – {self._place.moment(ends)}'

    def _may_decide(self, filing: PromotionView) -> bool:
        asked = filing.approval.steps[filing.approval.step].permission
        held = self._place.actor.permissions
        return self._place.actor.may(DECIDE) and (asked in held or '*' in held)

    def _ask(self, filing: PromotionView) -> None:
        async def take() -> None:
            approval = filing.approval
            command = Decide(
                approval_id=approval.id, content_hash=approval.content_hash, verdict=verdict.value,
                comment=(comment.value or '').strip(),
            )  # fmt: skip
            await run_operation(decide, actor=self._place.actor, command=command)
            await self._loader.refresh()
            self._open(filing.id)

        with form(take, label=t('tenancy.decide')):
            options = {name: t(f'tenant.verdict.{name}') for name in VERDICTS}
            verdict = choice_field(t('tenancy.verdict'), options, 'agree', checks=(required,))
            comment = text_field(t('tenancy.to_the_shop'), checks=(at_most(500),))


def _trail_columns() -> list[Column]:
    return [
        Column(name='what', label=t('tenancy.verdict')), Column(name='by', label=t('tenancy.by')),
        Column(name='words', label=t('tenancy.said')),
    ]  # fmt: skip


def _columns() -> list[Column]:
    return [
        Column(name='title', label=t('tenancy.promotion')), Column(name='tenant', label=t('tenancy.tenant')),
        Column(name='days', label=t('tenancy.days')), Column(name='waits', label=t('tenancy.waits_for')),
        Column(name='badge', label=t('tenancy.state'), kind='badge'),
    ]  # fmt: skip


def _days(filing: PromotionView) -> str:
    last = filing.mechanics.ends_on - timedelta(days=1)
    return f'{day(filing.mechanics.starts_on, with_weekday=False)} – {day(last, with_weekday=False)}'


def _step(filing: PromotionView) -> str:
    approval = filing.approval
    is_waiting = approval.status == 'pending' and approval.step < len(approval.steps)
    return approval.steps[approval.step].name if is_waiting else ''


def _on_site(filing: PromotionView) -> list[str]:
    mechanics = filing.mechanics
    facts = {'is_loud': mechanics.is_loud, 'builds_stand': mechanics.builds_stand}
    return [t(f'tenant.{name}') for name, holds in facts.items() if holds]
