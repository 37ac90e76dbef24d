"""公摊: key tables, the costs that they spread, and single fees."""

from dataclasses import dataclass

from nicegui import ui

from domain.billing.commands import KeyTableId, RegisterCost, RegisterFee, SetKeyTable
from domain.billing.costs import keys_by_area, register_cost, register_fee, set_key_table
from domain.billing.overview import CostRow, KeyTableRow, list_costs, list_key_tables
from domain.billing.permissions import PREPARE
from domain.leasing.overview import unit_codes
from domain.leasing.queries import list_leases
from domain.leasing.views import LeaseView
from domain.shared.operations import run_operation, run_query
from ui.billing.place import Place, kind_words
from ui.kit.data_table import Column
from ui.kit.day_field import day_field, parse_day
from ui.kit.field import at_most, choice_field, required, text_field
from ui.kit.form import form
from ui.kit.format import number, percent
from ui.kit.i18n import t
from ui.kit.money import money_field, parse_yuan, yuan
from ui.kit.notice import notice
from ui.kit.plain_table import PlainTable
from ui.kit.section import section, split
from ui.leasewords import date_words, term_words
from ui.loading import Loader, together

KINDS, FEES = ('cam', 'promotion', 'energy'), ('fine', 'cost', 'other')
WHOLE = 1_000_000


@dataclass(frozen=True, slots=True)
class Costs:
    tables: list[KeyTableRow]
    costs: list[CostRow]
    leases: list[LeaseView]
    units: dict[int, str]


