"""许可: asking for leave to work, stay late or carry goods out, following it, and the code to show at the gate."""

import re

from nicegui import ui

from domain.permits.commands import AskPermit
from domain.permits.gate import list_permits
from domain.permits.operations import ask_permit
from domain.permits.permissions import FILE
from domain.permits.views import PermitView
from domain.shared.operations import run_operation, run_query
from ui.kit.code_picture import code_picture
from ui.kit.day_field import day_field, moment_field, parse_day, parse_moment
from ui.kit.description_list import description_list
from ui.kit.empty_state import empty_state
from ui.kit.field import at_most, choice_field, required, text_field
from ui.kit.form import form
from ui.kit.format import day
from ui.kit.i18n import t
from ui.kit.section import section, split
from ui.kit.text import Text
from ui.loading import Loader
from ui.reviewwords import PERMITS, STATES, state_words
from ui.tenant.frame import entry_list
from ui.tenant.place import Place
from ui.tenant.rows import row

BETWEEN = re.compile('[,，、;；\n]')


class PermitsPage:
    """What was asked, the chosen one with its code and its trail, and a form to ask with."""

    def __init__(self, place: Place, loader: Loader[list[PermitView]]) -> None:
        self._place, self._loader = place, loader
        self._chosen: int | None = None
        with split(even=True):
            with ui.element('div').classes('at-stack'):
                self._detail = ui.element('div')
                with section(t('permits.own')):
                    self._list = entry_list()
            if place.actor.may(FILE):
                with section(t('permits.ask'), t('permits.ask_hint')), form(self._ask, label=t('permits.send')):
                    self._ask_fields()

    def _ask_fields(self) -> None:
        kinds = {kind: t(f'permits.kind.{kind}') for kind in PERMITS}
        self._kind = choice_field(t('permits.kind_label'), kinds, PERMITS[0], checks=(required,))
        self._from = moment_field(t('permits.starts'), checks=(required,))
        self._until = moment_field(t('permits.ends'), checks=(required,))
        self._words = text_field(t('permits.what'), help_text=t('permits.what_help'), checks=(required, at_most(500)))
        self._insured = day_field(t('permits.insured'), help_text=t('permits.insured_help'), is_optional=True)
        self._goods = text_field(t('permits.goods'), help_text=t('permits.goods_help'))

    async def load(self) -> list[PermitView]:
        """This shop's permits."""
        return await run_query(list_permits, actor=self._place.actor)

    def show(self, permits: list[PermitView]) -> None:
        """Show them, and the chosen one anew."""
        self._list.clear()
        with self._list:
            for permit in permits:
                status = permit.approval.status
                row(
                    t(f'permits.kind.{permit.kind}'), f'{self._place.moment(permit.starts_at)} · {permit.text}',
                    badge=(STATES[status], state_words(status)),
                    on_click=lambda one=permit: self._open(one), mark='tenant.permit',
                )  # fmt: skip
            if not permits:
                empty_state(t('permits.none'), symbol='lock')
        chosen = next((permit for permit in permits if permit.id == self._chosen), None)
        if chosen is not None:
            self._open(chosen)

    async def _ask(self) -> None:
        starts, ends = parse_moment(self._from.value), parse_moment(self._until.value)
        assert starts is not None
        assert ends is not None
        goods = (one.strip() for one in BETWEEN.split(self._goods.value or ''))
        permit = await run_operation(ask_permit, actor=self._place.actor, command=AskPermit(
            tenant_id=self._place.tenant.id, kind=self._kind.value, starts_at=self._place.instant(starts),
            ends_at=self._place.instant(ends), text=self._words.value.strip(),
            insured_until=parse_day(self._insured.value), goods=tuple(one for one in goods if one),
        ))  # fmt: skip
        self._chosen, self._words.value, self._goods.value = permit.id, '', ''
        await self._loader.refresh()

    def _open(self, permit: PermitView) -> None:
        self._chosen = permit.id
        self._detail.clear()
        until = f'{self._place.moment(permit.starts_at)} – {self._place.moment(permit.ends_at)}'
        with self._detail, section(t(f'permits.kind.{permit.kind}'), until):
            Text(permit.text, tag='p')
            if permit.approval.is_approved:
                _code(permit.code)
            description_list({
                t('permits.insured'): day(permit.insured_until) if permit.insured_until else None,
                t('permits.goods'): '、'.join(permit.goods) or None, t('permits.asked_by'): permit.asked_by,
            })  # fmt: skip
            with entry_list():
                for one in permit.approval.trail:
                    words = f'{self._place.moment(one.decided_at)} · {one.decided_by} {one.comment}'.strip()
                    row(t(f'tenant.verdict.{one.verdict}'), words)


def _code(code: str) -> None:
    """What the guard scans or types."""
    code_picture(code, code).props('width=180 height=180')
    Text(code, tag='p', classes='at-strong at-figures')
    Text(t('permits.show_it'), tag='p', classes='at-muted at-small')
