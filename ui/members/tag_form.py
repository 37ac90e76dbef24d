"""A new tag, or a new definition of an old one: the code says which."""

from collections.abc import Sequence
from typing import Any

from nicegui import ui

from domain.mall.views import CategoryView
from domain.members.commands import DefineTag
from domain.members.registers import TagDefinitionView
from domain.members.tagging import define_tag
from domain.members.views import METRICS
from domain.shared.operations import run_operation
from ui.kit.field import at_most, between, choice_field, number_field, required, text_field
from ui.kit.form import form
from ui.kit.i18n import t, words
from ui.kit.section import grid, section
from ui.loading import Loader
from ui.members.behaviour_fields import BehaviourFields
from ui.saleswords import Counterfoil

KINDS = ('computed', 'declared', 'behavioural')
MONEY = frozenset({'spend_fen', 'average_ticket_fen'})
NUMBERS = frozenset({'spend_fen', 'visits', 'average_ticket_fen', 'recency_days'})
MOST_HOURS, MOST_DAYS = 24 * 366, 3660
NAME = (required, at_most(60))


class TagForm:
    """What every tag has, and below it the rule that its kind asks for."""

    def __init__(self, place: Counterfoil, loader: Loader[Any], categories: Sequence[CategoryView]) -> None:
        self._place, self._loader = place, loader
        with (
            section(t('members.tag_define'), t('members.tag_define_hint')),
            form(self._save, label=t('members.tag_save')) as wide,
        ):
            wide.classes('at-form--wide')
            self._common()
            with ui.element('div') as computed:
                self._computed()
            with ui.element('div').classes('at-stack') as behavioural:
                self._behaviour = BehaviourFields(place.actor, categories, lambda: int(self._hours.value or 0))
        computed.bind_visibility_from(self._kind, 'value', value='computed')
        behavioural.bind_visibility_from(self._kind, 'value', value='behavioural')

    def revise(self, one: TagDefinitionView) -> None:
        """Fill the form with what is in force."""
        self._code.value, self._zh.value, self._en.value = one.code, one.name_zh, one.name_en
        self._owner.value, self._source.value, self._hours.value = one.owner, one.source, one.lifetime_hours
        self._kind.value = one.kind
        if one.kind == 'behavioural':
            self._behaviour.fill(one.rule)
        elif one.rule is not None:
            metric = str(one.rule['metric'])
            self._metric.value, self._days.value = metric, one.rule['window_days']
            scale = 100 if metric in MONEY else 1
            for field, name in ((self._least, 'at_least'), (self._most, 'at_most')):
                bound = one.rule.get(name)
                field.value = None if bound is None else bound / scale
        ui.notify(t('members.tag_in_form', name=words(one.name_zh, one.name_en)))

    def _common(self) -> None:
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

    def _computed(self) -> None:
        with grid(least_width=200):
            self._metric = choice_field(
                t('members.metric_column'), {one: t(f'members.metric.{one}') for one in METRICS}, METRICS[0]
            )
            self._days = number_field(
                t('members.window'), 365, unit=t('members.days'), checks=(required, between(1, MOST_DAYS))
            )
            self._least = number_field(t('members.at_least'), help_text=t('members.bounds_help'))
            self._most = number_field(t('members.at_most'), help_text=t('members.bounds_help'))

    async def _save(self) -> None:
        command = DefineTag(
            code=self._code.value.strip(), name_zh=self._zh.value.strip(), name_en=self._en.value.strip(),
            kind=self._kind.value, owner=self._owner.value.strip(), source=self._source.value.strip(),
            lifetime_hours=int(self._hours.value), rule=self._rule(),
        )  # fmt: skip
        await run_operation(define_tag, actor=self._place.actor, command=command)
        ui.notify(t(f'members.tag_saved.{command.kind if command.rule else "plain"}'))
        await self._loader.refresh()

    def _rule(self) -> dict[str, Any] | None:
        if self._kind.value != 'computed':
            return self._behaviour.rule if self._kind.value == 'behavioural' else None
        metric = self._metric.value
        scale = 100 if metric in MONEY else 1
        bounds = {
            name: int(field.value * scale)
            for name, field in (('at_least', self._least), ('at_most', self._most))
            if metric in NUMBERS and field.value is not None
        }
        return {'metric': metric, 'window_days': int(self._days.value), **bounds}
