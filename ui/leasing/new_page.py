"""新租约: the figures people agree on, for a vacant unit and a tenant who is known or made known here."""

from datetime import date, timedelta
from typing import Any

from nicegui import ui

from domain.leasing.commands import (
    Band,
    Comparison,
    LeaseTerms,
    LettableUnitId,
    Proration,
    RegisterTenant,
    RentMode,
    TierReading,
)
from domain.leasing.offers import Offer, draft_of
from domain.leasing.operations import draft_lease
from domain.leasing.periods import add_months
from domain.leasing.permissions import EDIT_TENANTS
from domain.leasing.queries import list_leases, list_lettable_units, list_tenants
from domain.leasing.units import register_tenant
from domain.leasing.views import LettableUnitView, TenantView
from domain.shared.operations import run_operation, run_query
from ui.kit.day_field import day_field, parse_day
from ui.kit.field import at_most, between, choice_field, choices_field, number_field, required, text_field
from ui.kit.form import form
from ui.kit.i18n import t, words
from ui.kit.money import money_field, parse_yuan
from ui.kit.section import grid, section
from ui.kit.text import Text
from ui.leasewords import area_words, mode_words
from ui.leasing.place import Place
from ui.loading import Loader, together
from ui.shell import paths

MONTHS, RATE, STEP, FREE_DAYS, BANDS = 36, 12.0, 5.0, 45, 3
A_DAY = timedelta(days=1)