class CostsPage:
    """Costs and tables at the left, what can be registered at the right."""

    def __init__(self, place: Place, loader: Loader[Costs]) -> None:
        self._place, self._loader = place, loader
        self._shown: Costs | None = None
        with split():
            with ui.element('div').classes('at-stack'):
                with section(t('billing.costs'), t('billing.costs_hint')):
                    self._costs = PlainTable(_cost_columns(), hint=t('billing.no_costs')).mark('billing.costs')
                with section(t('billing.key_tables'), t('billing.key_tables_hint')):
                    self._tables = PlainTable(_table_columns(), hint=t('billing.no_tables'), on_open=self._open)
                    self._tables.mark('billing.tables')
                    self._keys = ui.element('div')
            self._forms = ui.element('div').classes('at-stack')

    async def load(self) -> Costs:
        """Costs and tables as they are now."""
        actor = self._place.actor
        return Costs(*await together(
            run_query(list_key_tables, actor=actor), run_query(list_costs, actor=actor),
            run_query(list_leases, actor=actor), run_query(unit_codes, actor=actor),
        ))  # fmt: skip

    def show(self, shown: Costs) -> None:
        """Show these costs."""
        self._shown = shown
        self._costs.show([
            {
                'id': row.id, 'kind': kind_words(row.kind), 'reason': row.reason,
                'period': term_words(row.starts_on, row.ends_on), 'table': row.table, 'amount': yuan(row.amount_fen),
                'billed': yuan(row.billed_fen), 'landlord': yuan(row.amount_fen - row.billed_fen),
            } for row in shown.costs
        ])  # fmt: skip
        self._tables.show([
            {
                'id': row.id, 'code': row.code, 'units': number(len(row.keys)),
                'vacant': t('billing.vacant_spread' if row.spreads_vacant else 'billing.vacant_landlord'),
                'by': row.set_by, 'at': date_words(self._place.clock.local(row.set_at).date()),
            } for row in shown.tables
        ])  # fmt: skip
        self._forms.clear()
        with self._forms:
            if not self._place.actor.may(PREPARE):
                notice(t('billing.finance_prepares'))
                return
            self._cost_form(shown)
            self._fee_form(shown)
            self._table_form()

    def _open(self, row: object) -> None:
        assert self._shown is not None
        table = next(one for one in self._shown.tables if one.id == row['id'])  # type: ignore[index]
        names = self._shown.units
        self._keys.clear()
        with self._keys:
            columns = [Column(name='unit', label=t('billing.unit')), Column(name='key', label='‰', kind='bar')]
            most = max(table.keys.values(), default=1)
            PlainTable(columns, [
                {'unit': names.get(unit, f'#{unit}'), 'key': {'text': f'{key / 1000:.3f}', 'share': key / most}}
                for unit, key in sorted(table.keys.items(), key=lambda one: -one[1])
            ]).mark('billing.keys').style('max-height: 320px; overflow: auto')  # fmt: skip
            notice(t('billing.keys_sum', sum=f'{sum(table.keys.values()) / 1000:,.3f}'), 'good')

    def _cost_form(self, shown: Costs) -> None:
        month = self._place.today.replace(day=1)
        with (
            section(t('billing.new_cost'), t('billing.new_cost_hint')),
            form(self._register, label=t('billing.new_cost')),
        ):
            tables = {row.id: row.code for row in shown.tables}
            self._table = choice_field(t('billing.key_table'), tables, next(iter(tables), None), checks=(required,))
            self._kind = choice_field(t('billing.kind_column'), {kind: kind_words(kind) for kind in KINDS}, 'cam')
            self._starts = day_field(t('billing.from_day'), month)
            self._ends = day_field(t('billing.to_day'), self._place.today)
            self._amount = money_field(t('billing.amount'), checks=(_positive,))
            self._reason = text_field(t('billing.reason'), checks=(required, at_most(200)))
        with ui.element('div') as self._answer:
            pass

    async def _register(self) -> None:
        starts, last = parse_day(self._starts.value), parse_day(self._ends.value)
        assert starts is not None
        assert last is not None
        command = RegisterCost(
            key_table_id=KeyTableId(self._table.value), kind=self._kind.value, starts_on=starts,
            ends_on=last.fromordinal(last.toordinal() + 1), amount_fen=parse_yuan(self._amount.value) or 1,
            reason=self._reason.value.strip(),
        )  # fmt: skip
        cost = await run_operation(register_cost, actor=self._place.actor, command=command)
        landlord, whole = cost.landlord_fen, sum(cost.by_lease.values()) + cost.landlord_fen
        ui.notify(t(
            'billing.cost_spread', count=len(cost.by_lease), landlord=yuan(landlord),
            share=percent(landlord / whole if whole else None),
        ))  # fmt: skip
        await self._loader.refresh()

    def _fee_form(self, shown: Costs) -> None:
        leases = {
            lease.id: f'{self._place.tenant(lease.tenant_id)} · {lease.number}'
            for lease in shown.leases if lease.status == 'signed' and lease.ends_on > self._place.today
        }  # fmt: skip
        with section(t('billing.new_fee'), t('billing.new_fee_hint')), form(self._fine, label=t('billing.new_fee')):
            self._lease = choice_field(t('billing.lease'), leases, checks=(required,))
            self._lease.props('use-input fill-input hide-selected')
            self._fee_kind = choice_field(t('billing.kind_column'), {kind: kind_words(kind) for kind in FEES}, 'fine')
            self._fee_due = day_field(t('billing.due_on'), self._place.today)
            self._fee = money_field(t('billing.fee_amount'), checks=(_positive,))
            self._why = text_field(t('billing.fee_reason'), checks=(required, at_most(200)))

    async def _fine(self) -> None:
        due = parse_day(self._fee_due.value)
        assert due is not None
        command = RegisterFee(
            lease_id=self._lease.value, kind=self._fee_kind.value, on=self._place.today, due_on=due,
            amount_fen=parse_yuan(self._fee.value) or 1, reason=self._why.value.strip(),
        )  # fmt: skip
        await run_operation(register_fee, actor=self._place.actor, command=command)
        ui.notify(t('billing.fee_registered'))
        await self._loader.refresh()

    def _table_form(self) -> None:
        with (
            section(t('billing.new_table'), t('billing.new_table_hint')),
            form(self._set, label=t('billing.new_table')),
        ):
            self._code = text_field(t('billing.table_name'), checks=(required, at_most(200)))
            self._vacant = choice_field(
                t('billing.vacant'),
                {False: t('billing.vacant_landlord'), True: t('billing.vacant_spread')}, False,
            )  # fmt: skip

    async def _set(self) -> None:
        actor = self._place.actor
        keys = await run_query(keys_by_area, actor=actor, on=self._place.today)
        command = SetKeyTable(code=self._code.value.strip(), keys=keys, spreads_vacant=bool(self._vacant.value))
        await run_operation(set_key_table, actor=actor, command=command)
        ui.notify(t('billing.table_set'))
        await self._loader.refresh()


def _positive(value: object) -> str | None:
    return None if (parse_yuan(value) or 0) > 0 else t('kit.form.amount')


def _cost_columns() -> list[Column]:
    return [
        Column(name='kind', label=t('billing.kind_column')), Column(name='reason', label=t('billing.reason')),
        Column(name='amount', label=t('billing.amount'), kind='number'),
        Column(name='billed', label=t('billing.billed'), kind='number'),
        Column(name='landlord', label=t('billing.landlord'), kind='number'),
    ]  # fmt: skip


def _table_columns() -> list[Column]:
    return [
        Column(name='code', label=t('billing.table_name')),
        Column(name='units', label=t('billing.units'), kind='number'),
        Column(name='vacant', label=t('billing.vacant')), Column(name='by', label=t('billing.set_by')),
        Column(name='at', label=t('billing.set_at')),
    ]  # fmt: skip
