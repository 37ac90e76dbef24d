"""钱箱与班次: a look (X), cash in and out, training, and the blind count that ends the shift (Z)."""

from collections.abc import Callable

from nicegui import ui

from domain.sales.views import ShiftReport
from ui.kit.button import button
from ui.kit.description_list import description_list
from ui.kit.field import choice_field, required, text_field
from ui.kit.form import form
from ui.kit.format import MISSING, moment, number
from ui.kit.i18n import t
from ui.kit.money import money_field, parse_yuan, signed_yuan, yuan
from ui.kit.notice import notice
from ui.kit.text import Text
from ui.pos.counter import Counter

DIRECTIONS = {'in': '', 'out': '-'}


class DrawerDialog:
    """What concerns the drawer and the shift, one thing at a time."""

    def __init__(self, counter: Counter, close: Callable[[], None]) -> None:
        self._counter, self._close = counter, close
        self._body = ui.element('div').classes('at-stack')
        with self._body, ui.element('div').classes('at-till__menu'):
            for word, act in (
                ('x_report', self._look), ('cash_move', self._move),
                ('training', self._train), ('z_report', self._count),
            ):  # fmt: skip
                button(self._words(word), act).mark(f'pos.{word}')

    def _words(self, word: str) -> str:
        return t('pos.menu.training_off') if word == 'training' and self._counter.is_training else t(f'pos.menu.{word}')

    async def _look(self) -> None:
        report = await self._counter.x_report()
        self._body.clear()
        with self._body:
            report_list(self._counter, report)
            Text(t('pos.blind'), classes='at-muted at-small')

    def _move(self) -> None:
        self._body.clear()
        with self._body, form(self._do_move, label=t('pos.menu.cash_move')):
            self._way = choice_field(t('pos.way'), {'in': t('pos.way_in'), 'out': t('pos.way_out')}, 'out')
            self._amount = money_field(t('pos.amount')).mark('pos.cash_amount')
            self._why = text_field(t('pos.reason_label'), checks=(required,)).mark('pos.cash_reason')

    async def _do_move(self) -> None:
        fen = parse_yuan(f'{DIRECTIONS[self._way.value]}{self._amount.value}')
        if fen:
            await self._counter.move_cash(fen, self._why.value)
            ui.notify(t('pos.cash_moved', amount=signed_yuan(fen)), type='positive')
            self._close()

    def _train(self) -> None:
        """Only between customers: a basket is either real or not."""
        if not self._counter.basket.is_empty:
            ui.notify(t('pos.train_empty'), type='warning')
            return
        self._counter.is_training = not self._counter.is_training
        self._close()
        self._counter.show()

    def _count(self) -> None:
        self._body.clear()
        with self._body:
            notice(t('pos.count_help'), 'off')
            with form(self._do_close, label=t('pos.menu.z_report')):
                self._counted = money_field(t('pos.counted')).props('autofocus').mark('pos.counted')

    async def _do_close(self) -> None:
        fen = parse_yuan(self._counted.value)
        if fen is None:
            return
        report = await self._counter.close_shift(fen)
        self._body.clear()
        with self._body:
            off = report.variance_fen
            notice(t('pos.variance', variance=signed_yuan(off)), 'good' if off == 0 else 'act')
            report_list(self._counter, report)
            with ui.element('div').classes('at-row'):
                button(t('pos.print'), lambda: ui.run_javascript('window.print()')).mark('pos.print_z')
                button(t('pos.done'), self._leave, rank='primary').mark('pos.leave')

    def _leave(self) -> None:
        self._close()
        self._counter.show()


def report_list(counter: Counter, report: ShiftReport) -> None:
    """A shift in figures; before its end without what the drawer holds."""
    closed = report.closed_at is not None
    pace = MISSING if report.seconds_per_basket is None else number(report.seconds_per_basket, digits=1)
    facts: dict[str, str | None] = {
        t('pos.till'): report.till, t('pos.cashier'): report.cashier,
        t('pos.opened'): moment(counter.clock.local(report.opened_at)),
        t('pos.sales_count'): number(report.sales), t('pos.sales_money'): yuan(report.money_fen),
        t('pos.discounts'): yuan(report.discount_fen), t('pos.points_spent'): number(report.points),
        t('pos.returns_count'): number(report.returns), t('pos.returns_money'): yuan(report.returned_fen),
        t('pos.pace'): t('pos.seconds', seconds=pace),
    }  # fmt: skip
    if closed:
        facts |= {
            t('pos.cash_taken'): yuan(report.cash_taken_fen), t('pos.expected'): yuan(report.expected_fen),
            t('pos.counted'): yuan(report.counted_fen), t('pos.variance_label'): signed_yuan(report.variance_fen),
        }  # fmt: skip
    with ui.element('div').classes('at-receipt at-receipt--report'):
        Text(t('pos.z_title') if closed else t('pos.x_title'), tag='h2', classes='at-section__title')
        description_list(facts)
