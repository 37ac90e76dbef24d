"""Switching one-time codes on (scan, then confirm by the first code) and off (by the password)."""

from datetime import UTC, datetime
from functools import partial

from nicegui import ui
from pydantic import SecretStr

from domain.identity.commands import ConfirmTotp, DisableTotp
from domain.identity.operations import begin_totp, confirm_totp, disable_totp
from domain.identity.permissions import OWN_ACCOUNT
from domain.identity.views import TotpEnrolment
from domain.shared.errors import DomainError
from domain.shared.operations import run_in_thread, run_operation
from ui.kit.code_picture import code_picture
from ui.kit.error_panel import error_panel
from ui.kit.field import required, text_field
from ui.kit.form import form
from ui.kit.i18n import t
from ui.kit.page import page_body, page_header
from ui.kit.section import section
from ui.kit.text import Text
from ui.session import ClientSession
from ui.shell import paths
from ui.shell.pages import Title, page


@page(
    paths.SECOND_FACTOR, permission=OWN_ACCOUNT, whose='all', title=Title('两步验证', 'Two-step sign-in'), icon='lock'
)
async def second_factor_page(session: ClientSession) -> None:
    with page_body():
        with page_header(t('me.second_factor'), t('me.second_factor_help')):
            pass
        if session.has_totp:
            SwitchOff(session)
        else:
            SwitchOn(session, await run_operation(begin_totp, actor=session.actor, now=datetime.now(UTC)))


class SwitchOn:
    """The secret as a picture and as letters, and a field for the first code."""

    def __init__(self, session: ClientSession, enrolment: TotpEnrolment) -> None:
        self._session = session
        with section(t('me.scan'), t('me.scan_help')), ui.element('div').classes('at-enrol'):
            code_picture(enrolment.uri, t('me.scan'), scale=5).classes('at-enrol__code')
            with ui.element('div').classes('at-stack'):
                Text(t('me.scan_by_hand'), tag='div', classes='at-muted at-small')
                Text(_spaced(enrolment.secret), tag='code', classes='at-enrol__secret')
                self._message = ui.element('div').props('aria-live=polite')
                with form(self._submit, label=t('me.second_factor_on')):
                    self._code = text_field(t('login.code'), checks=(required,))
                    self._code.props('inputmode=numeric autocomplete=one-time-code maxlength=7').mark('totp.code')

    async def _submit(self) -> None:
        command = ConfirmTotp(code=SecretStr(str(self._code.value).replace(' ', '')))
        try:
            await run_operation(confirm_totp, actor=self._session.actor, command=command, now=datetime.now(UTC))
        except DomainError as error:
            _say(self._message, error, self._session)
            return
        ui.navigate.to(paths.ME)


class SwitchOff:
    def __init__(self, session: ClientSession) -> None:
        self._session = session
        with section(t('me.second_factor_off'), t('me.second_factor_off_help')):
            self._message = ui.element('div').props('aria-live=polite')
            with form(self._submit, label=t('me.second_factor_off')):
                self._password = text_field(t('me.current_password'), checks=(required,))
                self._password.props('type=password autocomplete=current-password').mark('totp.password')

    async def _submit(self) -> None:
        command = DisableTotp(password=SecretStr(str(self._password.value)))
        try:
            await run_in_thread(partial(disable_totp, command, actor=self._session.actor, now=datetime.now(UTC)))
        except DomainError as error:
            _say(self._message, error, self._session)
            return
        ui.navigate.to(paths.ME)


def _say(slot: ui.element, error: DomainError, session: ClientSession) -> None:
    slot.clear()
    with slot:
        error_panel(error.sentence(session.locale), error.code)


def _spaced(secret: str) -> str:
    return ' '.join(secret[start : start + 4] for start in range(0, len(secret), 4))
