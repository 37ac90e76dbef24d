"""待我审批: what waits for the reader over all kinds, the oldest first, each with its rounds and a way to decide it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from nicegui import ui

from domain.approvals.operations import list_waiting
from domain.approvals.rounds import RoundView, list_rounds
from domain.approvals.views import ApprovalView, DecisionView
from domain.leasing.permissions import VIEW as VIEW_LEASES
from domain.leasing.queries import list_tenants
from domain.leasing.views import TenantView
from domain.shared.operations import run_query
from ui.approvals.kinds import PLACES, changed_fields, kind_of, kind_words, place_of, title_of
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.description_list import description_list
from ui.kit.format import duration
from ui.kit.i18n import t, words
from ui.kit.plain_table import PlainTable
from ui.kit.row_paging import page_of
from ui.kit.section import section
from ui.kit.side_panel import SidePanel
from ui.kit.text import Text
from ui.kit.tokens import State
from ui.loading import Loader, together
from ui.screens import Place

LATE_DAYS, OVERDUE_DAYS = 1, 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What waits, and the names of the shops that it is about."""

    waiting: list[ApprovalView]
    tenants: list[TenantView]


class WaitingPage:
    """The list, and beside it the rounds of the chosen one."""

    def __init__(self, place: Place, loader: Loader[Loaded]) -> None:
        self._place, self._loader = place, loader
        self._waiting: dict[int, ApprovalView] = {}
        self._names: dict[int, str] = {}
        with ui.element('div').classes('at-split at-split--side'):
            with section(t('approvals.waiting'), t('approvals.hint')):
                options = {kind: kind_words(kind) for kind in PLACES}
                self._table = DataTable(
                    _columns(), self._page, address=place.address,
                    filters=[Filter(name='kind', label=t('approvals.kind_label'), options=options)],
                    empty_title=t('approvals.none'), empty_help=t('approvals.none_help'),
                    on_open=lambda row: self._open(row['id']),
                )  # fmt: skip
                self._table.mark('approvals.waiting')
            self._panel = SidePanel(t('approvals.choose'), 'check')

    async def load(self) -> Loaded:
        """What waits for the reader."""
        actor = self._place.actor
        waiting, tenants = await together(
            run_query(list_waiting, actor=actor),
            run_query(list_tenants, actor=actor) if actor.may(VIEW_LEASES) else _none(),
        )
        return Loaded(waiting=waiting, tenants=tenants)

    def show(self, loaded: Loaded) -> None:
        """Show it."""
        self._names = {tenant.id: words(tenant.name_zh, tenant.name_en) for tenant in loaded.tenants}
        self._waiting = {one.id: one for one in loaded.waiting}
        self._table.show(self._paged(self._table.query))

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        rows = [self._row(one) for one in self._waiting.values()]
        return page_of(rows, query, searched=('title', 'tenant', 'by'))

    def _row(self, one: ApprovalView) -> dict[str, Any]:
        waited = datetime.now(UTC) - one.submitted_at
        state: State = 'act' if waited.days >= OVERDUE_DAYS else 'watch' if waited.days >= LATE_DAYS else 'off'
        return {
            'id': one.id, 'kind': kind_of(one), 'kind_name': kind_words(kind_of(one)), 'title': title_of(one),
            'tenant': self._shop(one), 'by': one.submitted_by, 'step': _step(one),
            'badge': {'state': state, 'text': duration(waited)},
        }  # fmt: skip

    async def _open(self, approval_id: int) -> None:
        one = self._waiting[approval_id]
        rounds = await run_query(list_rounds, actor=self._place.actor, approval_id=one.id)
        with self._panel.refilled():
            Text(title_of(one), tag='h2', classes='at-section__title')
            description_list({
                t('approvals.kind_label'): kind_words(kind_of(one)), t('tenancy.tenant'): self._shop(one),
                t('approvals.by'): one.submitted_by, t('approvals.at'): self._place.moment(one.submitted_at),
                t('approvals.step'): f'{one.step + 1}/{len(one.steps)} {_step(one)}',
            })  # fmt: skip
            if (target := place_of(one)) is not None:
                ui.link(t('approvals.decide'), target).classes('at-strong').mark('approvals.decide')
            before: RoundView | None = None
            for each in rounds:
                self._round(before, each, [decision for decision in one.trail if decision.round == each.round])
                before = each

    def _round(self, before: RoundView | None, each: RoundView, decisions: list[DecisionView]) -> None:
        Text(t('approvals.round', round=each.round), tag='div', classes='at-strong')
        by = t('approvals.submitted', by=each.submitted_by, at=self._place.moment(each.submitted_at))
        Text(by, tag='div', classes='at-small at-muted')
        if changed := changed_fields(before, each):
            parts = t('interfaces.comma').join(changed)
            Text(t('approvals.changed', parts=parts), tag='div', classes='at-small').mark('approvals.changed')
        if decisions:
            columns = [Column(name=name, label=t(f'tenancy.{name}')) for name in ('verdict', 'by', 'said')]
            PlainTable(columns, [
                {'verdict': t(f'tenant.verdict.{one.verdict}'), 'by': one.decided_by, 'said': one.comment or '—'}
                for one in decisions
            ]).mark('approvals.trail')  # fmt: skip

    def _shop(self, one: ApprovalView) -> str:
        return '—' if one.tenant_id is None else self._names.get(one.tenant_id, f'#{one.tenant_id}')


def _step(one: ApprovalView) -> str:
    return one.steps[one.step].name


async def _none() -> list[Any]:
    return []


def _columns() -> list[Column]:
    return [
        Column(name='badge', label=t('approvals.waits'), kind='badge'),
        Column(name='kind_name', label=t('approvals.kind_label')), Column(name='title', label=t('approvals.what')),
        Column(name='tenant', label=t('tenancy.tenant')), Column(name='by', label=t('approvals.by')),
        Column(name='step', label=t('approvals.step')),
    ]  # fmt: skip
