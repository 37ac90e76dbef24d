"""Changing one's password: every other browser is signed out, this one goes on under a new session."""

from datetime import UTC, datetime
from functools import partial

from nicegui import context, ui
from pydantic import SecretStr

from domain.identity.commands import ChangePassword, SignIn
from domain.identity.operations import change_password
from domain.identity.permissions import OWN_ACCOUNT
from domain.shared.errors import DomainError
from domain.shared.operations import run_in_thread
from ui.kit.error_panel import error_panel
from ui.kit.field import required, text_field
from ui.kit.form import form
from ui.kit.i18n import t
from ui.kit.notice import notice
from ui.kit.page import page_body, page_header
from ui.kit.section import section
from ui.security.clients import shut_client, shut_session
from ui.session import ClientSession
from ui.shell import paths
from ui.shell.pages import Title, page
from ui.shell.person import change_cookie


@page(paths.PASSWORD, permission=OWN_ACCOUNT, whose='all', title=Title('修改密码', 'Change password'), icon='key')
def password_page(session: ClientSession) -> None:
    with page_body():
        with page_header(t('me.password_change'), t('me.password_rule')):
            pass
        if session.must_change_password:
            notice(t('me.must_change'), 'watch')
        with section(t('me.password')):
            PasswordForm(session)


class PasswordForm:
    def __init__(self, session: ClientSession) -> None:
        self._session = session
        self._message = ui.element('div').props('aria-live=polite')
        with form(self._submit, label=t('me.password_change')):
            self._current = _secret(t('me.current_password'), 'current-password', 'password.current')
            self._new = _secret(t('me.new_password'), 'new-password', 'password.new', help_text=t('me.password_rule'))
            self._again = _secret(t('me.new_password_again'), 'new-password', 'password.again')

    async def _submit(self) -> None:
        if self._new.value != self._again.value:
            self._again.error = t('me.password_differs')
            return
        client = context.client
        command = ChangePassword(current=SecretStr(self._current.value), new=SecretStr(self._new.value))
        agent = client.request.headers.get('user-agent', '')
        here = SignIn(login=self._session.login, password=SecretStr(''), address=client.ip, user_agent=agent)
        work = partial(change_password, command, actor=self._session.actor, signing_in=here, now=datetime.now(UTC))
        try:
            signed_in = await run_in_thread(work)
        except DomainError as error:
            self._message.clear()
            with self._message:
                error_panel(error.sentence(self._session.locale), error.code)
            return
        leave = change_cookie(client, token=signed_in.token, locale=self._session.locale, target=paths.ME)
        if self._session.session_id is not None:
            shut_session(self._session.session_id, keep_client_id=client.id)
        shut_client(client, leave)


def _secret(label: str, autocomplete: str, marker: str, *, help_text: str = '') -> ui.input:
    made = text_field(label, help_text=help_text, checks=(required,))
    return made.props(f'type=password autocomplete={autocomplete}').mark(marker)
