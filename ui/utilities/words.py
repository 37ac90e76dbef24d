"""Units, states and fields that the utilities' pages share."""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from nicegui import ui

from domain.utilities.views import MeterView
from ui.kit.field import required, text_field
from ui.kit.i18n import t
from ui.kit.tokens import State
from ui.meterwords import MILLI

STATES: dict[str, State] = {'held': 'act', 'silent': 'watch', 'estimated': 'watch', 'unread': 'off', 'good': 'good'}
KINDS: dict[str, State] = {
    'actual': 'good', 'estimate': 'watch', 'rollover': 'off', 'removed': 'off', 'installed': 'off'
}  # fmt: skip
DEPTH = '　'


def badge(state: str) -> dict[str, str]:
    return {'state': STATES[state], 'text': t(f'utilities.state.{state}')}


def parse_register(value: object) -> int | None:
    """What somebody read off a display, in thousandths; None where it is no register."""
    plain = str(value or '').replace(',', '').strip()
    if not plain.replace('.', '', 1).isdigit() or not plain.isascii():
        return None
    milli = Decimal(plain) * MILLI
    return int(milli) if milli == milli.to_integral_value() else None


def is_register(value: object) -> str | None:
    """A field's check."""
    return None if parse_register(value) is not None else t('utilities.not_a_register')


def register_field(label: str, *, help_text: str = '') -> ui.input:
    made = text_field(label, help_text=help_text, checks=(required, is_register))
    return made.props('inputmode=decimal')


def in_tree(meters: Sequence[MeterView]) -> list[tuple[int, MeterView]]:
    """Main meters before those behind them, each with its depth; what has others behind it comes first."""
    behind: dict[int | None, list[MeterView]] = {}
    for meter in meters:
        behind.setdefault(meter.parent_id, []).append(meter)

    for siblings in behind.values():
        siblings.sort(key=lambda one: (int(one.id) not in behind, one.code))

    def walk(parent: int | None, depth: int) -> list[tuple[int, MeterView]]:
        return [
            place for one in behind.get(parent, []) for place in ((depth, one), *walk(int(one.id), depth + 1))
        ]  # fmt: skip

    return walk(None, 0)


def codes(meters: Sequence[MeterView]) -> Mapping[int, Any]:
    return {int(meter.id): f'{meter.code} · {meter.place}' if meter.place else meter.code for meter in meters}
