"""服务台登记: somebody becomes a member, or is found to be one already."""

from datetime import date

from nicegui import ui
from pydantic import SecretStr

from domain.members.commands import Channel, DecideConsent, EnrolMember, MemberId, Purpose
from domain.members.enrolment import decide_consent, enrol_member
from domain.members.views import MemberView
from domain.shared.operations import run_operation
from ui.kit.button import button
from ui.kit.description_list import description_list
from ui.kit.empty_state import empty_state
from ui.kit.field import at_most, between, number_field, required, text_field
from ui.kit.form import form
from ui.kit.format import day
from ui.kit.i18n import t
from ui.kit.notice import notice
from ui.kit.section import section, split
from ui.members import addresses
from ui.members.words import tier_words
from ui.saleswords import Counterfoil

WORDING = 'front-desk-2026'
MOST_MEMBERS = 2**53
ASKED = (Purpose.MARKETING, Purpose.PROFILING)


class EnrolPage:
    """A short form with the cursor in it; who was enrolled last stands beside it."""

    def __init__(self, place: Counterfoil) -> None:
        self._place = place
        with split(even=True):
            with section(t('members.enrol'), t('members.enrol_hint')), form(self._enrol, label=t('members.enrol_do')):
                self._phone = text_field(t('members.phone'), checks=(required, at_most(20)))
                self._phone.props('autofocus inputmode=tel autocomplete=off')
                self._name = text_field(t('members.name'), checks=(at_most(40),))
                self._born = text_field(t('members.born'), checks=(at_most(10),)).props('type=date')
                self._guardian = number_field(
                    t('members.guardian'), help_text=t('members.guardian_help'), checks=(_member_number,)
                )
                self._consents = {
                    purpose: ui.checkbox(t(f'members.agrees.{purpose.value}')).mark(f'members.agrees.{purpose.value}')
                    for purpose in ASKED
                }
            with section(t('members.enrolled_last')):
                self._last = ui.element('div').classes('at-stack').mark('members.enrolled')
        with self._last:
            empty_state(t('members.nobody_enrolled'), symbol='user')

    async def _enrol(self) -> None:
        guardian = None if self._guardian.value is None else MemberId(int(self._guardian.value))
        member = await run_operation(enrol_member, actor=self._place.actor, command=EnrolMember(
            channel=Channel.FRONT_DESK, phone=SecretStr(self._phone.value.strip()),
            name=SecretStr(self._name.value.strip()) if self._name.value.strip() else None,
            born_on=date.fromisoformat(self._born.value) if self._born.value else None, guardian_id=guardian,
        ))  # fmt: skip
        for purpose, box in self._consents.items():
            if box.value:
                await run_operation(decide_consent, actor=self._place.actor, command=DecideConsent(
                    member_id=member.id, purpose=purpose, is_granted=True, wording=WORDING, source=Channel.FRONT_DESK,
                    guardian_id=guardian,
                ))  # fmt: skip
        self._show(member)
        self._phone.value = self._name.value = self._born.value = ''
        self._guardian.value = None
        for box in self._consents.values():
            box.value = False

    def _show(self, member: MemberView) -> None:
        self._last.clear()
        with self._last:
            notice(t('members.enrolled_notice'), 'good')
            description_list({
                t('members.number'): f'#{member.id}', t('members.name'): member.name,
                t('members.phone'): member.phone_masked, t('members.tier_column'): tier_words(member.tier),
                t('members.born'): day(member.born_on, with_year=True, with_weekday=False) if member.born_on else None,
                t('members.enrolled'): self._place.moment(member.enrolled_at),
                t('members.channel_column'): t(f'members.channel.{member.channel}'),
            })  # fmt: skip
            button(t('members.open_member'), lambda: ui.navigate.to(addresses.member(member.id)), icon='user')


def _member_number(value: object) -> str | None:
    return None if value is None or value == '' else between(1, MOST_MEMBERS)(value)
