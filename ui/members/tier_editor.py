"""等级: levels with the spend that reaches them, the window they look at, and how gently they fall."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from nicegui import ui

from domain.members.commands import InstallScheme
from domain.members.loyalty import install_scheme
from domain.shared.operations import run_operation
from ui.kit.button import button, icon_button
from ui.kit.field import at_most, between, number_field, required, text_field
from ui.kit.form import form
from ui.kit.i18n import t
from ui.kit.money import money_field, parse_yuan
from ui.kit.section import grid, section
from ui.members.effect import Effect, checked_tiers
from ui.saleswords import Counterfoil

CODE, NAME = (required, at_most(32)), (required, at_most(40))
MOST_TIERS = 8


class TierEditor:
    """What is in force, to be changed, replayed, and put in force."""

    def __init__(
        self, place: Counterfoil, document: dict[str, Any], effect: Effect, on_saved: Callable[[], Awaitable[None]]
    ) -> None:
        self._place, self._effect, self._on_saved = place, effect, on_saved
        self._rows: list[TierRow] = []
        with section(t('members.tiers'), t('members.tiers_hint')), form(
            self._save, label=t('members.put_in_force')
        ) as wide:  # fmt: skip
            wide.classes('at-form--wide')
            self._tiers = ui.element('div').classes('at-stack')
            button(t('members.tier_add'), lambda: self._add({}), icon='plus').mark('members.tier_add')
            with grid(least_width=180):
                self._window = number_field(
                    t('members.window_months'), document.get('window_months', 12), unit=t('members.months'),
                    checks=(required, between(1, 60)),
                )  # fmt: skip
                self._grace = number_field(
                    t('members.grace_days'), document.get('grace_days', 90), unit=t('members.days'),
                    help_text=t('members.grace_days_help'), checks=(required, between(0, 3660)),
                )  # fmt: skip
            button(t('members.preview'), self._preview).mark('members.preview_tiers')
        for tier in document.get('tiers', ()):
            self._add(tier)

    def _add(self, tier: dict[str, Any]) -> None:
        if len(self._rows) < MOST_TIERS:
            with self._tiers:
                self._rows.append(TierRow(tier, self._remove))

    def _remove(self, row: 'TierRow') -> None:
        self._rows.remove(row)
        row.box.delete()

    def _document(self) -> dict[str, Any]:
        tiers = sorted((row.document for row in self._rows), key=lambda tier: tier['threshold_fen'])
        return {'tiers': tiers, 'window_months': int(self._window.value), 'grace_days': int(self._grace.value)}

    async def _preview(self) -> None:
        await self._effect.preview(tiers=checked_tiers(self._document()))

    async def _save(self) -> None:
        document = checked_tiers(self._document()).model_dump(mode='json')
        command = InstallScheme(kind='tiers', document=document, valid_from=datetime.now(UTC))
        version = await run_operation(install_scheme, actor=self._place.actor, command=command)
        ui.notify(t('members.in_force', version=version))
        await self._on_saved()


class TierRow:
    """Fields of one level."""

    def __init__(self, tier: dict[str, Any], on_remove: Callable[['TierRow'], None]) -> None:
        with ui.element('div').classes('at-inline') as self.box:
            self._code = text_field(t('members.code'), tier.get('code', ''), checks=CODE)
            self._zh = text_field(t('members.name_zh'), tier.get('name_zh', ''), checks=NAME)
            self._en = text_field(t('members.name_en'), tier.get('name_en', ''), checks=NAME)
            self._threshold = money_field(t('members.threshold'), tier.get('threshold_fen', 0))
            icon_button('close', t('members.remove'), lambda: on_remove(self))

    @property
    def document(self) -> dict[str, Any]:
        """As the scheme wants it."""
        return {
            'code': self._code.value.strip(), 'name_zh': self._zh.value.strip(), 'name_en': self._en.value.strip(),
            'threshold_fen': parse_yuan(self._threshold.value) or 0,
        }  # fmt: skip
