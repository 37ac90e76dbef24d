"""Paying: what is due, one field for the scanned payment code, cash with its change, card, a code to show, any split.

While a channel cannot say whether the money moved, this screen says only one thing: hand nothing over (PO-R5).
"""

from nicegui import ui
from nicegui.events import GenericEventArguments

from domain.payments.views import AttemptView
from domain.sales import paycodes
from domain.sales.previewing import change_fen
from ui.kit.button import button
from ui.kit.code_picture import code_picture
from ui.kit.form import form
from ui.kit.format import number
from ui.kit.i18n import t
from ui.kit.money import money_field, parse_yuan, yuan
from ui.kit.notice import notice
from ui.kit.status_badge import status_badge
from ui.kit.text import Text
from ui.kit.tokens import State
from ui.pos.counter import Counter
from ui.pos.selling_view import TAKE_ENTERED

STATES: dict[str, State] = {'paid': 'good', 'pending': 'watch', 'unknown': 'act', 'closed': 'off'}
NOTES = (5_000, 10_000, 20_000)


class PayingView:
    """Drawn anew after each tender."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        assert counter.checkout is not None
        self._checkout = counter.checkout
        self._due = self._checkout.due_fen
        order = self._checkout.order
        self._is_unknown = bool(order and order.is_unresolved)
        self._is_pending = bool(order and any(one.state == 'pending' for one in order.attempts))
        with ui.element('div').classes('at-till__left'):
            self._sums()
            self._attempts()
            self._bought()
            self._ways_out()
        with ui.element('div').classes('at-till__right'):
            self._tenders()

    def _sums(self) -> None:
        sale = self._checkout.sale
        with ui.element('div').classes('at-till__paying'):
            Text(t('pos.receipt_number', number=sale.id), classes='at-muted')
            Text(t('pos.still_due'), classes='at-muted')
            Text(yuan(self._due), classes='at-till__total at-till__total--large').mark('pos.due')
            if sale.discount_fen or sale.points_fen:
                Text(t('pos.taken_off', price=yuan(sale.price_fen), discount=yuan(sale.discount_fen),
                       points=yuan(sale.points_fen)), classes='at-muted')  # fmt: skip

    def _bought(self) -> None:
        """What the customer may read along."""
        with ui.element('div').classes('at-till__lines'):
            for line in self._checkout.sale.lines:
                with ui.element('div').classes('at-till__line at-till__line--still'):
                    Text(self._counter.name_of(line), classes='at-grow at-truncate')
                    Text(f'× {number(line.quantity)}', classes='at-figures at-muted')
                    Text(yuan(line.price_fen), classes='at-figures at-till__fen')

    def _attempts(self) -> None:
        order = self._checkout.order
        if self._is_unknown:
            with ui.element('div').classes('at-till__stop').props('role=alert').mark('pos.unknown'):
                Text(t('pos.do_not_hand_over'), tag='strong')
                Text(t('pos.do_not_hand_over_help'))
        elif self._is_pending:
            notice(t('pos.customer_types'), 'watch')
        if self._checkout.show:
            with ui.element('div').classes('at-till__code'):
                code_picture(self._checkout.show, t('pos.scan_with_phone'))
                Text(t('pos.scan_with_phone'), classes='at-muted')
        for attempt in order.attempts if order else ():
            self._attempt(attempt)

    def _attempt(self, attempt: AttemptView) -> None:
        with ui.element('div').classes('at-till__waiting'):
            Text(t(f'pos.channel.{attempt.channel}'), classes='at-grow')
            status_badge(STATES.get(attempt.state, 'off'), t(f'pos.attempt.{attempt.state}'))
            Text(yuan(attempt.fen), classes='at-figures at-strong')

    def _ways_out(self) -> None:
        with ui.element('div').classes('at-till__actions'):
            if self._is_unknown or self._is_pending:
                button(t('pos.ask_again'), self._counter.ask_again, icon='refresh').mark('pos.ask_again')
            if self._is_unknown:
                button(t('pos.leave_open'), self._counter.leave_open, rank='primary').mark('pos.leave_open')
            else:
                button(t('pos.abandon'), self._counter.abandon, rank='quiet').mark('pos.abandon')

    def _tenders(self) -> None:
        if self._is_unknown:
            Text(t('pos.charge_nothing'), classes='at-muted')
            return
        if self._due == 0:
            button(t('pos.nothing_due'), self._counter.confirm_free, rank='primary').mark('pos.free')
            return
        self._scan()
        with form(self._cash, label=t('pos.take_cash')):
            self._part = money_field(t('pos.part'), self._due, help_text=t('pos.part_help')).mark('pos.part')
            self._given = money_field(t('pos.given'), self._due).mark('pos.given')
            self._change = Text(classes='at-till__change')
            self._given.on_value_change(lambda _: self._say_change())
        with ui.element('div').classes('at-row'):
            for fen in (self._due, *(note for note in NOTES if note > self._due)):
                button(yuan(fen), lambda note=fen: self._give(note)).classes('at-till__note')
        self._codes()
        self._card()

    def _scan(self) -> None:
        scan = ui.input(placeholder=t('pos.scan_code')).classes('at-till__scan').props('autofocus')
        scan.mark('pos.paycode').on('keydown.enter', self._scanned, js_handler=TAKE_ENTERED)

    def _codes(self) -> None:
        channels = [name for name in ('wechat', 'alipay', 'unionpay') if name in self._counter.channels]
        with ui.element('div').classes('at-row'):
            for name in channels:
                words = t('pos.show_code', channel=t(f'pos.channel.{name}'))
                button(words, lambda one=name: self._show_code(one)).mark(f'pos.show.{name}')
            if not channels:
                Text(t('pos.no_channels'), classes='at-muted at-small')

    def _card(self) -> None:
        with ui.expansion(t('pos.channel.card')).classes('at-till__card-form').mark('pos.card'):
            number_ = ui.input(placeholder=t('pos.card_number')).props('autocomplete=off').mark('pos.card_number')
            button(t('pos.take_card'), lambda: self._take_card(str(number_.value or ''))).mark('pos.take_card')

    def _amount(self) -> int:
        """What this tender is for: all that is due, or the part that was typed."""
        fen = parse_yuan(self._part.value)
        return min(fen, self._due) if fen else self._due

    def _give(self, fen: int) -> None:
        self._given.set_value(yuan(fen).replace('¥', '').replace(',', ''))

    def _say_change(self) -> None:
        given = parse_yuan(self._given.value)
        self._change.text = t('pos.change', change=yuan(change_fen(given, self._amount()))) if given else ''

    async def _cash(self) -> None:
        given, fen = parse_yuan(self._given.value), self._amount()
        if given is None or given < fen:
            ui.notify(t('pos.too_little', due=yuan(fen)), type='warning')
            return
        await self._counter.take_cash(fen, given, change_fen(given, fen))

    async def _scanned(self, event: GenericEventArguments) -> None:
        code = str(event.args or '').strip()
        if not paycodes.is_paycode(code):
            ui.notify(t('pos.no_paycode', digits=number(len(code))), type='warning')
            return
        await self._counter.charge(self._amount(), code)

    async def _show_code(self, channel: str) -> None:
        await self._counter.show_code(channel, self._amount())

    async def _take_card(self, card: str) -> None:
        if card.strip():
            await self._counter.take_card(self._amount(), card.strip())
