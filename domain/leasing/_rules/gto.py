"""Gross turnover (营业额) as the lease defines it. Rules LS-R9 and LS-R10."""

from domain.leasing.commands import GiftCards, GtoDefinition, SalesFacts
from domain.leasing.rounding import BASIS, divided


def gross_turnover(facts: SalesFacts, definition: GtoDefinition) -> int:
    """What of a day's or month's sales counts. Returns count where they happen, so GTO may be negative."""
    total = facts.sold_fen
    total -= facts.returned_fen if definition.deducts_returns else 0
    total -= 0 if definition.counts_staff_sales else facts.staff_sales_fen
    total -= 0 if definition.counts_online_pick_up else facts.online_pick_up_fen
    total += facts.mall_funded_fen if definition.counts_mall_funded else 0
    if definition.gift_cards is GiftCards.WHEN_SOLD:
        total += facts.gift_cards_sold_fen - facts.gift_cards_redeemed_fen
    elif definition.gift_cards is GiftCards.NEVER:
        total -= facts.gift_cards_redeemed_fen
    return net_of_vat(total, facts.vat_bp) if definition.is_net_of_vat else total


def net_of_vat(amount: int, vat_bp: int) -> int:
    """The amount without the tax it includes, rule LS-R10."""
    return divided(amount * BASIS, BASIS + vat_bp)
