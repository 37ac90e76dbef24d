"""Members as a file: what the list shows, phones masked as there."""

from datetime import UTC, datetime
from typing import Any

from nicegui import ui

from domain.members.directory import export_members
from domain.shared.operations import run_query
from ui.csvfiles import csv_of
from ui.kit.i18n import t
from ui.members.words import tier_words
from ui.saleswords import Counterfoil

COLUMNS = ('number', 'name', 'phone', 'tier_column', 'points', 'spent', 'visits', 'last', 'state_column')


async def export_members_csv(place: Counterfoil, name: str, **asked: Any) -> None:
    """Every page of a list, in one file; the export is on the audit log."""
    rows = await run_query(export_members, actor=place.actor, now=datetime.now(UTC), **asked)
    content = csv_of(
        [t(f'members.{column}') for column in COLUMNS],
        (
            (
                row.member.id, row.member.name, row.member.phone_masked, tier_words(row.member.tier), row.points,
                f'{row.spent_fen / 100:.2f}', row.visits, place.moment(row.last_at) if row.last_at else '',
                t(f'members.state.{row.member.state}'),
            )
            for row in rows
        ),
    )  # fmt: skip
    ui.download.content(content, f'members-{name}.csv', 'text/csv')
