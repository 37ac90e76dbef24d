"""出入口: a guard types or scans a code, sees in large letters whether it holds, and lets pass or stops."""

from datetime import UTC, datetime

from nicegui import ui

from domain.permits.commands import CheckPermit
from domain.permits.gate import check_permit, list_gate_log, show_permit
from domain.permits.views import GateLine, Shown
from domain.shared.operations import run_operation, run_query
from domain.tenancy.permissions import CHECK_BADGE
from domain.tenancy.staff import check_badge
from domain.tenancy.views import BadgeCheck
from ui.kit.button import button
from ui.kit.data_table import Column
from ui.kit.description_list import description_list
from ui.kit.empty_state import empty_state
from ui.kit.field import at_most, required, text_field
from ui.kit.form import form
from ui.kit.i18n import t, words
from ui.kit.notice import notice
from ui.kit.plain_table import PlainTable
from ui.kit.section import section, split
from ui.kit.text import Text
from ui.loading import Loader
from ui.screens import Place


class GatePage:
    """A field for codes of permits, one for badges, the answer above them; beside them what was decided today."""

    def __init__(self, place: Place, loader: Loader[list[GateLine]]) -> None:
        self._place, self._loader = place, loader
        with split(even=True):
            with ui.element('div').classes('at-stack'):
                self._answer = ui.element('div').props('aria-live=polite').mark('gate.answer')
                with section(t('permits.gate')), form(self._ask_permit, label=t('permits.look_up')):
                    self._code = text_field(t('permits.code'), checks=(required, at_most(32)))
                    self._code.props('autocapitalize=characters autocomplete=off autofocus')
                if place.actor.may(CHECK_BADGE):
                    with section(t('permits.badge')), form(self._ask_badge, label=t('permits.look_up_badge')):
                        self._badge = text_field(t('permits.badge_code'), checks=(required, at_most(20)))
                        self._badge.props('autocapitalize=characters autocomplete=off')
            with section(t('permits.today')):
                self._log = ui.element('div')

    async def load(self) -> list[GateLine]:
        """What the gate decided on this business day."""
        since, _ = self._place.clock.bounds(self._place.clock.business_on(datetime.now(UTC)))
        return await run_query(list_gate_log, actor=self._place.actor, since=since)

    def show(self, lines: list[GateLine]) -> None:
        """Show it, newest first."""
        columns = [
            Column(name=name, label=t(f'permits.check.{name}')) for name in ('at', 'verdict', 'code', 'kind', 'by')
        ]
        self._log.clear()
        with self._log:
            if not lines:
                empty_state(t('permits.none_today'))
                return
            PlainTable(columns, [
                {'at': self._place.moment(one.check.checked_at), 'verdict': t(f'permits.{one.check.verdict}'),
                 'code': one.code, 'kind': t(f'permits.kind.{one.kind}'), 'by': one.check.checked_by} for one in lines
            ]).mark('gate.log')  # fmt: skip

    async def _ask_permit(self) -> None:
        self._answer.clear()
        code, now = self._code.value.strip(), datetime.now(UTC)
        shown = await run_query(show_permit, actor=self._place.actor, code=code, now=now)
        self._code.value = ''
        self._draw_permit(shown)

    async def _ask_badge(self) -> None:
        self._answer.clear()
        on = self._place.clock.business_on(datetime.now(UTC))
        self._draw_badge(await run_query(check_badge, actor=self._place.actor, badge=self._badge.value, on=on))
        self._badge.value = ''

    def _draw_permit(self, shown: Shown) -> None:
        permit, holds = shown.permit, shown.standing == 'valid'
        self._answer.clear()
        with self._answer, section(t(f'permits.kind.{permit.kind}'), permit.code):
            _verdict(holds)
            notice(t(f'permits.standing.{shown.standing}'), 'good' if holds else 'act')
            description_list({
                t('permits.what'): permit.text, t('permits.goods'): '、'.join(permit.goods) or None,
                t('permits.starts'): self._place.moment(permit.starts_at),
                t('permits.ends'): self._place.moment(permit.ends_at), t('permits.asked_by'): permit.asked_by,
            })  # fmt: skip
            note = text_field(t('permits.check.note'), checks=(at_most(500),))
            if holds:
                button(t('permits.let_pass'), lambda: self._decide(permit.code, 'passed', note), rank='primary').mark(
                    'gate.pass'
                )
            button(t('permits.stop'), lambda: self._decide(permit.code, 'stopped', note)).mark('gate.stop')

    async def _decide(self, code: str, verdict: str, note: ui.input) -> None:
        command = CheckPermit(code=code, verdict=verdict, note=(note.value or '').strip())  # type: ignore[arg-type]
        await run_operation(check_permit, actor=self._place.actor, command=command)
        self._answer.clear()
        with self._answer:
            notice(t('permits.recorded', code=code, verdict=t(f'permits.{verdict}')), 'good')
        await self._loader.refresh()

    def _draw_badge(self, found: BadgeCheck) -> None:
        staff = found.staff
        with self._answer, section(t('permits.badge'), staff.badge if staff else ''):
            _verdict(found.is_valid)
            if staff is None:
                notice(t('permits.badge_unknown'), 'act')
                return
            if not found.is_valid:
                notice(t('permits.badge_ended'), 'act')
            description_list({
                t('permits.name'): staff.name, t('permits.position'): staff.position,
                t('tenancy.tenant'): words(found.tenant_zh, found.tenant_en),
            })  # fmt: skip


def _verdict(holds: bool) -> None:
    Text(t('permits.yes' if holds else 'permits.no'), tag='h2', classes='at-metric__value').mark('gate.verdict')
