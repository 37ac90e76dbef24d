"""Behavioural tags (行为标签): what members did so often within so many days.

A tag stands on the moments at which something was done, in whatever order they became known, and on nothing else: so a
replay, a late arrival or a recomputation from scratch comes to the same.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.members.commands import Act

MOST_DAYS = 730
"""How far back a rule may look, and how long acts are kept."""


IN_A_SHOP = frozenset({Act.RECEIPT_CLAIMED, Act.REQUEST_OPENED, Act.GOODS_RETURNED})


class BehaviourRule(BaseModel):
    """So many acts of a kind within so many days. Filters narrow what counts; an empty one lets everything count."""

    model_config = ConfigDict(frozen=True, extra='forbid')

    act: Act
    categories: tuple[str, ...] = ()
    coupon_kinds: tuple[str, ...] = ()
    at_least: int = Field(default=1, ge=1, le=1000)
    window_days: int = Field(default=90, ge=1, le=MOST_DAYS)
    needs_consent: bool = True

    @model_validator(mode='after')
    def _filters_fit(self) -> Self:
        if self.categories and self.act not in IN_A_SHOP:
            raise ValueError(f'{self.act.value} happens in no shop')
        if self.coupon_kinds and self.act is not Act.COUPON_USED:
            raise ValueError(f'{self.act.value} is about no coupon')
        return self

    @property
    def window(self) -> timedelta:
        return timedelta(days=self.window_days)


def borne_until(rule: BehaviourRule, lifetime: timedelta, acts: Iterable[datetime]) -> datetime | None:
    """Until when a member bears the tag, given every act that counts; None with too few.

    It ends when the last act is older than the tag lives, or when the acts of the window have become too few.
    """
    newest = sorted(acts, reverse=True)
    if len(newest) < rule.at_least:
        return None
    return min(newest[0] + lifetime, newest[rule.at_least - 1] + rule.window)
