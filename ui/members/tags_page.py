"""标签: what each means, who answers for it, how fresh it is, and who bears it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from nicegui import ui

from domain.members.commands import DefineTag
from domain.members.permissions import MANAGE_RULES
from domain.members.registers import TagDefinitionView, count_tag_values, list_tag_definitions
from domain.members.tagging import define_tag
from domain.members.views import METRICS
from domain.shared.operations import run_operation, run_query
from ui.kit.button import button
from ui.kit.description_list import description_list
from ui.kit.empty_state import empty_state
from ui.kit.field import at_most, between, choice_field, number_field, required, text_field
from ui.kit.form import form
from ui.kit.format import number
from ui.kit.i18n import t, words
from ui.kit.section import grid, section, split
from ui.kit.status_badge import status_badge, tag
from ui.kit.text import Text
from ui.loading import Loader
from ui.members import addresses
from ui.members.words import hours_words, rule_words
from ui.saleswords import Counterfoil

KINDS = ('computed', 'declared', 'behavioural')
MONEY = frozenset({'spend_fen', 'average_ticket_fen'})
NUMBERS = frozenset({'spend_fen', 'visits', 'average_ticket_fen', 'recency_days'})
MOST_HOURS, MOST_DAYS = 24 * 366, 3660
NAME = (required, at_most(60))


@dataclass(frozen=True, slots=True)
class Tags:
    tags: list[TagDefinitionView]
    chosen: TagDefinitionView | None
    values: Mapping[str, int]
    now: datetime


class TagsPage:
    """All tags at the left, the one that is open at the right, and the form for a new one."""

    def __init__(self, place: Counterfoil, loader: Loader[Tags]) -> None:
        self._place, self._loader = place, loader
        self._chosen = ''
        with split():
            with section(t('members.tags_all'), t('members.tags_all_hint')):
                self._list = ui.element('div').classes('at-stack').mark('members.tags')
            with section(t('members.tag_open')):
                self._open = ui.element('div').classes('at-stack').mark('members.tag')
        if place.actor.may(MANAGE_RULES):
            self._form = TagForm(place, loader)

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
                Text(f'{one.code} · {rule_words(one.rule)}', tag='div', classes='at-small at-muted')
            status_badge(*freshness(one, now))
            Text(t('members.bearers', count=number(one.members)), classes='at-figures')
            button(t('members.look'), lambda: self._choose(one.code)).mark(f'members.tag.{one.code}')

    def _show_one(self, one: TagDefinitionView, values: Mapping[str, int]) -> None:
        Text(words(one.name_zh, one.name_en), tag='div', classes='at-strong')
        description_list({
            t('members.code'): one.code, t('members.tag_kind_column'): t(f'members.tag_kind.{one.kind}'),
            t('members.rule'): rule_words(one.rule), t('members.owner'): one.owner,
            t('members.tag_source'): one.source, t('members.lifetime'): hours_words(one.lifetime_hours),
            t('members.refreshed'): self._place.moment(one.refreshed_at),
        })  # fmt: skip
        _values(values)
        with ui.element('div').classes('at-row'):
            button(t('members.who'), lambda: ui.navigate.to(addresses.bearing(one.code)), icon='user')
            if self._place.actor.may(MANAGE_RULES):
                button(t('members.revise'), lambda: self._form.revise(one)).mark('members.tag_revise')


class TagForm:
    """A new tag, or a new definition of an old one: the code says which."""

    def __init__(self, place: Counterfoil, loader: Loader[Tags]) -> None:
        self._place, self._loader = place, loader
        with (
            section(t('members.tag_define'), t('members.tag_define_hint')),
            form(self._save, label=t('members.tag_save')) as wide,
        ):
            wide.classes('at-form--wide')
            with grid(least_width=200):
                self._code = text_field(t('members.code'), checks=NAME)
                self._zh = text_field(t('members.name_zh'), checks=NAME)
                self._en = text_field(t('members.name_en'), checks=NAME)
                self._owner = text_field(t('members.owner'), help_text=t('members.owner_help'), checks=NAME)
                self._source = text_field(t('members.tag_source'), help_text=t('members.tag_source_help'), checks=NAME)
                self._hours = number_field(
                    t('members.lifetime'), 48, unit=t('members.hours'), checks=(required, between(1, MOST_HOURS))
                )
                self._kind = choice_field(
                    t('members.tag_kind_column'), {kind: t(f'members.tag_kind.{kind}') for kind in KINDS}, KINDS[0]
                )
            with ui.element('div') as computed, grid(least_width=200):
                self._metric = choice_field(
                    t('members.metric_column'), {one: t(f'members.metric.{one}') for one in METRICS}, METRICS[0]
                )
                self._days = number_field(
                    t('members.window'), 365, unit=t('members.days'), checks=(required, between(1, MOST_DAYS))
                )
                self._least = number_field(t('members.at_least'), help_text=t('members.bounds_help'))
                self._most = number_field(t('members.at_most'), help_text=t('members.bounds_help'))
            computed.bind_visibility_from(self._kind, 'value', value='computed')

    def revise(self, one: TagDefinitionView) -> None:
        """Fill the form with what is in force."""
        self._code.value, self._zh.value, self._en.value = one.code, one.name_zh, one.name_en
        self._owner.value, self._source.value, self._hours.value = one.owner, one.source, one.lifetime_hours
        self._kind.value = one.kind
        if one.rule is not None:
            metric = str(one.rule['metric'])
            self._metric.value, self._days.value = metric, one.rule['window_days']
            scale = 100 if metric in MONEY else 1
            for field, name in ((self._least, 'at_least'), (self._most, 'at_most')):
                bound = one.rule.get(name)
                field.value = None if bound is None else bound / scale
        ui.notify(t('members.tag_in_form', name=words(one.name_zh, one.name_en)))

    async def _save(self) -> None:
        command = DefineTag(
            code=self._code.value.strip(), name_zh=self._zh.value.strip(), name_en=self._en.value.strip(),
            kind=self._kind.value, owner=self._owner.value.strip(), source=self._source.value.strip(),
            lifetime_hours=int(self._hours.value), rule=self._rule() if self._kind.value == 'computed' else None,
        )  # fmt: skip
        await run_operation(define_tag, actor=self._place.actor, command=command)
        ui.notify(t('members.tag_saved'))
        await self._loader.refresh()

    def _rule(self) -> dict[str, Any]:
        metric = self._metric.value
        scale = 100 if metric in MONEY else 1
        bounds = {
            name: int(field.value * scale)
            for name, field in (('at_least', self._least), ('at_most', self._most))
            if metric in NUMBERS and field.value is not None
        }
        return {'metric': metric, 'window_days': int(self._days.value), **bounds}


def freshness(one: TagDefinitionView, now: datetime) -> tuple[Any, str]:
    """How old a computed tag is, against its own lifetime."""
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
