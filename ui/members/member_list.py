"""会员名册: found by number, phone or its last four digits; sorted and paged by the database."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from nicegui import ui

from domain.members.directory import MemberRow, count_tiers, list_members
from domain.members.registers import list_segments, list_tag_definitions
from domain.shared.operations import run_query
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.figure import Figure
from ui.kit.format import number
from ui.kit.i18n import t, words
from ui.kit.metric_card import MetricCard
from ui.kit.money import yuan
from ui.kit.section import grid, section
from ui.loading import together
from ui.members import addresses
from ui.members.exporting import export_members_csv
from ui.members.words import TIERS, state_badge_of, tier_words
from ui.saleswords import Counterfoil

SORTS = {'number': 'id', 'points': 'points', 'spent': 'spent', 'last': 'last'}


class MemberList:
    """How many there are of each tier, then the list; one opens."""

    def __init__(self, place: Counterfoil, choices: Mapping[str, Mapping[str, str]]) -> None:
        """`choices` names the tags and the segments by which one may narrow the list."""
        self._place = place
        with grid(least_width=180):
            self._cards = {tier: MetricCard(tier_words(tier)) for tier in TIERS}
        with section(t('members.list'), t('members.list_hint')):
            self._table = DataTable(
                _columns(),
                self._page,
                address=place.address,
                filters=[
                    Filter(
                        name='tier',
                        label=t('members.tier_column'),
                        options={tier: tier_words(tier) for tier in TIERS},
                    ),
                    Filter(
                        name='state',
                        label=t('members.state_column'),
                        options={state: t(f'members.state.{state}') for state in ('active', 'closing', 'closed')},
                    ),
                    Filter(name='tag', label=t('members.tags'), options=choices['tags']),
                    Filter(name='segment', label=t('members.segment'), options=choices['segments']),
                ],
                on_export=self._export,
                empty_title=t('members.none'),
                empty_help=t('members.none_help'),
                on_open=lambda row: ui.navigate.to(addresses.member(row['id'])),
            )
            self._table.mark('members.list')

    async def load(self) -> Mapping[str, int]:
        """Members by tier; the list loads itself."""
        await self._table.refresh()
        return await run_query(count_tiers, actor=self._place.actor)

    def show(self, tiers: Mapping[str, int]) -> None:
        """Show these counts."""
        for tier, card in self._cards.items():
            card.show(Figure(text=number(tiers.get(tier, 0)), unit=t('members.people')))

    async def _page(self, query: TableQuery) -> TablePage:
        found = await run_query(
            list_members,
            actor=self._place.actor,
            now=datetime.now(UTC),
            **_asked(query),
            first=query.first,
            limit=query.limit,
        )
        return TablePage(rows=[_row(row, self._place) for row in found.rows], total=found.total)

    async def _export(self, query: TableQuery) -> None:
        await export_members_csv(self._place, 'list', **_asked(query))


def _asked(query: TableQuery) -> dict[str, Any]:
    return {
        'search': query.search, 'sort': SORTS.get(query.sort, 'last'),
        'is_descending': query.is_descending if query.sort else True,
        **{name: query.filters.get(name) for name in ('tier', 'state', 'tag', 'segment')},
    }  # fmt: skip


async def read_choices(place: Counterfoil) -> dict[str, dict[str, str]]:
    """Tags and segments by name."""
    actor = place.actor
    tags, segments = await together(
        run_query(list_tag_definitions, actor=actor, now=datetime.now(UTC)), run_query(list_segments, actor=actor)
    )
    return {
        'tags': {one.code: words(one.name_zh, one.name_en) for one in tags},
        'segments': {one.code: words(one.name_zh, one.name_en) for one in segments},
    }


def _columns() -> list[Column]:
    return [
        Column(name='number', label=t('members.number'), is_sortable=True),
        Column(name='name', label=t('members.name')),
        Column(name='phone', label=t('members.phone')),
        Column(name='tier_words', label=t('members.tier_column')),
        Column(name='points', label=t('members.points'), kind='number', is_sortable=True),
        Column(name='spent', label=t('members.spent'), kind='number', is_sortable=True),
        Column(name='visits', label=t('members.visits'), kind='number'),
        Column(name='last', label=t('members.last'), is_sortable=True),
        Column(name='badge', label=t('members.state_column'), kind='badge'),
    ]


def _row(row: MemberRow, place: Counterfoil) -> dict[str, Any]:
    member = row.member
    return {
        'id': member.id, 'number': f'#{member.id}', 'name': member.name, 'phone': member.phone_masked,
        'tier_words': tier_words(member.tier), 'points': number(row.points), 'spent': yuan(row.spent_fen),
        'visits': number(row.visits), 'last': place.moment(row.last_at), 'badge': state_badge_of(member.state),
    }  # fmt: skip
