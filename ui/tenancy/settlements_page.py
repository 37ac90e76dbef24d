"""费用结算: what promotions cost, who pays which part, the approval by somebody else, and the bill that follows."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from nicegui import ui

from domain.billing.origins import list_origins
from domain.billing.permissions import VIEW as VIEW_BILLS
from domain.billing.views import OriginState
from domain.leasing.permissions import VIEW as VIEW_LEASES
from domain.leasing.queries import list_tenants
from domain.leasing.views import TenantView
from domain.permits.commands import DecideSettlement, SettlePromotion
from domain.permits.permissions import APPROVE_SETTLEMENT, SETTLE
from domain.permits.settlements import (
    decide_settlement,
    list_settlements,
    preview_settlement,
    propose_settlement,
)
from domain.permits.views import SettlementView, Shares
from domain.shared.operations import run_operation, run_query
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.description_list import description_list
from ui.kit.field import at_most, choice_field, required, text_field
from ui.kit.form import form
from ui.kit.format import day
from ui.kit.i18n import t, words
from ui.kit.money import money_field, parse_yuan, yuan
from ui.kit.notice import notice
from ui.kit.row_paging import page_of
from ui.kit.section import section
from ui.kit.side_panel import SidePanel
from ui.kit.text import Text
from ui.loading import Loader, together
from ui.reviewwords import SETTLEMENTS, settlement_words, share_words
from ui.screens import Place
from ui.shell import paths
from ui.tenancy.reviewing import trail

VERDICTS = ('agree', 'return')


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The settlements, the bills that followed, and the names of the shops."""

    settlements: list[SettlementView]
    bills: list[OriginState]
    tenants: list[TenantView]


