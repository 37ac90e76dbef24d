"""挂单: put a basket aside, take one up again; and the sales whose payment is still open."""

from collections.abc import Callable

from nicegui import ui

from domain.sales.previewing import total_fen
from domain.sales.views import SaleRow, SuspendedView
from ui.kit.button import button
from ui.kit.empty_state import empty_state
from ui.kit.field import at_most, text_field
from ui.kit.form import form
from ui.kit.format import clock, number
from ui.kit.i18n import t
from ui.kit.money import yuan
from ui.kit.notice import notice
from ui.kit.status_badge import status_badge
from ui.kit.text import Text
from ui.pos.counter import Counter

Close = Callable[[], None]


class SuspendDialog:
    """A word by which the basket is known again."""

    def __init__(self, counter: Counter, close: Close) -> None:
        self._counter, self._close = counter, close
        with form(self._suspend, label=t('pos.do_suspend')):
            self._label = text_field(t('pos.label'), help_text=t('pos.label_help'), checks=(at_most(40),))
            self._label.props('autofocus').mark('pos.label')

    async def _suspend(self) -> None:
        await self._counter.suspend(self._label.value or '')
        self._close()


class WaitingDialog:
    """Baskets to take up or drop, and sales to go back to."""

    def __init__(self, counter: Counter, close: Close) -> None:
        self._counter, self._close = counter, close
        if not counter.waiting and not counter.unfinished:
            empty_state(t('pos.nothing_waits'), t('pos.nothing_waits_help'), symbol='pause')
        if counter.unfinished:
            notice(t('pos.unfinished_help'), 'act')
        for sale in counter.unfinished:
            self._sale(sale)
        for basket in counter.waiting:
            self._basket(basket)

    def _sale(self, sale: SaleRow) -> None:
        with ui.element('div').classes('at-till__waiting'):
            with ui.element('div').classes('at-grow'):
                Text(f'#{sale.id}', tag='div', classes='at-strong')
                Text(clock(self._counter.clock.local(sale.occurred_at)), tag='div', classes='at-muted at-small')
            status_badge('act', t(f'pos.sale_state.{sale.state}'))
            Text(yuan(sale.money_fen), classes='at-figures at-strong')
            button(t('pos.look'), lambda: self._reopen(sale), rank='primary').mark('pos.reopen')

    def _basket(self, basket: SuspendedView) -> None:
        with ui.element('div').classes('at-till__waiting'):
            with ui.element('div').classes('at-grow'):
                Text(basket.label or t('pos.no_label'), tag='div', classes='at-strong')
                since = clock(self._counter.clock.local(basket.suspended_at))
                pieces = number(sum(item.quantity for item in basket.items))
                Text(
                    t('pos.suspended', since=since, by=basket.suspended_by, pieces=pieces), classes='at-muted at-small'
                )
            Text(yuan(total_fen(basket.items)), classes='at-figures at-strong')
            button(t('pos.drop'), lambda: self._drop(basket), rank='quiet').mark('pos.drop')
            taking = button(t('pos.take_up'), lambda: self._take(basket), rank='primary').mark('pos.take_up')
            taking.set_enabled(self._counter.basket.is_empty)

    async def _take(self, basket: SuspendedView) -> None:
        await self._counter.resume(basket)
        self._close()

    async def _drop(self, basket: SuspendedView) -> None:
        await self._counter.drop(basket)
        self._close()

    async def _reopen(self, sale: SaleRow) -> None:
        await self._counter.reopen(sale.key)
        self._close()
