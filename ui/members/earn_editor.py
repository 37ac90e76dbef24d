"""积分规则: how money becomes points, how long they live, and what they are worth."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from nicegui import ui

from domain.members.commands import InstallScheme
from domain.members.loyalty import install_scheme
from domain.members.schemes import Algebra, EarnScheme, RoundingScope, Shortfall, UpgradeTiming
from domain.shared.operations import run_operation
from ui.kit.button import button
from ui.kit.field import Check, between, choice_field, number_field, required, text_field
from ui.kit.form import form
from ui.kit.i18n import t
from ui.kit.money import money_field, parse_yuan
from ui.kit.section import grid, section
from ui.members.bonus_row import BonusRow
from ui.members.effect import Effect, checked_earn
from ui.saleswords import Counterfoil

MOST_BONUSES, MOST_POINTS = 20, 10_000_000
MILLIFEN, BASIS_POINTS = 1_000, 100


class EarnEditor:
    """What is in force, to be changed, replayed, and put in force."""

    def __init__(
        self, place: Counterfoil, document: dict[str, Any], effect: Effect, on_saved: Callable[[], Awaitable[None]]
    ) -> None:
        self._place, self._document, self._effect, self._on_saved = place, document, effect, on_saved
        self._bonuses: list[BonusRow] = []
        in_force = EarnScheme.model_validate(document)
        with section(t('members.earn'), t('members.earn_hint')), form(
            self._save, label=t('members.put_in_force')
        ) as wide:  # fmt: skip
            wide.classes('at-form--wide')
            with grid(least_width=190):
                self._base(in_force)
                self._caps(in_force)
                self._policies(in_force)
            with section(t('members.bonuses'), t('members.bonuses_hint')):
                self._box = ui.element('div').classes('at-stack')
                button(t('members.bonus_add'), lambda: self._add(None), icon='plus').mark('members.bonus_add')
            button(t('members.preview'), self._preview).mark('members.preview_earn')
        for bonus in document.get('bonuses', ()):
            self._add(bonus)

    def _base(self, now: EarnScheme) -> None:
        self._per_point = money_field(t('members.per_point'), now.fen_per_point, checks=(_positive,))
        self._value = number_field(
            t('members.point_value'), now.value_millifen / MILLIFEN, unit=t('members.fen'), checks=(between(0, 10_000),)
        )
        self._breakage = number_field(
            t('members.breakage'), now.breakage_bp / BASIS_POINTS, unit='%', help_text=t('members.breakage_help'),
            checks=(between(0, 100),),
        )  # fmt: skip
        self._pending = _count('pending_days', now.pending_days, 'days', 0, 90)
        self._lifetime = _count('lifetime_months', now.lifetime_months, 'months', 1, 120)

    def _caps(self, now: EarnScheme) -> None:
        self._limits = {
            name: number_field(
                t(f'members.cap.{name}'), getattr(now, name), help_text=t('members.cap_help'), checks=(_optional,)
            )
            for name in ('cap_per_receipt', 'cap_per_day', 'cap_per_shop_day')
        }
        self._excluded = text_field(
            t('members.excluded'), ', '.join(now.excluded_categories), help_text=t('members.commas')
        )

    def _policies(self, now: EarnScheme) -> None:
        self._choices = {
            name: choice_field(
                t(f'members.policy.{name}'), {one.value: t(f'members.policy.{one.value}') for one in kind},
                getattr(now, name).value,
            )
            for name, kind in (
                ('algebra', Algebra), ('rounding', RoundingScope), ('upgrade_timing', UpgradeTiming),
                ('shortfall', Shortfall),
            )
        }  # fmt: skip

    def _add(self, bonus: Mapping[str, Any] | None) -> None:
        if len(self._bonuses) < MOST_BONUSES:
            with self._box:
                self._bonuses.append(BonusRow(bonus, self._remove))

    def _remove(self, row: BonusRow) -> None:
        self._bonuses.remove(row)
        row.box.delete()

    def _proposed(self) -> EarnScheme:
        """The form over what is in force: rules that the form does not show stay as they are."""
        return checked_earn({
            **self._document, 'fen_per_point': parse_yuan(self._per_point.value),
            'value_millifen': round(float(self._value.value) * MILLIFEN),
            'breakage_bp': round(float(self._breakage.value) * BASIS_POINTS),
            'pending_days': int(self._pending.value), 'lifetime_months': int(self._lifetime.value),
            **{name: None if field.value is None else int(field.value) for name, field in self._limits.items()},
            **{name: field.value for name, field in self._choices.items()},
            'excluded_categories': [one.strip() for one in self._excluded.value.split(',') if one.strip()],
            'bonuses': [row.document for row in self._bonuses],
        })  # fmt: skip

    async def _preview(self) -> None:
        await self._effect.preview(earn=self._proposed())

    async def _save(self) -> None:
        document = self._proposed().model_dump(mode='json')
        command = InstallScheme(kind='earn', document=document, valid_from=datetime.now(UTC))
        version = await run_operation(install_scheme, actor=self._place.actor, command=command)
        ui.notify(t('members.in_force', version=version))
        await self._on_saved()


def _count(name: str, value: int, unit: str, low: int, high: int) -> ui.number:
    checks: tuple[Check, ...] = (required, between(low, high))
    return number_field(
        t(f'members.{name}'), value, unit=t(f'members.{unit}'), help_text=t(f'members.{name}_help'), checks=checks
    )


def _positive(value: object) -> str | None:
    return None if parse_yuan(value) else t('kit.form.amount')


def _optional(value: object) -> str | None:
    return None if value is None or value == '' else between(0, MOST_POINTS)(value)
