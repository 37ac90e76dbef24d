"""A day of prices as somebody types it: `00-08 谷 0.3690, 08-24 flat 0.7650`."""

import re

from ui.kit.i18n import t
from ui.meterwords import PRICE_UNIT

NAMES = {'尖': 'sharp', '峰': 'peak', '平': 'flat', '谷': 'valley', 'sharp': 'sharp', 'peak': 'peak', 'flat': 'flat',
         'valley': 'valley'}  # fmt: skip
PART = re.compile(r'^(\d{1,2})\s*[-–]\s*(\d{1,2})\s+(\w+)\s+(\d{1,3}(?:\.\d{1,4})?)$')
LAST_HOUR = 24

Typed = tuple[int, int, str, int]


def parse_slots(text: object) -> list[Typed]:
    """Hours, slot and price in ten-thousandths of a yuan; empty where some part cannot be read."""
    parts = [part.strip() for part in re.split(r'[,，;；\n]', str(text or '')) if part.strip()]
    found = [_part(part) for part in parts]
    return [] if None in found else [one for one in found if one is not None]


def _part(part: str) -> Typed | None:
    match = PART.match(part)
    name = NAMES.get(match[3].lower()) if match else None
    if match is None or name is None:
        return None
    starts, until = int(match[1]), int(match[2])
    yuan, _, rest = match[4].partition('.')
    price = int(yuan) * PRICE_UNIT + int(rest.ljust(4, '0') or 0)
    return (starts, until, name, price) if starts < until <= LAST_HOUR else None


def is_day_of_slots(value: object) -> str | None:
    """A field's check: the hours follow each other from midnight to midnight."""
    slots = parse_slots(value)
    if not slots:
        return t('utilities.not_slots')
    ends = 0
    for starts, until, _, _ in sorted(slots):
        if starts != ends:
            return t('utilities.slots_gap', hour=f'{ends:02}:00')
        ends = until
    return None if ends == LAST_HOUR else t('utilities.slots_gap', hour=f'{ends:02}:00')
