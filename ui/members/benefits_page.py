"""权益: what each tier may have, how often, and who used it."""

from dataclasses import dataclass

from nicegui import ui

from domain.members.commands import SaveBenefit
from domain.members.loyalty import save_benefit
from domain.members.permissions import MANAGE_RULES
from domain.members.registers import BenefitRow, BenefitUseRow, list_all_benefits, list_benefit_uses
from domain.shared.operations import run_operation, run_query
from ui.kit.button import button
from ui.kit.empty_state import empty_state
from ui.kit.field import at_most, between, choice_field, choices_field, number_field, required, text_field
from ui.kit.form import form
from ui.kit.format import number
from ui.kit.i18n import t, words
from ui.kit.section import grid, section, split
from ui.kit.status_badge import tag
from ui.kit.text import Text
from ui.loading import Loader, together
from ui.members import addresses
from ui.members.words import TIERS, tier_words, tiers_words
from ui.saleswords import Counterfoil

PERIODS = ('day', 'month', 'year', 'ever')
NAME, MOST_USES = (required, at_most(60)), 1_000


@dataclass(frozen=True, slots=True)
class Benefits:
    benefits: list[BenefitRow]
    uses: list[BenefitUseRow]


class BenefitsPage:
    """The benefits, the log of their uses, and the form."""

    def __init__(self, place: Counterfoil, loader: Loader[Benefits]) -> None:
        self._place, self._loader = place, loader
        with split(even=True):
            with section(t('members.benefits_all'), t('members.benefits_all_hint')):
                self._list = ui.element('div').classes('at-stack').mark('members.benefits')
            with section(t('members.uses'), t('members.uses_hint')):
                self._uses = ui.element('div').classes('at-stack').mark('members.uses')
        if place.actor.may(MANAGE_RULES):
            self._form()

    async def load(self) -> Benefits:
        """Benefits, and the newest uses."""
        actor = self._place.actor
        benefits, uses = await together(
            run_query(list_all_benefits, actor=actor), run_query(list_benefit_uses, actor=actor)
        )
        return Benefits(benefits, uses)

    def show(self, told: Benefits) -> None:
        """Show these."""
        self._list.clear()
        with self._list:
            if not told.benefits:
                empty_state(t('members.no_benefits_defined'), t('members.no_benefits_defined_help'))
            for one in told.benefits:
                self._row(one)
        self._uses.clear()
        with self._uses:
            if not told.uses:
                empty_state(t('members.no_uses'), symbol='check')
            for use in told.uses:
                self._use(use)

    def _row(self, one: BenefitRow) -> None:
        with ui.element('div').classes('at-row'):
            with ui.element('div').classes('at-grow'):
                Text(words(one.name_zh, one.name_en), tag='div', classes='at-strong')
                how = t('members.quota_words', quota=one.quota, period=t(f'members.period.{one.period}'))
                Text(f'{tiers_words(one.tiers)} · {how}', tag='div', classes='at-small at-muted')
            if one.is_birthday_gift:
                tag(t('members.birthday_gift'), tone='accent')
            Text(t('members.used_times', count=number(one.uses)), classes='at-figures')
            if self._place.actor.may(MANAGE_RULES):
                button(t('members.revise'), lambda: self._revise(one)).mark(f'members.benefit.{one.code}')

    def _use(self, use: BenefitUseRow) -> None:
        with ui.element('div').classes('at-row'):
            with ui.element('div').classes('at-grow'):
                Text(words(use.name_zh, use.name_en), tag='div')
                said = f'{self._place.moment(use.used_at)} · {t("members.used_by", name=use.used_by)}'
                Text(said, tag='div', classes='at-small at-muted')
            ui.link(f'#{use.member_id}', addresses.member(use.member_id))

    def _form(self) -> None:
        with section(t('members.benefit_define'), t('members.benefit_define_hint')), form(
            self._save, label=t('members.benefit_save')
        ) as wide, grid(least_width=200):  # fmt: skip
            wide.classes('at-form--wide')
            self._code = text_field(t('members.code'), checks=NAME)
            self._zh = text_field(t('members.name_zh'), checks=NAME)
            self._en = text_field(t('members.name_en'), checks=NAME)
            self._tiers = choices_field(
                t('members.for_tiers'), {tier: tier_words(tier) for tier in TIERS}, checks=(required,)
            )
            self._quota = number_field(t('members.quota'), 1, checks=(required, between(1, MOST_USES)))
            self._period = choice_field(
                t('members.period_column'), {one: t(f'members.period.{one}') for one in PERIODS}, 'year'
            )
            self._birthday = choice_field(
                t('members.birthday_gift'), {False: t('members.no'), True: t('members.yes')}, False
            )

    def _revise(self, one: BenefitRow) -> None:
        self._code.value, self._zh.value, self._en.value = one.code, one.name_zh, one.name_en
        self._tiers.value, self._quota.value = [tier for tier in one.tiers if tier in TIERS], one.quota
        self._period.value, self._birthday.value = one.period, one.is_birthday_gift
        ui.notify(t('members.tag_in_form', name=words(one.name_zh, one.name_en)))

    async def _save(self) -> None:
        command = SaveBenefit(
            code=self._code.value.strip(), name_zh=self._zh.value.strip(), name_en=self._en.value.strip(),
            tiers=tuple(self._tiers.value), quota=int(self._quota.value), period=self._period.value,
            is_birthday_gift=bool(self._birthday.value),
        )  # fmt: skip
        await run_operation(save_benefit, actor=self._place.actor, command=command)
        ui.notify(t('members.benefit_saved'))
        await self._loader.refresh()
