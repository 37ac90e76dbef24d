"""租金表: every lease with what it pays, searched, filtered and taken away as a spreadsheet."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from nicegui import ui

from domain.leasing.overview import unit_codes
from domain.leasing.proposals import ProposalView, list_proposals
from domain.leasing.queries import list_leases, list_tenants, portfolio
from domain.leasing.views import LeaseView, Portfolio, TenantView
from domain.shared.documents import PaperColumn, PaperTable
from domain.shared.operations import run_query
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.figure import Figure
from ui.kit.format import number, percent
from ui.kit.i18n import t, words
from ui.kit.metric_card import MetricCard
from ui.kit.money import yuan, yuan_figure
from ui.kit.row_paging import page_of
from ui.kit.section import grid, section
from ui.leasewords import (
    DM2_PER_M2,
    MODES,
    STAGES,
    area_words,
    badge,
    last_day,
    mode_of,
    mode_words,
    rent_on,
    stage_of,
)
from ui.leasing.place import Place
from ui.loading import together
from ui.shell import paths
from ui.shell.context import shell

FIGURES = ('let', 'base', 'walt', 'expiring', 'waiting')
SHEET = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
ALL_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class Roll:
    """All leases of the mall, and what they come to today."""

    leases: list[LeaseView]
    tenants: dict[int, TenantView]
    units: dict[Any, str]
    mall: Portfolio
    proposals: list[ProposalView]


class RollPage:
    """Figures, then the roll; a row opens its lease."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._rows: list[dict[str, Any]] = []
        with grid(least_width=180):
            self._cards = {
                name: MetricCard(t(f'leasing.figure.{name}'), explanation=t(f'leasing.figure_help.{name}'))
                for name in FIGURES
            }
        with section(t('leasing.roll'), t('leasing.roll_hint')):
            self._table = DataTable(
                _columns(), self._page, address=place.address, filters=_filters(place),
                empty_title=t('leasing.no_leases'), empty_help=t('leasing.no_leases_help'),
                on_open=lambda row: ui.navigate.to(paths.lease(row['id'])), on_export=self._export,
                export_label=t('leasing.export'),
            )  # fmt: skip
            self._table.mark('leasing.roll')

    async def load(self) -> Roll:
        """Leases as they are now."""
        actor = self._place.actor
        leases, tenants, units, mall, proposals = await together(
            run_query(list_leases, actor=actor), run_query(list_tenants, actor=actor),
            run_query(unit_codes, actor=actor), run_query(portfolio, actor=actor, on=self._place.today),
            run_query(list_proposals, actor=actor),
        )  # fmt: skip
        return Roll(leases, {tenant.id: tenant for tenant in tenants}, units, mall, proposals)

    def show(self, roll: Roll) -> None:
        """Show this roll."""
        today, waiting = self._place.today, {one.lease_id for one in roll.proposals}
        self._rows = [_row(lease, roll, self._place, lease.id in waiting) for lease in roll.leases]
        self._rows.sort(key=lambda row: (row['stage'] == 'ended', row['ends_iso']))
        stages = [stage_of(lease, today) for lease in roll.leases]
        base = sum(row['base'] for row in self._rows if row['stage'] in ('running', 'expiring'))
        vacancy, walt = roll.mall.vacancy.value, roll.mall.walt.value
        shown = {
            'let': percent(None if vacancy is None else 1 - vacancy),
            'walt': t('leasing.years', years=number(walt, digits=2)),
            'expiring': number(stages.count('expiring')),
            'waiting': number(stages.count('draft') + len(waiting)),
        }
        for name, text in shown.items():
            self._cards[name].show(Figure(text=text))
        self._cards['base'].show(yuan_figure(base))
        self._table.show(self._paged(self._table.query))

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        keys = {'area': lambda row: row['dm2'], 'rent': lambda row: row['base'], 'ends': lambda row: row['ends_iso'],
                'per_m2': lambda row: row['per'], 'starts': lambda row: row['starts_iso']}  # fmt: skip
        return page_of(self._rows, query, searched=('number', 'tenant', 'units', 'other_name'), keys=keys)

    async def _export(self, query: TableQuery) -> None:
        """What the list shows, all pages of it."""
        rows = self._paged(
            TableQuery(search=query.search, filters=query.filters, sort=query.sort,
                       is_descending=query.is_descending, limit=ALL_ROWS)
        ).rows  # fmt: skip
        content = shell().documents.workbook([sheet_of(rows)])
        ui.download.content(content, f'rent-roll-{self._place.today.isoformat()}.xlsx', SHEET)


