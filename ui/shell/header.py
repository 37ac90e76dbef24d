"""The bar at the top: mall, way here, search, day, language, person."""

from datetime import datetime
from zoneinfo import ZoneInfo

from nicegui import ui

from ui.kit.button import icon_button
from ui.kit.format import day
from ui.kit.i18n import t
from ui.kit.icons import icon, icon_source
from ui.kit.text import Text
from ui.session import ClientSession, MallChoice
from ui.shell import paths
from ui.shell.pages import PAGES, PageSpec
from ui.shell.palette import CommandPalette
from ui.shell.person import sign_out_here, switch_locale, switch_mall, switch_theme


def header(spec: PageSpec, session: ClientSession, drawer: ui.left_drawer, palette: CommandPalette) -> None:
    with ui.header(elevated=False).classes('at-header'):
        icon_button('menu', t('shell.menu'), on_click=drawer.toggle).classes('at-header__menu').mark('shell.menu')
        with ui.link(target=paths.HOME).classes('at-brand').props(f'aria-label="{t("shell.home")}"'):
            ui.element('span').classes('at-brand__mark')
            Text('Atrium', classes='at-brand__word')
        _mall(session)
        _breadcrumbs(spec, session)
        ui.element('div').classes('at-header__space')
        _search(palette)
        _today(session)
        _language(session)
        _person(session)


def _mall(session: ClientSession) -> None:
    """The mall one is in; a menu where there is more than one."""
    if session.mall is None:
        return
    name = session.mall.name(session.locale)
    if len(session.malls) < 2:
        Text(name, classes='at-header__mall at-truncate')
        return
    with ui.button(name, color=None).classes('at-button--quiet at-header__mall').mark('shell.mall') as opener:
        opener.props(f'icon-right="{icon_source("chevron-down")}" no-caps aria-haspopup=menu')
        with ui.menu().props('auto-close'):
            for mall in session.malls:
                _mall_entry(mall, session)


def _mall_entry(mall: MallChoice, session: ClientSession) -> None:
    entry = ui.menu_item(mall.name(session.locale), on_click=lambda: switch_mall(session, mall))
    entry.mark(f'shell.mall:{mall.code}')
    if session.mall == mall:
        entry.classes('q-item--active')


def _breadcrumbs(spec: PageSpec, session: ClientSession) -> None:
    """The pages above this one; the page itself has its title below."""
    steps = spec.path.strip('/').split('/')
    above = [PAGES.find('/' + '/'.join(steps[:count])) for count in range(1, len(steps))]
    with ui.element('nav').classes('at-crumbs').props(f'aria-label="{t("shell.breadcrumbs")}"'):
        for page in above:
            if page is not None and page.is_open_to(session):
                ui.link(page.title.text(session.locale), page.path).classes('at-crumbs__step')
                icon('chevron-right')
        Text(spec.title.text(session.locale), classes='at-crumbs__here at-truncate').props('aria-current=page')


def _search(palette: CommandPalette) -> None:
    with ui.button(on_click=palette.open, color=None).classes('at-search').mark('shell.search') as opener:
        opener.props(f'aria-label="{t("shell.palette.open")}"')
        icon('search')
        Text(t('shell.palette.open'), classes='at-search__words')
        Text('Ctrl K', tag='kbd', classes='at-search__key')


def _today(session: ClientSession) -> None:
    zone = ZoneInfo(session.mall.timezone if session.mall else 'Asia/Shanghai')
    Text(day(datetime.now(zone).date(), locale=session.locale), classes='at-header__day at-figures')


def _language(session: ClientSession) -> None:
    other = 'en' if session.locale == 'zh-CN' else 'zh-CN'
    label = 'English' if other == 'en' else '中文'
    made = ui.button('EN' if other == 'en' else '中', on_click=lambda: switch_locale(session, other), color=None)
    made.classes('at-button--quiet at-button--icon at-header__language').mark('shell.language')
    made.props['aria-label'] = label


def _person(session: ClientSession) -> None:
    with ui.button(color=None).classes('at-person').mark('shell.person') as opener:
        opener.props['aria-label'] = f'{session.display_name}'
        opener.props('aria-haspopup=menu')
        Text(session.display_name[:1].upper(), classes='at-person__badge')
        with ui.menu().props('auto-close anchor="bottom right" self="top right"').classes('at-person__menu'):
            with ui.element('div').classes('at-person__head'):
                Text(session.display_name, tag='div', classes='at-strong at-truncate')
                Text(' · '.join(session.role_names) or session.login, tag='div', classes='at-small at-muted')
            ui.separator()
            _entry('user', t('shell.me'), lambda: ui.navigate.to(paths.ME), 'shell.me')
            dark = session.theme != 'dark'
            label = t('shell.theme.dark' if dark else 'shell.theme.light')
            _entry('moon' if dark else 'sun', label, lambda: switch_theme(session), 'shell.theme')
            ui.separator()
            _entry('logout', t('shell.sign_out'), lambda: sign_out_here(session), 'shell.sign_out')


def _entry(symbol: str, label: str, on_click: object, marker: str) -> None:
    with ui.menu_item(on_click=on_click).classes('at-person__entry').mark(marker):
        icon(symbol)
        Text(label)
