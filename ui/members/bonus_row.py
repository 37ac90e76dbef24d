"""One bonus of the earn rules: a multiplier for a tier, a category, a shop, days, a birthday or a first purchase."""

from collections.abc import Callable, Mapping
from typing import Any

from nicegui import ui

from domain.members.schemes import BonusKind
from ui.kit.button import icon_button
from ui.kit.field import at_most, between, choice_field, number_field, required, text_field
from ui.kit.i18n import t

PERCENT = 100


class BonusRow:
    """Fields of one bonus; what it matches is a list with commas."""

    def __init__(self, bonus: Mapping[str, Any] | None, on_remove: Callable[['BonusRow'], None]) -> None:
        told = bonus or {}
        kinds = {kind.value: t(f'members.bonus.{kind.value}') for kind in BonusKind}
        with ui.element('div').classes('at-stack') as self.box:
            with ui.element('div').classes('at-inline'):
                self._code = text_field(t('members.code'), told.get('code', ''), checks=(required, at_most(64)))
                self._kind = choice_field(t('members.bonus_kind'), kinds, told.get('kind', BonusKind.TIER.value))
                self._times = number_field(
                    t('members.times'), told.get('percent', 200) / PERCENT, unit='×', checks=(required, between(1, 100))
                )
                icon_button('close', t('members.remove'), lambda: on_remove(self))
            with ui.element('div').classes('at-inline'):
                self._matches = text_field(t('members.matches'), ', '.join(told.get('matches') or ()))
                self._starts = text_field(t('members.starts'), told.get('starts_on') or '', checks=(at_most(10),))
                self._ends = text_field(t('members.ends'), told.get('ends_on') or '', checks=(at_most(10),))
        for field in (self._starts, self._ends):
            field.props('type=date')

    @property
    def document(self) -> dict[str, Any]:
        """As the scheme wants it; an open end is None."""
        return {
            'code': self._code.value.strip(), 'kind': self._kind.value,
            'percent': round(float(self._times.value) * PERCENT),
            'matches': [one.strip() for one in self._matches.value.replace('，', ',').split(',') if one.strip()],
            'starts_on': self._starts.value or None, 'ends_on': self._ends.value or None,
        }  # fmt: skip
