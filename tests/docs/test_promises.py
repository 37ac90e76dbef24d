"""What the documents promise is there: settings, commands, links, pictures."""

import re
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import ValidationError

import atrium

ROOT = Path(__file__).parents[2]
DOCUMENTS = sorted([*ROOT.glob('*.md'), *(ROOT / 'docs').rglob('*.md')])


def test_every_setting_is_documented_and_every_documented_setting_exists() -> None:
    documented = [line for line in (ROOT / 'docs/settings.md').read_text().splitlines() if line.startswith('|')]

    assert documented == atrium.settings_table()


def test_every_setting_says_what_it_means() -> None:
    assert [row for row in atrium.settings_table()[2:] if row.endswith('|  |')] == []


@pytest.mark.parametrize('document', DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_and_pictures_lead_somewhere(document: Path) -> None:
    targets = re.findall(r'\]\(([^)#\s]+)', document.read_text())
    local = [target for target in targets if not target.startswith(('http:', 'https:', 'mailto:'))]

    assert [target for target in local if not (document.parent / target).exists()] == []


def test_every_make_target_named_in_the_documents_exists() -> None:
    makefile = (ROOT / 'Makefile').read_text()
    targets = set(re.findall(r'^([a-z][a-z-]*)(?: [a-z -]+)?:', makefile, re.MULTILINE)) | set(
        re.findall(r'bench-[a-z]+', makefile)
    )
    named = {name for document in DOCUMENTS for name in re.findall(r'`?make ([a-z][a-z-]+)`', document.read_text())}

    assert named - targets == set()


@pytest.mark.parametrize('arguments', [['--help'], ['version'], ['settings'], ['db', '--help'], ['vision', '--help']])
def test_the_command_line_answers(arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, '-m', 'atrium', *arguments], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stderr
    assert done.stdout


@pytest.mark.parametrize(
    'environment',
    [
        {},
        {'ATRIUM_WEB__SECRET': 'x' * 48, 'ATRIUM_BROKER__PASSWORD': 'changeme'},
        {'ATRIUM_WEB__SECRET': 'short', 'ATRIUM_BROKER__PASSWORD': 'y' * 24},
    ],
)
def test_production_refuses_weak_secrets(monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]) -> None:
    monkeypatch.setenv('ATRIUM_PROFILE', 'production')
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    with pytest.raises(ValidationError, match='secret'):
        atrium.Settings(_env_file=None)  # type: ignore[call-arg]


def test_production_starts_with_secrets_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv('ATRIUM_PROFILE', 'production')
    monkeypatch.setenv('ATRIUM_WEB__SECRET', 'w' * 48)
    monkeypatch.setenv('ATRIUM_BROKER__PASSWORD', 'b' * 24)
    for name in ('ENCRYPTION', 'INDEX', 'CODE'):
        monkeypatch.setenv(f'ATRIUM_SEALING__{name}_KEY', name[0] * 48)

    assert atrium.Settings(_env_file=None).profile is atrium.Profile.PRODUCTION  # type: ignore[call-arg]


def test_a_secret_is_not_shown_when_settings_are_printed() -> None:
    assert 'hunter2hunter2' not in repr(atrium.Settings(_env_file=None, web={'secret': 'hunter2hunter2'}))  # type: ignore[call-arg, arg-type]
