"""Addresses of the sales pages, in the order of their tabs."""

from ui.shell import paths

RECEIPTS = paths.SALES
SHIFTS = f'{RECEIPTS}/shifts'
CASHIERS = f'{RECEIPTS}/cashiers'
TILLS = f'{RECEIPTS}/tills'
PRICES = f'{RECEIPTS}/prices'
OVERRIDES = f'{RECEIPTS}/overrides'
RECEIPT = f'{RECEIPTS}/receipts/{{key}}'

NAMES = {
    RECEIPTS: 'receipts', SHIFTS: 'shifts', CASHIERS: 'cashiers', OVERRIDES: 'overrides', PRICES: 'prices',
    TILLS: 'tills',
}  # fmt: skip


def receipt(key: str) -> str:
    """One receipt."""
    return RECEIPT.format(key=key)
