"""改价: another price for one line, by who may, with a reason that stays on the receipt's record."""

from collections.abc import Callable

from ui.kit.field import choice_field, required
from ui.kit.form import form
from ui.kit.i18n import t
from ui.kit.money import money_field, parse_yuan
from ui.kit.text import Text
from ui.pos.counter import Counter

REASONS = ('damaged', 'price_match', 'label_wrong', 'goodwill')


class OverrideDialog:
    """The chosen line, its new unit price, and why."""

    def __init__(self, counter: Counter, close: Callable[[], None]) -> None:
        self._counter, self._close = counter, close
        item = counter.basket.selected
        assert item is not None
        Text(counter.name_of(item), classes='at-muted')
        with form(self._override, label=t('pos.do_override')):
            self._price = money_field(t('pos.new_price'), item.unit_fen).props('autofocus').mark('pos.new_price')
            options = {reason: t(f'pos.reason.{reason}') for reason in REASONS}
            self._reason = choice_field(t('pos.reason_label'), options, checks=(required,)).mark('pos.reason')

    async def _override(self) -> None:
        fen = parse_yuan(self._price.value)
        if fen is not None:
            self._counter.basket.override(fen, t(f'pos.reason.{self._reason.value}'))
            self._close()
            await self._counter.changed()
