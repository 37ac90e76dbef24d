"""人群: saved segments with their size now, and a builder that counts while one composes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from nicegui import ui

from domain.members.commands import SaveSegment
from domain.members.permissions import MANAGE_RULES
from domain.members.registers import SegmentView, TagDefinitionView, list_segments, list_tag_definitions
from domain.members.tagging import count_conditions, count_segment, save_segment
from domain.shared.operations import run_operation, run_query
from ui.kit.button import button
from ui.kit.empty_state import empty_state
from ui.kit.field import at_most, required, text_field
from ui.kit.form import form
from ui.kit.format import number
from ui.kit.i18n import t, words
from ui.kit.section import grid, section, split
from ui.kit.text import Text
from ui.loading import Loader, together
from ui.members import addresses
from ui.members.condition_row import ConditionRow
from ui.members.exporting import export_members_csv
from ui.members.words import condition_words
from ui.saleswords import Counterfoil

MOST_CONDITIONS = 8
NAME = (required, at_most(60))


@dataclass(frozen=True, slots=True)
class Segments:
    segments: list[SegmentView]
    sizes: list[int]
    tags: list[TagDefinitionView]


class SegmentsPage:
    """What is saved, and the builder."""

    def __init__(self, place: Counterfoil, loader: Loader[Segments], tags: list[TagDefinitionView]) -> None:
        self._place, self._loader = place, loader
        with split(even=True):
            with section(t('members.segments'), t('members.segments_hint')):
                self._list = ui.element('div').classes('at-stack').mark('members.segments')
            if place.actor.may(MANAGE_RULES):
                self._builder = SegmentBuilder(place, loader, tags)

    async def load(self) -> Segments:
        """Every segment with how many are in it at this moment."""
        actor, now = self._place.actor, datetime.now(UTC)
        segments, tags = await together(
            run_query(list_segments, actor=actor), run_query(list_tag_definitions, actor=actor, now=now)
        )
        sizes = await together(*(run_query(count_segment, actor=actor, code=one.code, now=now) for one in segments))
        return Segments(segments, sizes, tags)

    def show(self, told: Segments) -> None:
        """Show these segments."""
        names = {tag.code: words(tag.name_zh, tag.name_en) for tag in told.tags}
        self._list.clear()
        with self._list:
            if not told.segments:
                empty_state(t('members.no_segments'), t('members.no_segments_help'))
            for one, size in zip(told.segments, told.sizes, strict=True):
                self._row(one, size, names)

    def _row(self, one: SegmentView, size: int, names: Mapping[str, str]) -> None:
        with ui.element('div').classes('at-stack'):
            with ui.element('div').classes('at-row'):
                with ui.element('div').classes('at-grow'):
                    Text(words(one.name_zh, one.name_en), tag='div', classes='at-strong')
                    said = t('members.and').join(condition_words(each, names) for each in one.conditions)
                    Text(said or t('members.everybody'), tag='div', classes='at-small at-muted')
                    saved = t('members.saved_by', owner=one.owner, at=self._place.moment(one.saved_at))
                    Text(saved, tag='div', classes='at-small at-faint')
                Text(t('members.bearers', count=number(size)), classes='at-figures at-strong')
            with ui.element('div').classes('at-row at-wrap'):
                button(t('members.who'), lambda: ui.navigate.to(addresses.within(one.code)), icon='user')
                button(
                    t('kit.table.export'),
                    lambda: export_members_csv(self._place, one.code, segment=one.code),
                    icon='download',
                ).mark(f'members.export.{one.code}')
                if self._place.actor.may(MANAGE_RULES):
                    button(t('members.revise'), lambda: self._builder.revise(one)).mark(f'members.revise.{one.code}')


class SegmentBuilder:
    """Conditions that must all hold, with how many members meet them at this moment."""

    def __init__(self, place: Counterfoil, loader: Loader[Segments], tags: list[TagDefinitionView]) -> None:
        self._place, self._loader, self._tags = place, loader, tags
        self._rows: list[ConditionRow] = []
        with (
            section(t('members.build'), t('members.build_hint')),
            form(self._save, label=t('members.segment_save')) as wide,
        ):
            wide.classes('at-form--wide')
            with grid(least_width=180):
                self._code = text_field(t('members.code'), checks=NAME)
                self._zh = text_field(t('members.name_zh'), checks=NAME)
                self._en = text_field(t('members.name_en'), checks=NAME)
                self._owner = text_field(t('members.owner'), checks=NAME)
            self._conditions = ui.element('div').classes('at-stack')
            button(t('members.condition.add'), self._add, icon='plus').mark('members.condition_add')
            self._count = Text(t('members.condition.count_none'), tag='div', classes='at-strong')
            self._count.mark('members.live_count')
        with self._conditions:
            self._row()

    def revise(self, one: SegmentView) -> None:
        """Take a saved segment into the builder."""
        self._code.value, self._zh.value, self._en.value = one.code, one.name_zh, one.name_en
        self._owner.value = one.owner
        self._conditions.clear()
        self._rows = []
        with self._conditions:
            for condition in one.conditions:
                self._row(condition)
        ui.timer(0, self.count, once=True)

    def _row(self, condition: Mapping[str, object] | None = None) -> None:
        self._rows.append(ConditionRow(self._tags, condition, on_change=self.count, on_remove=self._remove))

    async def _add(self) -> None:
        if len(self._rows) < MOST_CONDITIONS:
            with self._conditions:
                self._row()
        await self.count()

    async def _remove(self, row: ConditionRow) -> None:
        self._rows.remove(row)
        row.delete()
        await self.count()

    async def count(self) -> None:
        """The live count; a condition that is not complete yet is left out."""
        conditions = [told for row in self._rows if (told := row.condition) is not None]
        size = await run_query(count_conditions, actor=self._place.actor, conditions=conditions, now=datetime.now(UTC))
        if not self._count.is_deleted:
            self._count.text = t('members.condition.count', count=number(size))

    async def _save(self) -> None:
        conditions = tuple(told for row in self._rows if (told := row.condition) is not None)
        command = SaveSegment(
            code=self._code.value.strip(), name_zh=self._zh.value.strip(), name_en=self._en.value.strip(),
            owner=self._owner.value.strip(), conditions=conditions,
        )  # fmt: skip
        await run_operation(save_segment, actor=self._place.actor, command=command)
        ui.notify(t('members.segment_saved'))
        await self._loader.refresh()
