"""合并与拆分: two records of one person become one, and apart again; with everything that was done."""

from datetime import UTC, datetime

from nicegui import ui

from domain.members.commands import MemberId, MergeMembers, SplitMember
from domain.members.merging import merge_members, split_member
from domain.members.queries import get_member
from domain.members.registers import MergeView, list_merges
from domain.members.views import MemberView
from domain.shared.operations import run_operation, run_query
from ui.kit.button import button
from ui.kit.confirmation import confirm
from ui.kit.description_list import description_list
from ui.kit.empty_state import empty_state
from ui.kit.field import at_most, between, number_field, required, text_field
from ui.kit.form import form
from ui.kit.i18n import t
from ui.kit.notice import notice
from ui.kit.section import grid, section, split
from ui.kit.status_badge import status_badge
from ui.kit.text import Text
from ui.loading import Loader, together
from ui.members import addresses
from ui.members.words import tier_words
from ui.saleswords import Counterfoil

NUMBER = (required, between(1, 2**53))


class MergesPage:
    """Two numbers are looked at side by side before anything happens."""

    def __init__(self, place: Counterfoil, loader: Loader[list[MergeView]]) -> None:
        self._place, self._loader = place, loader
        with split(even=True):
            with section(t('members.merge'), t('members.merge_hint')):
                with form(self._compare, label=t('members.compare')):
                    self._kept = number_field(t('members.kept'), help_text=t('members.kept_help'), checks=NUMBER)
                    self._absorbed = number_field(t('members.absorbed'), checks=NUMBER)
                    self._reason = text_field(t('members.reason'), checks=(required, at_most(200)))
                self._both = ui.element('div').classes('at-stack').mark('members.both')
            with section(t('members.merges'), t('members.merges_hint')):
                self._history = ui.element('div').classes('at-stack').mark('members.merges')

    async def load(self) -> list[MergeView]:
        """All merges, the newest first."""
        return await run_query(list_merges, actor=self._place.actor)

    def show(self, merges: list[MergeView]) -> None:
        """Show this history."""
        self._history.clear()
        with self._history:
            if not merges:
                empty_state(t('members.no_merges'), symbol='check')
            for one in merges:
                self._row(one)

    async def _compare(self) -> None:
        now, actor = datetime.now(UTC), self._place.actor
        kept, absorbed = await together(*(
            run_query(get_member, actor=actor, member_id=MemberId(int(field.value)), now=now)
            for field in (self._kept, self._absorbed)
        ))  # fmt: skip
        self._both.clear()
        with self._both:
            if kept.id == absorbed.id:
                notice(t('members.same_person'), 'watch')
                return
            with grid(least_width=220):
                self._side(t('members.kept'), kept)
                self._side(t('members.absorbed'), absorbed)
            button(
                t('members.merge_do'),
                lambda: confirm(
                    t('members.merge_title', kept=kept.id, absorbed=absorbed.id), t('members.merge_effect'),
                    action=t('members.merge_do'), on_confirm=lambda: self._merge(kept, absorbed), is_destructive=True,
                ),
                rank='danger',
            ).mark('members.merge_do')  # fmt: skip

    def _side(self, title: str, member: MemberView) -> None:
        with ui.element('div'):
            Text(title, tag='div', classes='at-small at-muted')
            description_list({
                t('members.number'): f'#{member.id}', t('members.name'): member.name,
                t('members.phone'): member.phone_masked, t('members.tier_column'): tier_words(member.tier),
                t('members.enrolled'): self._place.moment(member.enrolled_at),
                t('members.state_column'): t(f'members.state.{member.state}'),
            })  # fmt: skip

    async def _merge(self, kept: MemberView, absorbed: MemberView) -> None:
        command = MergeMembers(kept_id=kept.id, absorbed_id=absorbed.id, reason=self._reason.value.strip())
        await run_operation(merge_members, actor=self._place.actor, command=command)
        ui.notify(t('members.merged', kept=kept.id, absorbed=absorbed.id))
        self._both.clear()
        await self._loader.refresh()

    def _row(self, one: MergeView) -> None:
        with ui.element('div').classes('at-row'):
            status_badge('off' if one.split_at else 'good', t(f'members.merge_state.{one.split_at is None}'))
            with ui.element('div').classes('at-grow'):
                with ui.element('div').classes('at-row'):
                    Text(f'#{one.absorbed_id} →', classes='at-figures')
                    ui.link(f'#{one.kept_id}', addresses.member(one.kept_id))
                by = t('members.merged_by', name=one.merged_by, at=self._place.moment(one.merged_at))
                Text(f'{one.reason} · {by}', tag='div', classes='at-small at-muted')
                if one.split_at:
                    said = t('members.split_by', name=one.split_by or '', at=self._place.moment(one.split_at))
                    Text(said, tag='div', classes='at-small at-muted')
            if one.split_at is None:
                button(
                    t('members.split'),
                    lambda: confirm(
                        t('members.split_title', absorbed=one.absorbed_id), t('members.split_effect'),
                        action=t('members.split'), on_confirm=lambda: self._split(one),
                    ),
                ).mark('members.split')  # fmt: skip

    async def _split(self, one: MergeView) -> None:
        command = SplitMember(absorbed_id=one.absorbed_id, reason=t('members.split_reason'))
        await run_operation(split_member, actor=self._place.actor, command=command)
        ui.notify(t('members.split_done', absorbed=one.absorbed_id))
        await self._loader.refresh()