class SettlementsPage:
    """What waits stands first; the chosen one beside it, with what the reader may do about it."""

    def __init__(self, place: Place, loader: Loader[Loaded]) -> None:
        self._place, self._loader = place, loader
        self._settlements: dict[int, SettlementView] = {}
        self._bills: dict[str, OriginState] = {}
        self._names: dict[int, str] = {}
        self._wanted = place.address.integer('open', 0)
        with ui.element('div').classes('at-split at-split--side'):
            with section(t('settlement.title'), t('settlement.hint')):
                options = {name: settlement_words(name) for name in SETTLEMENTS}
                self._table = DataTable(
                    _columns(), self._page, address=place.address,
                    filters=[Filter(name='standing', label=t('tenancy.state'), options=options)],
                    empty_title=t('settlement.none'), empty_help=t('settlement.none_help'),
                    on_open=lambda row: self._open(row['id']),
                )  # fmt: skip
                self._table.mark('tenancy.settlements')
            self._panel = SidePanel(t('settlement.choose'), 'copy')

    async def load(self) -> Loaded:
        """Each part for whoever may see it."""
        actor = self._place.actor
        settlements, tenants = await together(
            run_query(list_settlements, actor=actor),
            run_query(list_tenants, actor=actor) if actor.may(VIEW_LEASES) else _none(),
        )
        origins = [_origin(one) for one in settlements if one.standing == 'settled']
        bills = await run_query(list_origins, actor=actor, origins=origins) if actor.may(VIEW_BILLS) else []
        return Loaded(settlements=settlements, bills=bills, tenants=tenants)

    def show(self, loaded: Loaded) -> None:
        """Show them."""
        self._names = {tenant.id: words(tenant.name_zh, tenant.name_en) for tenant in loaded.tenants}
        self._bills = {one.origin: one for one in loaded.bills}
        order = list(SETTLEMENTS)
        first = sorted(loaded.settlements, key=lambda one: order.index(one.standing))
        self._settlements = {one.promotion_id: one for one in first}
        self._table.show(self._paged(self._table.query))
        if self._wanted in self._settlements:
            wanted, self._wanted = self._wanted, 0
            self._open(wanted)

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        return page_of([self._row(one) for one in self._settlements.values()], query, searched=('title', 'tenant'))

    def _row(self, one: SettlementView) -> dict[str, Any]:
        return {
            'id': one.promotion_id, 'title': one.title, 'tenant': self._shop(one), 'standing': one.standing,
            'days': _days(one), 'budget': yuan(one.budget_fen),
            'share': share_words(one.brand_share_bp), 'brand': yuan(one.brand_fen),
            'badge': {'state': SETTLEMENTS[one.standing], 'text': settlement_words(one.standing)},
        }  # fmt: skip

    def _open(self, promotion_id: int) -> None:
        one, actor = self._settlements[promotion_id], self._place.actor
        with self._panel.refilled():
            Text(one.title, tag='h2', classes='at-section__title')
            description_list({
                t('tenancy.tenant'): self._shop(one), t('tenancy.days'): _days(one),
                t('settlement.budget'): yuan(one.budget_fen),
                t('settlement.share'): share_words(one.brand_share_bp),
                **self._proposed(one),
            })  # fmt: skip
            if one.approval:
                trail(self._place, one.approval)
            if one.standing == 'settled' and actor.may(VIEW_BILLS):
                ui.link(t('settlement.to_account'), paths.tenant_account(one.tenant_id))
            elif not one.is_ready:
                notice(t('settlement.not_ready'), 'watch')
            elif one.standing == 'pending' and actor.may(APPROVE_SETTLEMENT):
                self._decision(one)
            elif one.standing != 'settled' and actor.may(SETTLE):
                self._proposal(one)

    def _proposed(self, one: SettlementView) -> dict[str, str | None]:
        """What was proposed, and where its bill stands; nothing before."""
        if one.approval is None:
            return {}
        content = one.approval.content
        return {
            t('settlement.cost'): yuan(content.get('cost_fen')), t('settlement.brand'): yuan(content.get('brand_fen')),
            t('settlement.mall'): yuan(content.get('mall_fen')),
            t('settlement.document'): content.get('document') or None, t('settlement.bill'): self._bill(one),
        }  # fmt: skip

    def _bill(self, one: SettlementView) -> str | None:
        """Where the brand's part stands on its way to the bill."""
        if one.standing != 'settled' or not self._place.actor.may(VIEW_BILLS):
            return None
        if not one.brand_fen:
            return t('settlement.nothing_due')
        state = self._bills.get(_origin(one))
        if state is None:
            return t('settlement.being_charged')
        return t('settlement.billed') if state.charge_id else t('settlement.next_run')

    def _proposal(self, one: SettlementView) -> None:
        with form(lambda: self._preview(one), label=t('settlement.preview')):
            self._cost = money_field(t('settlement.cost'), one.budget_fen)
            self._document = text_field(t('settlement.document'), help_text=t('settlement.document_help'),
                                        checks=(at_most(200),))  # fmt: skip
        self._shown = ui.element('div').classes('at-stack')

    def _command(self, one: SettlementView) -> SettlePromotion:
        return SettlePromotion(
            promotion_id=one.promotion_id, actual_cost_fen=parse_yuan(self._cost.value) or 0,
            document=(self._document.value or '').strip(),
        )  # fmt: skip

    async def _preview(self, one: SettlementView) -> None:
        """What was previewed is what is sent, whatever is typed in between."""
        command = self._command(one)
        shares: Shares = await run_query(preview_settlement, actor=self._place.actor, command=command)
        self._shown.clear()
        with self._shown:
            description_list({
                t('settlement.cost'): yuan(shares.cost_fen), t('settlement.brand'): yuan(shares.brand_fen),
                t('settlement.mall'): yuan(shares.mall_fen),
            }).mark('settlement.shares')  # fmt: skip
            if shares.cost_fen > shares.budget_fen:
                notice(t('settlement.above_budget', by=yuan(shares.cost_fen - shares.budget_fen)), 'watch')
            with form(lambda: self._propose(command), label=t('settlement.propose')):
                pass

    async def _propose(self, command: SettlePromotion) -> None:
        await run_operation(propose_settlement, actor=self._place.actor, command=command)
        await self._again(command.promotion_id)

    def _decision(self, one: SettlementView) -> None:
        assert one.approval is not None
        if one.approval.submitted_by == self._place.actor.name:
            notice(t('settlement.not_oneself'))
            return
        with form(lambda: self._decide(one), label=t('tenancy.decide')):
            options = {name: t(f'tenant.verdict.{name}') for name in VERDICTS}
            self._verdict = choice_field(t('tenancy.verdict'), options, 'agree', checks=(required,))
            self._comment = text_field(t('settlement.comment'), checks=(self._has_reason, at_most(500)))

    def _has_reason(self, value: object) -> str | None:
        return required(value) if self._verdict.value == 'return' else None

    async def _decide(self, one: SettlementView) -> None:
        assert one.approval is not None
        await run_operation(decide_settlement, actor=self._place.actor, command=DecideSettlement(
            promotion_id=one.promotion_id, content_hash=one.approval.content_hash, verdict=self._verdict.value,
            comment=(self._comment.value or '').strip(),
        ))  # fmt: skip
        await self._again(one.promotion_id)

    async def _again(self, promotion_id: int) -> None:
        await self._loader.refresh()
        self._open(promotion_id)

    def _shop(self, one: SettlementView) -> str:
        return self._names.get(one.tenant_id, f'#{one.tenant_id}')


def _days(one: SettlementView) -> str:
    last = one.ends_on - timedelta(days=1)
    return f'{day(one.starts_on, with_weekday=False)} – {day(last, with_weekday=False)}'


def _origin(one: SettlementView) -> str:
    return f'permits.promotion:{one.promotion_id}'


async def _none() -> list[Any]:
    return []


def _columns() -> list[Column]:
    return [
        Column(name='title', label=t('tenancy.promotion')),
        Column(name='badge', label=t('tenancy.state'), kind='badge'),
        Column(name='tenant', label=t('tenancy.tenant')), Column(name='days', label=t('tenancy.days')),
        Column(name='share', label=t('settlement.share'), kind='number'),
        Column(name='brand', label=t('settlement.brand'), kind='number'),
    ]  # fmt: skip