def sheet_of(rows: Any) -> PaperTable:
    """The roll as a sheet that can be calculated with."""
    columns = [
        PaperColumn(label=t('leasing.number')), PaperColumn(label=t('leasing.tenant')),
        PaperColumn(label=t('leasing.units')), PaperColumn(label=t('leasing.category')),
        PaperColumn(label=t('leasing.area_m2'), kind='number'), PaperColumn(label=t('leasing.starts'), kind='day'),
        PaperColumn(label=t('leasing.last_day'), kind='day'), PaperColumn(label=t('leasing.mode_column')),
        PaperColumn(label=t('leasing.base'), kind='money'), PaperColumn(label=t('leasing.stage_column')),
    ]  # fmt: skip
    return PaperTable(title=t('leasing.roll'), columns=columns, rows=[
        [
            row['number'], row['tenant'], row['units'], row['trade'], row['dm2'] / DM2_PER_M2,
            date.fromisoformat(row['starts_iso']), date.fromisoformat(row['ends_iso']) - timedelta(days=1),
            row['mode_words'], row['base'], row['badge']['text'],
        ] for row in rows
    ])  # fmt: skip


def _filters(place: Place) -> list[Filter]:
    return [
        Filter(name='stage', label=t('leasing.stage_column'), options={s: t(f'leasing.stage.{s}') for s in STAGES}),
        Filter(name='category', label=t('leasing.category'), options=place.categories),
        Filter(name='mode', label=t('leasing.mode_column'), options={m: mode_words(m) for m in MODES}),
    ]


def _columns() -> list[Column]:
    return [
        Column(name='tenant', label=t('leasing.tenant'), is_sortable=True),
        Column(name='units', label=t('leasing.units'), is_sortable=True),
        Column(name='trade', label=t('leasing.category')),
        Column(name='area', label=t('leasing.area'), kind='number', is_sortable=True),
        Column(name='mode_words', label=t('leasing.mode_column')),
        Column(name='rent', label=t('leasing.base'), kind='number', is_sortable=True),
        Column(name='per_m2', label=t('leasing.rent_per_m2'), kind='number', is_sortable=True),
        Column(name='ends', label=t('leasing.last_day'), is_sortable=True),
        Column(name='badge', label=t('leasing.stage_column'), kind='badge'),
        Column(name='number', label=t('leasing.number'), is_sortable=True),
    ]


def _row(lease: LeaseView, roll: Roll, place: Place, is_waiting: bool) -> dict[str, Any]:
    tenant, rent, stage = roll.tenants[lease.tenant_id], rent_on(lease, place.today), stage_of(lease, place.today)
    base, mode = rent.base_fen if rent else 0, mode_of(rent)
    per_m2 = base * DM2_PER_M2 // lease.net_area_dm2 if lease.net_area_dm2 and base else None
    shown = badge(stage)
    return {
        'id': lease.id, 'number': lease.number, 'tenant': words(tenant.name_zh, tenant.name_en),
        'other_name': words(tenant.name_en, tenant.name_zh) + tenant.code,
        'units': ', '.join(roll.units.get(unit, '') for unit in lease.unit_ids), 'category': lease.category,
        'trade': place.category(lease.category), 'area': area_words(lease.net_area_dm2), 'dm2': lease.net_area_dm2,
        'mode': mode, 'mode_words': mode_words(mode), 'rent': yuan(base) if base else '', 'base': base,
        'per_m2': yuan(per_m2) if per_m2 else '', 'per': per_m2, 'ends': last_day(lease.ends_on),
        'ends_iso': lease.ends_on.isoformat(), 'starts_iso': lease.starts_on.isoformat(), 'stage': stage,
        'badge': {'state': 'act', 'text': t('leasing.proposal_waits')} if is_waiting else shown,
    }  # fmt: skip
