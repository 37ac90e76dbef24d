"""`/me`: the account, its rights in this mall, its browsers, its keys to the door."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from nicegui import ui

from domain.identity.operations import sign_out
from domain.identity.permissions import OWN_ACCOUNT
from domain.identity.queries import list_own_sessions
from domain.identity.views import OpenSession
from domain.shared.operations import run_operation, run_query
from ui.kit.button import button
from ui.kit.confirmation import confirm
from ui.kit.description_list import description_list
from ui.kit.format import moment
from ui.kit.i18n import t
from ui.kit.page import page_body, page_header
from ui.kit.section import section, split
from ui.kit.status_badge import status_badge
from ui.kit.text import Text
from ui.me.browsers import browser_name
from ui.security.clients import shut_session
from ui.session import ClientSession
from ui.shell import paths
from ui.shell.pages import Title, page
from ui.shell.person import sign_out_here


@page(paths.ME, permission=OWN_ACCOUNT, whose='all', title=Title('我的账号', 'My account'), icon='user', nav='office')
async def me_page(session: ClientSession) -> None:
    with page_body():
        with page_header(t('me.title'), t('me.subtitle')):
            button(t('shell.sign_out'), on_click=lambda: sign_out_here(session), icon='logout').mark('me.sign_out')
        with split(even=True):
            _account(session)
            _security(session)
        await Browsers(session).show()


def _account(session: ClientSession) -> None:
    with section(t('me.account')):
        description_list({
            t('me.name'): session.display_name,
            t('me.login'): session.login,
            t('me.mall'): session.mall.name(session.locale) if session.mall else '—',
            t('me.roles'): ' · '.join(session.role_names) or '—',
        })  # fmt: skip


def _security(session: ClientSession) -> None:
    with section(t('me.security')):
        with ui.element('div').classes('at-setting'):
            _words(t('me.password'), t('me.password_help'))
            button(t('me.password_change'), on_click=lambda: ui.navigate.to(paths.PASSWORD)).mark('me.password')
        with ui.element('div').classes('at-setting'):
            _words(t('me.second_factor'), t('me.second_factor_help'))
            status_badge('good', t('me.on')) if session.has_totp else status_badge('off', t('me.off'))
            label = t('me.second_factor_off' if session.has_totp else 'me.second_factor_on')
            button(label, on_click=lambda: ui.navigate.to(paths.SECOND_FACTOR)).mark('me.second_factor')


def _words(title: str, help_text: str) -> None:
    with ui.element('div').classes('at-grow'):
        Text(title, tag='div', classes='at-strong')
        Text(help_text, tag='div', classes='at-muted at-small')


class Browsers:
    """Where this account is signed in; any of them can be signed out from here."""

    def __init__(self, session: ClientSession) -> None:
        self._session = session
        with section(t('me.browsers'), t('me.browsers_help')):
            self._list = ui.element('div').classes('at-stack')

    async def show(self) -> None:
        found = await run_query(list_own_sessions, actor=self._session.actor, now=datetime.now(UTC))
        self._list.clear()
        with self._list:
            for browser in found:
                self._row(browser)

    def _row(self, browser: OpenSession) -> None:
        zone = ZoneInfo(self._session.mall.timezone if self._session.mall else 'Asia/Shanghai')
        seen = t('me.seen', moment=moment(browser.last_seen_at.astimezone(zone)), address=browser.address or '—')
        with ui.element('div').classes('at-setting').mark(f'me.browser:{browser.id}'):
            _words(browser_name(browser.user_agent) or t('me.unknown_browser'), seen)
            if browser.id == self._session.session_id:
                status_badge('good', t('me.this_browser'))
            else:
                button(t('me.sign_out_there'), on_click=lambda: self._ask(browser), rank='quiet')

    def _ask(self, browser: OpenSession) -> None:
        name = browser_name(browser.user_agent) or t('me.unknown_browser')
        confirm(
            t('me.sign_out_there'),
            t('me.sign_out_effect', browser=name),
            action=t('me.sign_out_there'),
            on_confirm=lambda: self._sign_out(browser),
            is_destructive=True,
        )

    async def _sign_out(self, browser: OpenSession) -> None:
        now = datetime.now(UTC)
        await run_operation(sign_out, actor=self._session.actor, session_id=browser.id, now=now)
        shut_session(browser.id)
        await self.show()
