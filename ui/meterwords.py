"""Meters in words: utilities, their units, what a display shows. Staff and shops read the same."""

from ui.kit.format import MISSING, number
from ui.kit.i18n import t

MILLI, PRICE_UNIT = 1_000, 10_000
UTILITIES = ('electricity', 'water', 'gas', 'heat', 'cooling')
UNITS = {'electricity': 'kWh', 'water': 'm³', 'gas': 'm³', 'heat': 'GJ', 'cooling': 'GJ'}


def utility_words(utility: str) -> str:
    return t(f'utilities.utility.{utility}')


def unit_of(utility: str) -> str:
    return UNITS[utility]


def usage_words(milli: int | None, utility: str, *, digits: int = 1) -> str:
    """`1,234.5 kWh`."""
    return MISSING if milli is None else f'{number(milli / MILLI, digits=digits)} {UNITS[utility]}'


def register_words(milli: int) -> str:
    """What the display shows, without trailing zeros."""
    return number(milli / MILLI, digits=3).rstrip('0').rstrip('.')


def price_words(price_e4: int, utility: str) -> str:
    """`¥0.7650/kWh`."""
    return f'¥{price_e4 / PRICE_UNIT:.4f}/{UNITS[utility]}'
