"""Computed tags (计算标签): what a member's facts make of a rule."""

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.members._rules.birthdays import age_band


class Metric(StrEnum):
    SPEND = 'spend_fen'
    VISITS = 'visits'
    AVERAGE_TICKET = 'average_ticket_fen'
    RECENCY = 'recency_days'
    TOP_CATEGORY = 'top_category'
    AGE_BAND = 'age_band'
    RFM = 'rfm'


class TagRule(BaseModel):
    """With a bound, whoever is within it bears the tag with value `yes`; without, everybody bears the value itself.

    RFM scores recency, frequency and money 1 … 5 by four cut points each (555 is best).
    """

    model_config = ConfigDict(frozen=True, extra='forbid')

    metric: Metric
    window_days: int = Field(default=365, ge=1, le=3660)
    at_least: int | None = None
    at_most: int | None = None
    recency_cuts: tuple[int, int, int, int] = (30, 60, 120, 240)
    frequency_cuts: tuple[int, int, int, int] = (2, 4, 8, 16)
    money_cuts: tuple[int, int, int, int] = (20_000, 100_000, 300_000, 1_000_000)
    needs_consent: bool = True

    @model_validator(mode='after')
    def _bounds_fit(self) -> Self:
        is_bounded = self.at_least is not None or self.at_most is not None
        if is_bounded and self.metric in (Metric.TOP_CATEGORY, Metric.AGE_BAND, Metric.RFM):
            raise ValueError(f'{self.metric.value} is no number')
        return self


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberFacts:
    """A member's receipts within a rule's window, net of refunds."""

    spend_fen: int
    receipts: int
    visits: int
    last_at: datetime | None
    top_category: str | None
    born_on: date | None


def tag_value(rule: TagRule, facts: MemberFacts, *, now: datetime) -> str | None:
    """The tag's value, or None where the member does not bear it."""
    measured = _measure(rule, facts, now)
    if measured is None:
        return None
    if rule.at_least is None and rule.at_most is None:
        return str(measured)
    number = int(measured)
    is_within = (rule.at_least is None or rule.at_least <= number) and (rule.at_most is None or number <= rule.at_most)
    return 'yes' if is_within else None


def _measure(rule: TagRule, facts: MemberFacts, now: datetime) -> int | str | None:
    recency = None if facts.last_at is None else (now - facts.last_at).days
    measures: dict[Metric, int | str | None] = {
        Metric.SPEND: facts.spend_fen,
        Metric.VISITS: facts.visits,
        Metric.AVERAGE_TICKET: facts.spend_fen // facts.receipts if facts.receipts else None,
        Metric.RECENCY: recency,
        Metric.TOP_CATEGORY: facts.top_category,
        Metric.AGE_BAND: age_band(now.date(), facts.born_on),
        Metric.RFM: None if recency is None else _rfm(rule, facts, recency),
    }
    return measures[rule.metric]


def _rfm(rule: TagRule, facts: MemberFacts, recency: int) -> str:
    recent = 5 - bisect_right(rule.recency_cuts, recency)
    frequent = 1 + bisect_right(rule.frequency_cuts, facts.visits)
    money = 1 + bisect_right(rule.money_cuts, facts.spend_fen)
    return f'{recent}{frequent}{money}'
