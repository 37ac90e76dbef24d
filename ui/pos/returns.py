"""退货与换货: against the receipt, whichever till made it; what was paid comes back, in the tenders it came by."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from nicegui import ui

from domain.sales.commands import ReturnLines
from domain.sales.queries import find_receipt
from domain.sales.returning import return_lines
from domain.sales.views import Line, ReturnView, SaleView
from domain.shared.operations import run_operation, run_query
from ui.kit.button import button
from ui.kit.description_list import description_list
from ui.kit.field import required, text_field
from ui.kit.form import form
from ui.kit.format import moment, number
from ui.kit.i18n import t
from ui.kit.money import yuan
from ui.kit.notice import notice
from ui.kit.text import Text
from ui.pos.counter import Counter, now

USUAL = timedelta(days=7)


class ReturnsDialog:
    """Find the receipt, say how many of each line come back, give back. An exchange goes on with the next basket."""

    def __init__(self, counter: Counter, close: Callable[[], None]) -> None:
        self._counter, self._close = counter, close
        self._key = str(uuid4())
        with form(self._find, label=t('pos.find_receipt')):
            self._code = text_field(t('pos.receipt_code'), help_text=t('pos.receipt_help'), checks=(required,))
            self._code.props('autofocus').mark('pos.receipt_code')
        self._body = ui.element('div').classes('at-stack')

    async def _find(self) -> None:
        sale = await run_query(find_receipt, actor=self._counter.actor, code=str(self._code.value))
        self._body.clear()
        with self._body:
            self._receipt(sale)

    def _receipt(self, sale: SaleView) -> None:
        when = moment(self._counter.clock.local(sale.occurred_at))
        Text(t('pos.receipt_of', number=sale.id, shop=sale.shop, when=when), classes='at-strong')
        if now() - sale.occurred_at > USUAL:
            notice(t('pos.return_late', days=USUAL.days), 'watch')
        wanted = [self._line(line) for line in sale.lines]
        button(t('pos.do_return'), lambda: self._return(sale, wanted), rank='primary').mark('pos.do_return')

    def _line(self, line: Line) -> ui.number:
        left = line.quantity - line.returned
        with ui.element('div').classes('at-till__waiting'):
            with ui.element('div').classes('at-grow'):
                Text(line.name, tag='div', classes='at-truncate')
                Text(t('pos.left_to_return', left=number(left), paid=yuan(line.money_fen)), classes='at-small at-muted')
            field = ui.number(value=0, min=0, max=left, step=1, precision=0).classes('at-till__quantity')
            field.props(f'aria-label="{t("pos.quantity_back")}"').set_enabled(left > 0)
        return field.mark('pos.quantity_back')

    async def _return(self, sale: SaleView, wanted: list[ui.number]) -> None:
        lines = tuple((number_, int(field.value)) for number_, field in enumerate(wanted) if field.value)
        if not lines:
            ui.notify(t('pos.nothing_returns'))
            return
        command = ReturnLines(sale_key=sale.key, till=self._counter.code, key=self._key, lines=lines)
        done = await run_operation(return_lines, actor=self._counter.actor, command=command)
        self._body.clear()
        with self._body:
            self._result(done)

    def _result(self, done: ReturnView) -> None:
        notice(t('pos.returned'), 'good')
        description_list({
            t('pos.money_back'): yuan(done.money_fen), t('pos.cash_back'): yuan(done.cash_fen),
            t('pos.points_back'): number(done.points), t('pos.points_clawed'): number(done.clawed_points),
            t('pos.deducted'): yuan(done.deducted_fen) if done.deducted_fen else None,
        })  # fmt: skip
        Text(t('pos.exchange_hint'), classes='at-muted at-small')
        button(t('pos.done'), self._close, rank='primary').mark('pos.return_done')
