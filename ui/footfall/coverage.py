"""覆盖率与缺口: what was not observed, when, why, and what was estimated in its place."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from domain.footfall.queries import coverage_calendar, list_gaps, list_imputations
from domain.footfall.views import CoverageDay, GapView, ImputationView
from domain.shared.operations import run_query
from ui.footfall import charts
from ui.footfall.line_words import line_name
from ui.footfall.places import lines_by_id
from ui.footfall.selection import Selection
from ui.kit.address import Address
from ui.kit.chart_box import ChartBox
from ui.kit.data_table import Column, DataTable, TablePage, TableQuery
from ui.kit.format import coverage_percent, duration, moment, number
from ui.kit.i18n import t
from ui.kit.row_paging import page_of
from ui.kit.section import section, split
from ui.loading import together

DAYS = 28
WORST_LINES = 24
METHODS = frozenset({'profile', 'typical'})


@dataclass(frozen=True, kw_only=True, slots=True)
class CoverageData:
    """Four weeks of coverage, with the gaps and estimates in them."""

    days: tuple[CoverageDay, ...]
    gaps: tuple[GapView, ...]
    imputations: tuple[ImputationView, ...]
    names: Mapping[int, str]


class CoverageView:
    """A calendar of the worst covered lines, every gap, every estimate."""

    def __init__(self, selection: Selection) -> None:
        self._selection = selection
        self._data: CoverageData | None = None
        with section(t('footfall.calendar'), t('footfall.calendar_hint', lines=WORST_LINES)):
            self._calendar = ChartBox(height=560)
        with split(even=True):
            with section(t('footfall.gaps'), t('footfall.gaps_hint')):
                self._gaps = DataTable(
                    _gap_columns(),
                    self._gap_page,
                    address=Address(selection.address.path),
                    empty_title=t('footfall.no_gaps'),
                    empty_help=t('footfall.no_gaps_help'),
                )
                self._gaps.mark('footfall.gaps')
            with section(t('footfall.imputations'), t('footfall.imputations_hint')):
                self._imputations = DataTable(
                    _imputation_columns(),
                    self._imputation_page,
                    address=Address(selection.address.path),
                    empty_title=t('footfall.no_imputations'),
                )
                self._imputations.mark('footfall.imputations')

    async def load(self) -> CoverageData:
        """The four weeks that end with the chosen day."""
        now = datetime.now(UTC)
        chosen, actor = self._selection, self._selection.actor
        window = chosen.days(chosen.day, DAYS, now)
        days, gaps, imputations, lines = await together(
            run_query(
                coverage_calendar,
                actor=actor,
                now=now,
                first_on=chosen.day - timedelta(days=DAYS - 1),
                until_on=chosen.day + timedelta(days=1),
            ),
            run_query(list_gaps, actor=actor, now=now, window=window),
            run_query(list_imputations, actor=actor, now=now, window=window),
            lines_by_id(actor),
        )
        return CoverageData(
            days=tuple(days),
            gaps=tuple(gaps),
            imputations=tuple(imputations),
            names={key: line_name(line) for key, line in lines.items()},
        )

    def show(self, data: CoverageData) -> None:
        """Show these weeks."""
        self._data = data
        if data.days:
            self._calendar.show(charts.coverage(data.days, _worst(data)))
        else:
            self._calendar.show_nothing(t('footfall.no_coverage'), t('footfall.no_coverage_help'), symbol='coverage')
        self._gaps.show(self._gap_rows(self._gaps.query))
        self._imputations.show(self._imputation_rows(self._imputations.query))

    async def _gap_page(self, query: TableQuery) -> TablePage:
        return self._gap_rows(query)

    async def _imputation_page(self, query: TableQuery) -> TablePage:
        return self._imputation_rows(query)

    def _gap_rows(self, query: TableQuery) -> TablePage:
        gaps = self._data.gaps if self._data else ()
        return page_of([self._gap(place, gap) for place, gap in enumerate(gaps)], query, searched=('line', 'cause'))

    def _imputation_rows(self, query: TableQuery) -> TablePage:
        estimates = self._data.imputations if self._data else ()
        return page_of(
            [self._imputation(place, one) for place, one in enumerate(estimates)], query, searched=('line', 'method')
        )

    def _gap(self, place: int, gap: GapView) -> dict[str, Any]:
        tolerance = None if gap.tolerance_min is None else duration(timedelta(minutes=gap.tolerance_min))
        return {
            'id': place,
            'line': self._name(gap.line_id),
            'from': moment(self._local(gap.window.started_at)),
            'length': duration(gap.window.ended_at - gap.window.started_at),
            'cause': t(f'footfall.cause.{gap.cause}'),
            'tolerance': tolerance,
        }

    def _imputation(self, place: int, one: ImputationView) -> dict[str, Any]:
        return {
            'id': place,
            'line': self._name(one.line_id),
            'hour': moment(self._local(one.bucket_at)),
            'observed': number(one.observed),
            'imputed': number(one.imputed),
            'coverage': coverage_percent(one.coverage),
            'method': t(f'footfall.method_of.{one.method}') if one.method in METHODS else one.method,
        }

    def _name(self, line_id: int) -> str:
        return self._data.names.get(line_id, str(line_id)) if self._data else str(line_id)

    def _local(self, instant: datetime) -> datetime:
        return self._selection.clock.local(instant)


def _worst(data: CoverageData) -> dict[int, str]:
    """The worst covered lines, the worst at the bottom, where a chart's axis begins."""
    lowest: dict[int, float] = {}
    for one in data.days:
        lowest[one.line_id] = min(lowest.get(one.line_id, 1.0), one.coverage)
    worst = sorted(lowest, key=lambda line: lowest[line])[:WORST_LINES]
    return {line: data.names.get(line, str(line)) for line in reversed(worst)}


def _gap_columns() -> list[Column]:
    return [
        Column(name='line', label=t('footfall.line'), is_sortable=True),
        Column(name='from', label=t('footfall.began')),
        Column(name='length', label=t('footfall.lasted')),
        Column(name='cause', label=t('footfall.cause_column'), is_sortable=True),
        Column(name='tolerance', label=t('footfall.tolerance')),
    ]


def _imputation_columns() -> list[Column]:
    return [
        Column(name='line', label=t('footfall.line'), is_sortable=True),
        Column(name='hour', label=t('footfall.hour')),
        Column(name='observed', label=t('footfall.observed'), kind='number'),
        Column(name='imputed', label=t('footfall.imputed'), kind='number'),
        Column(name='coverage', label=t('footfall.coverage'), kind='number'),
        Column(name='method', label=t('footfall.method')),
    ]
