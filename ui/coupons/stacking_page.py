"""叠加规则: which coupons may meet, and a basket on which to see why it gets what it gets."""

from dataclasses import dataclass
from itertools import combinations_with_replacement

from nicegui import ui

from domain.coupons.commands import SetStacking
from domain.coupons.granting import set_stacking
from domain.coupons.overview import StackingView, TemplateView, get_stacking, list_templates
from domain.coupons.permissions import MANAGE
from domain.coupons.terms import StackingRules
from domain.shared.operations import run_operation, run_query
from ui.coupons.trial_basket import TrialBasket
from ui.coupons.words import KINDS, group_words
from ui.kit.description_list import description_list
from ui.kit.field import between, choice_field, number_field, required
from ui.kit.form import form
from ui.kit.format import number
from ui.kit.i18n import t
from ui.kit.section import section, split
from ui.loading import Loader, together
from ui.saleswords import Counterfoil

MOST = 6
BEST, NEVER, MAY = 'best', 'never', 'may'
ORDERS: dict[str, tuple[str, ...]] = {
    BEST: (),
    'reductions_first': ('exchange', 'full_reduction', 'random', 'discount'),
    'discounts_first': ('exchange', 'discount', 'full_reduction', 'random'),
}


@dataclass(frozen=True, slots=True)
class Matrix:
    stacking: StackingView
    groups: tuple[str, ...]


class StackingPage:
    """The rules in force, their editor, and the trial basket."""

    def __init__(self, place: Counterfoil, loader: Loader[Matrix]) -> None:
        self._place, self._loader = place, loader
        with split(even=True):
            with ui.element('div').classes('at-stack'):
                with section(t('coupons.in_force'), t('coupons.in_force_hint')):
                    self._rules = ui.element('div').classes('at-stack').mark('coupons.rules')
                self._editor = ui.element('div')
            TrialBasket(place)

    async def load(self) -> Matrix:
        """The rules, and the groups that templates have."""
        stacking, templates = await together(
            run_query(get_stacking, actor=self._place.actor), run_query(list_templates, actor=self._place.actor)
        )
        return Matrix(stacking, _groups(templates, stacking.rules))

    def show(self, matrix: Matrix) -> None:
        """Show these rules."""
        stacking, rules = matrix.stacking, matrix.stacking.rules
        self._rules.clear()
        with self._rules:
            never = [f'{group_words(one)} × {group_words(other)}' for one, other in rules.exclusive_groups]
            description_list({
                t('coupons.most'): number(rules.most_coupons),
                t('coupons.order'): t(f'coupons.orders.{_order_of(rules)}'),
                t('coupons.never_meet'): ' · '.join(never) or t('coupons.all_meet'),
                t('coupons.version'): number(stacking.version) if stacking.version else t('coupons.by_default'),
                t('coupons.decided_by'): stacking.decided_by,
                t('coupons.decided_at'): self._place.moment(stacking.decided_at),
            })  # fmt: skip
        if self._place.actor.may(MANAGE):
            self._edit(matrix)

    def _edit(self, matrix: Matrix) -> None:
        rules = matrix.stacking.rules
        self._editor.clear()
        with (
            self._editor,
            section(t('coupons.change_rules'), t('coupons.change_rules_hint')),
            form(self._save, label=t('coupons.put_in_force')),
        ):
            self._most = number_field(t('coupons.most'), rules.most_coupons, checks=(required, between(1, MOST)))
            self._order = choice_field(
                t('coupons.order'), {name: t(f'coupons.orders.{name}') for name in ORDERS}, _order_of(rules)
            )
            choices = {MAY: t('coupons.may_meet'), NEVER: t('coupons.never')}
            self._pairs = {
                (one, other): choice_field(
                    f'{group_words(one)} × {group_words(other)}', choices, MAY if rules.may_meet(one, other) else NEVER
                )
                for one, other in combinations_with_replacement(matrix.groups, 2)
            }

    async def _save(self) -> None:
        command = SetStacking(document={
            'most_coupons': int(self._most.value), 'order': ORDERS[self._order.value],
            'exclusive_groups': [pair for pair, choice in self._pairs.items() if choice.value == NEVER],
        })  # fmt: skip
        await run_operation(set_stacking, actor=self._place.actor, command=command)
        ui.notify(t('coupons.rules_saved'))
        await self._loader.refresh()


def _groups(templates: list[TemplateView], rules: StackingRules) -> tuple[str, ...]:
    named = {group for pair in rules.exclusive_groups for group in pair}
    return tuple(sorted({one.terms.stack_group for one in templates} | named))


def _order_of(rules: StackingRules) -> str:
    """The name of an order; one that somebody declared elsewhere shows as what it begins with."""
    kinds = [kind.value for kind in rules.order]
    if not kinds:
        return BEST
    first = next((kind for kind in kinds if kind in ('discount', 'full_reduction')), KINDS[0])
    return 'discounts_first' if first == 'discount' else 'reductions_first'
