"""积分流水: every movement of what members could spend, over a month, for those who keep the books."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from nicegui import ui

from domain.members.commands import MemberId
from domain.members.permissions import VIEW
from domain.members.registers import PostingRow, list_postings
from domain.shared.operations import run_query
from ui.csvfiles import csv_of
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.i18n import t
from ui.kit.section import section
from ui.members import addresses
from ui.members.posting_words import KINDS, posting_words
from ui.saleswords import Counterfoil

MOST_EXPORTED = 100_000
SPANS = {'7': 7, '30': 30, '90': 90, '365': 365}
USUAL_DAYS = 30


class PostingsPage:
    """The journal, filtered by kind, span and member number; exported as it is filtered."""

    def __init__(self, place: Counterfoil) -> None:
        self._place = place
        with section(t('members.postings'), t('members.postings_hint')):
            self._table = DataTable(
                [
                    Column(name='at', label=t('members.at')),
                    Column(name='kind_words', label=t('members.posting_kind')),
                    Column(name='member', label=t('members.number')),
                    Column(name='points', label=t('members.points'), kind='number'),
                    Column(name='memo', label=t('members.memo')),
                    Column(name='entry', label=t('members.entry'), kind='number'),
                ],
                self._page,
                address=place.address,
                filters=[
                    Filter(
                        name='kind', label=t('members.posting_kind'),
                        options={kind: posting_words(kind) for kind in KINDS},
                    ),
                    Filter(
                        name='days', label=t('members.span'),
                        options={days: t('members.for_days', days=days) for days in SPANS},
                    ),
                ],
                empty_title=t('members.no_postings'),
                empty_help=t('members.no_postings_help'),
                on_open=_open if place.actor.may(VIEW) else None,
                on_export=self._export,
            )  # fmt: skip
            self._table.mark('members.postings')

    async def load(self) -> None:
        """The list loads itself."""
        await self._table.refresh()

    def show(self, _: None) -> None:
        """Nothing beside the list."""

    async def _page(self, query: TableQuery) -> TablePage:
        found = await run_query(
            list_postings, actor=self._place.actor, first=query.first, limit=query.limit, **_asked(query)
        )
        return TablePage(rows=[self._row(row) for row in found.rows], total=found.total)

    def _row(self, row: PostingRow) -> dict[str, Any]:
        return {
            'id': f'{row.entry_id}-{row.member_id}', 'member_id': row.member_id, 'member': f'#{row.member_id}',
            'at': self._place.moment(row.occurred_at), 'kind_words': posting_words(row.kind),
            'points': f'{row.points:+,}', 'memo': self._place.shop(row.memo), 'entry': str(row.entry_id),
        }  # fmt: skip

    async def _export(self, query: TableQuery) -> None:
        found = await run_query(list_postings, actor=self._place.actor, limit=MOST_EXPORTED, **_asked(query))
        columns = ('at', 'posting_kind', 'number', 'points', 'memo', 'entry')
        content = csv_of(
            [t(f'members.{column}') for column in columns],
            (
                (self._place.moment(row.occurred_at), posting_words(row.kind), row.member_id, row.points, row.memo,
                 row.entry_id)
                for row in found.rows
            ),
        )  # fmt: skip
        ui.download.content(content, 'points.csv', 'text/csv')


def _open(row: Mapping[str, Any]) -> None:
    ui.navigate.to(addresses.member(row['member_id']))


def _asked(query: TableQuery) -> dict[str, Any]:
    until = datetime.now(UTC)
    days = SPANS.get(query.filters.get('days', ''), USUAL_DAYS)
    number = query.search.strip().removeprefix('#')
    member = MemberId(int(number)) if number.isdecimal() and len(number) < 19 else None
    return {
        'since': until - timedelta(days=days), 'until': until, 'kind': query.filters.get('kind'), 'member_id': member
    }  # fmt: skip
