"""Concession settlement (联营结算), rules IN-R5 and IN-R6: who bears a promotion, and what the mall keeps."""

from dataclasses import dataclass

from domain.inventory.commands import CommissionBasis

BASIS = 10_000


@dataclass(frozen=True, slots=True)
class Settled:
    """One sale of a brand's goods. The mall remits what the customer paid and its own part of the promotion, less its
    commission.
    """

    paid_fen: int
    base_fen: int
    commission_fen: int
    remitted_fen: int


def settle(list_fen: int, brand_funded: int, mall_funded: int, rate_bp: int, basis: CommissionBasis) -> Settled:
    """Settles a sale by the contract's basis of commission.

    :raises ValueError: when more was taken off than the list price.
    """
    paid = list_fen - brand_funded - mall_funded
    if paid < 0:
        raise ValueError('more is taken off than the list price')
    base = list_fen - brand_funded if basis is CommissionBasis.LIST_LESS_BRAND_SHARE else paid
    commission = (2 * base * rate_bp + BASIS) // (2 * BASIS)
    return Settled(paid, base, commission, paid + mall_funded - commission)
