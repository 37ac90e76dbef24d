"""One receipt: its lines, what was taken off, how it was paid, what came back."""

from dataclasses import dataclass
from typing import Any

from nicegui import ui

from domain.payments.permissions import VIEW as VIEW_PAYMENTS
from domain.payments.queries import get_order
from domain.payments.views import OrderView
from domain.sales.queries import list_returns
from domain.sales.shifts import get_sale
from domain.sales.views import Line, ReturnRow, SaleView
from domain.shared.operations import run_query
from ui.kit.button import button
from ui.kit.description_list import description_list
from ui.kit.empty_state import empty_state
from ui.kit.format import number
from ui.kit.i18n import t
from ui.kit.money import yuan
from ui.kit.section import section
from ui.kit.status_badge import status_badge, tag
from ui.kit.text import Text
from ui.kit.tokens import State
from ui.saleswords import SALE_STATES, Counterfoil, channel_words

ATTEMPTS: dict[str, State] = {'paid': 'good', 'pending': 'watch', 'unknown': 'act', 'closed': 'off'}


@dataclass(frozen=True, slots=True)
class Receipt:
    """A receipt with its payment and its returns; the payment only for who may see it."""

    sale: SaleView
    order: OrderView | None
    returns: list[ReturnRow]


class ReceiptPage:
    """Lines at the left, money at the right."""

    def __init__(self, place: Counterfoil, key: str) -> None:
        self._place, self._key = place, key
        self._body = ui.element('div').classes('at-split')

    async def load(self) -> Receipt:
        """The receipt as it is now."""
        actor = self._place.actor
        sale = await run_query(get_sale, actor=actor, key=self._key)
        returns = await run_query(list_returns, actor=actor, sale_id=sale.id)
        has_order = sale.money_fen > 0 and sale.state != 'training' and actor.may(VIEW_PAYMENTS)
        order = await run_query(get_order, actor=actor, key=sale.key) if has_order else None
        return Receipt(sale, order, returns)

    def show(self, receipt: Receipt) -> None:
        """Show it whole."""
        self._body.clear()
        with self._body:
            with ui.element('div').classes('at-stack'):
                self._lines(receipt.sale)
                self._returns(receipt.returns, receipt.sale)
            with ui.element('div').classes('at-stack'):
                self._facts(receipt.sale)
                if receipt.order:
                    self._payment(receipt.order)

    def _lines(self, sale: SaleView) -> None:
        with section(t('sales.lines', number=sale.id)):
            for line in sale.lines:
                with ui.element('div').classes('at-row'):
                    with ui.element('div').classes('at-grow'):
                        Text(line.name, tag='div')
                        Text(_remarks(line), tag='div', classes='at-small at-muted')
                    if line.override_reason:
                        tag(t('sales.overridden', why=line.override_reason), tone='accent')
                    Text(yuan(line.money_fen), classes='at-figures at-strong')

    def _returns(self, returns: list[ReturnRow], sale: SaleView) -> None:
        with section(t('sales.returns')):
            if not returns:
                empty_state(t('sales.no_returns'), symbol='check')
            for one in returns:
                pieces = '、'.join(f'{sale.lines[line].name} × {quantity}' for line, quantity in one.lines)
                description_list({
                    t('sales.what'): pieces, t('sales.time'): self._place.moment(one.returned_at),
                    t('sales.till'): f'{one.till} · {one.cashier}', t('sales.money_back'): yuan(one.money_fen),
                    t('sales.cash_back'): yuan(one.cash_fen), t('sales.points_back'): number(one.points),
                    t('sales.points_clawed'): number(one.clawed_points),
                    t('sales.deducted'): yuan(one.deducted_fen) if one.deducted_fen else None,
                })  # fmt: skip

    def _facts(self, sale: SaleView) -> None:
        with section(t('sales.sums')):
            status_badge(SALE_STATES.get(sale.state, 'off'), t(f'sales.state.{sale.state}'))
            facts: dict[str, str | None] = {
                t('sales.shop'): self._place.shop(sale.shop), t('sales.time'): self._place.moment(sale.occurred_at),
                t('sales.member'): f'#{sale.member_id}' if sale.member_id else None,
                t('sales.price'): yuan(sale.price_fen), t('sales.off'): yuan(sale.discount_fen),
                t('sales.points_off'): f'{yuan(sale.points_fen)} ({number(sale.points)})',
                t('sales.money'): yuan(sale.money_fen), t('sales.earned'): number(sale.earned_points),
            }  # fmt: skip
            description_list(facts)
            button(t('sales.print'), lambda: ui.run_javascript('window.print()'), icon='download')

    def _payment(self, order: OrderView) -> None:
        with section(t('sales.payment')):
            for attempt in order.attempts:
                with ui.element('div').classes('at-row'):
                    Text(channel_words(attempt.channel), classes='at-grow')
                    status_badge(ATTEMPTS.get(attempt.state, 'off'), t(f'sales.attempt.{attempt.state}'))
                    Text(yuan(attempt.fen), classes='at-figures at-strong')
                if attempt.refunded_fen:
                    Text(t('sales.refunded', amount=yuan(attempt.refunded_fen)), classes='at-small at-muted')


def _remarks(line: Line) -> str:
    parts: list[Any] = [t('sales.line', quantity=number(line.quantity), price=yuan(line.price_fen))]
    if line.discount_fen:
        parts.append(t('sales.line_off', amount=yuan(line.discount_fen)))
    if line.points_fen:
        parts.append(t('sales.line_points', amount=yuan(line.points_fen)))
    if line.returned:
        parts.append(t('sales.line_returned', quantity=number(line.returned)))
    return ' · '.join(parts)
