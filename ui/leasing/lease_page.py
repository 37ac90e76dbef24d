"""One lease: what it says, how it came to say so, what waits for a signature, and what its shop turned over."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from nicegui import ui

from domain.benchmarks.forecasts import TurnoverForecastView
from domain.billing.permissions import VIEW as VIEW_BILLS
from domain.leasing.commands import LeaseId, SignLease, TerminateLease
from domain.leasing.operations import sign_lease, terminate_lease
from domain.leasing.overview import VersionView, list_versions, unit_codes
from domain.leasing.permissions import DRAFT, SIGN
from domain.leasing.proposals import ProposalView, list_proposals, sign_proposal, withdraw_proposal
from domain.leasing.queries import get_lease, list_tenants, preview_amendment
from domain.leasing.turnover import list_months
from domain.leasing.views import AmendmentPreview, LeaseView, MonthView, TenantView
from domain.shared.operations import run_operation, run_query
from ui.kit.button import button
from ui.kit.chart_box import ChartBox
from ui.kit.confirmation import confirm
from ui.kit.data_table import Column
from ui.kit.day_field import day_field, parse_day
from ui.kit.description_list import description_list
from ui.kit.field import at_most, required, text_field
from ui.kit.form import form
from ui.kit.i18n import t, words
from ui.kit.money import signed_yuan
from ui.kit.notice import notice
from ui.kit.plain_table import PlainTable
from ui.kit.section import section, split
from ui.kit.status_badge import status_badge
from ui.kit.text import Text
from ui.leasewords import (
    STAGE_STATES,
    area_words,
    break_words,
    date_words,
    item_words,
    last_day,
    reckoning,
    stage_of,
    term_words,
)
from ui.leasing import addresses
from ui.leasing.forecast import forecast_section, read_forecast
from ui.leasing.place import Place
from ui.leasing.preview import preview_table
from ui.leasing.rent_chart import months_chart, steps_chart
from ui.loading import Loader, together
from ui.shell import paths


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page shows."""

    lease: LeaseView
    tenant: TenantView
    units: dict[Any, str]
    versions: list[VersionView]
    months: list[MonthView]
    proposal: ProposalView | None
    preview: AmendmentPreview | None
    forecast: TurnoverForecastView | None
    past: tuple[int, ...]


