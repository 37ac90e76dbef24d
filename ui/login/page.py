"""The login page: a picture at the left, one form at the right, nothing else."""

from nicegui import context, ui
from starlette.responses import RedirectResponse

from ui.kit.field import required, text_field
from ui.kit.form import form
from ui.kit.i18n import t
from ui.kit.notice import notice
from ui.kit.text import Text
from ui.login.signing_in import Outcome, keep_chosen_language, try_to_sign_in
from ui.security.targets import local_path
from ui.session import ClientSession
from ui.shell import paths
from ui.shell.pages import EVERYBODY, Title, page
from ui.shell.person import change_cookie, current_token

PICTURE = '/assets/pictures/atrium.svg'


@page(paths.LOGIN, permission=EVERYBODY, title=Title('登录', 'Sign in'), frame='bare')
def login_page(session: ClientSession) -> RedirectResponse | None:
    """Whoever is signed in already goes on; a cookie of a session that ended is emptied first."""
    client = context.client
    target = local_path(client.request.query_params.get('next'))
    if session.is_signed_in:
        return RedirectResponse(target, 303)
    if current_token(client) is not None:
        here = paths.login(then=target)
        return RedirectResponse(change_cookie(client, token=None, locale=session.locale, target=here), 303)
    with ui.element('main').classes('at-login'):
        _picture()
        with ui.element('div').classes('at-login__side'):
            _language(session, target)
            LoginForm(session, target)
            Text(t('login.foot'), tag='p', classes='at-login__foot')
    return None


class LoginForm:
    """Name and password, and the one-time code when it is asked for."""

    def __init__(self, session: ClientSession, target: str) -> None:
        self._session = session
        self._target = target
        with ui.element('div').classes('at-login__form'):
            Text(t('login.title'), tag='h1', classes='at-login__title')
            Text(t('login.subtitle'), tag='p', classes='at-muted')
            self._message = ui.element('div').props('aria-live=polite')
            with form(self._submit, label=t('login.submit')):
                self._login = text_field(t('login.name'), checks=(required,))
                self._login.props('name=username autocomplete=username autofocus').mark('login.name')
                self._password = text_field(t('login.password'), checks=(required,))
                self._password.props('type=password name=password autocomplete=current-password')
                self._password.mark('login.password')
                self._code_slot = ui.element('div')
        self._code: ui.input | None = None

    async def _submit(self) -> None:
        client = context.client
        outcome = await try_to_sign_in(
            client,
            login=str(self._login.value or ''),
            password=str(self._password.value or ''),
            code=str(self._code.value or '').replace(' ', '') if self._code else '',
            locale=self._session.locale,
        )
        if outcome.signed_in is None:
            self._say(outcome)
            return
        done = outcome.signed_in
        locale = await keep_chosen_language(done, client.request.query_params.get('chosen'))
        ui.navigate.to(change_cookie(client, token=done.token, locale=locale, target=self._target))

    def _say(self, outcome: Outcome) -> None:
        """The sentence above the fields; the code's field appears when it is wanted."""
        is_first_request = outcome.wants_code and self._code is None
        self._message.clear()
        with self._message:
            notice(outcome.sentence, 'off' if is_first_request else 'act').mark(f'login.{outcome.code}')
        if is_first_request:
            with self._code_slot:
                self._code = text_field(t('login.code'), help_text=t('login.code_help'), checks=(required,))
            self._code.props('inputmode=numeric autocomplete=one-time-code maxlength=7 autofocus').mark('login.code')
        elif not outcome.wants_code:
            self._password.value = ''


def _picture() -> None:
    with ui.element('div').classes('at-login__picture'):
        ui.element('img').props(f'src="{PICTURE}" alt=""').classes('at-login__drawing')
        with ui.element('div').classes('at-login__words'):
            with ui.element('div').classes('at-brand at-brand--large'):
                ui.element('span').classes('at-brand__mark')
                Text('Atrium', classes='at-brand__word')
            Text(t('login.promise'), tag='p', classes='at-login__promise')


def _language(session: ClientSession, target: str) -> None:
    other = 'en' if session.locale == 'zh-CN' else 'zh-CN'
    label = 'English' if other == 'en' else '中文'
    again = paths.login(then=target, chosen=other)

    def switch() -> None:
        ui.navigate.to(change_cookie(context.client, token=None, locale=other, target=again))

    ui.button(label, on_click=switch, color=None).classes('at-button--quiet at-login__language').mark('login.language')
