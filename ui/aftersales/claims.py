"""拍照积分: photographed receipts, each beside the one that said the same before."""

from typing import Any

from nicegui import ui

from domain.aftersales.claiming import decide_claim
from domain.aftersales.commands import DecideClaim
from domain.aftersales.queries import list_claims
from domain.aftersales.views import ClaimRow
from domain.shared.operations import run_operation, run_query
from ui.kit.button import button
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.description_list import description_list
from ui.kit.format import number
from ui.kit.i18n import t
from ui.kit.money import yuan
from ui.kit.notice import notice
from ui.kit.row_paging import page_of
from ui.kit.section import section
from ui.kit.side_panel import SidePanel
from ui.kit.status_badge import status_badge
from ui.kit.text import Text
from ui.kit.tokens import State
from ui.saleswords import Counterfoil

STATES: dict[str, State] = {'held': 'act', 'accepted': 'good', 'rejected': 'off'}


class ClaimsPage:
    """Those that wait first; one opens with its twin beside it."""

    def __init__(self, place: Counterfoil) -> None:
        self._place = place
        self._claims: dict[int, ClaimRow] = {}
        options = {state: t(f'aftersales.claim_state.{state}') for state in STATES}
        with ui.element('div').classes('at-split at-split--side'):
            with section(t('aftersales.claims'), t('aftersales.claims_hint')):
                self._table = DataTable(
                    _columns(),
                    self._page,
                    address=place.address,
                    filters=[Filter(name='state', label=t('aftersales.state_column'), options=options)],
                    empty_title=t('aftersales.no_claims'),
                    empty_help=t('aftersales.no_claims_help'),
                    on_open=lambda row: self._open(row['id']),
                )
                self._table.mark('aftersales.claims')
            self._panel = SidePanel(t('aftersales.choose_claim'), 'camera')

    async def load(self) -> list[ClaimRow]:
        """Claims as they are now."""
        return await run_query(list_claims, actor=self._place.actor)

    def show(self, claims: list[ClaimRow]) -> None:
        """Show these claims."""
        self._claims = {claim.id: claim for claim in claims}
        self._table.show(self._paged(self._table.query))

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        rows = [_row(claim, self._place) for claim in self._claims.values()]
        return page_of(rows, query, searched=('shop', 'receipt_no', 'member'))

    def _open(self, claim_id: int) -> None:
        claim = self._claims.get(claim_id)
        if claim is None:
            return
        with self._panel.refilled():
            Text(t('aftersales.claim', number=claim.id), tag='h2', classes='at-section__title')
            status_badge(STATES[claim.state], t(f'aftersales.claim_state.{claim.state}'))
            description_list({
                t('aftersales.shop'): self._place.shop(claim.shop), t('aftersales.amount'): yuan(claim.fen),
                t('aftersales.bought'): self._place.moment(claim.bought_at),
                t('aftersales.receipt_no'): claim.receipt_no or t('aftersales.unreadable'),
                t('aftersales.member'): f'#{claim.member_id}', t('aftersales.points'): number(claim.points),
                t('aftersales.claimed'): self._place.moment(claim.claimed_at),
                t('aftersales.decided_by'): claim.decided_by,
            })  # fmt: skip
            self._twin(claim)
            if claim.state == 'held':
                with ui.element('div').classes('at-row'):
                    button(t('aftersales.accept'), lambda: self._decide(claim, True), rank='primary').mark(
                        'claim.accept'
                    )
                    button(t('aftersales.reject'), lambda: self._decide(claim, False), rank='danger').mark(
                        'claim.reject'
                    )

    def _twin(self, claim: ClaimRow) -> None:
        """The claim that said the same before (AF-R1); without one, another channel brought the purchase (AF-R2)."""
        if claim.first_id is None:
            if claim.state == 'held':
                notice(t('aftersales.other_channel'), 'watch')
            return
        notice(t('aftersales.same_photo') if claim.is_same_photo else t('aftersales.same_purchase'), 'act')
        description_list({
            t('aftersales.first'): f'#{claim.first_id}',
            t('aftersales.bought'): self._place.moment(claim.first_bought_at),
            t('aftersales.receipt_no'): claim.first_receipt_no or t('aftersales.unreadable'),
            t('aftersales.member'): f'#{claim.first_member_id}',
        })  # fmt: skip

    async def _decide(self, claim: ClaimRow, is_genuine: bool) -> None:
        command = DecideClaim(claim_id=claim.id, is_genuine=is_genuine)
        await run_operation(decide_claim, actor=self._place.actor, command=command)
        self._panel.close()
        self.show(await self.load())


def _columns() -> list[Column]:
    return [
        Column(name='badge', label=t('aftersales.state_column'), kind='badge'),
        Column(name='shop', label=t('aftersales.shop'), is_sortable=True),
        Column(name='amount', label=t('aftersales.amount'), kind='number'),
        Column(name='bought', label=t('aftersales.bought')),
        Column(name='receipt_no', label=t('aftersales.receipt_no')),
        Column(name='member', label=t('aftersales.member')),
        Column(name='twin', label=t('aftersales.first')),
        Column(name='points', label=t('aftersales.points'), kind='number'),
    ]


def _row(claim: ClaimRow, place: Counterfoil) -> dict[str, Any]:
    return {
        'id': claim.id, 'shop': place.shop(claim.shop), 'amount': yuan(claim.fen),
        'bought': place.moment(claim.bought_at), 'receipt_no': claim.receipt_no or t('aftersales.unreadable'),
        'member': f'#{claim.member_id}', 'twin': f'#{claim.first_id}' if claim.first_id else '',
        'points': number(claim.points), 'state': claim.state,
        'badge': {'state': STATES[claim.state], 'text': t(f'aftersales.claim_state.{claim.state}')},
    }  # fmt: skip
