"""The architecture's rules, executed: import contracts, private modules, one clock, file size."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ('ui', 'domain', 'integrations', 'vision_service')
PUBLIC_IN_SLICE = {
    'operations', 'queries', 'commands', 'views', 'events', 'permissions', 'ports',
    # slices whose operations split by noun keep these public beside them
    'recording', 'calendar', 'sessions', 'alignment',
}  # fmt: skip
SOFT_CAP, HARD_CAP = 300, 400


def _modules(*packages: str) -> Iterator[tuple[Path, ast.Module]]:
    for package in packages or PACKAGES:
        for path in sorted((ROOT / package).rglob('*.py')):
            yield path, ast.parse(path.read_text(), filename=str(path))


def _imports(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f'{node.module}.{alias.name}' for alias in node.names)


def _slice(path: Path) -> str:
    return path.relative_to(ROOT).parts[1]


def test_import_contracts_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / 'lint-imports', '--no-cache'],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_models_and_underscored_modules_are_private_to_their_slice() -> None:
    found = []
    for path, tree in _modules('domain', 'ui', 'integrations'):
        own = f'domain.{_slice(path)}.'
        for name in _imports(tree):
            parts = name.split('.')
            if parts[0] != 'domain' or len(parts) < 3 or name.startswith(own) or parts[1] == 'shared':
                continue
            if parts[2] == 'models' or parts[2].startswith('_'):
                found.append(f'{path.relative_to(ROOT)} imports {name}')

    assert found == []


def test_the_kernel_shows_its_underscored_modules_to_nobody() -> None:
    found = [
        f'{path.relative_to(ROOT)} imports {name}'
        for path, tree in _modules()
        if 'domain/shared' not in str(path)
        for name in _imports(tree)
        if name.startswith(('domain.shared._', 'domain.shared.models'))
    ]

    assert found == []


@pytest.mark.parametrize('attribute', ['now', 'today', 'utcnow'])
def test_the_domain_never_reads_the_clock(attribute: str) -> None:
    allowed = {ROOT / 'domain/shared/operations.py'}  # the one place where a moment becomes an argument
    found = [
        f'{path.relative_to(ROOT)}:{node.lineno}'
        for path, tree in _modules('domain')
        if path not in allowed
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr == attribute
        if isinstance(node.value, ast.Name) and node.value.id in ('datetime', 'date')
    ]

    assert found == []


def test_nobody_rebinds_nicegui_by_importing_our_ui_package() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path, tree in _modules('ui')
        for node in ast.walk(tree)
        if isinstance(node, ast.Import) and any(alias.name.startswith('ui.') for alias in node.names)
    ]

    assert found == []


def test_files_hold_one_idea() -> None:
    sizes = {path: len(path.read_text().splitlines()) for path, _ in _modules()}
    too_long = {str(path.relative_to(ROOT)): size for path, size in sizes.items() if size > HARD_CAP}

    assert too_long == {}


def test_nothing_is_left_undone() -> None:
    marks = ('TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X')
    found = [
        f'{path.relative_to(ROOT)}:{number}'
        for path, _ in _modules()
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if any(mark in line for mark in marks) or 'NotImplementedError' in line
    ]

    assert found == []


def test_every_package_says_what_it_is() -> None:
    found = [
        str(path.relative_to(ROOT))
        for path, tree in _modules()
        if path.name == '__init__.py' and not ast.get_docstring(tree)
    ]

    assert found == []