class NewPage:
    """The offer at the left; a new tenant at the right."""

    def __init__(self, place: Place, loader: Loader[Any]) -> None:
        self._place, self._loader = place, loader
        self._tenants: dict[int, TenantView] = {}
        self._box = ui.element('div').classes('at-stack')

    async def load(self) -> tuple[list[TenantView], list[LettableUnitView], int]:
        """Tenants, units, and how many leases there are."""
        actor = self._place.actor
        return tuple(await together(
            run_query(list_tenants, actor=actor),
            run_query(list_lettable_units, actor=actor, on=self._place.today), run_query(list_leases, actor=actor),
        ))  # type: ignore[return-value]  # fmt: skip

    def show(self, found: tuple[list[TenantView], list[LettableUnitView], Any]) -> None:
        """A fresh form; what was typed before a tenant was made known is typed no second time."""
        tenants, units, leases = found
        self._tenants = {tenant.id: tenant for tenant in tenants}
        if self._box.default_slot.children:
            self._tenant.set_options(self._tenant_names())
            return
        with self._box, ui.element('div').classes('at-split'):
            self._offer(units, len(leases))
            if self._place.actor.may(EDIT_TENANTS):
                self._new_tenant()

    def _tenant_names(self) -> dict[int, str]:
        return {one.id: f'{words(one.name_zh, one.name_en)} · {one.code}' for one in self._tenants.values()}

    def _offer(self, units: list[LettableUnitView], count: int) -> None:
        starts = add_months(self._place.today.replace(day=1), 1)
        names = {unit.id: f'{unit.code} · {area_words(unit.net_area_dm2)}' for unit in units}
        with section(t('leasing.new'), t('leasing.new_hint')), form(self._draft, label=t('leasing.draft')) as made:
            made.style('max-width: none')
            with grid(least_width=220):
                self._tenant = choice_field(t('leasing.tenant'), self._tenant_names(), checks=(required,))
                self._tenant.props('use-input fill-input hide-selected')
                self._units = choices_field(
                    t('leasing.units'), names, [u for u in self._asked_units() if u in names], checks=(_some,)
                )
                self._number = text_field(
                    t('leasing.number'), f'YJ{starts:%y%m}-{count + 1:03d}', checks=(required, at_most(64), _is_code)
                )
                self._category = choice_field(t('leasing.category'), self._place.categories, checks=(required,))
                self._starts = day_field(t('leasing.starts'), starts)
                self._ends = day_field(t('leasing.last_day'), add_months(starts, MONTHS) - A_DAY)
            Text(t('leasing.rent_section'), tag='div', classes='at-strong')
            with grid(least_width=180):
                self._rent_fields()
            Text(t('leasing.other_section'), tag='div', classes='at-strong')
            with grid(least_width=180):
                self._other_fields()

    def _asked_units(self) -> list[int]:
        """The unit that the floor plan sent along."""
        return [self._place.address.integer('unit', 0)]

    def _rent_fields(self) -> None:
        modes = {mode.value: mode_words(mode.value) for mode in RentMode}
        self._mode = choice_field(t('leasing.mode_column'), modes, RentMode.GREATER.value, checks=(required,))
        self._base = money_field(t('leasing.base'), 0, help_text=t('leasing.base_help'))
        self._step = number_field(t('leasing.step'), STEP, unit='%', checks=(required, between(0, 100)))
        self._bands = []
        for place in range(BANDS):
            rate = number_field(
                t('leasing.rate', number=place + 1), RATE if not place else None, unit='%',
                help_text=t('leasing.rate_help') if not place else '',
            )  # fmt: skip
            upper = money_field(t('leasing.up_to', number=place + 1), help_text=t('leasing.up_to_help'))
            upper.validation = {}
            self._bands.append((rate, upper))
        comparisons = {one.value: t(f'leasing.comparisons.{one.value}') for one in Comparison}
        self._comparison = choice_field(t('leasing.comparison'), comparisons, Comparison.MONTHLY.value)
        tiers = {one.value: t(f'leasing.tier.{one.value}') for one in TierReading}
        self._tiers = choice_field(t('leasing.tiers'), tiers, TierReading.BANDED.value)

    def _other_fields(self) -> None:
        self._free = number_field(t('leasing.free_days'), FREE_DAYS, checks=(required, between(0, 730)))
        self._service = money_field(t('leasing.service_per_m2'), 4_500)
        self._levy = money_field(t('leasing.levy_per_m2'), 500)
        self._deposit = money_field(t('leasing.kind.deposit'), 0)
        self._due = number_field(t('leasing.due_days'), 5, checks=(required, between(0, 120)))
        prorations = {one.value: t(f'leasing.prorations.{one.value}') for one in Proration}
        self._proration = choice_field(t('leasing.proration'), prorations, Proration.CALENDAR_MONTH.value)
        self._z_report = ui.checkbox(t('leasing.by_hand_with.z_report'))

    async def _draft(self) -> None:
        starts, last = parse_day(self._starts.value), parse_day(self._ends.value)
        assert starts is not None
        assert last is not None
        command = draft_of(self._offered(starts, last + A_DAY))
        lease = await run_operation(draft_lease, actor=self._place.actor, command=command)
        ui.notify(t('leasing.drafted'))
        ui.navigate.to(paths.lease(lease.id))

    def _offered(self, starts_on: date, ends_on: date) -> Offer:
        mode = RentMode(self._mode.value)
        return Offer(
            number=self._number.value.strip(), tenant_id=self._tenant.value,
            unit_ids=tuple(LettableUnitId(unit) for unit in self._units.value), category=self._category.value,
            starts_on=starts_on, ends_on=ends_on, mode=mode,
            base_fen=0 if mode is RentMode.PERCENTAGE else parse_yuan(self._base.value) or 0,
            bands=() if mode is RentMode.FIXED else self._read_bands(), step_bp=round(self._step.value * 100),
            free_days=int(self._free.value), service_fen_per_m2=parse_yuan(self._service.value) or 0,
            levy_fen_per_m2=parse_yuan(self._levy.value) or 0, deposit_fen=parse_yuan(self._deposit.value) or 0,
            terms=LeaseTerms(
                due_after_days=int(self._due.value), proration=Proration(self._proration.value),
                comparison=Comparison(self._comparison.value), tier_reading=TierReading(self._tiers.value),
                needs_z_report=bool(self._z_report.value),
            ),
        )  # fmt: skip

    def _read_bands(self) -> tuple[Band, ...]:
        """The rates that were typed; the last of them has no end."""
        typed = [(rate.value, parse_yuan(upper.value)) for rate, upper in self._bands if rate.value is not None]
        return tuple(
            Band(up_to_fen=upper if place < len(typed) - 1 else None, rate_bp=round(rate * 100))
            for place, (rate, upper) in enumerate(typed)
        )

    def _new_tenant(self) -> None:
        with (
            section(t('leasing.new_tenant'), t('leasing.new_tenant_hint')),
            form(self._register, label=t('leasing.register')),
        ):
            self._code = text_field(t('leasing.tenant_code'), checks=(required, at_most(64), _is_code))
            self._zh = text_field(t('leasing.name_zh'), checks=(required, at_most(200)))
            self._en = text_field(t('leasing.name_en'), checks=(required, at_most(200)))
            self._legal = text_field(t('leasing.legal_name'), checks=(at_most(200),))
            self._credit = text_field(t('leasing.credit_code'), checks=(_is_credit_code,))
            self._trade = choice_field(t('leasing.category'), self._place.categories, checks=(required,))

    async def _register(self) -> None:
        command = RegisterTenant(
            code=self._code.value.strip(), name_zh=self._zh.value.strip(), name_en=self._en.value.strip(),
            legal_name=(self._legal.value or '').strip(), credit_code=(self._credit.value or '').strip(),
            category=self._trade.value,
        )  # fmt: skip
        tenant = await run_operation(register_tenant, actor=self._place.actor, command=command)
        ui.notify(t('leasing.tenant_known', name=words(tenant.name_zh, tenant.name_en)))
        await self._loader.refresh()
        self._tenant.value, self._category.value = tenant.id, tenant.category


def _some(value: object) -> str | None:
    return None if value else t('kit.form.required')


def _is_code(value: object) -> str | None:
    plain = str(value or '').replace('.', '').replace('_', '').replace('-', '')
    return None if plain.isascii() and plain.isalnum() else t('leasing.code_help')


def _is_credit_code(value: object) -> str | None:
    text = str(value or '').strip()
    is_sound = not text or (len(text) == 18 and text.isascii() and text.isalnum() and text == text.upper())
    return None if is_sound else t('leasing.credit_code_help')
