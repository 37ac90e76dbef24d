"""A new template: the common kinds by their few numbers."""

from collections.abc import Awaitable, Callable
from typing import Any

from nicegui import ui

from domain.coupons.commands import CreateTemplate
from domain.coupons.granting import create_template
from domain.shared.operations import run_operation
from ui.coupons.limit_fields import LimitFields
from ui.coupons.words import COMMON, KINDS
from ui.kit.field import at_most, between, choice_field, number_field, required, text_field
from ui.kit.form import form
from ui.kit.i18n import t
from ui.kit.money import money_field, parse_yuan
from ui.kit.section import grid, section
from ui.saleswords import Counterfoil

MOST_COUPONS, MOST_DAYS, MOST_MINUTES = 1_000_000, 730, 1_440
NAME = (required, at_most(60))


class TemplateForm:
    """Whole terms are checked by the domain; what a kind does not ask for stays hidden."""

    def __init__(self, place: Counterfoil, on_made: Callable[[], Awaitable[None]]) -> None:
        self._actor, self._on_made = place.actor, on_made
        with (
            section(t('coupons.new'), t('coupons.new_hint')),
            form(self._submit, label=t('coupons.create')) as wide,
            grid(least_width=200),
        ):
            wide.classes('at-form--wide')
            self._code = text_field(t('coupons.code'), checks=NAME)
            self._zh = text_field(t('coupons.name_zh'), checks=NAME)
            self._en = text_field(t('coupons.name_en'), checks=NAME)
            self._kind = choice_field(
                t('coupons.kind_column'), {kind: t(f'coupons.kind.{kind}') for kind in KINDS}, KINDS[0]
            )
            self._minimum = money_field(t('coupons.minimum'), 0)
            self._asked = {
                'full_reduction': self._only('full_reduction', lambda: money_field(t('coupons.reduce'), 0)),
                'discount': self._only('discount', _percent),
                'parking': self._only('parking', _minutes),
                'low': self._only('random', lambda: money_field(t('coupons.low'), 0)),
                'high': self._only('random', lambda: money_field(t('coupons.high'), 0)),
            }
            self._stock = number_field(t('coupons.stock'), 100, checks=(required, between(1, MOST_COUPONS)))
            self._each = number_field(t('coupons.per_member'), 1, checks=(required, between(1, 100)))
            self._days = number_field(t('coupons.days'), 30, checks=(required, between(1, MOST_DAYS)))
            self._group = text_field(t('coupons.group'), COMMON, help_text=t('coupons.group_help'), checks=NAME)
            self._limits = LimitFields(place)

    def _only(self, kind: str, make: Callable[[], Any]) -> Any:
        with ui.element('div') as box:
            made = make()
        box.bind_visibility_from(self._kind, 'value', value=kind)
        return made

    def _terms(self) -> dict[str, Any]:
        common = {'kind': self._kind.value, 'stack_group': self._group.value.strip()}
        return {
            **common, 'threshold_fen': parse_yuan(self._minimum.value), **self._own_terms(), **self._limits.scope
        }  # fmt: skip

    def _own_terms(self) -> dict[str, Any]:
        """What only the chosen kind asks for; an exchange asks for nothing."""
        asked, kind = self._asked, self._kind.value
        if kind == 'random':
            return {
                'random_low_fen': parse_yuan(asked['low'].value),
                'random_high_fen': parse_yuan(asked['high'].value),
            }
        if kind == 'full_reduction':
            return {'reduce_fen': parse_yuan(asked['full_reduction'].value)}
        if kind == 'exchange':
            return {}
        name = 'percent' if kind == 'discount' else 'parking_minutes'
        return {name: int(asked[kind].value)}

    async def _submit(self) -> None:
        command = CreateTemplate(
            code=self._code.value.strip(), name_zh=self._zh.value.strip(), name_en=self._en.value.strip(),
            terms=self._terms(), stock=int(self._stock.value),
            validity={'days_from_grant': int(self._days.value), **self._limits.blackout},
            cap_per_member=int(self._each.value), **self._limits.caps,
        )  # fmt: skip
        await run_operation(create_template, actor=self._actor, command=command)
        ui.notify(t('coupons.created'))
        self._code.value = self._zh.value = self._en.value = ''
        await self._on_made()


def _percent() -> ui.number:
    checks = (required, between(1, 99))
    return number_field(t('coupons.percent'), 90, unit='%', help_text=t('coupons.percent_help'), checks=checks)


def _minutes() -> ui.number:
    return number_field(t('coupons.minutes'), 60, checks=(required, between(1, MOST_MINUTES)))
