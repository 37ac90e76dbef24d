"""许可: works, late hours and goods that leave; what waits for oneself, the decision, and the paper."""

from typing import Any

from nicegui import ui

from domain.leasing.permissions import VIEW as VIEW_LEASES
from domain.leasing.queries import list_tenants
from domain.leasing.views import TenantView
from domain.mall.queries import get_mall
from domain.permits.commands import PermitId
from domain.permits.gate import list_checks, list_permits
from domain.permits.permissions import FILE
from domain.permits.views import GateCheckView, PermitView
from domain.shared.operations import run_in_thread, run_query
from ui.applicant import permit_acts
from ui.kit.button import button
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.description_list import description_list
from ui.kit.format import day
from ui.kit.i18n import t, words
from ui.kit.plain_table import PlainTable
from ui.kit.row_paging import page_of
from ui.kit.section import section
from ui.kit.side_panel import SidePanel
from ui.kit.text import Text
from ui.loading import Loader, together
from ui.reviewwords import PERMITS, STATES, state_words
from ui.screens import Place
from ui.shell.context import shell
from ui.tenancy.permit_paper import permit_paper
from ui.tenancy.reviewing import decision, may_decide, trail, waiting_step

Loaded = tuple[list[PermitView], list[TenantView], tuple[GateCheckView, ...]]


class PermitsPage:
    """Those that wait for the reader stand first, then those that wait for others."""

    def __init__(self, place: Place, loader: Loader[Loaded]) -> None:
        self._place, self._loader = place, loader
        self._permits: dict[int, PermitView] = {}
        self._names: dict[int, str] = {}
        self._wanted = place.address.integer('open', 0)
        with ui.element('div').classes('at-split at-split--side'):
            with section(t('permits.title'), t('permits.hint')):
                self._table = DataTable(
                    _columns(), self._page, address=place.address, filters=_filters(), empty_title=t('permits.none'),
                    on_open=lambda row: self._open(row['id']),
                )  # fmt: skip
                self._table.mark('tenancy.permits')
            self._panel = SidePanel(t('permits.choose'), 'lock')

    async def load(self) -> Loaded:
        """Permits, and the names of the shops for whoever may see leases."""
        actor = self._place.actor
        permits, tenants = await together(run_query(list_permits, actor=actor), self._tenants())
        is_there = any(permit.id == self._wanted for permit in permits)
        checks = await run_query(list_checks, actor=actor, permit_id=PermitId(self._wanted)) if is_there else ()
        return permits, tenants, checks

    async def _tenants(self) -> list[TenantView]:
        return await run_query(list_tenants, actor=self._place.actor) if self._place.actor.may(VIEW_LEASES) else []

    def show(self, loaded: Loaded) -> None:
        """Show them."""
        permits, tenants, checks = loaded
        self._names = {tenant.id: words(tenant.name_zh, tenant.name_en) for tenant in tenants}
        first = sorted(permits, key=lambda one: (not self._is_mine(one), one.approval.status != 'pending'))
        self._permits = {one.id: one for one in first}
        self._table.show(self._paged(self._table.query))
        if self._wanted in self._permits:
            wanted, self._wanted = self._wanted, 0
            self._draw(self._permits[wanted], checks)

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        rows = [self._row(one) for one in self._permits.values()]
        return page_of(rows, query, searched=('text', 'tenant', 'code'))

    def _row(self, permit: PermitView) -> dict[str, Any]:
        status = permit.approval.status
        return {
            'id': permit.id, 'kind': permit.kind, 'kind_name': t(f'permits.kind.{permit.kind}'), 'text': permit.text,
            'tenant': self._shop(permit), 'code': permit.code, 'starts': self._place.moment(permit.starts_at),
            'waits': waiting_step(permit.approval) or '—',
            'whose': 'me' if self._is_mine(permit) else 'others', 'state': status,
            'badge': {'state': STATES[status], 'text': state_words(status)},
        }  # fmt: skip

    async def _open(self, permit_id: int) -> None:
        permit = self._permits[permit_id]
        self._draw(permit, await run_query(list_checks, actor=self._place.actor, permit_id=permit.id))

    def _draw(self, permit: PermitView, checks: tuple[GateCheckView, ...]) -> None:
        with self._panel.refilled():
            Text(t(f'permits.kind.{permit.kind}'), tag='h2', classes='at-section__title')
            Text(permit.text, tag='p')
            description_list({
                t('tenancy.tenant'): self._shop(permit), t('permits.starts'): self._place.moment(permit.starts_at),
                t('permits.ends'): self._place.moment(permit.ends_at), t('permits.asked_by'): permit.asked_by,
                t('permits.insured'): day(permit.insured_until) if permit.insured_until else None,
                t('permits.goods'): '、'.join(permit.goods) or None,
                t('permits.code'): permit.code if permit.approval.is_approved else None,
                t('tenancy.waits_for'): waiting_step(permit.approval) or None,
            })  # fmt: skip
            trail(self._place, permit.approval)
            self._log(checks)
            if permit.approval.is_approved:
                button(t('permits.print'), lambda: self._print(permit), icon='download').mark('tenancy.print_permit')
            if self._place.actor.may(FILE):
                permit_acts(self._place, permit, after=lambda: self._again(permit.id), on_writing=lambda _: None)
            if self._is_mine(permit):
                decision(self._place.actor, permit.approval, lambda: self._again(permit.id))

    def _log(self, checks: tuple[GateCheckView, ...]) -> None:
        if checks:
            columns = [Column(name=name, label=t(f'permits.check.{name}')) for name in ('verdict', 'at', 'by', 'note')]
            PlainTable(columns, [
                {'verdict': t(f'permits.{one.verdict}'), 'at': self._place.moment(one.checked_at),
                 'by': one.checked_by, 'note': one.note or '—'} for one in checks
            ]).mark('tenancy.gate_checks')  # fmt: skip

    async def _again(self, permit_id: int) -> None:
        await self._loader.refresh()
        await self._open(permit_id)

    async def _print(self, permit: PermitView) -> None:
        mall = await run_query(get_mall, actor=self._place.actor)
        paper = permit_paper(self._place, permit, self._shop(permit), words(mall.name_zh, mall.name_en))
        content = await run_in_thread(shell().documents.pdf, paper)
        ui.download.content(content, f'{permit.code}.pdf', 'application/pdf')

    def _is_mine(self, permit: PermitView) -> bool:
        return may_decide(self._place.actor, permit.approval)

    def _shop(self, permit: PermitView) -> str:
        return self._names.get(permit.tenant_id, f'#{permit.tenant_id}')


def _filters() -> list[Filter]:
    return [
        Filter(name='whose', label=t('tenancy.waits_for'), options={'me': t('permits.mine')}),
        Filter(name='kind', label=t('permits.kind_label'), options={one: t(f'permits.kind.{one}') for one in PERMITS}),
        Filter(name='state', label=t('tenancy.state'),
               options={state: state_words(state) for state in STATES}),
    ]  # fmt: skip


def _columns() -> list[Column]:
    return [
        Column(name='kind_name', label=t('permits.kind_label')),
        Column(name='badge', label=t('tenancy.state'), kind='badge'), Column(name='text', label=t('permits.what')),
        Column(name='tenant', label=t('tenancy.tenant')), Column(name='starts', label=t('permits.starts')),
        Column(name='waits', label=t('tenancy.waits_for')),
    ]  # fmt: skip
