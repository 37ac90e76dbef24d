"""售后申请: about one line of a receipt, with a clock that runs to the shop's answer and then to the mall."""

from datetime import UTC, datetime
from typing import Any

from nicegui import ui

from domain.aftersales.commands import AnswerRequest
from domain.aftersales.permissions import ANSWER
from domain.aftersales.queries import list_all_requests
from domain.aftersales.servicing import answer_request, quote_return
from domain.aftersales.views import RequestRow
from domain.sales.permissions import VIEW as VIEW_SALES
from domain.sales.shifts import get_sale
from domain.sales.views import SaleView
from domain.shared.operations import run_operation, run_query
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.description_list import description_list
from ui.kit.field import at_most, between, number_field, required, text_field
from ui.kit.form import form
from ui.kit.format import duration, number
from ui.kit.i18n import t
from ui.kit.money import money_field, parse_yuan, yuan
from ui.kit.row_paging import page_of
from ui.kit.section import section
from ui.kit.side_panel import SidePanel
from ui.kit.status_badge import status_badge
from ui.kit.text import Text
from ui.kit.tokens import State
from ui.saleswords import Counterfoil

STATES = ('open', 'escalated', 'answered')


class RequestsPage:
    """The most urgent first; one opens with its receipt, its quotes and the answer."""

    def __init__(self, place: Counterfoil) -> None:
        self._place = place
        self._requests: dict[int, RequestRow] = {}
        self._chosen: RequestRow | None = None
        self._sale: SaleView | None = None
        options = {state: t(f'aftersales.state.{state}') for state in STATES}
        with ui.element('div').classes('at-split at-split--side'):
            with section(t('aftersales.requests'), t('aftersales.requests_hint')):
                self._table = DataTable(
                    _columns(),
                    self._page,
                    address=place.address,
                    filters=[Filter(name='state', label=t('aftersales.state_column'), options=options)],
                    empty_title=t('aftersales.no_requests'),
                    empty_help=t('aftersales.no_requests_help'),
                    on_open=lambda row: self._open(row['id']),
                )
                self._table.mark('aftersales.requests')
            self._panel = SidePanel(t('aftersales.choose_request'), 'history')

    async def load(self) -> list[RequestRow]:
        """Requests as they are now."""
        return await run_query(list_all_requests, actor=self._place.actor)

    def show(self, requests: list[RequestRow]) -> None:
        """Show these requests."""
        self._requests = {request.id: request for request in requests}
        self._table.show(self._paged(self._table.query))

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        moment = datetime.now(UTC)
        rows = [_row(request, self._place, moment) for request in self._requests.values()]
        return page_of(rows, query, searched=('shop', 'complaint'))

    async def _open(self, request_id: int) -> None:
        request = self._chosen = self._requests.get(request_id)
        if request is None:
            return
        may_see = self._place.actor.may(VIEW_SALES)
        self._sale = await run_query(get_sale, actor=self._place.actor, key=request.sale_key) if may_see else None
        with self._panel.refilled():
            state, words = clock_words(request, datetime.now(UTC))
            Text(request.complaint, tag='h2', classes='at-section__title')
            status_badge(state, words)
            description_list(self._facts(request))
            if request.state != 'answered' and self._place.actor.may(ANSWER):
                with form(self._answer, label=t('aftersales.do_answer')):
                    self._words = text_field(t('aftersales.answer'), checks=(required, at_most(500)))
                    self._words.mark('aftersales.answer')
            if self._sale is not None:
                self._quote_form(request)

    def _facts(self, request: RequestRow) -> dict[str, str | None]:
        line = self._sale.lines[request.line] if self._sale else None
        return {
            t('aftersales.shop'): self._place.shop(request.shop),
            t('aftersales.receipt'): f'#{self._sale.id}' if self._sale else None,
            t('aftersales.article'): f'{line.name} × {number(line.quantity)}' if line else None,
            t('aftersales.paid'): yuan(line.money_fen) if line else None,
            t('aftersales.asked'): self._place.moment(request.asked_at),
            t('aftersales.due'): self._place.moment(request.due_at),
            t('aftersales.escalated'): self._place.moment(request.escalated_at),
            t('aftersales.answered'): self._place.moment(request.answered_at),
            t('aftersales.answered_by'): request.answered_by, t('aftersales.answer'): request.answer or None,
        }  # fmt: skip

    def _quote_form(self, request: RequestRow) -> None:
        """What a return would bring, where a discount with a minimum was given (AF-R5)."""
        with ui.expansion(t('aftersales.quote')).classes('at-till__card-form').mark('aftersales.quote'):
            Text(t('aftersales.quote_help'), classes='at-small at-muted')
            with form(self._quote, label=t('aftersales.do_quote')):
                self._pieces = number_field(t('aftersales.pieces'), 1, checks=(between(1, 10_000),))
                self._threshold = money_field(t('aftersales.threshold'), 30_000)
                self._percent = number_field(t('aftersales.percent_off'), 10, unit='%', checks=(between(0, 100),))
            self._answer_slot = ui.element('div').classes('at-stack')

    async def _quote(self) -> None:
        request = self._chosen
        if request is None:
            return
        quote = await run_query(
            quote_return, actor=self._place.actor, sale_key=request.sale_key,
            lines=((request.line, int(self._pieces.value)),), threshold_fen=parse_yuan(self._threshold.value) or 0,
            percent_off=int(self._percent.value),
        )  # fmt: skip
        self._answer_slot.clear()
        with self._answer_slot:
            description_list({
                t('aftersales.pro_rata'): yuan(quote.pro_rata_fen),
                t('aftersales.requalify'): yuan(quote.requalify_fen),
            })  # fmt: skip

    async def _answer(self) -> None:
        if self._chosen is None:
            return
        command = AnswerRequest(key=self._chosen.key, answer=self._words.value.strip())
        await run_operation(answer_request, actor=self._place.actor, command=command)
        self._panel.close()
        self.show(await self.load())


def clock_words(request: RequestRow, moment: datetime) -> tuple[State, str]:
    """How the clock stands: what is left, by how much it is over, whether it was kept."""
    if request.state == 'answered':
        is_kept = request.answered_at is not None and request.answered_at <= request.due_at
        return ('good', t('aftersales.clock.kept')) if is_kept else ('off', t('aftersales.clock.late'))
    if request.state == 'escalated' or moment > request.due_at:
        return 'act', t('aftersales.clock.over', time=duration(moment - request.due_at))
    return 'watch', t('aftersales.clock.left', time=duration(request.due_at - moment))


def _columns() -> list[Column]:
    return [
        Column(name='badge', label=t('aftersales.clock_column'), kind='badge'),
        Column(name='shop', label=t('aftersales.shop'), is_sortable=True),
        Column(name='complaint', label=t('aftersales.complaint')),
        Column(name='state_words', label=t('aftersales.state_column')),
        Column(name='asked', label=t('aftersales.asked')),
        Column(name='due', label=t('aftersales.due')),
    ]


def _row(request: RequestRow, place: Counterfoil, moment: datetime) -> dict[str, Any]:
    state, words = clock_words(request, moment)
    return {
        'id': request.id, 'shop': place.shop(request.shop), 'complaint': request.complaint, 'state': request.state,
        'state_words': t(f'aftersales.state.{request.state}'), 'asked': place.moment(request.asked_at),
        'due': place.moment(request.due_at), 'badge': {'state': state, 'text': words},
    }  # fmt: skip
