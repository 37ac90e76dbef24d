"""The terms of coupons and the rules of stacking, as documents that people edit."""

from datetime import date, datetime
from enum import StrEnum
from typing import Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra='forbid')


class CouponKind(StrEnum):
    FULL_REDUCTION = 'full_reduction'
    DISCOUNT = 'discount'
    EXCHANGE = 'exchange'
    PARKING = 'parking'
    RANDOM = 'random'


class ThresholdBase(StrEnum):
    """Whether a minimum looks at the price before other coupons or at what they left. CP-R4."""

    BEFORE = 'before'
    AFTER = 'after'


class BatchPolicy(StrEnum):
    """What a batch gets when fewer are left than it asks for. CP-R1."""

    PARTIAL = 'partial'
    NOTHING = 'nothing'


class Terms(_Document):
    """What a coupon does. `percent` is what is left to pay (90 = 9折); money in fen, parking in minutes."""

    kind: CouponKind
    threshold_fen: int = Field(default=0, ge=0)
    threshold_base: ThresholdBase = ThresholdBase.AFTER
    counts_points: bool = True
    reduce_fen: int = Field(default=0, ge=0)
    is_repeating: bool = False
    percent: int = Field(default=100, ge=0, le=100)
    most_fen: int | None = Field(default=None, ge=1)
    random_low_fen: int = Field(default=0, ge=0)
    random_high_fen: int = Field(default=0, ge=0)
    parking_minutes: int = Field(default=0, ge=0)
    shops: tuple[str, ...] = ()
    categories: tuple[str, ...] = ()
    excluded_categories: tuple[str, ...] = ()
    stack_group: str = 'common'

    @model_validator(mode='after')
    def _does_something(self) -> Self:
        does = {
            CouponKind.FULL_REDUCTION: self.reduce_fen > 0 and self.threshold_fen >= self.reduce_fen,
            CouponKind.DISCOUNT: self.percent < 100,
            CouponKind.EXCHANGE: True,
            CouponKind.PARKING: self.parking_minutes > 0,
            CouponKind.RANDOM: 0 < self.random_low_fen <= self.random_high_fen,
        }
        if not does[self.kind]:
            raise ValueError(f'the terms of a {self.kind.value} coupon do not hold')
        return self


class Validity(_Document):
    """When a coupon may be claimed and used: between two instants, or for days from the grant. Ends are exclusive."""

    claim_from: AwareDatetime | None = None
    claim_until: AwareDatetime | None = None
    valid_from: AwareDatetime | None = None
    valid_until: AwareDatetime | None = None
    days_from_grant: int | None = Field(default=None, ge=1)
    blackout_on: tuple[date, ...] = ()

    @model_validator(mode='after')
    def _ends(self) -> Self:
        if (self.valid_until is None) == (self.days_from_grant is None):
            raise ValueError('a coupon ends at an instant or so many days after its grant')
        return self

    def is_claimable(self, now: datetime) -> bool:
        return (self.claim_from is None or self.claim_from <= now) and (
            self.claim_until is None or now < self.claim_until
        )


class StackingRules(_Document):
    """Which coupons may meet. Without an order the engine finds the combination that is best for the customer."""

    most_coupons: int = Field(default=1, ge=1, le=6)
    exclusive_groups: tuple[tuple[str, str], ...] = ()
    order: tuple[CouponKind, ...] = ()

    def may_meet(self, one: str, other: str) -> bool:
        """A pair naming a group twice says that two of that group never meet."""
        pairs = {frozenset(pair) for pair in self.exclusive_groups}
        return frozenset((one, other)) not in pairs
