"""价格: the versions of each utility's prices, the day with its slots as a band, and a new version."""

from datetime import time, timedelta
from typing import Any

from nicegui import ui

from domain.shared.operations import run_operation, run_query
from domain.utilities.commands import SetTariff, Slot, TariffSlot
from domain.utilities.operations import set_tariff
from domain.utilities.overview import TariffView, list_tariffs
from domain.utilities.permissions import MANAGE
from ui.kit.data_table import Column
from ui.kit.day_field import day_field, parse_day
from ui.kit.empty_state import empty_state
from ui.kit.field import choice_field, required, text_field
from ui.kit.form import form
from ui.kit.i18n import t
from ui.kit.plain_table import PlainTable
from ui.kit.section import grid, section, split
from ui.kit.text import Text
from ui.loading import Loader
from ui.meterwords import UTILITIES, price_words, utility_words
from ui.utilities.place import Place
from ui.utilities.slots import is_day_of_slots, parse_slots

EXAMPLE = '00-08 valley 0.3690, 08-10 flat 0.7650, 10-12 peak 1.1320, 12-17 flat 0.7650, 17-19 peak 1.1320, 19-21 sharp 1.3640, 21-23 peak 1.1320, 23-24 flat 0.7650'  # noqa: E501


class TariffsPage:
    """Prices in force and to come, one card for each utility."""

    def __init__(self, place: Place, loader: Loader[list[TariffView]]) -> None:
        self._place, self._loader = place, loader
        with split():
            self._cards = ui.element('div').classes('at-stack')
            self._side = ui.element('div')
        if place.actor.may(MANAGE):
            self._build_form()

    async def load(self) -> list[TariffView]:
        """All versions."""
        return await run_query(list_tariffs, actor=self._place.actor)

    def show(self, tariffs: list[TariffView]) -> None:
        """Show these versions, those of one utility together."""
        self._cards.clear()
        with self._cards:
            if not tariffs:
                with section(t('utilities.tariffs')):
                    empty_state(t('utilities.no_tariffs'), t('utilities.no_tariffs_help'), symbol='line')
            for utility in UTILITIES:
                versions = [one for one in tariffs if one.utility == utility]
                if versions:
                    self._show_utility(utility, versions)

    def _show_utility(self, utility: str, versions: list[TariffView]) -> None:
        today = self._place.today
        current = next((one for one in versions if one.valid_from <= today), None)
        with section(utility_words(utility), t('utilities.versions', count=len(versions))):
            for version in versions:
                state = 'in_force' if version is current else 'to_come' if version.valid_from > today else 'past'
                Text(
                    t(f'utilities.version.{state}', day=version.valid_from.isoformat()),
                    tag='div', classes='at-strong' if version is current else 'at-muted',
                )  # fmt: skip
                PlainTable(_columns(), [_row(slot, utility) for slot in version.slots]).mark(
                    f'utilities.tariff.{utility}.{state}'
                )

    def _build_form(self) -> None:
        with (
            self._side,
            section(t('utilities.new_tariff'), t('utilities.new_tariff_hint')),
            form(self._submit, label=t('utilities.set_tariff')),
            grid(least_width=220),
        ):
            self._utility = choice_field(
                t('utilities.utility_column'), {one: utility_words(one) for one in UTILITIES}, 'electricity'
            )
            self._from = day_field(t('utilities.valid_from'), self._place.today + timedelta(days=1), checks=(required,))
            self._slots = text_field(
                t('utilities.slots'), EXAMPLE, help_text=t('utilities.slots_help'), checks=(required, is_day_of_slots)
            ).props('type=textarea autogrow')  # fmt: skip

    async def _submit(self) -> None:
        valid_from, slots = parse_day(self._from.value), parse_slots(self._slots.value)
        assert valid_from is not None
        command = SetTariff(utility=self._utility.value, valid_from=valid_from, slots=tuple(
            TariffSlot(slot=Slot(slot), starts=time(starts), until=time(until % 24), price_e4=price)
            for starts, until, slot, price in slots
        ))  # fmt: skip
        await run_operation(set_tariff, actor=self._place.actor, command=command)
        ui.notify(t('utilities.tariff_set'))
        await self._loader.refresh()


def _columns() -> list[Column]:
    return [
        Column(name='hours', label=t('utilities.slot_hours')), Column(name='slot', label=t('utilities.slot_column')),
        Column(name='price', label=t('utilities.price'), kind='number'),
    ]  # fmt: skip


def _row(slot: TariffSlot, utility: str) -> dict[str, Any]:
    until = '24:00' if slot.until == time() else f'{slot.until:%H:%M}'
    return {
        'hours': f'{slot.starts:%H:%M}–{until}', 'slot': t(f'utilities.slot.{slot.slot.value}'),
        'price': price_words(slot.price_e4, utility),
    }  # fmt: skip
