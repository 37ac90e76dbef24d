"""许可: asking for leave to work, stay late or carry goods out, following it, and the code to show at the gate."""

from nicegui import ui

from domain.approvals.views import ApprovalView
from domain.permits.gate import list_permits
from domain.permits.operations import ask_permit
from domain.permits.permissions import FILE
from domain.permits.views import PermitView
from domain.shared.operations import run_operation, run_query
from ui.applicant import permit_acts
from ui.filingfields import PermitFields
from ui.kit.code_picture import code_picture
from ui.kit.description_list import description_list
from ui.kit.empty_state import empty_state
from ui.kit.form import form
from ui.kit.format import day
from ui.kit.i18n import t
from ui.kit.section import section, split
from ui.kit.text import Text
from ui.loading import Loader
from ui.reviewwords import STATES, state_words
from ui.tenant.frame import entry_list
from ui.tenant.place import Place
from ui.tenant.rows import row


class PermitsPage:
    """What was asked, the chosen one with its code and its trail, and a form to ask with."""

    def __init__(self, place: Place, loader: Loader[list[PermitView]]) -> None:
        self._place, self._loader = place, loader
        self._chosen: int | None = None
        self._is_writing = False
        with split(even=True):
            with ui.element('div').classes('at-stack'):
                self._detail = ui.element('div')
                with section(t('permits.own')):
                    self._list = entry_list()
            if place.actor.may(FILE):
                with section(t('permits.ask'), t('permits.ask_hint')), form(self._ask, label=t('permits.send')):
                    self._fields = PermitFields(place)

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
                    on_click=lambda one=permit: self._choose(one), mark='tenant.permit',
                )  # fmt: skip
            if not permits:
                empty_state(t('permits.none'), symbol='lock')
        chosen = next((permit for permit in permits if permit.id == self._chosen), None)
        if chosen is not None:
            self._open(chosen)

    async def _ask(self) -> None:
        command = self._fields.asked(self._place.tenant.id)
        permit = await run_operation(ask_permit, actor=self._place.actor, command=command)
        self._chosen = permit.id
        self._fields.forget()
        await self._loader.refresh()

    def _choose(self, permit: PermitView) -> None:
        self._is_writing = False
        self._open(permit)

    def _note(self, is_writing: bool) -> None:
        self._is_writing = is_writing

    def _open(self, permit: PermitView) -> None:
        if self._chosen == permit.id and self._is_writing:
            return  # somebody is revising it
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
                _trail(self._place, permit.approval)
            if self._place.actor.may(FILE):
                permit_acts(self._place, permit, after=self._loader.refresh, on_writing=self._note)


def _trail(place: Place, approval: ApprovalView) -> None:
    for one in approval.trail:
        said = f'{place.moment(one.decided_at)} · {one.decided_by} {one.comment}'.strip()
        row(t(f'tenant.verdict.{one.verdict}'), said)
    if approval.withdrawal:
        taken = approval.withdrawal
        row(t('review.withdrawn'), f'{place.moment(taken.at)} · {taken.by} {taken.why}'.strip())


def _code(code: str) -> None:
    """What the guard scans or types."""
    code_picture(code, code).props('width=180 height=180')
    Text(code, tag='p', classes='at-strong at-figures')
    Text(t('permits.show_it'), tag='p', classes='at-muted at-small')
