"""Heads and buying units (FT-R6): people who came together buy once. Both are counted; each is named."""

from domain.footfall.views import Conversion
from domain.shared.measure import Ratio


def conversion(*, receipts: int, heads: float, buying_units: float) -> Conversion:
    """Receipts over people and over buying units."""
    return Conversion(per_head=Ratio(receipts, heads), per_buying_unit=Ratio(receipts, buying_units))
