"""会员: by the rotating code on their phone, by number, or by its tail with the first digits as confirmation."""

from collections.abc import Callable

from nicegui import ui
from pydantic import SecretStr

from domain.members.commands import Channel, EnrolMember
from domain.members.enrolment import enrol_member
from domain.members.permissions import ENROL
from domain.members.queries import find_by_code, find_by_phone, find_by_tail
from domain.members.views import MemberView
from domain.shared.operations import run_operation, run_query
from ui.kit.button import button
from ui.kit.field import required, text_field
from ui.kit.form import form
from ui.kit.i18n import t
from ui.kit.notice import notice
from ui.kit.status_badge import tag
from ui.kit.text import Text
from ui.pos.counter import Counter, now

TAIL, HEAD = 4, 3


class MemberDialog:
    """One field for code, number or tail; a tail alone shows nobody until the customer says how the number begins."""

    def __init__(self, counter: Counter, close: Callable[[], None]) -> None:
        self._counter, self._close = counter, close
        with form(self._find, label=t('pos.search_member')):
            self._words = text_field(t('pos.member_words'), help_text=t('pos.member_help'), checks=(required,))
            self._words.props('autofocus').mark('pos.member_words')
        self._answer = ui.element('div').classes('at-stack')

    async def _find(self) -> None:
        typed = str(self._words.value).strip()
        self._answer.clear()
        if '.' in typed:
            code = typed.upper()
            await self._take(await run_query(find_by_code, actor=self._counter.actor, code=code, now=now()))
        elif typed.isdecimal() and len(typed) == TAIL:
            found = await run_query(find_by_tail, actor=self._counter.actor, tail=typed, now=now())
            self._ask_for_head(found)
        else:
            await self._by_phone(typed)

    async def _by_phone(self, typed: str) -> None:
        phone = SecretStr(typed)
        found = await run_query(find_by_phone, actor=self._counter.actor, phone=phone, now=now())
        with self._answer:
            if found is not None:
                self._offer(found)
                return
            notice(t('pos.member_unknown'), 'watch')
            if self._counter.session.may(ENROL):
                button(t('pos.enrol'), lambda: self._enrol(phone), rank='primary', icon='plus').mark('pos.enrol')

    def _ask_for_head(self, found: list[MemberView]) -> None:
        with self._answer:
            if not found:
                notice(t('pos.member_unknown'), 'watch')
                return
            Text(t('pos.tail_found', count=len(found)), classes='at-muted')
            head = text_field(t('pos.head'), help_text=t('pos.head_help')).mark('pos.head')
            matches = ui.element('div').classes('at-stack')
            head.on_value_change(lambda event: self._confirm(str(event.value or ''), found, matches))

    def _confirm(self, head: str, found: list[MemberView], matches: ui.element) -> None:
        matches.clear()
        with matches:
            for member in found if len(head) >= HEAD else ():
                if member.phone_masked.startswith(head[:HEAD]):
                    self._offer(member)

    def _offer(self, member: MemberView) -> None:
        with ui.element('div').classes('at-till__waiting'):
            with ui.element('div').classes('at-grow'):
                Text(member.name or f'#{member.id}', tag='div', classes='at-strong')
                Text(member.phone_masked, tag='div', classes='at-muted at-small')
            tag(member.tier, tone='brand')
            button(t('pos.take_member'), lambda: self._take(member), rank='primary').mark('pos.take_member')

    async def _enrol(self, phone: SecretStr) -> None:
        command = EnrolMember(channel=Channel.POS, phone=phone)
        await self._take(await run_operation(enrol_member, actor=self._counter.actor, command=command))

    async def _take(self, member: MemberView) -> None:
        self._counter.basket.member = member
        self._close()
        await self._counter.changed()
