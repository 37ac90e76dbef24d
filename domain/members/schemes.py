"""The rules that people edit, as documents: how points are earned, and what the tiers are.

Validated when they are saved and versioned in the database; a receipt uses the version in force at its event time.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from domain.members._rules.lots import ExpiredLotPolicy

DAYS = ('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun')


class _Document(BaseModel):
    model_config = ConfigDict(frozen=True, extra='forbid')


class Algebra(StrEnum):
    """Whether bonuses add up (×1.5 and ×2 make ×2.5) or multiply (×3). PT-R7."""

    ADDITIVE = 'additive'
    MULTIPLICATIVE = 'multiplicative'


class RoundingScope(StrEnum):
    """Where fractions of a point are cut off. PT-R8."""

    LINE = 'line'
    RECEIPT = 'receipt'


class BonusKind(StrEnum):
    TIER = 'tier'
    CATEGORY = 'category'
    SHOP = 'shop'
    DAY = 'day'
    BIRTHDAY = 'birthday'
    FIRST_PURCHASE = 'first_purchase'


class UpgradeTiming(StrEnum):
    """Which rate the receipt earns that lifts a member to a new tier. PT-R6."""

    OLD_RATE = 'old_rate'
    SPLIT = 'split'


class Shortfall(StrEnum):
    """What happens to points to be clawed back that are already spent. PO-R9."""

    GO_NEGATIVE = 'go_negative'
    DEDUCT_CASH = 'deduct_cash'


class LeapBirthday(StrEnum):
    """When those born on 29 February celebrate in other years. PT-R13."""

    FEB_28 = 'feb_28'
    MAR_1 = 'mar_1'


class Bonus(_Document):
    """A multiplier in percent (150 = ×1.5) for what `matches` names, for a time. `matches` of a day: mon … sun."""

    code: str = Field(pattern='^[a-z0-9_-]{1,64}$')
    kind: BonusKind
    percent: int = Field(ge=100, le=10_000)
    matches: tuple[str, ...] = ()
    starts_on: date | None = None
    ends_on: date | None = None

    def is_running(self, local: datetime) -> bool:
        """Whether the day (end exclusive) on the mall's clocks is within the bonus's time."""
        day = local.date()
        return (self.starts_on is None or self.starts_on <= day) and (self.ends_on is None or day < self.ends_on)

    @model_validator(mode='after')
    def _matches_something(self) -> Self:
        if self.kind in (BonusKind.TIER, BonusKind.CATEGORY, BonusKind.SHOP) and not self.matches:
            raise ValueError(f'a bonus by {self.kind.value} must say which')
        if self.kind is BonusKind.DAY and not set(self.matches) <= set(DAYS):
            raise ValueError('days are mon … sun')
        return self


class EarnScheme(_Document):
    """How money becomes points and how long they live."""

    fen_per_point: int = Field(default=100, ge=1)
    algebra: Algebra = Algebra.ADDITIVE
    rounding: RoundingScope = RoundingScope.RECEIPT
    bonuses: tuple[Bonus, ...] = ()
    cap_per_receipt: int | None = Field(default=None, ge=0)
    cap_per_day: int | None = Field(default=None, ge=0)
    cap_per_shop_day: int | None = Field(default=None, ge=0)
    pending_days: int = Field(default=0, ge=0, le=90)
    lifetime_months: int = Field(default=12, ge=1, le=120)
    upgrade_timing: UpgradeTiming = UpgradeTiming.OLD_RATE
    shortfall: Shortfall = Shortfall.GO_NEGATIVE
    expired_lot_policy: ExpiredLotPolicy = ExpiredLotPolicy.GRACE
    grace_days: int = Field(default=30, ge=1)
    value_millifen: int = Field(default=1000, ge=0, description='What one point is worth, in thousandths of a fen.')
    breakage_bp: int = Field(
        default=0, ge=0, le=10_000, description='Share never redeemed, in hundredths of a percent.'
    )
    leap_birthday: LeapBirthday = LeapBirthday.FEB_28
    excluded_categories: tuple[str, ...] = ()
    twin_minutes: int = Field(default=10, ge=0)

    @model_validator(mode='after')
    def _codes_are_unique(self) -> Self:
        codes = [bonus.code for bonus in self.bonuses]
        if len(set(codes)) != len(codes):
            raise ValueError('bonus codes must be unique')
        return self


class Tier(_Document):
    """A level and the qualifying spend that reaches it."""

    code: str = Field(pattern='^[a-z0-9_-]{1,32}$')
    name_zh: str
    name_en: str
    threshold_fen: int = Field(ge=0)


class TierScheme(_Document):
    """Levels from low to high, the rolling window they look at, and how gently they fall."""

    tiers: tuple[Tier, ...]
    window_months: int = Field(default=12, ge=1, le=60)
    grace_days: int = Field(default=90, ge=0)

    @model_validator(mode='after')
    def _rise(self) -> Self:
        thresholds = [tier.threshold_fen for tier in self.tiers]
        if not thresholds or thresholds[0] != 0:
            raise ValueError('the lowest tier starts at 0')
        if sorted(set(thresholds)) != thresholds:
            raise ValueError('thresholds must rise')
        if len({tier.code for tier in self.tiers}) != len(thresholds):
            raise ValueError('tier codes must be unique')
        return self

    def rank(self, code: str) -> int:
        """The tier's place from below; a code that is gone counts as the lowest."""
        return next((rank for rank, tier in enumerate(self.tiers) if tier.code == code), 0)

    @property
    def lowest(self) -> str:
        return self.tiers[0].code
