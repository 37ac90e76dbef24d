"""补充协议: less rent, a new end, free days, proof of sales; shown line by line before those who sign see it."""

from dataclasses import dataclass
from datetime import timedelta

from nicegui import ui

from domain.leasing.commands import Amendment, LeaseId
from domain.leasing.permissions import SIGN
from domain.leasing.proposals import extended, freed, propose_amendment, proved, relieved
from domain.leasing.queries import get_lease, list_tenants, preview_amendment
from domain.leasing.views import LeaseView, TenantView
from domain.shared.operations import run_operation, run_query
from ui.kit.button import button
from ui.kit.day_field import day_field, parse_day
from ui.kit.empty_state import empty_state
from ui.kit.field import at_most, between, choices_field, number_field, required, text_field
from ui.kit.form import form
from ui.kit.i18n import t, words
from ui.kit.money import money_field, parse_yuan, signed_yuan
from ui.kit.section import section, split
from ui.kit.segmented import segmented
from ui.kit.text import Text
from ui.leasewords import rent_on, term_words
from ui.leasing.place import Place
from ui.leasing.preview import preview_table
from ui.loading import together
from ui.shell import paths

KINDS = ('relief', 'extension', 'free', 'proof')
CHARGES = ('rent', 'service_charge', 'promotion_levy')
A_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Amendable:
    lease: LeaseView
    tenant: TenantView


class AmendmentPage:
    """A form at the left, what it would change at the right."""

    def __init__(self, place: Place, lease_id: LeaseId) -> None:
        self._place, self._lease_id = place, lease_id
        self._kind = 'relief'
        self._amendment: Amendment | None = None
        self._lease: LeaseView | None = None
        self._box = ui.element('div').classes('at-stack')

    async def load(self) -> Amendable:
        """The lease as it is now."""
        actor = self._place.actor
        lease, tenants = await together(
            run_query(get_lease, actor=actor, lease_id=self._lease_id), run_query(list_tenants, actor=actor)
        )
        return Amendable(lease, next(one for one in tenants if one.id == lease.tenant_id))

    def show(self, shown: Amendable) -> None:
        """A fresh form."""
        self._lease = shown.lease
        self._box.clear()
        with self._box, split(even=True):
            title = f'{words(shown.tenant.name_zh, shown.tenant.name_en)} · {shown.lease.number}'
            with section(title, term_words(shown.lease.starts_on, shown.lease.ends_on)):
                kinds = {kind: t(f'leasing.amendment.{kind}') for kind in KINDS}
                segmented(kinds, self._kind, self._choose).mark('leasing.amendment')
                self._form_box = ui.element('div')
            with section(t('leasing.preview'), t('leasing.preview_hint')):
                self._preview_box = ui.element('div').classes('at-stack')
        self._choose(self._kind)

    def _choose(self, kind: str) -> None:
        self._kind = kind
        self._forget()
        self._form_box.clear()
        with self._form_box, form(self._preview, label=t('leasing.show_preview')):
            Text(t(f'leasing.amendment_help.{kind}'), tag='p', classes='at-muted')
            getattr(self, f'_fields_of_{kind}')()
            self._summary = text_field(
                t('leasing.summary'), help_text=t('leasing.summary_help'), checks=(required, at_most(200))
            )

    def _fields_of_relief(self) -> None:
        self._from = day_field(t('leasing.from_day'), help_text=t('leasing.first_of_month'))
        self._until = day_field(t('leasing.to_day'))
        self._percent = number_field(t('leasing.percent_left'), 80, unit='%', checks=(required, between(0, 200)))

    def _fields_of_extension(self) -> None:
        assert self._lease is not None
        rent = rent_on(self._lease, self._lease.ends_on - A_DAY)
        self._until = day_field(t('leasing.new_last_day'), self._lease.ends_on - A_DAY)
        self._base = money_field(t('leasing.new_base'), rent.base_fen if rent else 0)

    def _fields_of_free(self) -> None:
        self._from = day_field(t('leasing.from_day'))
        self._until = day_field(t('leasing.to_day'))
        kinds = {kind: t(f'leasing.kind.{kind}') for kind in CHARGES}
        self._kinds = choices_field(t('leasing.free_of'), kinds, ['rent'], checks=(_some,))

    def _fields_of_proof(self) -> None:
        assert self._lease is not None
        self._proof = ui.checkbox(t('leasing.by_hand_with.z_report'), value=self._lease.terms.needs_z_report)

    def _written(self) -> Amendment:
        """The amendment that the form describes."""
        assert self._lease is not None
        summary = self._summary.value.strip()
        if self._kind == 'proof':
            return proved(self._lease, needs_z_report=bool(self._proof.value), summary=summary)
        until = parse_day(self._until.value)
        assert until is not None
        if self._kind == 'extension':
            base = parse_yuan(self._base.value) or 0
            return extended(self._lease, ends_on=until + A_DAY, base_fen=base, summary=summary)
        starts = parse_day(self._from.value)
        assert starts is not None
        days = {'from_on': starts, 'until_on': until + A_DAY, 'summary': summary}
        if self._kind == 'free':
            return freed(self._lease, kinds=self._kinds.value, **days)
        return relieved(self._lease, percent=int(self._percent.value), **days)

    def _is_in_order(self) -> bool:
        assert self._lease is not None
        if self._kind == 'proof':
            return True
        first = self._lease.starts_on if self._kind == 'extension' else parse_day(self._from.value)
        last = parse_day(self._until.value)
        assert first is not None
        assert last is not None
        return first <= last

    async def _preview(self) -> None:
        if not self._is_in_order():
            ui.notify(t('leasing.days_reversed'), type='warning')
            return
        amendment = self._written()
        preview = await run_query(preview_amendment, actor=self._place.actor, command=amendment)
        self._amendment = amendment
        self._preview_box.clear()
        with self._preview_box:
            Text(t('leasing.difference', fen=signed_yuan(preview.difference_fen)), tag='p', classes='at-strong')
            preview_table(preview)
            if (preview.lines or self._kind == 'proof') and not preview.complaints:
                button(t('leasing.propose'), self._propose, rank='primary').mark('leasing.propose')

    async def _propose(self) -> None:
        assert self._amendment is not None
        await run_operation(propose_amendment, actor=self._place.actor, command=self._amendment)
        ui.notify(t('leasing.proposed_now' if self._place.actor.may(SIGN) else 'leasing.proposed'))
        ui.navigate.to(paths.lease(self._lease_id))

    def _forget(self) -> None:
        self._amendment = None
        self._preview_box.clear()
        with self._preview_box:
            empty_state(t('leasing.no_preview'), t('leasing.no_preview_help'), symbol='layers')


def _some(value: object) -> str | None:
    return None if value else t('kit.form.required')
