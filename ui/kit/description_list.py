"""Terms and what they are, for the details of one thing."""

from collections.abc import Mapping

from nicegui import ui

from ui.kit.format import MISSING
from ui.kit.text import Text


def description_list(entries: Mapping[str, str | None]) -> ui.element:
    """Label and value side by side; an unknown value is a dash."""
    with ui.element('dl').classes('at-list') as listing:
        for term, value in entries.items():
            Text(term, tag='dt')
            Text(value or MISSING, tag='dd')
    return listing
