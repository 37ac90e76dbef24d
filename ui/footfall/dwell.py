"""停留时长: how long people stay, zone by zone; median and P90, because a mean is moved by a few."""

from datetime import UTC, datetime, timedelta
from typing import Any

from domain.footfall.queries import dwell_by_zone
from domain.footfall.views import ZoneDwell
from domain.shared.operations import run_query
from ui.footfall import charts
from ui.footfall.selection import Selection
from ui.kit.chart_box import ChartBox
from ui.kit.data_table import Column, DataTable, TablePage, TableQuery
from ui.kit.format import coverage_percent, duration, number
from ui.kit.i18n import t, words
from ui.kit.row_paging import page_of
from ui.kit.section import section, split


class DwellView:
    """A chart of the zones people stay longest in, and all zones in a table."""

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        self._zones: tuple[ZoneDwell, ...] = ()
        columns = [
            Column(name='name', label=t('footfall.zone'), is_sortable=True),
            Column(name='floor', label=t('footfall.floor')),
            Column(name='visits', label=t('footfall.visits'), kind='number', is_sortable=True),
            Column(name='median', label=t('footfall.median'), kind='number', is_sortable=True),
            Column(name='p90', label='P90', kind='number', is_sortable=True),
            Column(name='staff', label=t('footfall.staff_visits'), kind='number'),
            Column(name='coverage', label=t('footfall.coverage'), kind='number'),
        ]
        with split(even=True):
            with section(t('footfall.dwell_chart'), t('footfall.dwell_hint')):
                self._chart = ChartBox(height=520)
            with section(t('footfall.dwell_table')):
                self._table = DataTable(
                    columns,
                    self._page,
                    address=selection.address,
                    empty_title=t('footfall.no_dwell'),
                    empty_help=t('footfall.no_dwell_help'),
                )
                self._table.mark('footfall.dwell')

    async def load(self) -> tuple[ZoneDwell, ...]:
        """Zones of the chosen day and floor."""
        now = datetime.now(UTC)
        chosen = self._selection
        return tuple(
            await run_query(
                dwell_by_zone, actor=chosen.actor, now=now, window=chosen.window(now), floor_id=chosen.floor_id
            )
        )

    def show(self, zones: tuple[ZoneDwell, ...]) -> None:
        """Show these zones."""
        self._zones = zones
        if any(zone.median_s is not None for zone in zones):
            self._chart.show(charts.dwell(zones))
        else:
            self._chart.show_nothing(t('footfall.no_dwell'), t('footfall.no_dwell_help'), symbol='clock')
        self._table.show(self._rows(self._table.query))

    async def _page(self, query: TableQuery) -> TablePage:
        return self._rows(query)

    def _rows(self, query: TableQuery) -> TablePage:
        rows = [_row(zone, self._selection.floor_code(zone.floor_id)) for zone in self._zones]
        keys = {'visits': lambda row: row['n'], 'median': lambda row: row['m'], 'p90': lambda row: row['p']}
        return page_of(rows, query, searched=('name',), keys=keys)


def _row(zone: ZoneDwell, floor: str) -> dict[str, Any]:
    return {
        'id': zone.zone_id,
        'name': words(zone.name_zh, zone.name_en),
        'floor': floor,
        'visits': number(zone.visits.value),
        'n': zone.visits.value,
        'median': _time(zone.median_s),
        'm': zone.median_s,
        'p90': _time(zone.p90_s),
        'p': zone.p90_s,
        'staff': number(zone.staff_visits),
        'coverage': coverage_percent(zone.visits.coverage),
    }


def _time(seconds: float | None) -> str:
    return duration(None if seconds is None else timedelta(seconds=seconds))
