"""账单: every charge with what is open of it; and one charge with how it was computed and what settled it."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from nicegui import ui

from domain.billing.commands import ChargeId, OpenDispute, SettleDispute
from domain.billing.overview import ChargeDetail, get_charge
from domain.billing.payments import open_dispute, settle_dispute
from domain.billing.permissions import DUN
from domain.billing.queries import list_charges
from domain.billing.views import ChargeView
from domain.leasing.queries import get_lease
from domain.leasing.turnover import list_months
from domain.leasing.views import LeaseView, MonthView
from domain.shared.operations import run_operation, run_query
from ui.billing import addresses
from ui.billing.place import KINDS, Place, kind_words
from ui.kit.button import button
from ui.kit.data_table import Column, DataTable, Filter, TablePage, TableQuery
from ui.kit.description_list import description_list
from ui.kit.field import at_most, required, text_field
from ui.kit.form import form
from ui.kit.format import month_words, number
from ui.kit.i18n import t
from ui.kit.money import money_field, parse_yuan, yuan
from ui.kit.notice import notice
from ui.kit.plain_table import PlainTable
from ui.kit.row_paging import page_of
from ui.kit.section import section, split
from ui.leasewords import date_words, item_words, term_words
from ui.loading import Loader, together
from ui.shell import paths

STATES = ('open', 'overdue', 'settled', 'credit')


def state_of(charge: ChargeView, today: date) -> str:
    """Where a charge stands on a day."""
    if charge.amount_fen < 0:
        return 'credit'
    if not charge.open_fen:
        return 'settled'
    return 'overdue' if charge.due_on < today else 'open'


class BillsPage:
    """All charges; a row opens one."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._rows: list[dict[str, Any]] = []
        filters = [
            Filter(name='state', label=t('billing.state'), options={s: t(f'billing.bill_state.{s}') for s in STATES}),
            Filter(name='kind', label=t('billing.kind_column'), options={kind: kind_words(kind) for kind in KINDS}),
        ]
        with section(t('billing.bills'), t('billing.bills_hint')):
            self._table = DataTable(
                bill_columns(), self._page, address=place.address, filters=filters,
                empty_title=t('billing.no_bills'), empty_help=t('billing.no_bills_help'),
                on_open=lambda row: ui.navigate.to(addresses.bill(row['id'])),
            )  # fmt: skip
            self._table.mark('billing.bills')

    async def load(self) -> list[ChargeView]:
        """Charges as they are now."""
        return await run_query(list_charges, actor=self._place.actor)

    def show(self, charges: list[ChargeView]) -> None:
        """Show these charges, the newest first."""
        self._rows = [bill_row(charge, self._place) for charge in reversed(charges)]
        self._table.show(self._paged(self._table.query))

    async def _page(self, query: TableQuery) -> TablePage:
        return self._paged(query)

    def _paged(self, query: TableQuery) -> TablePage:
        keys = {
            'amount': lambda row: row['fen'],
            'open': lambda row: row['open_fen'],
            'due': lambda row: row['due_iso'],
        }
        return page_of(self._rows, query, searched=('tenant', 'number'), keys=keys)


def bill_columns() -> list[Column]:
    return [
        Column(name='number', label=t('billing.bill')),
        Column(name='tenant', label=t('billing.tenant'), is_sortable=True),
        Column(name='what', label=t('billing.kind_column')), Column(name='period', label=t('billing.period')),
        Column(name='amount', label=t('billing.amount'), kind='number', is_sortable=True),
        Column(name='open', label=t('billing.open'), kind='number', is_sortable=True),
        Column(name='due', label=t('billing.due_on'), is_sortable=True),
        Column(name='badge', label=t('billing.state'), kind='badge'),
    ]  # fmt: skip


