"""Words: both languages are complete, and every key that the code asks for exists."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest
from nicegui import ui

from tests.ui.fakes import FakeDomain
from tests.ui.screens import person, screens
from ui.kit.i18n import DEFAULT_LOCALE, FOLDER, LOCALES, catalogue, current_locale, set_locale, t, words

SOURCES = sorted((FOLDER.parents[1] / 'ui').rglob('*.py'))
HAN = re.compile('[\u4e00-\u9fff]')


def calls_of_t() -> Iterator[tuple[Path, ast.expr]]:
    for source in SOURCES:
        for node in ast.walk(ast.parse(source.read_text(encoding='utf-8'))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == 't' and node.args:
                yield source, node.args[0]


def literals(node: ast.expr) -> list[str]:
    """The keys that an expression may stand for; a part that is only known when it runs becomes `*`."""
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.IfExp):
        return literals(node.body) + literals(node.orelse)
    if isinstance(node, ast.JoinedStr):
        return [''.join(part.value if isinstance(part, ast.Constant) else '*' for part in node.values)]
    return []


def test_both_languages_have_the_same_keys() -> None:
    chinese, english = (set(catalogue(locale)) for locale in LOCALES)
    assert chinese ^ english == set()


@pytest.mark.parametrize('key', sorted(catalogue(DEFAULT_LOCALE)))
def test_a_sentence_takes_the_same_values_in_both_languages(key: str) -> None:
    fields = [{name for _, name, _, _ in Formatter().parse(catalogue(locale)[key]) if name} for locale in LOCALES]
    assert fields[0] == fields[1]


def test_every_key_used_in_code_exists() -> None:
    known = '\n'.join(catalogue(DEFAULT_LOCALE))
    used = [(source.name, key) for source, node in calls_of_t() for key in literals(node)]
    missing = {
        (name, key)
        for name, key in used
        if not re.search(f'^{re.escape(key).replace(chr(92) + "*", ".+")}$', known, re.MULTILINE)
    }
    assert len(used) > 200
    assert not missing


def test_every_sentence_is_used() -> None:
    patterns = [re.escape(key).replace(r'\*', '.+') for _, node in calls_of_t() for key in literals(node)]
    strings = {
        node.value
        for source in SOURCES
        for node in ast.walk(ast.parse(source.read_text(encoding='utf-8')))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    used = re.compile('|'.join(f'(?:{pattern})' for pattern in patterns))
    unused = [key for key in catalogue(DEFAULT_LOCALE) if not used.fullmatch(key) and key not in strings]
    assert unused == []


def test_no_chinese_is_left_in_english() -> None:
    assert [key for key, sentence in catalogue('en').items() if HAN.search(sentence)] == []


def test_english_quotes_and_apostrophes_are_narrow() -> None:
    """The typeface is Chinese: its curly quotes are as wide as a character and tear an English word apart."""
    assert [key for key, sentence in catalogue('en').items() if set(sentence) & set('‘’“”')] == []


def test_no_words_for_people_stand_in_the_screens() -> None:
    """Titles of pages are data, and formats of dates are code; everything else a person reads is in a locale file."""
    folders = ('kit', 'cockpit', 'footfall', 'devices', 'floorplan', 'ui')
    formats = {'format.py', 'date_picker.py'}
    found = {
        (source.name, node.value)
        for source in SOURCES
        if source.parent.name in folders and source.name not in formats
        for node in ast.walk(_for_people(source))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and HAN.search(node.value)
    }
    assert found == set()


def _for_people(source: Path) -> ast.Module:
    """The code without its docstrings and without titles of pages."""

    class Titles(ast.NodeTransformer):
        def visit_Call(self, node: ast.Call) -> ast.AST:
            is_title = isinstance(node.func, ast.Name) and node.func.id == 'Title'
            return ast.Constant(value=None) if is_title else self.generic_visit(node)

    return Titles().visit(_without_docstrings(source))


def _without_docstrings(source: Path) -> ast.Module:
    tree = ast.parse(source.read_text(encoding='utf-8'))
    for node in ast.walk(tree):
        body = getattr(node, 'body', None)
        if isinstance(body, list):
            node.body = [one for one in body if not (isinstance(one, ast.Expr) and isinstance(one.value, ast.Constant))]
    return tree


def test_outside_any_page_the_first_language_is_spoken() -> None:
    assert current_locale() == DEFAULT_LOCALE
    assert t('kit.form.save') == '保存'
    assert words('东门', 'East door') == '东门'
    assert words('', 'East door') == 'East door'


async def test_the_language_belongs_to_the_client_and_outlives_the_building_of_its_page(domain: FakeDomain) -> None:
    async with screens(person(locale='en')) as (user, _):
        client = await user.open('/cockpit')
        with client:
            heard: list[str] = []
            ui.button('ask', on_click=lambda: heard.append(t('kit.form.save')))
        user.find('ask').click()
        assert heard == ['Save']


async def test_an_unknown_language_becomes_the_first(domain: FakeDomain) -> None:
    async with screens(person()) as (user, _):
        client = await user.open('/cockpit')
        assert set_locale(client, 'xx') == DEFAULT_LOCALE
