"""Pages that say why nothing else is shown: plain HTML without a socket, so that a thousand of them cost nothing."""

import logging
import secrets
from html import escape

from nicegui import ui
from starlette.responses import HTMLResponse

from domain.shared.errors import DomainError
from ui.kit.i18n import Locale, t
from ui.kit.tokens import css_variables
from ui.session import current
from ui.shell import paths

log = logging.getLogger(__name__)

_STYLE = """
body { margin: 0; min-height: 100vh; display: grid; place-items: center; background: var(--at-page);
  color: var(--at-text); font: var(--at-body)/var(--at-body-line) var(--at-font); }
main { max-width: 30rem; padding: var(--at-space-6); }
.status { font-size: var(--at-display); line-height: var(--at-display-line); font-weight: 700; color: var(--at-brand); }
h1 { font-size: var(--at-heading); line-height: var(--at-heading-line); margin: var(--at-space-2) 0; }
p { color: var(--at-muted); margin: 0 0 var(--at-space-5); }
a { display: inline-block; padding: 12px 20px; border-radius: var(--at-radius-medium); background: var(--at-brand);
  color: var(--at-on-brand); text-decoration: none; font-weight: 700; }
code { display: block; margin-top: var(--at-space-5); color: var(--at-faint); font: inherit;
  font-size: var(--at-small); }
@media (prefers-color-scheme: dark) { main { color: inherit; } }
"""


def error_response(status: int, *, locale: Locale, code: str, sentence: str = '') -> HTMLResponse:
    """A sentence, a code to quote, and a way on."""
    known = status if status in (403, 404, 429, 500, 503) else 500
    title = t(f'shell.error.{known}.title', locale=locale)
    words = sentence or t(f'shell.error.{known}.help', locale=locale)
    page = (
        f'<!doctype html><html lang="{locale}"><head><meta charset="utf-8"><title>{status} · Atrium</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<style>{css_variables()}{_STYLE}</style></head><body><main>'
        f'<div class="status">{status}</div><h1>{escape(title)}</h1><p>{escape(words)}</p>'
        f'<a href="{paths.HOME}">{escape(t("shell.error.home", locale=locale))}</a>'
        f'<code>{escape(t("kit.error.code", locale=locale, code=code))}</code></main></body></html>'
    )
    return HTMLResponse(page, status_code=status)


def domain_error_response(error: DomainError, *, locale: Locale) -> HTMLResponse:
    return error_response(error.status, locale=locale, code=error.code, sentence=error.sentence(locale))


def bug_response(error: Exception, *, locale: Locale) -> HTMLResponse:
    """The person gets a number; the log has the rest under it."""
    return error_response(500, locale=locale, code=_logged(error))


def report(error: Exception) -> None:
    """What a page shows when one of its handlers failed. Bound to every client by the registration."""
    if _is_slow_browser(error):
        log.info('a browser was slow to answer')
        return
    locale = current().locale
    if isinstance(error, DomainError):
        sentence, code = error.sentence(locale), error.code
    else:
        sentence, code = t('shell.error.500.help', locale=locale), _logged(error)
    message = f'{sentence} ({t("kit.error.code", locale=locale, code=code)})'
    ui.notify(message, type='negative', position='top', multi_line=True, timeout=8000, close_button='×')


def _is_slow_browser(error: Exception) -> bool:
    """NiceGUI's drawer asks the browser for its width and gives up after a second; nobody has lost anything."""
    return isinstance(error, TimeoutError) and str(error).startswith('JavaScript did not respond')


def _logged(error: Exception) -> str:
    code = f'E-{secrets.token_hex(4)}'
    log.error('a page failed', extra={'code': code}, exc_info=error)
    return code