def bill_row(charge: ChargeView, place: Place) -> dict[str, Any]:
    state = state_of(charge, place.today)
    colour = {'open': 'watch', 'overdue': 'act', 'settled': 'good', 'credit': 'off'}[state]
    return {
        'id': charge.id, 'number': f'#{charge.id}', 'tenant': place.tenant(charge.tenant_id), 'kind': charge.kind,
        'what': kind_words(charge.kind), 'period': term_words(charge.starts_on, charge.ends_on),
        'amount': yuan(charge.amount_fen), 'fen': charge.amount_fen,
        'open': yuan(charge.open_fen) if charge.open_fen else '', 'open_fen': charge.open_fen,
        'due': date_words(charge.due_on), 'due_iso': charge.due_on.isoformat(), 'state': state,
        'badge': {'state': colour, 'text': t(f'billing.bill_state.{state}')},
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Bill:
    charge: ChargeDetail
    lease: LeaseView
    months: list[MonthView]


class BillPage:
    """A charge, where it comes from, and what became of it."""

    def __init__(self, place: Place, charge_id: ChargeId, loader: Loader[Bill]) -> None:
        self._place, self._charge_id, self._loader = place, charge_id, loader
        self._box = ui.element('div').classes('at-stack')

    async def load(self) -> Bill:
        """The charge as it is now."""
        actor = self._place.actor
        charge = await run_query(get_charge, actor=actor, charge_id=self._charge_id)
        lease, months = await together(
            run_query(get_lease, actor=actor, lease_id=charge.lease_id),
            run_query(list_months, actor=actor, lease_id=charge.lease_id),
        )
        return Bill(charge, lease, months)

    def show(self, bill: Bill) -> None:
        """Show this charge."""
        charge = bill.charge
        self._box.clear()
        with self._box, split(even=True):
            title = f'{kind_words(charge.kind)} · {self._place.tenant(charge.tenant_id)}'
            with section(title, term_words(charge.starts_on, charge.ends_on), actions=lambda: self._links(charge)):
                description_list({
                    t('billing.bill'): f'#{charge.id}', t('billing.amount'): yuan(charge.amount_fen),
                    t('billing.open'): yuan(max(0, charge.open_fen)), t('billing.due_on'): date_words(charge.due_on),
                    t('billing.run'): f'#{charge.run_id}' if charge.run_id else None,
                    t('billing.posted_at'): self._place.moment(charge.posted_at),
                })  # fmt: skip
                if charge.disputed_fen:
                    notice(t('billing.disputed', fen=yuan(charge.disputed_fen), reason=charge.dispute_reason), 'watch')
            with section(t('billing.computed'), t('billing.computed_hint')):
                description_list(explanation(bill))
            with section(t('billing.settled_by')):
                PlainTable(
                    [
                        Column(name='on', label=t('billing.settled_on')), Column(name='by', label=t('billing.method')),
                        Column(name='amount', label=t('billing.amount'), kind='number'),
                    ],
                    [
                        {
                            'on': date_words(part.on), 'by': t(f'billing.methods.{part.method}'),
                            'amount': yuan(part.amount_fen),
                        } for part in charge.settled
                    ],
                    hint=t('billing.nothing_settled'),
                ).mark('billing.settled')  # fmt: skip
            if self._place.actor.may(DUN) and charge.amount_fen > 0:
                self._dispute(charge)

    def _links(self, charge: ChargeDetail) -> None:
        button(t('billing.account'), lambda: ui.navigate.to(paths.tenant_account(charge.tenant_id)), rank='quiet')
        button(t('billing.lease'), lambda: ui.navigate.to(paths.lease(charge.lease_id)), rank='quiet')

    def _dispute(self, charge: ChargeDetail) -> None:
        with section(t('billing.dispute'), t('billing.dispute_hint')):
            if charge.disputed_fen:
                button(t('billing.end_dispute'), self._settle).mark('billing.end_dispute')
                return
            with form(self._contest, label=t('billing.note_dispute')):
                self._fen = money_field(t('billing.disputed_amount'), charge.amount_fen)
                self._reason = text_field(t('billing.reason'), checks=(required, at_most(200)))

    async def _contest(self) -> None:
        command = OpenDispute(
            charge_id=self._charge_id, amount_fen=max(1, parse_yuan(self._fen.value) or 0), from_on=self._place.today,
            reason=self._reason.value.strip(),
        )  # fmt: skip
        await run_operation(open_dispute, actor=self._place.actor, command=command)
        await self._loader.refresh()

    async def _settle(self) -> None:
        until = date.fromordinal(self._place.today.toordinal() + 1)
        command = SettleDispute(charge_id=self._charge_id, until_on=until)
        await run_operation(settle_dispute, actor=self._place.actor, command=command)
        await self._loader.refresh()


def explanation(bill: Bill) -> dict[str, str | None]:
    """From what an amount follows: the terms, the turnover, the readings, the cost behind it."""
    charge = bill.charge
    origin = charge.source.partition(':')[0]
    found: dict[str, str | None] = {t('billing.origin'): t(f'billing.origins.{origin}')}
    if origin == 'lease':
        kind = 'rent' if charge.kind == 'turnover_rent' else charge.kind
        items = [
            i
            for i in bill.lease.items
            if i.kind == kind and i.starts_on < charge.ends_on and i.ends_on > charge.starts_on
        ]
        found[t('billing.terms')] = t('leasing.then').join(item_words(item.terms) for item in items) or t(
            'billing.terms_changed'
        )
        found[t('billing.net_area')] = f'{number(bill.lease.net_area_dm2 / 100, digits=1)} m²'
        found[t('billing.proration')] = t(f'leasing.prorations.{bill.lease.terms.proration.value}')
    if charge.kind == 'turnover_rent':
        month = next((one for one in bill.months if one.month == charge.anchor_on.replace(day=1)), None)
        found[t('billing.turnover_of', month=month_words(charge.anchor_on))] = yuan(month.gto_fen) if month else None
    if origin == 'meter':
        usage = charge.facts.get('usage_milli')
        found[t('billing.usage')] = number(int(usage) / 1000, digits=1) if isinstance(usage, int) else None
        loss = charge.facts.get('loss_milli')
        found[t('billing.loss')] = number(int(loss) / 1000, digits=1) if isinstance(loss, int) else None
    for name in ('reason', 'document'):
        if name in charge.facts:
            found[t(f'billing.{name}')] = str(charge.facts[name])
    if charge.is_adjustment or len(charge.siblings) > 1:
        found[t('billing.siblings')] = ' → '.join(f'#{one} {yuan(fen)}' for one, fen in charge.siblings)
    return found
