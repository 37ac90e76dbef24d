"""The export button: aggregates of the chosen day, by quarter of an hour."""

from datetime import UTC, datetime
from typing import Any

from nicegui import ui

from domain.footfall.permissions import EXPORT
from domain.footfall.queries import export_rows
from domain.footfall.views import Grain
from domain.shared.operations import query, run_query
from ui.footfall.export import csv_of
from ui.footfall.selection import Selection
from ui.kit.button import button
from ui.kit.i18n import t


@query(EXPORT, name='footfall.export_csv', is_audited=True)
def export_csv(session: Any, **asked: Any) -> bytes:
    """The rows as a file. They are streamed out of the database, so they are written while the question is open."""
    return csv_of(export_rows(session, **asked)).encode()


def export_button(selection: Selection) -> None:
    """Only for those who may export; every export is on the audit log."""
    if not selection.actor.may(EXPORT):
        return

    async def export() -> None:
        now = datetime.now(UTC)
        content = await run_query(
            export_csv, actor=selection.actor, now=now, grain=Grain.QUARTER, window=selection.window(now)
        )
        ui.download.content(content, f'footfall-{selection.day.isoformat()}.csv', 'text/csv')

    button(t('kit.table.export'), export, icon='download').mark('footfall.export')
