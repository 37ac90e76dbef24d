"""标签: what each means, who answers for it, how fresh it is, and who bears it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from nicegui import ui

from domain.mall.views import CategoryView
from domain.members.permissions import MANAGE_RULES
from domain.members.registers import TagDefinitionView, count_tag_values, list_tag_definitions
from domain.shared.operations import run_query
from ui.kit.button import button
from ui.kit.description_list import description_list
from ui.kit.empty_state import empty_state
from ui.kit.format import number
from ui.kit.i18n import t, words
from ui.kit.section import section, split
from ui.kit.status_badge import status_badge, tag
from ui.kit.text import Text
from ui.loading import Loader
from ui.members import addresses
from ui.members.behaviour_fields import category_names
from ui.members.tag_form import TagForm
from ui.members.words import hours_words, rule_words
from ui.saleswords import Counterfoil


@dataclass(frozen=True, slots=True)
class Tags:
    tags: list[TagDefinitionView]
    chosen: TagDefinitionView | None
    values: Mapping[str, int]
    now: datetime


class TagsPage:
    """All tags at the left, the one that is open at the right, and the form for a new one."""

    def __init__(self, place: Counterfoil, loader: Loader[Tags], categories: Sequence[CategoryView]) -> None:
        self._place, self._loader, self._trades = place, loader, category_names(categories)
        self._chosen = ''
        with split():
            with section(t('members.tags_all'), t('members.tags_all_hint')):
                self._list = ui.element('div').classes('at-stack').mark('members.tags')
            with section(t('members.tag_open')):
                self._open = ui.element('div').classes('at-stack').mark('members.tag')
        if place.actor.may(MANAGE_RULES):
            self._form = TagForm(place, loader, categories)

    async def load(self) -> Tags:
        """Every tag as of now, and the values of the one that is open."""
        now, actor = datetime.now(UTC), self._place.actor
        tags = await run_query(list_tag_definitions, actor=actor, now=now)
        chosen = next((one for one in tags if one.code == self._chosen), tags[0] if tags else None)
        values = await run_query(count_tag_values, actor=actor, code=chosen.code, now=now) if chosen else {}
        return Tags(tags, chosen, values, now)

    def show(self, told: Tags) -> None:
        """Show these tags and the open one."""
        self._list.clear()
        with self._list:
            if not told.tags:
                empty_state(t('members.no_tags_defined'), t('members.no_tags_defined_help'))
            for one in told.tags:
                self._row(one, told.now)
        self._open.clear()
        with self._open:
            if told.chosen:
                self._show_one(told.chosen, told.values)
            else:
                empty_state(t('members.no_tag_open'))

    async def _choose(self, code: str) -> None:
        self._chosen = code
        await self._loader.refresh()

    def _row(self, one: TagDefinitionView, now: datetime) -> None:
        with ui.element('div').classes('at-row'):
            with ui.element('div').classes('at-grow'):
                Text(words(one.name_zh, one.name_en), tag='div', classes='at-strong')
                Text(f'{one.code} · {rule_words(one.rule, self._trades)}', tag='div', classes='at-small at-muted')
            status_badge(*freshness(one, now))
            Text(t('members.bearers', count=number(one.members)), classes='at-figures')
            button(t('members.look'), lambda: self._choose(one.code)).mark(f'members.tag.{one.code}')

    def _show_one(self, one: TagDefinitionView, values: Mapping[str, int]) -> None:
        Text(words(one.name_zh, one.name_en), tag='div', classes='at-strong')
        description_list({
            t('members.code'): one.code, t('members.tag_kind_column'): t(f'members.tag_kind.{one.kind}'),
            t('members.rule'): rule_words(one.rule, self._trades), t('members.owner'): one.owner,
            t('members.tag_source'): one.source, t('members.lifetime'): hours_words(one.lifetime_hours),
            t('members.refreshed'): self._place.moment(one.refreshed_at),
        })  # fmt: skip
        _values(values)
        with ui.element('div').classes('at-row'):
            button(t('members.who'), lambda: ui.navigate.to(addresses.bearing(one.code)), icon='user')
            if self._place.actor.may(MANAGE_RULES):
                button(t('members.revise'), lambda: self._form.revise(one)).mark('members.tag_revise')


def freshness(one: TagDefinitionView, now: datetime) -> tuple[Any, str]:
    """How old a computed tag is, against its own lifetime; a behavioural one with a rule follows events."""
    if one.kind == 'behavioural' and one.rule is not None:
        return 'good', t('members.as_it_happens')
    if one.kind != 'computed':
        return 'off', t(f'members.tag_kind.{one.kind}')
    if one.refreshed_at is None:
        return 'act', t('members.never_computed')
    hours = (now - one.refreshed_at).total_seconds() / 3600
    return ('good', t('members.fresh')) if hours < one.lifetime_hours else ('watch', t('members.stale'))


def _values(values: Mapping[str, int]) -> None:
    if not values:
        empty_state(t('members.nobody_bears'))
        return
    with ui.element('div').classes('at-row at-wrap'):
        for value, count in values.items():
            tag(f'{t("members.bears") if value == "yes" else value} · {number(count)}', tone='accent')
