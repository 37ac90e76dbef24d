"""Shared costs by key table (CAM 分摊), rule LS-R13: the shares sum to the cost, or nothing runs."""

from collections.abc import Collection, Mapping

from domain.shared.money import split_largest_remainder

WHOLE = 1_000_000  # thousandths of a promille
LANDLORD = 0


def keys_by_weight(weights: Mapping[int, int]) -> dict[int, int]:
    """A key table by area or count whose promille are 1,000.000 exactly."""
    return dict(zip(weights, split_largest_remainder(WHOLE, list(weights.values())), strict=True))


def is_whole(keys: Mapping[int, int]) -> bool:
    return sum(keys.values()) == WHOLE and all(share >= 0 for share in keys.values())


def shares(cost: int, keys: Mapping[int, int], vacant: Collection[int], *, spreads_vacant: bool) -> dict[int, int]:
    """Each unit's share of a cost, the landlord's under `LANDLORD`: that of vacant units, unless the leases say that
    the others bear it. Shares sum to the cost exactly.
    """
    let: dict[int, int] = {unit: key for unit, key in keys.items() if unit not in vacant}
    landlord = sum(key for unit, key in keys.items() if unit in vacant)
    does_spread = spreads_vacant and sum(let.values()) > 0
    bearers = let if does_spread else {**let, LANDLORD: landlord}
    return dict(zip(bearers, split_largest_remainder(cost, list(bearers.values())), strict=True))
