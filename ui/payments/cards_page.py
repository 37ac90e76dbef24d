"""预付卡: issue and top up, what is on each card and what it paid, and blocking one that was lost."""

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from nicegui import ui
from pydantic import SecretStr

from domain.payments.cards import CardRow, SwitchCard, list_card_movements, list_cards, switch_card
from domain.payments.commands import IssueCard
from domain.payments.reconciling import issue_card
from domain.shared.operations import run_operation, run_query
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.description_list import description_list
from ui.kit.empty_state import empty_state
from ui.kit.field import at_most, required, text_field
from ui.kit.figure import Figure
from ui.kit.form import form
from ui.kit.format import number
from ui.kit.i18n import t
from ui.kit.metric_card import MetricCard
from ui.kit.money import money_field, parse_yuan, signed_yuan, yuan
from ui.kit.row_paging import page_of
from ui.kit.section import grid, section
from ui.kit.side_panel import SidePanel
from ui.kit.status_badge import status_badge
from ui.kit.text import Text
from ui.kit.tokens import State
from ui.loading import Loader
from ui.saleswords import Counterfoil

FIGURES = ('cards', 'on_cards', 'blocked')
KINDS = frozenset({'payments.card', 'payments.in', 'payments.out'})
LEAST_DIGITS, MOST_DIGITS = 8, 32


@dataclass(frozen=True, slots=True)
class Cards:
    cards: list[CardRow]


class CardsPage:
    """Figures, the cards, the one that is open, and the form that issues and tops up."""

    def __init__(self, place: Counterfoil, loader: Loader[Cards]) -> None:
        self._place, self._loader = place, loader
        self._cards: dict[int, CardRow] = {}
        self._key = str(uuid4())
        with grid(least_width=180):
            self._figures = {name: MetricCard(t(f'payments.card_figure.{name}')) for name in FIGURES}
        with ui.element('div').classes('at-split at-split--side'):
            with section(t('payments.cards'), t('payments.cards_hint')):
                self._table = DataTable(
                    _columns(),
                    self._page,
                    address=place.address,
                    filters=[Filter(
                        name='state', label=t('payments.card_state_column'),
                        options={state: t(f'payments.card_state.{state}') for state in ('active', 'blocked')},
                    )],
                    empty_title=t('payments.no_cards'),
                    empty_help=t('payments.no_cards_help'),
                    on_open=lambda row: self._open(row['id']),
                )  # fmt: skip
                self._table.mark('payments.cards')
            self._panel = SidePanel(t('payments.choose_card'), 'layers')
        with section(t('payments.issue'), t('payments.issue_hint')), form(self._issue, label=t('payments.issue_do')):
            self._number = text_field(
                t('payments.card_number'), help_text=t('payments.card_number_help'), checks=(required, _digits)
            ).props('inputmode=numeric autocomplete=off')
            self._amount = money_field(t('payments.amount'), checks=(required,))

    async def load(self) -> Cards:
        """All cards as they stand."""
        return Cards(await run_query(list_cards, actor=self._place.actor))

    def show(self, told: Cards) -> None:
        """Show these cards."""
        self._cards = {card.id: card for card in told.cards}
        shown = {
            'cards': number(len(told.cards)), 'on_cards': yuan(sum(card.balance_fen for card in told.cards)),
            'blocked': number(sum(not card.is_active for card in told.cards)),
        }  # fmt: skip
        for name, text in shown.items():
            self._figures[name].show(Figure(text=text))
        self._table.show(self._paged(self._table.query))

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        keys = {'balance': lambda row: row['fen']}
        return page_of([self._row(card) for card in self._cards.values()], query, searched=('number',), keys=keys)

    def _row(self, card: CardRow) -> dict[str, Any]:
        state, words = _state(card)
        return {
            'id': card.id, 'number': f'**** {card.tail}', 'balance': yuan(card.balance_fen), 'fen': card.balance_fen,
            'issued': self._place.moment(card.issued_at), 'last': self._place.moment(card.last_at),
            'state': 'active' if card.is_active else 'blocked', 'badge': {'state': state, 'text': words},
        }  # fmt: skip

    async def _open(self, card_id: int) -> None:
        card = self._cards.get(card_id)
        if card is None:
            return
        movements = await run_query(list_card_movements, actor=self._place.actor, card_id=card_id)
        with self._panel.refilled():
            Text(f'**** {card.tail}', tag='h2', classes='at-section__title')
            status_badge(*_state(card))
            description_list({
                t('payments.balance'): yuan(card.balance_fen),
                t('payments.issued'): self._place.moment(card.issued_at),
            })  # fmt: skip
            if not movements:
                empty_state(t('payments.no_movements'))
            for one in movements:
                with ui.element('div').classes('at-row'):
                    with ui.element('div').classes('at-grow'):
                        kind = one.kind if one.kind in KINDS else 'payments.card'
                        Text(t(f'payments.card_kind.{kind.removeprefix("payments.")}'), tag='div')
                        Text(self._place.moment(one.occurred_at), tag='div', classes='at-small at-muted')
                    Text(signed_yuan(one.fen), classes='at-figures')
            self._switching(card)

    def _switching(self, card: CardRow) -> None:
        label = t('payments.block') if card.is_active else t('payments.unblock')
        with form(lambda: self._switch(card), label=label):
            self._reason = text_field(
                t('payments.card_reason'), help_text=t('payments.block_help'), checks=(required, at_most(200))
            )

    async def _switch(self, card: CardRow) -> None:
        command = SwitchCard(card_id=card.id, is_active=not card.is_active, reason=self._reason.value.strip())
        await run_operation(switch_card, actor=self._place.actor, command=command)
        ui.notify(t(f'payments.switched.{not card.is_active}', tail=card.tail))
        await self._loader.refresh()
        await self._open(card.id)

    async def _issue(self) -> None:
        """One key per opening of the form: a second submit puts nothing more on the card."""
        fen = parse_yuan(self._amount.value) or 0
        number_ = SecretStr(self._number.value.strip().replace(' ', ''))
        command = IssueCard(number=number_, fen=fen, key=f'desk:{self._key}')
        await run_operation(issue_card, actor=self._place.actor, command=command)
        ui.notify(t('payments.charged', fen=yuan(fen)))
        self._key, self._number.value, self._amount.value = str(uuid4()), '', ''
        await self._loader.refresh()


def _state(card: CardRow) -> tuple[State, str]:
    name = 'active' if card.is_active else 'blocked'
    return ('good' if card.is_active else 'act'), t(f'payments.card_state.{name}')


def _digits(value: object) -> str | None:
    plain = str(value or '').replace(' ', '')
    return None if plain.isdecimal() and LEAST_DIGITS <= len(plain) <= MOST_DIGITS else t('payments.card_number_help')


def _columns() -> list[Column]:
    return [
        Column(name='number', label=t('payments.card')),
        Column(name='balance', label=t('payments.balance'), kind='number', is_sortable=True),
        Column(name='issued', label=t('payments.issued')),
        Column(name='last', label=t('payments.last_moved')),
        Column(name='badge', label=t('payments.card_state_column'), kind='badge'),
    ]
