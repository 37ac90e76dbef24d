"""What a behavioural tag counts: which act, where, of which kind, how often and within how many days."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from nicegui import ui

from domain.coupons.terms import CouponKind
from domain.mall.views import CategoryView
from domain.members.acting import preview_behaviour
from domain.members.views import ACTS, ACTS_IN_A_SHOP, MOST_DAYS_OF_ACTS
from domain.shared.actor import Actor
from domain.shared.operations import run_query
from ui.kit.button import button
from ui.kit.field import between, choice_field, choices_field, number_field, required
from ui.kit.format import number
from ui.kit.i18n import t, words
from ui.kit.section import grid
from ui.kit.text import Text

BROUGHT = ''
"""No rule: another system brings the tag."""
MOST_TIMES = 1000


class BehaviourFields:
    """The rule of a behavioural tag; what does not concern the chosen act is hidden."""

    def __init__(self, actor: Actor, categories: Sequence[CategoryView], hours: Callable[[], int]) -> None:
        """`hours` tells how long the tag lives, as the form has it."""
        self._actor, self._hours = actor, hours
        acts = {act: t(f'members.behaviour.act.{act}') for act in ACTS}
        with grid(least_width=200):
            self._act = choice_field(
                t('members.behaviour.act_column'), {**acts, BROUGHT: t('members.by_hand')}, ACTS[0]
            )
            self._times = self._when(ACTS, lambda: number_field(
                t('members.behaviour.times'), 1, checks=(required, between(1, MOST_TIMES))
            ))  # fmt: skip
            self._days = self._when(ACTS, lambda: number_field(
                t('members.behaviour.days'), 90, unit=t('members.days'),
                checks=(required, between(1, MOST_DAYS_OF_ACTS)),
            ))  # fmt: skip
            self._kinds = self._when([ACTS[0]], lambda: choices_field(
                t('members.behaviour.coupon_kinds'),
                {kind.value: t(f'members.behaviour.coupon_kind.{kind.value}') for kind in CouponKind},
                help_text=t('members.behaviour.any'),
            ))  # fmt: skip
            self._categories = self._when(ACTS_IN_A_SHOP, lambda: choices_field(
                t('members.behaviour.categories'), category_names(categories), help_text=t('members.behaviour.any')
            ))  # fmt: skip
        with ui.element('div').classes('at-row at-wrap') as line:
            button(t('members.behaviour.preview'), self._preview, icon='user').mark('members.behaviour_preview')
            self._would = Text('', classes='at-strong').mark('members.behaviour_would')
        line.bind_visibility_from(self._act, 'value', backward=bool)

    @property
    def rule(self) -> dict[str, Any] | None:
        """As the domain wants it; None where another system brings the tag."""
        act = self._act.value
        if act == BROUGHT:
            return None
        return {
            'act': act, 'at_least': int(self._times.value or 0), 'window_days': int(self._days.value or 0),
            'coupon_kinds': list(self._kinds.value) if act == ACTS[0] else [],
            'categories': list(self._categories.value) if act in ACTS_IN_A_SHOP else [],
        }  # fmt: skip

    def fill(self, rule: Mapping[str, Any] | None) -> None:
        """Take over what is in force."""
        self._would.text = ''
        self._act.value = BROUGHT if rule is None else rule['act']
        if rule is not None:
            self._times.value, self._days.value = rule['at_least'], rule['window_days']
            self._kinds.value, self._categories.value = list(rule['coupon_kinds']), list(rule['categories'])

    async def _preview(self) -> None:
        count = await run_query(
            preview_behaviour, actor=self._actor, rule=self.rule, lifetime_hours=self._hours(), now=datetime.now(UTC)
        )
        if not self._would.is_deleted:
            self._would.text = t('members.behaviour.would', count=number(count))

    def _when(self, acts: Sequence[str] | frozenset[str], make: Callable[[], Any]) -> Any:
        with ui.element('div') as box:
            made = make()
        box.bind_visibility_from(self._act, 'value', backward=lambda act: act in acts)
        return made


def category_names(categories: Sequence[CategoryView]) -> dict[str, str]:
    """Trades by their code, in the reader's language."""
    return {one.code: words(one.name_zh, one.name_en) for one in categories}
