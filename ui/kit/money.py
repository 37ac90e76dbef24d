"""Money as people read and type it: ¥1,234.50 on the screen, fen in the program."""

import re
from decimal import Decimal

from nicegui import ui

from domain.shared.money import Money
from ui.kit.field import Check, text_field
from ui.kit.figure import Figure
from ui.kit.format import MINUS, MISSING, short_number
from ui.kit.i18n import t

AMOUNT = re.compile(r'^-?\d{1,9}(?:\.\d{1,2})?$', re.ASCII)


def yuan(fen: int | None) -> str:
    """`¥1,234.50`, `−¥0.05`, a dash where nothing is known."""
    return MISSING if fen is None else str(Money(fen)).replace('-', MINUS)


def yuan_figure(fen: int | None) -> Figure:
    """An amount as a card's figure: `¥621.87` `万` in Chinese, short in English too; the fen are for the lists."""
    text, unit = short_number(None if fen is None else fen / 100)
    return Figure(text=text if text == MISSING else f'¥{text}', unit=unit)


def signed_yuan(fen: int | None) -> str:
    """`+¥4.50`, `−¥4.50`, `¥0.00`: a difference shows its direction."""
    return f'+{yuan(fen)}' if fen is not None and fen > 0 else yuan(fen)


def parse_yuan(text: object) -> int | None:
    """What somebody typed as yuan, in fen; None where it is no amount."""
    plain = str(text or '').replace(',', '').replace('¥', '').replace('￥', '').replace(MINUS, '-').strip()
    return Money.yuan(Decimal(plain)).fen if AMOUNT.match(plain) else None


def is_amount(value: object) -> str | None:
    """A field's check: yuan with at most two decimals, not below zero."""
    fen = parse_yuan(value)
    return t('kit.form.amount') if fen is None or fen < 0 else None


def money_field(label: str, fen: int | None = None, *, help_text: str = '', checks: tuple[Check, ...] = ()) -> ui.input:
    """An amount in yuan; read it with `parse_yuan(field.value)`."""
    value = '' if fen is None else yuan(fen).replace('¥', '').replace(',', '')
    made = text_field(label, value, help_text=help_text, checks=(is_amount, *checks))
    return made.props('inputmode=decimal prefix=¥')
