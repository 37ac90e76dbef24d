"""What everybody should know of today: events, closed exits, and how far the figures can be trusted."""

from nicegui import ui

from ui.cockpit.state import CockpitData
from ui.kit.i18n import t, words
from ui.kit.notice import notice


class Remarks:
    """Lines above the figures; none on a day like any other."""

    def __init__(self) -> None:
        self._box = ui.element('div').classes('at-notices').mark('cockpit.remarks')
        self._shown: list[tuple[str, str]] = []

    def show(self, data: CockpitData) -> None:
        """Show these remarks."""
        lines = _lines(data)
        if lines == self._shown:
            return
        self._shown = lines
        self._box.clear()
        with self._box:
            for state, text in lines:
                notice(text, 'watch' if state == 'watch' else 'off')


def _lines(data: CockpitData) -> list[tuple[str, str]]:
    summary = data.summary
    lines = [('off', words(remark.note_zh, remark.note_en)) for remark in summary.annotations]
    if summary.silent_lines:
        lines.append(('watch', t('cockpit.silent_lines', silent=summary.silent_lines, lines=summary.line_count)))
    if summary.unverified_lines:
        lines.append(('off', t('cockpit.unverified_lines', lines=summary.unverified_lines)))
    return lines
