"""The accuracy audit: a person counts by hand beside the live picture for some minutes; the line earns its badge.

Fifteen minutes are usual. Only whole minutes count, so a count begins with the next full minute and ends with one.
"""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

from nicegui import ui

from domain.footfall.commands import LineId, RecordAudit, Window
from domain.footfall.operations import record_audit
from domain.footfall.views import AuditView, LineView, Verification
from domain.shared.operations import run_operation
from ui.cameras.frame import Place
from ui.kit.button import button
from ui.kit.field import at_most, between, choice_field, number_field, text_field
from ui.kit.form import form
from ui.kit.format import clock, number, percent
from ui.kit.i18n import t, words
from ui.kit.notice import notice
from ui.kit.section import section, split
from ui.kit.status_badge import status_badge
from ui.kit.text import Text
from ui.kit.tokens import State
from ui.kit.toolbar import toolbar

BADGES: dict[Verification, State] = {
    Verification.VERIFIED: 'good',
    Verification.UNVERIFIED: 'watch',
    Verification.UNAUDITED: 'off',
}
USUAL_MINUTES, LONGEST_MINUTES, MOST, LONGEST_NOTE = 15, 120, 20_000, 200


class Auditing:
    """Two big buttons to count with, a form to correct and store, and what earlier audits said."""

    def __init__(self, place: Place, on_saved: Callable[[], Awaitable[None]]) -> None:
        self._place, self._on_saved = place, on_saved
        self._lines: dict[int, LineView] = {}
        self._counts = [0, 0]
        self._begun: datetime | None = None
        with section(t('cameras.audit'), t('cameras.audit_hint', minutes=USUAL_MINUTES)), split(even=True):
            self._work = ui.element('div').classes('at-stack').mark('cameras.audit')
            self._past = ui.element('div').classes('at-feed').mark('cameras.audits')

    def show(self, lines: Sequence[LineView], audits: Sequence[AuditView]) -> None:
        """Show these lines and their past, without disturbing a count that is going on."""
        is_new = {line.id for line in lines} != set(self._lines)
        self._lines = {line.id: line for line in lines}
        if self._begun is None and (is_new or not self._work.default_slot.children):
            self._offer()
        self._past.clear()
        with self._past:
            for audit in sorted(audits, key=lambda each: each.window.started_at, reverse=True):
                self._audit(audit)

    def _offer(self) -> None:
        self._work.clear()
        with self._work:
            if not self._lines:
                notice(t('cameras.no_platform_line'))
                return
            for line in self._lines.values():
                with ui.element('div').classes('at-row'):
                    Text(_name(line), classes='at-strong')
                    status_badge(BADGES[line.verification], t(f'cameras.verification.{line.verification}'))
            button(t('cameras.begin_audit'), self._begin, rank='primary', icon='play').mark('cameras.begin_audit')

    def _begin(self) -> None:
        self._counts = [0, 0]
        self._begun = _next_minute(datetime.now(UTC))
        self._work.clear()
        with self._work:
            notice(t('cameras.counting_from', time=clock(self._place.clock.local(self._begun))), 'watch')
            with toolbar():
                self._in = button('', lambda: self._count(0), rank='primary').mark('cameras.count_in')
                self._out = button('', lambda: self._count(1), rank='secondary').mark('cameras.count_out')
                button(t('cameras.end_audit'), self._end, icon='check').mark('cameras.end_audit')
                button(t('kit.dialog.cancel'), self._cancel, rank='quiet')
        self._say()

    def _count(self, which: int) -> None:
        self._counts[which] += 1
        self._say()

    def _say(self) -> None:
        self._in.text = t('cameras.count_in', count=number(self._counts[0]))
        self._out.text = t('cameras.count_out', count=number(self._counts[1]))

    def _cancel(self) -> None:
        self._begun = None
        self._offer()

    def _end(self) -> None:
        assert self._begun is not None
        minutes = max(int((datetime.now(UTC) - self._begun).total_seconds() // 60), 0)
        self._work.clear()
        with self._work:
            notice(t('cameras.audit_effect'))
            with form(self._save, label=t('cameras.store_audit')):
                options = {line.id: _name(line) for line in self._lines.values()}
                self._line = choice_field(t('cameras.audited_line'), options, next(iter(options)))
                self._minutes = number_field(
                    t('cameras.minutes'),
                    min(max(minutes, 1), LONGEST_MINUTES),
                    help_text=t('cameras.minutes_help'),
                    checks=(between(1, LONGEST_MINUTES),),
                )
                self._hand_in = number_field(t('cameras.hand_in'), self._counts[0], checks=(between(0, MOST),))
                self._hand_out = number_field(t('cameras.hand_out'), self._counts[1], checks=(between(0, MOST),))
                self._note = text_field(t('cameras.note'), checks=(at_most(LONGEST_NOTE),))
            button(t('kit.dialog.cancel'), self._cancel, rank='quiet')

    async def _save(self) -> None:
        assert self._begun is not None
        window = Window(started_at=self._begun, ended_at=self._begun + timedelta(minutes=int(self._minutes.value)))
        command = RecordAudit(
            line_id=LineId(int(self._line.value)),
            window=window,
            hand_in=int(self._hand_in.value),
            hand_out=int(self._hand_out.value),
            note=str(self._note.value or '').strip(),
        )
        audit = await run_operation(record_audit, actor=self._place.actor, command=command)
        ui.notify(t(f'cameras.audit_passed.{audit.has_passed}'), type='positive' if audit.has_passed else 'warning')
        self._cancel()
        await self._on_saved()

    def _audit(self, audit: AuditView) -> None:
        with ui.element('div').classes('at-feed__line'):
            status_badge('good' if audit.has_passed else 'act', t(f'cameras.audit_passed.{audit.has_passed}'))
            with ui.element('div').classes('at-grow'):
                hand, system = audit.hand_in + audit.hand_out, audit.system_in + audit.system_out
                Text(t('cameras.audit_counts', hand=number(hand), system=number(system)), tag='div')
                when = self._place.moment(audit.window.started_at)
                Text(f'{audit.audited_by}  {when}', tag='div', classes='at-small at-faint')
            Text(f'{percent(audit.precision)} / {percent(audit.recall)}', classes='at-figures')


def _next_minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0) + timedelta(minutes=1)


def _name(line: LineView) -> str:
    return words(line.name_zh, line.name_en) or line.code
