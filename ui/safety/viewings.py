"""Who looked at which clip or camera, and when; nobody can take a line out of it."""

from typing import Any

from domain.safety.queries import list_viewings
from domain.safety.views import ViewingView
from domain.shared.operations import run_query
from ui.kit.data_table import Column, DataTable, TablePage, TableQuery
from ui.kit.i18n import t
from ui.kit.row_paging import page_of
from ui.kit.section import section
from ui.safety.frame import Place


class ViewingsPage:
    """The latest looks, newest first."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._viewings: list[ViewingView] = []
        with section(t('safety.viewings'), t('safety.viewings_hint')):
            self._table = DataTable(
                [
                    Column(name='when', label=t('safety.when')),
                    Column(name='who', label=t('safety.who')),
                    Column(name='what', label=t('safety.what')),
                    Column(name='camera', label=t('safety.camera')),
                ],
                self._page,
                address=place.address,
                empty_title=t('safety.no_viewings'),
                empty_help=t('safety.no_viewings_help'),
            )
            self._table.mark('safety.viewings')

    async def load(self) -> list[ViewingView]:
        return await run_query(list_viewings, actor=self._place.actor)

    def show(self, viewings: list[ViewingView]) -> None:
        self._viewings = viewings
        self._table.show(self._rows(self._table.query))

    async def _page(self, query: TableQuery) -> TablePage:
        return self._rows(query)

    def _rows(self, query: TableQuery) -> TablePage:
        rows = [self._row(place, viewing) for place, viewing in enumerate(self._viewings)]
        return page_of(rows, query, searched=('who', 'camera'), keys={})

    def _row(self, number: int, viewing: ViewingView) -> dict[str, Any]:
        hazard = f' #{viewing.hazard_id}' if viewing.hazard_id else ''
        return {
            'id': number,
            'when': self._place.moment(viewing.viewed_at),
            'who': viewing.viewed_by,
            'what': t(f'safety.watched.{viewing.what}') + hazard,
            'camera': viewing.device_code,
        }
