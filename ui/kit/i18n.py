"""Words in the reader's language: `t('footfall.capture_rate')`.

The language belongs to the client, not to the running task: a context variable that was set while the page was built is
gone in a later click handler, so `t` looks the client up through the slot it is called in and reads the language kept
in the client's storage. Outside any client (tests of pure charts, jobs) the first language of the product is used.
"""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Literal, cast, get_args

from nicegui import Client
from nicegui.slot import Slot

Locale = Literal['zh-CN', 'en']

LOCALES: tuple[Locale, ...] = get_args(Locale)
DEFAULT_LOCALE: Locale = 'zh-CN'
FOLDER = Path(__file__).parents[2] / 'assets' / 'locales'
_STORAGE_KEY = 'locale'


def set_locale(client: Client, locale: str) -> Locale:
    """Let this client read in this language; an unknown one becomes the default."""
    known = cast(Locale, locale) if locale in LOCALES else DEFAULT_LOCALE
    client.storage[_STORAGE_KEY] = known
    return known


def current_locale() -> Locale:
    """The language of the client in whose slot the caller runs."""
    client = current_client()
    return client.storage.get(_STORAGE_KEY, DEFAULT_LOCALE) if client else DEFAULT_LOCALE


def current_client() -> Client | None:
    """The client in whose slot the caller runs, if there is one."""
    stack = Slot.get_stack()
    return stack[-1].parent.client if stack else None


def t(key: str, *, locale: Locale | None = None, **values: object) -> str:
    """The sentence of this key with `{names}` filled in.

    :raises KeyError: if a locale file lacks the key, which a test rules out for every key in the code
    """
    sentence = catalogue(locale or current_locale())[key]
    return sentence.format(**values) if values else sentence


def words(zh: str, en: str) -> str:
    """A name that exists in both languages, as data has it; the other one where this one is empty."""
    return (zh or en) if current_locale() == 'zh-CN' else (en or zh)


@cache
def catalogue(locale: Locale) -> Mapping[str, str]:
    """All sentences of a language, keys joined by dots; the first part is the name of the slice's file."""
    files = sorted((FOLDER / locale).glob('*.json'))
    return dict(_flatten({file.stem: json.loads(file.read_text(encoding='utf-8')) for file in files}, ''))


def _flatten(node: Mapping[str, object], prefix: str) -> list[tuple[str, str]]:
    entries: list[tuple[str, str]] = []
    for name, value in node.items():
        if isinstance(value, Mapping):
            entries += _flatten(value, f'{prefix}{name}.')
        else:
            entries.append((f'{prefix}{name}', str(value)))
    return entries
