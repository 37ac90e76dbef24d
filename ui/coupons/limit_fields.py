"""Where and how often a template's coupons count: scope, days on which they do not, budget and caps."""

import re
from typing import Any

from ui.kit.day_field import parse_day
from ui.kit.field import Check, at_most, between, choices_field, number_field, text_field
from ui.kit.i18n import t
from ui.kit.money import is_amount, parse_yuan
from ui.saleswords import Counterfoil

MOST_A_DAY, MOST_USES = 1_000_000, 100
SEPARATORS = re.compile(r'[,，;；\s]+')


class LimitFields:
    """All of them may stay empty: then a coupon counts everywhere, on every day, without a budget."""

    def __init__(self, place: Counterfoil) -> None:
        self._shops = choices_field(t('coupons.shops'), place.shops, help_text=t('coupons.shops_help'))
        self._categories = text_field(
            t('coupons.categories'), help_text=t('coupons.categories_help'), checks=(at_most(200),)
        )
        self._excluded = text_field(
            t('coupons.excluded'), help_text=t('coupons.categories_help'), checks=(at_most(200),)
        )
        self._blackout = text_field(t('coupons.blackout'), help_text=t('coupons.blackout_help'), checks=(_days,))
        self._budget = text_field(t('coupons.budget'), help_text=t('coupons.empty_is_none'), checks=(_amount,))
        self._per_day = _optional('per_day', MOST_A_DAY)
        self._uses = _optional('uses_per_day', MOST_USES)

    @property
    def scope(self) -> dict[str, Any]:
        """The part of the terms."""
        return {
            'shops': list(self._shops.value), 'categories': _split(self._categories.value),
            'excluded_categories': _split(self._excluded.value),
        }  # fmt: skip

    @property
    def blackout(self) -> dict[str, Any]:
        """The part of the validity."""
        return {'blackout_on': _split(self._blackout.value)}

    @property
    def caps(self) -> dict[str, int | None]:
        """Budget and caps of the template."""
        return {
            'budget_fen': parse_yuan(self._budget.value) if self._budget.value else None,
            'cap_per_day': None if self._per_day.value is None else int(self._per_day.value),
            'uses_per_member_day': None if self._uses.value is None else int(self._uses.value),
        }


def _optional(name: str, most: int) -> Any:
    check: Check = lambda value: None if value in (None, '') else between(1, most)(value)  # noqa: E731
    return number_field(t(f'coupons.{name}'), help_text=t('coupons.empty_is_none'), checks=(check,))


def _split(text: object) -> list[str]:
    return [word for word in SEPARATORS.split(str(text or '')) if word]


def _amount(value: object) -> str | None:
    return is_amount(value) if value else None


def _days(value: object) -> str | None:
    """Days as 2027-01-01, several by commas."""
    return None if all(parse_day(word) for word in _split(value)) else t('coupons.no_day')
