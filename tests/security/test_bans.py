"""What may not stand in the browser side's code: ways for data to become script, and state that visitors share.

Each ban has examples that it must catch and must not catch, so that the rule itself is tested.
"""

import ast
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
# The one module that writes markup into the head of pages; all of it is constant.
REVIEWED = {'ui/kit/theme.py'}
RAW_MARKUP = {'add_head_html', 'add_body_html'}
SCRIPT = {'run_javascript'}
TEMPLATES = {'add_slot'}

Rule = Callable[[ast.Module], Iterator[ast.AST]]


def _name(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, 'id', '')


def _calls(tree: ast.Module) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call))


def _is_constant(node: ast.expr, constants: set[str]) -> bool:
    """A literal, literals joined, or a name that the module binds to one; anything else may hold data."""
    if isinstance(node, ast.BinOp):
        return _is_constant(node.left, constants) and _is_constant(node.right, constants)
    return isinstance(node, ast.Constant) or (isinstance(node, ast.Name) and node.id in constants)


def _constants(tree: ast.Module) -> set[str]:
    return {
        target.id
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name) and target.id.isupper()
    }


def _attributes(tree: ast.Module) -> Iterator[ast.Attribute]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Attribute))


def unsanitised_markup(tree: ast.Module) -> Iterator[ast.AST]:
    """`sanitize=False`, or anything but the literal True."""
    for call in _calls(tree):
        if any(keyword.arg == 'sanitize' and ast.unparse(keyword.value) != 'True' for keyword in call.keywords):
            yield call


def raw_markup(tree: ast.Module) -> Iterator[ast.AST]:
    """Markup that goes into a page as it is."""
    return (call for call in _calls(tree) if _name(call) in RAW_MARKUP)


def script_with_data(tree: ast.Module) -> Iterator[ast.AST]:
    """Script or template text that is put together from data."""
    constants = _constants(tree)
    for call in _calls(tree):
        if _name(call) in SCRIPT | TEMPLATES and not all(_is_constant(arg, constants) for arg in call.args):
            yield call


def shared_state(tree: ast.Module) -> Iterator[ast.AST]:
    """Refreshables of the module, and storage that all visitors share."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from (mark for mark in node.decorator_list if 'refreshable' in ast.unparse(mark))
    yield from (node for node in _attributes(tree) if ast.unparse(node).endswith('storage.general'))


def routes_beside_the_registry(tree: ast.Module) -> Iterator[ast.AST]:
    """`@ui.page` and `ui.sub_pages`: pages are declared with `ui.shell.pages.page`, which asks for a permission."""
    return (node for node in _attributes(tree) if ast.unparse(node) in ('ui.page', 'ui.sub_pages'))


def session_writers(tree: ast.Module) -> Iterator[ast.AST]:
    """NiceGUI's stores for users and browsers, which outlive login and logout."""
    return (node for node in _attributes(tree) if ast.unparse(node).endswith(('storage.user', 'storage.browser')))


RULES: tuple[tuple[Rule, set[str]], ...] = (
    (unsanitised_markup, set()),
    (raw_markup, REVIEWED),
    (script_with_data, set()),
    (shared_state, set()),
    (routes_beside_the_registry, {'ui/shell/registration.py'}),
    (session_writers, set()),
)


@pytest.mark.parametrize(('rule', 'reviewed'), RULES, ids=lambda part: getattr(part, '__name__', ''))
def test_the_browser_side_keeps_the_ban(rule: Rule, reviewed: set[str]) -> None:
    found = []
    for path in sorted((ROOT / 'ui').rglob('*.py')):
        name = str(path.relative_to(ROOT))
        if name not in reviewed:
            tree = ast.parse(path.read_text(encoding='utf-8'))
            found += [f'{name}:{getattr(node, "lineno", 0)} {ast.unparse(node)[:80]}' for node in rule(tree)]

    assert found == []


@pytest.mark.parametrize(
    ('rule', 'bad', 'good'),
    [
        (unsanitised_markup, "ui.html(x, sanitize=False)", "ui.html(x, sanitize=True)"),
        (unsanitised_markup, "ui.html(x, sanitize=clean)", "ui.html(x)"),
        (raw_markup, "ui.add_head_html('<b>')", "ui.add_css('a {}')"),
        (script_with_data, "ui.run_javascript(f'alert({x})')", "ui.run_javascript('focus()')"),
        (script_with_data, "client.run_javascript('a' + x)", "client.run_javascript('a' + 'b')"),
        (script_with_data, "table.add_slot('body', template)", "table.add_slot('body', '<q-td />')"),
        (shared_state, "@ui.refreshable\ndef board(): ...", "class A:\n @ui.refreshable_method\n def b(self): ..."),
        (shared_state, "app.storage.general['x'] = 1", "app.storage.client['x'] = 1"),
        (routes_beside_the_registry, "@ui.page('/x')\ndef x(): ...", "@page('/x')\ndef x(): ..."),
        (session_writers, "app.storage.user['x'] = 1", "client.storage['x'] = 1"),
    ],
)  # fmt: skip
def test_a_ban_catches_what_it_is_for_and_nothing_else(rule: Rule, bad: str, good: str) -> None:
    assert list(rule(ast.parse(bad)))
    assert not list(rule(ast.parse(good)))


def test_the_reviewed_head_holds_no_data() -> None:
    """The one exception writes a constant, with the digest of a file of ours in it."""
    for name in REVIEWED:
        calls = list(raw_markup(ast.parse((ROOT / name).read_text(encoding='utf-8'))))
        assert [ast.unparse(call) for call in calls] == ['ui.add_head_html(_typeface(), shared=True)']
