"""Puts the tokens on the page: brand colours, style sheets in their layers, the typeface, the look of every widget.

This is the one module that adds markup to the head of a page; all of it is constant and served by this process.
"""

from functools import cache
from hashlib import sha256
from pathlib import Path

from nicegui import app, ui

from ui.kit.i18n import Locale, current_client, set_locale
from ui.kit.tokens import LIGHT, Appearance, Palette, css_variables, palette

ASSETS = Path(__file__).parents[2] / 'assets'
STYLES = Path(__file__).parent / 'styles'
ONE_YEAR = 365 * 24 * 3600
_STORAGE_KEY = 'appearance'


def install() -> None:
    """Give the whole application its look. Called once, by the shell, before the first page is built."""
    for folder in ('fonts', 'icons'):
        app.add_static_files(f'/assets/{folder}', ASSETS / folder, max_cache_age=ONE_YEAR)
    app.colors(
        primary=LIGHT.brand,
        secondary=LIGHT.muted,
        accent=LIGHT.accent,
        dark=palette('dark').surface,
        dark_page=palette('dark').page,
        positive=LIGHT.good,
        negative=LIGHT.act,
        info=LIGHT.brand,
        warning=LIGHT.watch,
    )
    ui.add_head_html(_typeface(), shared=True)
    ui.add_css(style_sheet(), shared=True)
    _dress_widgets()


def dress(*, locale: Locale, appearance: Appearance) -> None:
    """Set language and lighting of the page being built; everything below it follows."""
    client = ui.context.client
    set_locale(client, locale)
    client.storage[_STORAGE_KEY] = appearance
    ui.dark_mode(value=appearance != 'light')


def current_appearance() -> Appearance:
    """How the page of the calling slot is lit; light outside any page."""
    client = current_client()
    return client.storage.get(_STORAGE_KEY, 'light') if client else 'light'


def current_palette() -> Palette:
    """The colours for what cannot read CSS, such as a chart's canvas."""
    return palette(current_appearance())


@cache
def style_sheet() -> str:
    """Variables and component styles; `styles/*.css` name their own layers, so nothing needs `!important`."""
    sheets = [file.read_text(encoding='utf-8') for file in sorted(STYLES.glob('*.css'))]
    return '\n'.join([f'@layer components {{ {css_variables()} }}', *sheets])


@cache
def icon_sheet() -> str:
    """Address of the icon sprite; the digest changes with the file, so it may be cached for ever."""
    return f'/assets/icons/atrium.svg?v={_digest(ASSETS / "icons" / "atrium.svg")}'


def _typeface() -> str:
    sheet = ASSETS / 'fonts' / 'fonts.css'
    return f'<link rel="stylesheet" href="/assets/fonts/fonts.css?v={_digest(sheet)}">'


def _digest(file: Path) -> str:
    return sha256(file.read_bytes()).hexdigest()[:12]


def _dress_widgets() -> None:
    """What Quasar's widgets are like everywhere, so that no page has to say it."""
    ui.button.default_props('unelevated no-caps no-wrap')
    ui.input.default_props('outlined dense hide-bottom-space')
    ui.number.default_props('outlined dense hide-bottom-space')
    ui.select.default_props('outlined dense options-dense hide-bottom-space behavior=menu')
    ui.textarea.default_props('outlined dense hide-bottom-space')
    ui.checkbox.default_props('dense')
    ui.switch.default_props('dense')
    ui.menu.default_props('transition-duration=120')
    ui.tooltip.default_props('delay=300 transition-duration=80')
    ui.dialog.default_props('transition-duration=140')
