"""Before the first customer (开班): which till, and how much lies in its drawer."""

from nicegui import ui

from domain.sales.views import TillView
from ui.kit.button import button
from ui.kit.empty_state import empty_state
from ui.kit.format import moment
from ui.kit.i18n import t
from ui.kit.money import money_field, parse_yuan
from ui.kit.status_badge import status_badge
from ui.kit.text import Text
from ui.pos.counter import Counter


class SigningOn:
    """The tills as cards; one's own open shift goes on with a touch."""

    def __init__(self, counter: Counter, tills: list[TillView]) -> None:
        self._counter = counter
        usable = [till for till in tills if till.is_active]
        with ui.element('div').classes('at-till__signing'):
            Text(t('pos.choose_till'), tag='h1', classes='at-page-title')
            Text(t('pos.choose_till_help'), tag='p', classes='at-muted')
            if not usable:
                empty_state(t('pos.no_tills'), t('pos.no_tills_help'), symbol='device')
            self._float = money_field(t('pos.float'), 50_000, help_text=t('pos.float_help')) if usable else None
            with ui.element('div').classes('at-till__choice'):
                for till in usable:
                    self._card(till)

    def _card(self, till: TillView) -> None:
        mine = till.cashier == self._counter.actor.name
        with ui.element('div').classes('at-card at-till__card').mark(f'pos.till.{till.code}'):
            with ui.element('div').classes('at-row'):
                Text(till.code, tag='h2', classes='at-section__title')
                Text(till.shop, classes='at-muted')
            if till.cashier is None:
                status_badge('off', t('pos.till_free'))
                button(t('pos.open_shift'), lambda: self._open(till), rank='primary').mark('pos.open_shift')
            else:
                opened = moment(self._counter.clock.local(till.opened_at)) if till.opened_at else ''
                status_badge('good' if mine else 'watch', t('pos.till_taken', cashier=till.cashier, since=opened))
                if mine:
                    button(t('pos.go_on'), lambda: self._counter.enter(till.code), rank='primary').mark('pos.go_on')

    async def _open(self, till: TillView) -> None:
        fen = parse_yuan(self._float.value) if self._float and self._float.validate() else None
        if fen is not None:
            await self._counter.open_shift(till, fen)