class LeasePage:
    """Emptied and filled again whenever something about leases changed."""

    def __init__(self, place: Place, lease_id: LeaseId, loader: Loader[Shown]) -> None:
        self._place, self._lease_id, self._loader = place, lease_id, loader
        self._box = ui.element('div').classes('at-stack')

    async def load(self) -> Shown:
        """The lease as it is now."""
        actor, lease_id = self._place.actor, self._lease_id
        lease, tenants, units, versions, months, proposals = await together(
            run_query(get_lease, actor=actor, lease_id=lease_id), run_query(list_tenants, actor=actor),
            run_query(unit_codes, actor=actor), run_query(list_versions, actor=actor, lease_id=lease_id),
            run_query(list_months, actor=actor, lease_id=lease_id),
            run_query(list_proposals, actor=actor, lease_id=lease_id),
        )  # fmt: skip
        proposal = proposals[0] if proposals else None
        preview = None
        if proposal is not None:
            preview = await run_query(preview_amendment, actor=actor, command=proposal.amendment)
        tenant = next(one for one in tenants if one.id == lease.tenant_id)
        forecast, past = await read_forecast(actor, lease.tenant_id)
        return Shown(lease, tenant, units, versions, months, proposal, preview, forecast, past)

    def show(self, shown: Shown) -> None:
        """Show this lease."""
        self._box.clear()
        with self._box:
            self._head(shown)
            if shown.proposal is not None and shown.preview is not None:
                self._proposal(shown.proposal, shown.preview)
            with split():
                self._items(shown.lease)
                self._terms(shown)
            with split(even=True):
                with section(t('leasing.steps'), t('leasing.steps_hint')):
                    ChartBox(height=240).show(steps_chart(shown.lease.items))
                self._turnover(shown.months)
            forecast_section(shown.forecast, shown.past)
            with split(even=True):
                self._versions(shown.versions)
                if self._place.actor.may(SIGN) and shown.lease.status == 'signed':
                    self._ending(shown.lease)

    def _head(self, shown: Shown) -> None:
        lease = shown.lease
        stage = stage_of(lease, self._place.today)
        title = f'{words(shown.tenant.name_zh, shown.tenant.name_en)} · {lease.number}'
        with section(title, term_words(lease.starts_on, lease.ends_on), actions=lambda: self._actions(lease)):
            with ui.element('div').classes('at-row'):
                status_badge(STAGE_STATES[stage], t(f'leasing.stage.{stage}'))
                Text(t('leasing.version', version=lease.version), classes='at-muted')
            description_list({
                t('leasing.units'): ', '.join(shown.units.get(unit, '') for unit in lease.unit_ids),
                t('leasing.area'): area_words(lease.net_area_dm2),
                t('leasing.category'): self._place.category(lease.category),
                t('leasing.legal_name'): shown.tenant.legal_name, t('leasing.credit_code'): shown.tenant.credit_code,
            })  # fmt: skip

    def _actions(self, lease: LeaseView) -> None:
        actor = self._place.actor
        if actor.may(VIEW_BILLS):
            button(t('leasing.bills'), lambda: ui.navigate.to(paths.tenant_account(lease.tenant_id)), rank='quiet')
        if lease.status == 'signed' and actor.may(DRAFT):
            button(t('leasing.amend'), lambda: ui.navigate.to(addresses.amend(lease.id))).mark('leasing.amend')
        if lease.status == 'draft' and actor.may(SIGN):
            button(t('leasing.sign'), lambda: self._ask_to_sign(lease), rank='primary').mark('leasing.sign')

    def _ask_to_sign(self, lease: LeaseView) -> None:
        confirm(
            t('leasing.sign_title', number=lease.number), t('leasing.sign_effect'), action=t('leasing.sign'),
            on_confirm=self._sign,
        )  # fmt: skip

    async def _sign(self) -> None:
        await run_operation(sign_lease, actor=self._place.actor, command=SignLease(lease_id=self._lease_id))
        ui.notify(t('leasing.signed'))
        await self._loader.refresh()

    def _proposal(self, proposal: ProposalView, preview: AmendmentPreview) -> None:
        hint = t('leasing.proposed_by', name=proposal.proposed_by, at=self._place.moment(proposal.proposed_at))
        with section(t('leasing.proposal', summary=proposal.amendment.summary), hint, actions=self._deciding):
            Text(t('leasing.difference', fen=signed_yuan(preview.difference_fen)), tag='p', classes='at-strong')
            preview_table(preview)

    def _deciding(self) -> None:
        actor = self._place.actor
        if actor.may(DRAFT):
            button(t('leasing.withdraw'), self._withdraw).mark('leasing.withdraw')
        if actor.may(SIGN):
            button(t('leasing.sign'), self._ask_to_amend, rank='primary').mark('leasing.sign_proposal')

    def _ask_to_amend(self) -> None:
        confirm(
            t('leasing.amend_title'), t('leasing.amend_effect'), action=t('leasing.sign'), on_confirm=self._amend,
        )  # fmt: skip

    async def _amend(self) -> None:
        await run_operation(sign_proposal, actor=self._place.actor, lease_id=self._lease_id)
        ui.notify(t('leasing.signed'))
        await self._loader.refresh()

    async def _withdraw(self) -> None:
        await run_operation(withdraw_proposal, actor=self._place.actor, lease_id=self._lease_id)
        await self._loader.refresh()

    def _items(self, lease: LeaseView) -> None:
        columns = [
            Column(name='kind', label=t('leasing.item')), Column(name='terms', label=t('leasing.terms')),
            Column(name='from', label=t('leasing.starts')), Column(name='to', label=t('leasing.last_day')),
            Column(name='version', label=t('leasing.version_column')),
        ]  # fmt: skip
        with section(t('leasing.items'), t('leasing.items_hint')):
            PlainTable(columns, [
                {
                    'id': item.id, 'kind': t(f'leasing.kind.{item.kind}'), 'terms': item_words(item.terms),
                    'from': date_words(item.starts_on), 'to': last_day(item.ends_on),
                    'version': f'V{item.from_version}',
                } for item in lease.items
            ]).mark('leasing.items')  # fmt: skip

    def _terms(self, shown: Shown) -> None:
        with section(t('leasing.reckoning')):
            description_list({
                **reckoning(shown.lease.terms),
                t('leasing.breaks'): t('leasing.then').join(break_words(option) for option in shown.lease.breaks)
                or t('leasing.no_breaks'),
            })  # fmt: skip

    def _turnover(self, months: list[MonthView]) -> None:
        with section(t('leasing.months'), t('leasing.months_hint')):
            box = ChartBox(height=240)
            if months:
                box.show(months_chart(months))
            else:
                box.show_nothing(t('leasing.no_months'))

    def _versions(self, versions: list[VersionView]) -> None:
        with section(t('leasing.versions'), t('leasing.versions_hint')):
            if not versions:
                notice(t('leasing.not_signed'))
            PlainTable(
                [
                    Column(name='version', label=t('leasing.version_column')),
                    Column(name='summary', label=t('leasing.summary')), Column(name='by', label=t('leasing.signed_by')),
                    Column(name='at', label=t('leasing.signed_at')), Column(name='ends', label=t('leasing.last_day')),
                ],
                [
                    {
                        'version': f'V{one.version}',
                        'summary': t('leasing.first_version') if one.summary == 'signed' else one.summary,
                        'by': one.signed_by, 'at': date_words(self._place.clock.local(one.signed_at).date()),
                        'ends': last_day(one.ends_on),
                    } for one in versions
                ],
            ).mark('leasing.versions')  # fmt: skip

    def _ending(self, lease: LeaseView) -> None:
        with (
            section(t('leasing.ending'), t('leasing.ending_hint')),
            form(lambda: self._ask_to_end(lease), label=t('leasing.end')),
        ):
            self._end_on = day_field(t('leasing.last_day'), checks=(required,))
            self._reason = text_field(t('leasing.reason'), checks=(required, at_most(200)))

    async def _ask_to_end(self, lease: LeaseView) -> None:
        last, reason = parse_day(self._end_on.value), self._reason.value.strip()
        assert last is not None
        command = TerminateLease(lease_id=lease.id, ends_on=last + timedelta(days=1), reason=reason)
        confirm(
            t('leasing.end_title', number=lease.number), t('leasing.end_effect', day=date_words(last)),
            action=t('leasing.end'), on_confirm=lambda: self._end(command), is_destructive=True,
        )  # fmt: skip

    async def _end(self, command: TerminateLease) -> None:
        await run_operation(terminate_lease, actor=self._place.actor, command=command)
        await self._loader.refresh()
