"""One condition of a segment: of which kind, what it asks, and whether it is turned round."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from nicegui import ui

from domain.members.commands import Purpose
from domain.members.registers import TagDefinitionView
from ui.kit.button import icon_button
from ui.kit.field import choice_field, choices_field, text_field
from ui.kit.i18n import t, words
from ui.members.words import TIERS, tier_words

KINDS = ('tiers', 'tag', 'consent')


class ConditionRow:
    """Fields of one condition; those of the other kinds are hidden."""

    def __init__(
        self, tags: Sequence[TagDefinitionView], told: Mapping[str, Any] | None, *,
        on_change: Callable[[], Awaitable[None]], on_remove: Callable[['ConditionRow'], Awaitable[None]],
    ) -> None:  # fmt: skip
        told = told or {}
        kind = next((name for name in KINDS if told.get(name)), KINDS[0])
        names = {tag.code: words(tag.name_zh, tag.name_en) for tag in tags}
        tiers = dict.fromkeys([*TIERS, *(told.get('tiers') or ())])
        with ui.element('div').classes('at-inline') as self._box:
            self._negated = choice_field(
                t('members.condition.sense'), {False: t('members.condition.is'), True: t('members.condition.is_not')},
                bool(told.get('is_negated')),
            )  # fmt: skip
            self._kind = choice_field(
                t('members.condition.kind'), {name: t(f'members.condition.{name}') for name in KINDS}, kind
            )
            self._tiers = self._only('tiers', lambda: choices_field(
                t('members.tier_column'), {tier: tier_words(tier) for tier in tiers}, list(told.get('tiers') or ())
            ))  # fmt: skip
            self._tag = self._only('tag', lambda: choice_field(t('members.tags'), names, told.get('tag')))
            self._values = self._only('tag', lambda: text_field(
                t('members.condition.values'), ', '.join(told.get('values') or ())
            ))  # fmt: skip
            self._consent = self._only('consent', lambda: choice_field(
                t('members.consents'), {one.value: t(f'members.purpose.{one.value}') for one in Purpose},
                told.get('consent') or Purpose.MARKETING.value,
            ))  # fmt: skip
            icon_button('close', t('members.condition.remove'), lambda: on_remove(self))
        self._values.props['placeholder'] = t('members.condition.any_value')
        for field in (self._negated, self._kind, self._tiers, self._tag, self._values, self._consent):
            field.on_value_change(on_change)

    @property
    def condition(self) -> dict[str, Any] | None:
        """As the domain wants it; None while something is still to be chosen."""
        turned = {'is_negated': bool(self._negated.value)}
        if self._kind.value == 'tiers':
            return {'tiers': list(self._tiers.value), **turned} if self._tiers.value else None
        if self._kind.value == 'consent':
            return {'consent': self._consent.value, **turned}
        values = [one.strip() for one in str(self._values.value or '').replace('，', ',').split(',') if one.strip()]
        return {'tag': self._tag.value, 'values': values, **turned} if self._tag.value else None

    def delete(self) -> None:
        """Take the row away."""
        self._box.delete()

    def _only(self, kind: str, make: Callable[[], Any]) -> Any:
        with ui.element('div') as box:
            made = make()
        box.bind_visibility_from(self._kind, 'value', value=kind)
        return made
