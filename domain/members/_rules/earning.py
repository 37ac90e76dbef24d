"""Earning (积分累积): rules as data, the algebra of multipliers, rounding and its scope. Rules PT-R6, PT-R7, PT-R8.

Points are counted exactly, as fractions, and rounded down once per scope: so no way of cutting a receipt into two earns
more. Money that was paid with points has left the lines before they come here: points earn no points (PO-R7).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from math import floor

from domain.members.schemes import Algebra, Bonus, BonusKind, EarnScheme, RoundingScope


@dataclass(frozen=True, slots=True)
class EarnLine:
    """One category's money on a receipt."""

    category: str
    fen: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EarnCase:
    """What decides how many points a receipt earns. `tier_parts`: how much of it falls to which tier (PT-R6)."""

    lines: tuple[EarnLine, ...]
    tier_parts: tuple[tuple[str, int], ...]
    local: datetime
    shop: str
    is_birthday: bool = False
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class TraceLine:
    """One step of the reckoning, for people: the rule, its factor and the points it brings, exactly."""

    rule: str
    factor: str
    points: str


@dataclass(frozen=True, slots=True)
class Earned:
    points: int
    trace: tuple[TraceLine, ...]


def reckon(scheme: EarnScheme, case: EarnCase) -> Earned:
    """How many points a receipt earns before caps, and why."""
    per_line = [(line, _bonuses(scheme, case, line.category)) for line in case.lines if line.fen > 0]
    exact = [_exact(scheme, line, bonuses) for line, bonuses in per_line]
    if scheme.rounding is RoundingScope.LINE:
        points = sum(floor(value) for value in exact)
    else:
        points = floor(sum(exact, Fraction(0)))
    trace = [TraceLine('base', '1', _show(_base(scheme, sum(line.fen for line, _ in per_line))))]
    trace += _trace(scheme, per_line)
    return Earned(points, (*trace, TraceLine(f'round_down:{scheme.rounding.value}', '', str(points))))


def _exact(scheme: EarnScheme, line: EarnLine, bonuses: Sequence[tuple[str, Fraction]]) -> Fraction:
    base = _base(scheme, line.fen)
    if scheme.algebra is Algebra.ADDITIVE:
        return base * (1 + sum((factor - 1 for _, factor in bonuses), Fraction(0)))
    for _, factor in bonuses:
        base *= factor
    return base


def _trace(scheme: EarnScheme, per_line: Sequence[tuple[EarnLine, Sequence[tuple[str, Fraction]]]]) -> list[TraceLine]:
    brought: dict[tuple[str, Fraction], Fraction] = {}
    for line, bonuses in per_line:
        running = base = _base(scheme, line.fen)
        for code, factor in bonuses:
            on = base if scheme.algebra is Algebra.ADDITIVE else running
            extra = on * (factor - 1)
            running += extra
            brought[code, factor] = brought.get((code, factor), Fraction(0)) + extra
    return [TraceLine(code, _show(factor), _show(extra)) for (code, factor), extra in brought.items()]


def _base(scheme: EarnScheme, fen: int) -> Fraction:
    return Fraction(fen, scheme.fen_per_point)


def _bonuses(scheme: EarnScheme, case: EarnCase, category: str) -> list[tuple[str, Fraction]]:
    found = []
    for bonus in scheme.bonuses:
        factor = _factor(bonus, case, category)
        if factor != 1:
            found.append((bonus.code, factor))
    return found


def _factor(bonus: Bonus, case: EarnCase, category: str) -> Fraction:
    if not bonus.is_running(case.local):
        return Fraction(1)
    full = Fraction(bonus.percent, 100)
    if bonus.kind is BonusKind.TIER:
        whole = sum(fen for _, fen in case.tier_parts)
        share = sum(fen for tier, fen in case.tier_parts if tier in bonus.matches)
        return 1 + (full - 1) * Fraction(share, whole) if whole else Fraction(1)
    applies = {
        BonusKind.CATEGORY: category in bonus.matches,
        BonusKind.SHOP: case.shop in bonus.matches,
        BonusKind.DAY: not bonus.matches or case.local.strftime('%a').lower() in bonus.matches,
        BonusKind.BIRTHDAY: case.is_birthday,
        BonusKind.FIRST_PURCHASE: case.is_first,
    }
    return full if applies[bonus.kind] else Fraction(1)


def _show(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f'{float(value):.4f}'.rstrip('0').rstrip('.')
