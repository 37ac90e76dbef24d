"""The verification queue: a list, and beside it the chosen hazard with its clip and the two verdicts."""

from typing import Any

from nicegui import ui

from domain.safety.commands import HazardId, HazardKind, HazardState
from domain.safety.queries import list_hazards
from domain.safety.views import HazardPage, HazardView
from domain.shared.operations import run_query
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.i18n import t
from ui.kit.notice import notice
from ui.kit.section import section
from ui.safety.frame import Place
from ui.safety.review import Review
from ui.safety.words import kind_words, state_of, state_words, value_words


class QueuePage:
    """Open hazards first; choosing one opens it beside the list."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._shown: dict[int, HazardView] = {}
        notice(t('safety.never_drives'))
        with ui.element('div').classes('at-split at-split--side'):
            with section(t('safety.queue'), t('safety.queue_hint')):
                self._table = DataTable(
                    _columns(),
                    self._page,
                    address=place.address,
                    filters=_filters(),
                    empty_title=t('safety.nothing'),
                    empty_help=t('safety.nothing_help'),
                    is_searchable=False,
                    on_open=self._open,
                )
                self._table.mark('safety.queue')
            self._review = Review(place, on_judged=self._table.refresh)

    async def load(self) -> TablePage:
        """The page of the list that the address asks for."""
        return await self._page(self._table.query)

    def show(self, page: TablePage) -> None:
        self._table.show(page)

    async def _page(self, query: TableQuery) -> TablePage:
        found: HazardPage = await run_query(
            list_hazards,
            actor=self._place.actor,
            state=HazardState(state) if (state := query.filters.get('state')) else None,
            kind=HazardKind(kind) if (kind := query.filters.get('kind')) else None,
            limit=query.limit,
            offset=query.first,
        )
        self._shown = {hazard.id: hazard for hazard in found.rows}
        return TablePage(rows=[self._row(hazard) for hazard in found.rows], total=found.total)

    async def _open(self, row: Any) -> None:
        await self._review.open(self._shown[HazardId(row['id'])])

    def _row(self, hazard: HazardView) -> dict[str, Any]:
        return {
            'id': hazard.id,
            'badge': {'state': state_of(hazard), 'text': state_words(hazard)},
            'kind': kind_words(hazard.kind),
            'camera': hazard.device_name or hazard.device_code,
            'floor': self._place.floor_code(hazard.floor_id),
            'raised': self._place.moment(hazard.raised_at),
            'value': value_words(hazard),
        }


def _columns() -> list[Column]:
    return [
        Column(name='badge', label=t('safety.state_column'), kind='badge'),
        Column(name='kind', label=t('safety.kind_column')),
        Column(name='camera', label=t('safety.camera')),
        Column(name='floor', label=t('safety.floor')),
        Column(name='raised', label=t('safety.raised')),
        Column(name='value', label=t('safety.measured')),
    ]


def _filters() -> list[Filter]:
    states = {state.value: t(f'safety.state.{state}') for state in HazardState}
    kinds = {kind.value: kind_words(kind) for kind in HazardKind}
    return [
        Filter(name='state', label=t('safety.state_column'), options=states),
        Filter(name='kind', label=t('safety.kind_column'), options=kinds),
    ]
