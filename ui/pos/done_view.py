"""The receipt (小票): change to give, the paper on the screen, printing, and on to the next customer."""

from nicegui import ui

from domain.sales.tendering import Checkout
from ui.kit.button import button
from ui.kit.format import moment, number
from ui.kit.i18n import t
from ui.kit.money import yuan
from ui.kit.notice import notice
from ui.kit.text import Text
from ui.pos.counter import Counter


class DoneView:
    """Everything is paid for certain."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        assert counter.checkout is not None
        sale = counter.checkout.sale
        with ui.element('div').classes('at-till__left at-till__left--done'):
            Text(t('pos.train_done') if counter.is_training else t('pos.paid'), tag='h1', classes='at-page-title')
            Text(yuan(sale.money_fen), classes='at-till__total at-till__total--large').mark('pos.paid')
            if counter.change_fen:
                Text(t('pos.change', change=yuan(counter.change_fen)), classes='at-till__change').mark('pos.change')
            if sale.earned_points:
                notice(t('pos.earned', points=number(sale.earned_points)), 'good')
            if sale.member_id is not None:
                Text(t('pos.pushed'), classes='at-muted at-small')
            if counter.last_seconds:
                Text(t('pos.took', seconds=number(counter.last_seconds)), classes='at-muted at-small')
            with ui.element('div').classes('at-till__actions'):
                button(t('pos.print'), lambda: ui.run_javascript('window.print()')).mark('pos.print')
                next_ = button('', counter.next_basket, rank='primary').classes('at-till__pay').mark('pos.next')
                with next_.props('autofocus'):
                    Text(t('pos.next'))
                    Text('F9', classes='at-till__key')
        with ui.element('div').classes('at-till__right'):
            receipt(counter, counter.checkout)


def receipt(counter: Counter, checkout: Checkout) -> None:
    """The paper: what was bought, what was taken off, how it was paid. Training says so across it."""
    sale = checkout.sale
    with ui.element('div').classes('at-receipt' + (' at-receipt--training' if counter.is_training else '')):
        mall = counter.session.mall.name(counter.session.locale) if counter.session.mall else ''
        Text(mall, tag='strong')
        Text(f'{counter.shop_name or sale.shop} · {counter.code} · {counter.actor.name}')
        Text(f'#{sale.id} · {moment(counter.clock.local(sale.occurred_at))}')
        for line in sale.lines:
            _line(f'{counter.name_of(line)} × {line.quantity}', yuan(line.price_fen))
        _line(t('pos.subtotal'), yuan(sale.price_fen), is_strong=True)
        if sale.discount_fen:
            _line(t('pos.discount'), yuan(-sale.discount_fen))
        if sale.points_fen:
            _line(t('pos.points_off', points=number(sale.points)), yuan(-sale.points_fen))
        _line(t('pos.due'), yuan(sale.money_fen), is_strong=True)
        for attempt in checkout.order.attempts if checkout.order else ():
            if attempt.state == 'paid' and not attempt.is_surplus:
                _line(t(f'pos.channel.{attempt.channel}'), yuan(attempt.fen))
        if counter.change_fen:
            _line(t('pos.given'), yuan(counter.given_fen))
            _line(t('pos.change_label'), yuan(counter.change_fen))
        if sale.earned_points:
            _line(t('pos.earned_label'), number(sale.earned_points))
        Text(t('pos.policy'), classes='at-small')
        if counter.is_training:
            Text(t('pos.training_paper'), tag='strong')


def _line(label: str, value: str, *, is_strong: bool = False) -> None:
    with ui.element('div').classes('at-receipt__line' + (' at-strong' if is_strong else '')):
        Text(label, classes='at-truncate')
        Text(value, classes='at-figures')
