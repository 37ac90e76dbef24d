"""What STYLE and LIBRARIES ask of every screen, read off the code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

UI = Path(__file__).parents[2] / 'ui'
SLICES = (
    'cockpit', 'footfall', 'devices', 'pos', 'sales', 'payments', 'aftersales', 'safety', 'cameras',
    'coupons', 'leasing', 'billing', 'utilities', 'inventory', 'tenant', 'tenancy', 'approvals',
)  # fmt: skip
SCREENS = sorted(file for name in SLICES for file in (UI / name).rglob('*.py'))
EVERYTHING = sorted(UI.rglob('*.py'))
COLOR = re.compile(r'#[0-9a-fA-F]{6}\b|\brgba?\(')


def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding='utf-8'))


def calls(file: Path) -> Iterator[tuple[str, ast.Call]]:
    for node in ast.walk(tree(file)):
        if isinstance(node, ast.Call):
            yield ast.unparse(node.func), node


by_file = pytest.mark.parametrize('file', SCREENS, ids=lambda file: str(file.relative_to(UI)))
everywhere = pytest.mark.parametrize('file', EVERYTHING, ids=lambda file: str(file.relative_to(UI)))


def test_there_are_screens() -> None:
    assert len(SCREENS) > 25


@by_file
def test_a_screen_neither_catches_nor_polls(file: Path) -> None:
    assert not [node for node in ast.walk(tree(file)) if isinstance(node, ast.Try)]
    timers = [call for name, call in calls(file) if name.endswith('.timer')]
    assert not timers


@by_file
def test_a_screen_holds_no_colour_of_its_own(file: Path) -> None:
    texts = [
        node.value for node in ast.walk(tree(file)) if isinstance(node, ast.Constant) and isinstance(node.value, str)
    ]
    assert [text for text in texts if COLOR.search(text)] == []


@by_file
def test_a_screen_speaks_to_the_domain_through_its_faces_alone(file: Path) -> None:
    imported = [node.module for node in ast.walk(tree(file)) if isinstance(node, ast.ImportFrom) and node.module]
    domain = [module for module in imported if module.startswith('domain.') and not module.startswith('domain.shared')]
    last = {module.split('.')[-1] for module in domain}
    assert not [name for name in last if name == 'models' or name.startswith('_')]
    assert not [module for module in imported if module.split('.')[0] in ('sqlalchemy', 'sqlmodel', 'psycopg')]


@by_file
def test_slices_do_not_know_each_other(file: Path) -> None:
    others = {f'ui.{name}' for name in SLICES if name != file.relative_to(UI).parts[0]}
    imported = {
        '.'.join(node.module.split('.')[:2])
        for node in ast.walk(tree(file))
        if isinstance(node, ast.ImportFrom) and node.module
    }
    assert imported & others == set()


@everywhere
def test_markup_and_scripts_are_written_in_one_reviewed_place(file: Path) -> None:
    allowed = {'theme.py', 'main.py'}
    found = {name for name, _ in calls(file) if name.endswith(('.add_head_html', '.add_body_html', '.add_css'))}
    assert not found or file.name in allowed
    unsafe = [call for name, call in calls(file) if name in ('ui.html', 'ui.markdown')]
    assert not unsafe


@everywhere
def test_no_script_is_put_together_from_values(file: Path) -> None:
    scripts = [call.args[0] for name, call in calls(file) if name.endswith('run_javascript') and call.args]
    assert [ast.unparse(script) for script in scripts if isinstance(script, ast.JoinedStr | ast.BinOp)] == []


@everywhere
def test_nothing_at_module_level_is_refreshable_or_changes(file: Path) -> None:
    for node in tree(file).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert not [one for one in node.decorator_list if 'refreshable' in ast.unparse(one)]
        if isinstance(node, ast.Assign):
            names = [target.id for target in node.targets if isinstance(target, ast.Name)]
            is_mutable = isinstance(node.value, ast.List | ast.Dict | ast.Set)
            assert not is_mutable or all(name.strip('_').isupper() or name.startswith('__') for name in names), names


@everywhere
def test_files_stay_small(file: Path) -> None:
    assert len(file.read_text(encoding='utf-8').splitlines()) <= 400
